"""What must count of a report that is handed in whole or in parts: a model of the rule, of plain sets.

In: acts on submissions, as whoever hands in and whoever decides does them. Out: the state of each submission and what
counts on either basis. It was written from what is asked of a ledger, not from the ledger: a later submission of a part
replaces an earlier one that stands, a whole replaces its parts, a part beside a whole and a row of another part are
refused, what would remove more than a fifth of the rows that count waits until somebody confirms just that, and nothing
is done after which a row counts twice that did not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

WHOLE = "whole"
UNASKED = 0.2
_STANDING = {"receipt": ("accepted", "approved"), "approval": ("approved",)}
_MAY = {
    "approve": (("accepted", "approved"), "approved"),
    "return": (("pending", "accepted", "approved"), "returned"),
    "withdraw": (("received", "pending", "accepted"), "withdrawn"),
    "confirm": (("pending",), "accepted"),
}


@dataclass
class Handed:
    """One submission. `keys`: its rows, none of a nil return. `may_replace`: it was confirmed beforehand."""

    number: int
    part: str
    keys: frozenset[int]
    may_replace: bool = False
    is_wrong: bool = False
    is_nil: bool = False
    state: str = "received"
    asked_about: frozenset[int] = frozenset()
    """Which submissions it was said to remove rows of."""
    refused_for: frozenset[int] = frozenset()
    """Which submissions have what it was refused for."""


@dataclass
class Report:
    """All that was handed in of one report, by number."""

    handed: list[Handed] = field(default_factory=list)

    def counting(self, basis: str = "receipt") -> list[Handed]:
        """What counts, by number. A whole that a nil return followed counts no longer, and still hides what it
        replaced."""
        standing = [each for each in self.handed if each.state in _STANDING[basis]]
        wholes = [n for n, each in enumerate(standing) if each.part == WHOLE and not each.is_nil]
        latest = {each.part: each for each in standing[wholes[-1] if wholes else 0 :]}
        if WHOLE in latest and not latest[WHOLE].is_nil:
            return [latest[WHOLE]]
        return sorted(latest.values(), key=lambda each: each.number)

    def twice(self) -> dict[tuple[str, int, int], int]:
        """How many rows two submissions that count have in common."""
        return {
            (basis, one.number, other.number): len(one.keys & other.keys)
            for basis in _STANDING
            for one, other in combinations(self.counting(basis), 2)
            if one.keys & other.keys
        }

    def removed_by(self, new: Handed) -> frozenset[int]:
        """The submissions of which so many rows would go by this one that it has to be asked; none where few go."""
        gone = [
            each
            for each in self.counting()
            if each is not new
            and (each.number < new.number if each.part == new.part else new.part == WHOLE and not new.is_nil)
        ]
        of = sum(len(each.keys) for each in gone)
        going = of - len(frozenset().union(*(each.keys for each in gone)) & new.keys)
        return frozenset(each.number for each in gone if each.keys) if going > UNASKED * of else frozenset()

    def judge(self) -> None:
        """Give everything that waits its verdict, in the order of receipts."""
        for new in self.handed:
            if new.state == "received":
                self.judge_one(new)

    def judge_one(self, new: Handed) -> None:
        """Give this one its verdict, whatever else waits."""
        if not new.is_nil and new.part != WHOLE:
            new.refused_for = frozenset(
                each.number
                for each in self.counting()
                if each.part != new.part
                and (each.keys & new.keys or (each.part == WHOLE and not each.is_nil))
            )
        if new.is_wrong or new.refused_for:
            new.state = "rejected"
            return
        new.asked_about = self.removed_by(new)
        new.state = "pending" if new.asked_about and not new.may_replace else "accepted"

    def decide(self, act: str, on: Handed) -> bool:
        """Do it where it may be done; whether it was."""
        before, state = self.twice(), on.state
        allowed, becomes = _MAY[act]
        if state not in allowed:
            return False
        if act == "confirm" and not (now := self.removed_by(on)) <= on.asked_about:
            on.asked_about = now  # the next confirmation is one of this
            return False
        on.state = becomes
        if any(rows > before.get(pair, 0) for pair, rows in self.twice().items()):
            on.state = state
            return False
        return True

    def is_kept(self, like: Callable[[Handed], bool], part: str) -> Handed | None:
        """The latest of a part, where it is the same and neither refused nor taken out: a duplicate of it is none."""
        latest = next((each for each in reversed(self.handed) if each.part == part), None)
        gone = ("rejected", "returned", "withdrawn")
        return latest if latest and like(latest) and latest.state not in gone else None
