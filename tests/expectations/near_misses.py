"""Files beside the case of a rule: some that come as close to its defect as can be, some that just have it.

In: `near` and `edge` of a case, each a list of changes to its file. Out: files to be judged.

A change says what stands in cells instead: `{C3: '30'}`, empty for nothing, `{C3:C9: '30'}` for several. Besides it
may say `without`: the numbers of rows left out, a list or `50:61`; `further`: rows added at the end, each `like`
another but for some columns, as many as a column has values listed; `received`, `period`, `node`: another day of
receipt, period or school; `beside`: codes that are found as well and are not what is tried.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from expectations.judging.judge import JudgeFile
from tests.expectations.case_folders import CASES, Case

Kind = Literal["near", "edge"]
_OF_SCOPE = ("received", "period", "node")
_CELLS = re.compile(r"([A-Z]+)(\d+)(?::\1(\d+))?")


@dataclass(frozen=True)
class Beside:
    """One file beside a case. `near`: the rule must not find it; `edge`: it must."""

    case: Case
    kind: Kind
    number: int
    change: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.case.rule}-{self.kind}-{self.number}"

    def file(self, number: int, folder: Path) -> JudgeFile:
        """The file written into a folder, with its scope."""
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(self._rows())
        scope = {name: self.change[name] for name in _OF_SCOPE if name in self.change}
        judged = replace(self.case, **scope).file(number)
        return replace(judged, path=path, name=path.name)

    def _rows(self) -> list[list[str]]:
        with (CASES / self.case.rule / "file.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        for cells, text in self.change.items():
            if place := _CELLS.fullmatch(cells):
                for row in range(int(place[2]), int(place[3] or place[2]) + 1):
                    _put(rows[row - 1], place[1], text)
        for further in self.change.get("further", ()):
            rows += _further(rows[further["like"] - 1], further)
        gone = _numbers(self.change.get("without", ()))
        return [row for number, row in enumerate(rows, start=1) if number not in gone]

    @property
    def found_beside(self) -> set[str]:
        """Codes that are found as well."""
        return set(self.change.get("beside", ()))


def beside(cases: list[Case]) -> list[Beside]:
    """Every file beside these cases, and the case's own as the first that has the defect."""
    return [
        Beside(case, kind, number, change)  # type: ignore[arg-type]
        for case in cases
        for kind, changes in (("near", case.near), ("edge", ({}, *case.edge)))
        for number, change in enumerate(changes)
    ]


def _further(like: Sequence[str], said: Mapping[str, Any]) -> list[list[str]]:
    """One row, or one for each of the values where some are listed."""
    many = max(len(text) if isinstance(text, list) else 1 for text in said.values())
    rows = [list(like) for _ in range(many)]
    for letters, text in said.items():
        if letters != "like":
            for row, own in zip(rows, text if isinstance(text, list) else [text] * many, strict=True):
                _put(row, letters, own)
    return rows


def _numbers(said: str | Sequence[int]) -> frozenset[int]:
    if isinstance(said, str):
        first, _, last = said.partition(":")
        return frozenset(range(int(first), int(last) + 1))
    return frozenset(said)


def _put(row: list[str], letters: str, text: str) -> None:
    column = _column(letters)
    row += [""] * (column + 1 - len(row))
    row[column] = text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
