"""Whatever is done, in whatever order and whenever somebody looks: what became of each report follows from the ledger
alone. A machine does acts at random; after each of them what is said is held against what is worked out anew."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import ingest.ledger
from ingest.home import Home
from ingest.ledger.school_calendar import SchoolCalendar, Segment
from tests import walks
from tests.ingest.ledger import conftest
from tests.ingest.ledger.databases import url_of

PROJECT = Path(__file__).parents[3]
START = datetime(2026, 9, 5, 4, tzinfo=UTC)
FORMS = ("attendance", "learner_roster")
WEEKS = ("2026-W36", "2026-W37", "2026-W38", "2026-W39", "2026-W40")
PERIODS = [("attendance", week) for week in WEEKS] + [
    ("learner_roster", "2026-09"),
    ("learner_roster", "2026-10"),
]
CALENDARS = (
    SchoolCalendar(),
    SchoolCalendar.of([Segment("break", date(2026, 9, 14), date(2026, 9, 20))]),
    SchoolCalendar.of([Segment("term", date(2026, 9, 1), date(2026, 9, 27))]),
)
# Where a clock stands beside a deadline: a microsecond before midnight in Almaty, at it, and after.
CLOCK = st.one_of(
    st.integers(0, 20_000).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from([timedelta(microseconds=1), timedelta(days=-3), timedelta(hours=15)]),
)
DAYS = st.dates(date(2026, 8, 30), date(2026, 10, 12))


class Acts(RuleBasedStateMachine):
    """Two schools of two districts, and everything that can be done to what they owe."""

    make_home: Callable[[], Any]

    @initialize()
    def begin(self) -> None:
        self._open = self.make_home()
        self.home = self._open.__enter__()
        self.country = _country()
        self.now = START
        self.calendar = CALENDARS[0]
        self.made: list[int] = []
        self.directives: list[int] = []
        self.content = 0
        self._keep()

    def teardown(self) -> None:
        if hasattr(self, "_open"):
            self._open.__exit__(None, None, None)

    # -- acts on submissions: each settles what it answers ---------------------------------------------------

    @rule(where=st.sampled_from(PERIODS), node=st.integers(0, 1), nil=st.booleans(), judged=st.booleans())
    def hand_in(self, where: tuple[str, str], node: int, nil: bool, judged: bool) -> None:
        from ingest.ledger.decisions import nil_returns
        from ingest.ledger.receipts import submissions
        from ingest.schema.values.period import Period

        form, text = where
        kind: Any = "week" if form == "attendance" else "month"
        scope = submissions.scope_of(form, self.country.schools[node], Period.parse(kind, text), "whole")
        handover = submissions.Handover(self.now, "cli", self.country.actor, "a.csv", may_replace=True)
        if nil:
            found = nil_returns.record(scope, handover, contract_version=1)
        else:
            self.content += 1
            found = submissions.record_receipt(scope, (f"{self.content:064d}", 10), handover)
            if judged:
                self._judge(found.submission.pk, "accepted")
        self.made.append(found.submission.pk)

    @rule(which=st.integers(0, 99), outcome=st.sampled_from(["accepted", "rejected", "unreadable"]))
    def judge(self, which: int, outcome: str) -> None:
        waiting = self._of_state("received")
        if waiting:
            self._judge(waiting[which % len(waiting)], outcome)

    @rule(which=st.integers(0, 99), act=st.sampled_from(["approve", "return", "withdraw", "aside", "retry"]))
    def decide(self, which: int, act: str) -> None:
        from ingest.ledger.decisions import approvals
        from ingest.ledger.receipts import aside
        from ingest.ledger.records import Submission
        from ingest.ledger.refusals import RefusalError

        if not self.made:
            return
        number = self.made[which % len(self.made)]
        school = Submission.objects.select_related("scope__node__parent").get(pk=number).scope.node
        more = {"reason": "?", "at": self.now, "confirmed": True}
        try:
            if act == "approve":
                approvals.approve(number, self.country.actor, school.parent, at=self.now, confirmed=True)
            elif act == "return":
                approvals.return_(number, self.country.actor, school.parent, **more)  # type: ignore[arg-type]
            elif act == "withdraw":
                approvals.withdraw(number, self.country.actor, school, **more)  # type: ignore[arg-type]
            elif act == "aside":
                aside.set_aside(number, "judge", "Error", self.now)
            else:
                aside.retry(number, self.country.actor, None, at=self.now)
        except RefusalError:
            pass  # nothing to decide in that state

    # -- directives and registers: all of it follows -----------------------------------------------------------

    @rule(
        kind=st.sampled_from(["scope", "start", "deadline", "day", "holiday", "exemption"]),
        form=st.sampled_from(["", *FORMS]),
        node=st.integers(0, 5),
        days=st.tuples(DAYS, DAYS),
        number=st.integers(-2, 9),
    )
    def direct(self, kind: str, form: str, node: int, days: tuple[date, date], number: int) -> None:
        from ingest.ledger.directives.acts import Draft, make

        first, last = sorted(days)
        whose = self.country.everybody[node] if node < len(self.country.everybody) else None
        terms: dict[str, Any] = {}
        if kind == "start":
            terms = {"day": first.isoformat() if number >= 0 else None}
        elif kind == "deadline":
            form, terms = form or "attendance", {"after": "end", "days": number}
        elif kind == "day":
            monday = first - timedelta(days=first.weekday())
            first, last = monday, monday + timedelta(days=6)
            kind, form = "deadline", "attendance"
            terms = {"day": (last + timedelta(days=abs(number))).isoformat(), "period": "?"}
        elif kind == "scope":
            form, whose = "", whose or self.country.everybody[0]
        draft = Draft(kind, form, whose, first, last, terms, "?")
        self.directives.append(make(draft, self.country.actor, self.now).pk)
        self._keep()

    @rule(which=st.integers(0, 99))
    def take_back(self, which: int) -> None:
        from ingest.ledger.directives.acts import take_back
        from ingest.ledger.refusals import RefusalError

        if self.directives:
            number = self.directives[which % len(self.directives)]
            try:
                take_back(number, self.country.actor, self.now, reason="?")
            except RefusalError:
                return  # it is taken back already
            self._keep()

    @rule(node=st.integers(0, 1), day=DAYS, event=st.sampled_from(["closed", "opened"]))
    def tell_of_organisation(self, node: int, day: date, event: str) -> None:
        from ingest.ledger.nodes import OrganisationEvent, apply_organisation_events
        from ingest.ledger.nodes import node as node_of

        school = self.country.schools[node]
        apply_organisation_events(school.parent, [OrganisationEvent(school.code, event, day)])
        self.country.schools[node] = node_of(school.code)
        self._keep()

    @rule(number=st.integers(0, 2))
    def approve_calendar(self, number: int) -> None:
        self.calendar = CALENDARS[number]
        self._keep()

    @rule(passed=CLOCK)
    def wait(self, passed: timedelta) -> None:
        """The clock goes on, or back, and nothing runs."""
        self.now += passed

    @rule()
    def pass_midnight(self) -> None:
        """The first moment after the end of a day in Almaty."""
        local = self.now + timedelta(hours=5)
        midnight = datetime(local.year, local.month, local.day, tzinfo=UTC) + timedelta(days=1)
        self.now = midnight - timedelta(hours=5)

    @rule()
    def build(self) -> None:
        """What a build does first."""
        self._keep()

    # -- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def what_is_said_is_what_a_build_will_say(self) -> None:
        """Without a build, and without the clockwork: every report that is asked, as of now. With no obligation
        remembered, everything asked now comes out alike: nothing depends on who looked when."""
        from django.db import transaction

        from ingest.ledger.records import Obligation

        if not hasattr(self, "country"):
            return
        said = _said(self.now)
        with transaction.atomic():
            self._keep()
            kept = _said(self.now)
            assert _written() == kept
            remembered = _asked(self.now)
            Obligation.objects.all().delete()
            self._keep()
            assert _asked(self.now) == remembered
            transaction.set_rollback(True)
        begun = {key for key in kept if key not in said}  # a period that began, nobody asked for yet
        assert {key: kept[key] for key in said} == said
        assert all(
            kept[key] in ("open", "missing", "fulfilled", "late", "nil_return", "exempt", "not_applicable")
            for key in begun
        )

    @invariant()
    def an_answer_is_an_answer_while_it_stands(self) -> None:
        from ingest.ledger.records import Obligation, Submission

        if not hasattr(self, "country"):
            return
        standing = set(
            Submission.objects.filter(state__in=Submission.STANDING).values_list(
                "scope__form", "scope__period", "scope__node_id"
            )
        )
        for found in Obligation.objects.all():
            is_answered = (found.form, found.period, found.node_id) in standing
            if found.status in ("fulfilled", "late", "nil_return"):
                assert is_answered
            elif is_answered:
                assert found.status == "exempt"

    def _judge(self, number: int, outcome: Any) -> None:
        from ingest.ledger.receipts.submissions import Judgement, record_verdict

        rows = {"rows_accepted": 5} if outcome == "accepted" else {"rows_rejected": 5}
        record_verdict(number, Judgement(outcome, 1, rows_in=5, batch_id=f"b{number}", **rows), self.now)  # type: ignore[arg-type]

    def _of_state(self, state: str) -> list[int]:
        from ingest.ledger.records import Submission

        return list(Submission.objects.filter(state=state).order_by("pk").values_list("pk", flat=True))

    def _keep(self) -> None:
        from ingest.ledger.obligations import open_due, settle

        collected = dict.fromkeys(FORMS, date(2026, 9, 1))
        today = (self.now + timedelta(hours=5)).date()
        open_due(today, collect_from=None, collected=collected, calendar=self.calendar)
        settle(self.now)


def _said(now: datetime) -> dict[Any, str]:
    """What whoever asks at this moment is told."""
    from ingest.ledger.obligations.as_of import as_of

    return {row[:3]: row[3] for row in as_of(now).values_list("form", "period", "node_id", "status_now")}


def _written() -> dict[Any, str]:
    from ingest.ledger.records import Obligation

    return {row[:3]: row[3] for row in Obligation.objects.values_list("form", "period", "node_id", "status")}


def _asked(now: datetime) -> dict[Any, Any]:
    """Every report of a period that has begun which is asked, or asks nothing of a holiday: all that is said of it."""
    from ingest.ledger.records import Obligation

    today = (now + timedelta(hours=5)).date()
    found = Obligation.objects.filter(reason__in=("", "no_school_day"), period_start__lte=today)
    columns = ("form", "period", "node_id", "status", "due_at", "ended_at", "reason")
    return {row[:3]: row[3:] for row in found.values_list(*columns)}


def _country() -> SimpleNamespace:
    from ingest.ledger import accounts, nodes

    nodes.apply_territories(
        [
            nodes.Territory("110000000", "oblast", "А", "А"),
            nodes.Territory("113200000", "district", "Б", "Б"),
            nodes.Territory("113800000", "district", "В", "В"),
        ]
    )
    schools = []
    for code, bin_ in (("113200000", "650140000011"), ("113800000", "650140000022")):
        opened = nodes.OrganisationEvent(bin_, "opened", date(2020, 8, 1), "М", "Ш", code)
        nodes.apply_organisation_events(nodes.node(code), [opened])
        schools.append(nodes.node(bin_))
    above = [nodes.node(code) for code in ("113200000", "113800000", "110000000")]
    return SimpleNamespace(schools=schools, everybody=[*schools, *above], actor=accounts.account("somebody"))


@pytest.fixture(params=conftest.ENGINES)
def homes(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Any]:
    """Opens a fresh ledger, as often as it is asked; closed again it is gone."""
    is_file = request.param == "sqlite"
    beginning = request.getfixturevalue("empty_ledger" if is_file else "empty_databases")

    @contextmanager
    def fresh() -> Iterator[Home]:
        home, name = Home(tmp_path / "home"), ""
        home.root.mkdir()
        if is_file:
            monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
            shutil.copyfile(beginning, home.ledger)
        else:
            name = beginning.lend()
            monkeypatch.setenv("BBAJ_LEDGER_URL", url_of(beginning.server, name))
        ingest.ledger.setup(home)
        try:
            yield home
        finally:
            conftest._close()
            shutil.rmtree(home.root)
            if name:
                beginning.take_back(name)

    return fresh


def test_what_became_of_a_report_follows_from_the_ledger_alone(
    homes: Callable[[], Any], request: pytest.FixtureRequest
) -> None:
    class OnThisEngine(Acts):
        make_home = staticmethod(homes)

    examples = walks.examples(2, 3) if "postgresql" in request.node.name else walks.examples(6, 10)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OnThisEngine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_answer_is_held_against_what_was_decided_when_it_came(homes: Callable[[], Any]) -> None:
    """A deadline that is drawn closer afterwards is none for it, whether its report was remembered or is asked anew."""

    class Here(Acts):
        make_home = staticmethod(homes)

    acts = Here()
    acts.begin()
    try:
        acts.hand_in(judged=False, nil=True, node=0, where=PERIODS[0])
        acts.direct(days=(date(2026, 9, 6), date(2026, 9, 6)), form="", kind="day", node=0, number=0)
        acts.what_is_said_is_what_a_build_will_say()
    finally:
        acts.teardown()


def test_the_state_of_a_submission_changes_in_one_place() -> None:
    """Whoever sets it elsewhere would leave what it answers as it was."""
    elsewhere = []
    for folder in ("ingest", "warehouse"):
        for file in (PROJECT / folder).rglob("*.py"):
            if file.name == "states.py" or "migrations" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                targets = node.targets if isinstance(node, ast.Assign) else []
                for target in targets:
                    if isinstance(target, ast.Attribute) and target.attr == "state":
                        whose = ast.unparse(target.value)
                        if "submission" in whose or whose in ("found", "latest"):
                            elsewhere.append(f"{file.relative_to(PROJECT)}:{node.lineno}")
    assert elsewhere == []


def test_a_build_has_one_door() -> None:
    """Whoever builds past it would build what was asked and settled when the clockwork last ran."""
    past = []
    for folder in ("ingest", "warehouse", "dags"):
        for file in (PROJECT / folder).rglob("*.py"):
            # What is built of the past is a trial in a home of its own, which nothing publishes.
            if file.name == "building.py" or file.relative_to(PROJECT).as_posix().endswith("as_of/trial.py"):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module in (
                    "warehouse.storage",
                    "warehouse.storage.builds.build",
                ):
                    names = {alias.name for alias in node.names}
                    if names & {"build", "is_due"}:
                        past.append(str(file.relative_to(PROJECT)))
    assert past == []
