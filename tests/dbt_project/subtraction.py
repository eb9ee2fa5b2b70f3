"""What somebody who subtracts can find out of what is shown: a linear programme over what each report says.

In: publications of a small country, one measure. Out: between which bounds any sum of unknowns must lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scipy.optimize import linprog

from tests.dbt_project.small_country import BASES, FEW, Cell, World, place_of


@dataclass
class System:
    """What somebody who subtracts knows of one measure: unknowns, bounds of sums of them, how every cell is rounded."""

    shifts: Mapping[tuple[str, str], int]
    unknowns: dict[tuple[int, int | None], int] = field(default_factory=dict)
    sums: list[tuple[list[int], float, float]] = field(default_factory=list)

    def unknown(self, name: tuple[int, int | None]) -> int:
        return self.unknowns.setdefault(name, len(self.unknowns))

    def tell(
        self, world: World, rows: list[dict[str, Any]], measure: str, first: World, edition: int
    ) -> None:
        """Everything that one publication tells of schools and small groups; what it tells of levels above are sums of
        that. A report that is the same as in the first edition is one unknown."""
        base, schools = BASES[measure], world.schools
        reports: defaultdict[Cell, list[int]] = defaultdict(list)
        for submission, (school, week, bases) in world.counts.items():
            is_same = world.rows[submission] == first.rows[submission]
            number = self.unknown((submission, None if is_same else edition))
            for basis in bases:
                reports[basis, week, school].append(number)
        hidden: defaultdict[Cell, list[int]] = defaultdict(list)
        for row in rows:
            if row["is_withheld"]:
                district = f"{schools[row['organisation_code']][0]}-{FEW}"
                hidden[row["basis"], row["period"], district] += reports[place_of(row)]
        for row in rows:
            if row["is_withheld"]:
                continue
            cell = place_of(row)
            terms = hidden[cell] if row["organisation_code"] == FEW else reports[cell]
            low = row[measure] - self.shifts[cell[1:]] % base
            self.sums.append((terms, max(low, 0), low + base - 1))

    def range_of(self, target: dict[int, float]) -> tuple[float, float]:
        """The least and the most that a sum of unknowns may be."""
        matrix, limits = [], []
        near = self._related(target)
        columns = {number: place for place, number in enumerate(sorted(near))}
        for terms, low, high in self.sums:
            if not terms or terms[0] not in columns:
                continue
            row = [0.0] * len(columns)
            for number in terms:
                row[columns[number]] += 1
            matrix += [row, [-each for each in row]]
            limits += [high, -low]
        found = []
        for sign in (1, -1):
            cost = [0.0] * len(columns)
            for number, weight in target.items():
                cost[columns[number]] = sign * weight
            done = linprog(cost, A_ub=matrix or None, b_ub=limits or None, bounds=(0, None))
            assert done.status in (0, 3), done.message
            found.append(sign * done.fun if done.status == 0 else -sign * float("inf"))
        return found[0], found[1]

    def _related(self, target: dict[int, float]) -> set[int]:
        near, size = set(target), 0
        while size != len(near):
            size = len(near)
            for terms, _, _ in self.sums:
                if near & set(terms):
                    near |= set(terms)
        return near
