"""After any acts, in any order, a build equals a rebuild of the same raw store, ledger and vault in another home."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals, removals
from ingest.ledger.directives.acts import Draft
from ingest.ledger.nodes import node
from ingest.ledger.records import Directive, Node, Obligation, Submission
from ingest.ledger.refusals import RefusalError
from tests.warehouse.copies import copied, own_copy
from tests.warehouse.country import DISTRICT, NOW, REGION, SCHOOLS, WEEKS, Country, attendance
from warehouse.services.building import build, is_due
from warehouse.services.hierarchy import directives
from warehouse.services.upkeep.installation import initialise
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts import removal
from warehouse.storage.builds.build import persons_of, warehouse_of
from warehouse.storage.builds.content import content_hash, hashes_of

PROJECT = Path(__file__).parents[3]
TRUTH = ("raw", "restricted", "ledger.sqlite3", "installation.json", "bbaj.toml")


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
        return chosen.__name__

    def decide(self) -> None:
        found = self._any(Submission.objects.exclude(scope__form__in=("territory_register",)))
        act, above = self.chance.choice(["approve", "return", "withdraw"]), found.scope.node.parent
        actor, more = account("inspector"), {"reason": "?", "confirmed": True}
        if act == "approve":
            removal.approve(self.home, found.pk, actor, above or found.scope.node, confirmed=True)
        elif act == "return":
            removal.return_(self.home, found.pk, actor, above or found.scope.node, **more)  # type: ignore[arg-type]
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
        removal.return_(self.home, found.pk, account("inspector"), node(REGION), reason="?", confirmed=True)

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
        _set_clock(self.home, midnight + timedelta(microseconds=self.chance.choice([-1, 0, 1])))
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


def _set_clock(home: Home, now: datetime) -> None:
    (home.root / "bbaj.toml").write_text(
        f'demo = true\ncollect_from = 2026-09-01\nnow = "{now.isoformat()}"\n', encoding="utf-8"
    )


def elsewhere(home: Home, root: Path) -> Home:
    """The truth of a home, and nothing that is made of it, as another home; this process is bound to that one."""
    from django.db import connections

    connections.close_all()
    root.mkdir(mode=0o700)
    for name in TRUTH:
        found = home.root / name
        if found.is_dir():
            shutil.copytree(found, root / name)
        elif found.exists():
            shutil.copyfile(found, root / name)
    for derived in ("reference", "judge"):
        shutil.rmtree(root / "restricted" / derived)
    other = Home(root)
    other.create()
    ingest.ledger.setup(other)
    return other


def status_of(home: Home) -> dict[str, Any]:
    """What `bbaj status` says; what is published differs by nature."""
    asked = CliRunner().invoke(app, ["status", "--json", "--all"], env={"BBAJ_HOME": str(home.root)})
    assert asked.exit_code == 0, asked.output
    said: dict[str, Any] = json.loads(asked.stdout)
    ingest.ledger.setup(home)
    del said["published"]
    return said


def content_of(home: Home) -> tuple[str, dict[str, str]]:
    """The content of a build made now, as a whole and by table."""
    number = build(home).build_id
    of_all, of_persons = hashes_of([warehouse_of(home, number), persons_of(home, number)])
    hashes = of_all | of_persons
    return content_hash(hashes), hashes


@pytest.fixture(scope="module")
def told(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with registers in effect, rosters and two weeks of attendance judged, one school's approved, and a build
    of that; made once."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        home = copied(registered, tmp_path_factory.mktemp("told") / "home").home
        _set_clock(home, NOW)
        made = Country(Home(home.root))
        made.rosters()
        made.reports()
        made.judge()
        for found in Submission.objects.filter(scope__node__code=SCHOOLS[0], state="accepted"):
            approvals.approve(found.pk, account("inspector"), node(DISTRICT), at=made.home.now())
        build(made.home)
        connections.close_all()
    return home.root


@pytest.fixture
def reported(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A home of one's own in which all that was told."""
    yield from own_copy(told, tmp_path, monkeypatch)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_build_after_any_acts_equals_a_rebuild_elsewhere(
    seed: int, reported: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doings = Doings(reported.home, random.Random(seed))
    done = [doings.act() for _ in range(14)]
    home = doings.home
    said = status_of(home)
    other = elsewhere(
        home, tmp_path / "other"
    )  # before the first home builds: nothing has been brought up for it
    initialise(other)
    relay(other)
    rebuilt = content_of(other)
    said_there = status_of(other)
    ingest.ledger.setup(home)
    built = content_of(home)
    assert built[1] == rebuilt[1], done
    assert built[0] == rebuilt[0]
    assert status_of(home) == said_there, done
    asked_already = {(each["form"], each["node"], each["period"]) for each in said["missing"]}
    assert asked_already <= {(each["form"], each["node"], each["period"]) for each in said_there["missing"]}
    assert not is_due(home), "what was built is what there is"


def test_what_was_returned_is_not_on_time_any_more_in_the_very_next_build(reported: Country) -> None:
    home = reported.home
    found = Submission.objects.filter(scope__form="attendance", scope__node__code=SCHOOLS[0]).first()
    assert found is not None
    assert Obligation.objects.get(form="attendance", node=found.scope.node, period=found.scope.period).status
    removal.return_(home, found.pk, account("inspector"), node(DISTRICT), reason="?", confirmed=True)
    asked = Obligation.objects.get(form="attendance", node=found.scope.node, period=found.scope.period)
    assert asked.status == "missing"
    assert is_due(home)


def test_a_register_that_is_returned_takes_its_schools_with_it_and_brings_them_back(
    reported: Country,
) -> None:
    home = reported.home
    register = Submission.objects.get(scope__form="organisation_register", state="approved")
    before = list(Node.objects.order_by("pk").values())
    removal.return_(home, register.pk, account("inspector"), node(REGION), reason="?", confirmed=True)
    school = node(SCHOOLS[0])
    assert not any(school.is_open_on(date(2026, 9, 1) + timedelta(days=day)) for day in range(60))
    unanswered = Obligation.objects.filter(node=school, status__in=("open", "missing"))
    assert not unanswered.exists()
    Doings(home, random.Random(0)).approve_registers()
    assert list(Node.objects.order_by("pk").values()) == before


def test_a_closed_school_owes_nothing_from_then_on_and_the_warehouse_knows(reported: Country) -> None:
    import duckdb

    home = reported.home
    facts = {"first_day": date(2026, 9, 14), "reason": "?", "by": node(DISTRICT)}
    merged = Draft("merged", node=node(SCHOOLS[1]), terms={"into": SCHOOLS[0]}, **facts)  # type: ignore[arg-type]
    directives.decide(home, merged, account("tester"))
    assert node(SCHOOLS[1]).valid_to == date(2026, 9, 13)
    later = Obligation.objects.filter(node=node(SCHOOLS[1]), period_start__gte=date(2026, 9, 14))
    assert set(later.values_list("status", flat=True)) <= {"not_applicable", "fulfilled", "late"}
    with duckdb.connect(str(warehouse_of(home, build(home).build_id)), read_only=True) as con:
        said = con.execute(
            "SELECT valid_to_date FROM dim_organisation WHERE organisation_code = ?", [SCHOOLS[1]]
        ).fetchall()
        heir = con.execute(
            "SELECT descendant_code FROM brg_organisation_lineage WHERE organisation_code = ?", [SCHOOLS[1]]
        ).fetchall()
    assert (said, heir) == ([(date(2026, 9, 13),)], [(SCHOOLS[0],)])
