"""Acts at random on a country, as people do them in any order.

In: a home and a seed. Out: what was done, by name; a clock that is moved on.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals, removals
from ingest.ledger.directives.acts import Draft
from ingest.ledger.nodes import node
from ingest.ledger.records import Directive, Submission
from ingest.ledger.refusals import RefusalError
from ingest.receive.address import CannotIdentifyError
from tests.warehouse.country import DISTRICT, REGION, SCHOOLS, WEEKS, Country, attendance
from warehouse.services.hierarchy import directives
from warehouse.services.verdicts import decisions


@dataclass
class Doings:
    """Acts at random on a country, told apart by the number of its seed; each may be refused, which changes nothing."""

    home: Home
    chance: random.Random

    def act(self) -> str:
        """Do one of them; its name."""
        acts: list[Callable[[], Any]] = [
            *(
                self.decide,
                self.decide,
                self.decide,
                self.hand_in,
                self.hand_in,
                self.say_nothing,
                self.confirm,
            ),
            *(
                self.exempt,
                self.extend,
                self.holiday,
                self.close,
                self.take_back,
                self.narrow,
                self.begin_later,
            ),
            *(self.wait, self.return_register, self.approve_registers),
        ]
        chosen = self.chance.choice(acts)
        try:
            chosen()
        except RefusalError as refused:
            return f"{chosen.__name__} refused: {refused.code}"
        except CannotIdentifyError as refused:
            return f"{chosen.__name__} refused: {refused.reason}"
        return chosen.__name__

    def decide(self) -> None:
        found = self._any(Submission.objects.exclude(scope__form__in=("territory_register",)))
        act, above = self.chance.choice(["approve", "return", "withdraw"]), found.scope.node.parent
        actor, more = account("inspector"), {"reason": "?", "confirmed": True}
        if act == "approve":
            decisions.approve(self.home, found.pk, actor, above or found.scope.node, confirmed=True)
        elif act == "return":
            decisions.return_(self.home, found.pk, actor, above or found.scope.node, **more)  # type: ignore[arg-type]
        else:
            approvals.withdraw(found.pk, actor, found.scope.node, at=self.home.now(), **more)  # type: ignore[arg-type]

    def hand_in(self) -> None:
        school, week = self.chance.choice(SCHOOLS), self.chance.choice(WEEKS)
        rows = attendance(school, week, self.chance.randrange(6))
        Country(self.home).submit("attendance", school, week, rows, replace=self.chance.random() < 0.5)
        Country(self.home).judge()

    def say_nothing(self) -> None:
        from ingest.ledger.receipts.submissions import Handover
        from ingest.receive.address import resolve
        from ingest.receive.receipt import receive_nil

        scope = resolve("attendance", self.chance.choice(SCHOOLS), self.chance.choice(WEEKS), "whole")
        receive_nil(scope, Handover(self.home.now(), "cli", account("tester"), may_replace=True))

    def confirm(self) -> None:
        found = self._any(Submission.objects.filter(state="pending"))
        removals.confirm(found.pk, account("tester"), found.scope.node, at=self.home.now())

    def exempt(self) -> None:
        whose, by = self.chance.choice([(SCHOOLS[0], DISTRICT), (DISTRICT, REGION)])
        first = date(2026, 9, 1) + timedelta(days=self.chance.randrange(25))
        self._direct("exemption", "attendance", whose, first, first + timedelta(days=20), by=by)

    def extend(self) -> None:
        monday = date(2026, 9, 7) + timedelta(days=7 * self.chance.randrange(4))
        terms = {"day": (monday + timedelta(days=self.chance.randrange(6, 40))).isoformat(), "period": "?"}
        self._direct("deadline", "attendance", None, monday, monday + timedelta(days=6), terms)

    def holiday(self) -> None:
        monday = date(2026, 9, 7) + timedelta(days=7 * self.chance.randrange(4))
        self._direct(
            "holiday", "", self.chance.choice([None, SCHOOLS[1]]), monday, monday + timedelta(days=6)
        )

    def close(self) -> None:
        kind = self.chance.choice(["closed", "merged", "opened"])
        terms = {"into": SCHOOLS[0]} if kind == "merged" else {}
        day = date(2026, 9, 1) + timedelta(days=self.chance.randrange(40))
        self._direct(kind, "", SCHOOLS[1], day, None, terms, by=DISTRICT)

    def narrow(self) -> None:
        self._direct("scope", "", self.chance.choice([REGION, DISTRICT, SCHOOLS[0]]))

    def begin_later(self) -> None:
        day = date(2026, 9, 1) + timedelta(days=self.chance.randrange(40))
        self._direct("start", self.chance.choice(["", "attendance"]), None, terms={"day": day.isoformat()})

    def take_back(self) -> None:
        number = self._any(Directive.objects.filter(taken_back_by=None).exclude(kind="taken_back")).pk
        directives.take_back(self.home, number, account("tester"), reason="?")

    def return_register(self) -> None:
        found = self._any(Submission.objects.filter(scope__form="organisation_register", state="approved"))
        decisions.return_(self.home, found.pk, account("inspector"), node(REGION), reason="?", confirmed=True)

    def approve_registers(self) -> None:
        """What was returned is handed in again, as it was, and approved."""
        if Submission.objects.filter(scope__form="organisation_register", state="approved").exists():
            return
        returned = Submission.objects.filter(scope__form="organisation_register").order_by("-pk")[0]
        content = (self.home.raw / _raw_path(self.home, str(returned.raw_file_id))).read_bytes()
        Country(self.home).submit_file(
            "organisation_register", DISTRICT, "2026-08-20", content, "again.csv", replace=True
        )
        Country(self.home).judge()
        Country(self.home).approve_registers()

    def wait(self) -> None:
        """The clock goes on, to the last moment of a day or past it, or back; nothing runs."""
        local = self.home.now() + timedelta(days=self.chance.choice([-2, 1, 3, 8]), hours=5)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=5)
        set_clock(self.home, midnight + timedelta(microseconds=self.chance.choice([-1, 0, 1])))
        self.home = Home(self.home.root)

    def _direct(
        self,
        kind: str,
        form: str,
        whose: str | None,
        first: date | None = None,
        last: date | None = None,
        terms: dict[str, Any] | None = None,
        by: str | None = None,
    ) -> None:
        draft = Draft(
            kind,
            form,
            node(whose) if whose else None,
            first,
            last,
            terms or {},
            "?",
            node(by) if by else None,
        )
        said = directives.decide(self.home, draft, account("tester"), only_say=True)
        done = directives.decide(self.home, draft, account("tester"))
        assert said.changes == done.changes, "what was said is what happened"

    def _any(self, found: Any) -> Any:
        listed = list(found.select_related() if found.model is Submission else found)
        if not listed:
            raise RefusalError("nothing", "nothing to act on")
        return self.chance.choice(sorted(listed, key=lambda each: each.pk))


def _raw_path(home: Home, sha256: str) -> Path:
    from ingest.receive.store import RawStore

    return RawStore(home).path(sha256)


def set_clock(home: Home, now: datetime) -> None:
    (home.root / "bbaj.toml").write_text(
        f'demo = true\ncollect_from = 2026-09-01\nnow = "{now.isoformat()}"\n', encoding="utf-8"
    )
