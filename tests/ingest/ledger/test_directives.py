"""What an installation decides: which decision counts, what it does to what is asked and what was answered, and that
nothing of it is ever changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

SEPTEMBER = date(2026, 9, 1)
# attendance of 2026-W37 falls due on Monday 14 September by Almaty's clocks.
DUE = datetime(2026, 9, 14, 18, 59, 59, 999999, tzinfo=UTC)
BEFORE, AFTER, LATER = DUE - timedelta(days=1), DUE + timedelta(days=1), DUE + timedelta(days=3)
WEEK = {"first_day": date(2026, 9, 7), "last_day": date(2026, 9, 13)}


def _make(country: SimpleNamespace, kind: str, at: datetime = BEFORE, **more: Any) -> Any:
    from ingest.ledger.directives.acts import Draft, make

    return make(Draft(kind, reason="?", **more), country.actor, at)


def _keep(now: datetime, until: date = date(2026, 9, 20), collected: Any = None, **more: Any) -> None:
    from ingest.ledger.obligations import open_due, settle

    forms = collected or dict.fromkeys(("attendance", "learner_roster"), SEPTEMBER)
    open_due(until, collect_from=None, collected=forms, **more)
    settle(now)


def _of(node: Any, period: str = "2026-W37", form: str = "attendance") -> Any:
    from ingest.ledger.records import Obligation

    return Obligation.objects.get(node=node, form=form, period=period)


def _day(node: Any, period: str = "2026-W37") -> date:
    """The last day on time by local clocks."""
    due: datetime = _of(node, period).due_at
    return (due + timedelta(hours=5)).date()


def test_the_nearer_deadline_counts_then_the_later_made(country: SimpleNamespace) -> None:
    _keep(BEFORE)
    assert _day(country.school) == date(2026, 9, 14)
    own = {"form": "attendance", "terms": {"after": "end", "days": 3}}
    _make(country, "deadline", **own | {"node": country.district})
    _make(country, "deadline", **own | {"terms": {"after": "end", "days": 9}})
    _keep(BEFORE)
    assert _day(country.school) == date(2026, 9, 16), (
        "a district before the whole country, though that came later"
    )
    _make(country, "deadline", **own | {"node": country.district, "terms": {"after": "start", "days": 0}})
    _keep(BEFORE)
    assert _day(country.school) == date(2026, 9, 7)
    day = {"day": "2026-09-30", "period": "2026-W37"}
    _make(country, "deadline", form="attendance", terms=day, **WEEK)
    _keep(BEFORE)
    assert _day(country.school) == date(2026, 9, 30), "one period before a rule, whoever the rule is for"
    assert _day(country.school, "2026-W36") == date(2026, 8, 31)
    assert _of(country.school, "2026-09", "learner_roster").due_at.date() == date(2026, 9, 5)


@pytest.mark.parametrize(
    ("decided", "handed_in", "taken_back", "status"),
    [
        (None, AFTER, None, "late"),
        (BEFORE, AFTER, None, "fulfilled"),
        (LATER, AFTER, None, "late"),
        (BEFORE, AFTER, LATER, "fulfilled"),
        (BEFORE, LATER, AFTER, "late"),
        (BEFORE, None, AFTER, "missing"),
        (BEFORE, None, None, "open"),
    ],
)
def test_a_report_is_held_against_what_was_decided_when_it_came(
    decided: datetime | None,
    handed_in: datetime | None,
    taken_back: datetime | None,
    status: str,
    country: SimpleNamespace,
    submit: Callable[..., Any],
) -> None:
    from ingest.ledger.directives.acts import take_back

    _keep(BEFORE - timedelta(hours=1))
    acts: list[tuple[datetime, Callable[[], Any]]] = []
    made: list[Any] = []
    day = {"form": "attendance", "terms": {"day": "2026-09-25", "period": "2026-W37"}, **WEEK}
    if decided:
        acts.append((decided, lambda: made.append(_make(country, "deadline", decided, **day))))
    if handed_in:
        acts.append((handed_in, lambda: submit("a", received_at=handed_in, outcome="accepted")))
    if taken_back:
        acts.append((taken_back, lambda: take_back(made[0].pk, country.actor, taken_back, reason="?")))
    for moment, act in sorted(acts, key=lambda found: found[0]):
        act()
        _keep(moment)
    _keep(LATER)
    assert _of(country.school).status == status


@pytest.mark.parametrize(
    ("exempted", "handed_in", "status"),
    [
        (BEFORE, None, "exempt"),
        (BEFORE, AFTER, "exempt"),
        (LATER, AFTER, "late"),
        (AFTER, BEFORE, "fulfilled"),
    ],
)
def test_whoever_was_let_off_first_stays_so_and_an_answer_that_came_first_stays(
    exempted: datetime,
    handed_in: datetime | None,
    status: str,
    country: SimpleNamespace,
    submit: Callable[..., Any],
) -> None:
    from ingest.ledger.directives.acts import take_back

    _keep(BEFORE - timedelta(hours=1))
    if handed_in and handed_in < exempted:
        submit("a", received_at=handed_in, outcome="accepted")
    made = _make(country, "exemption", exempted, form="attendance", node=country.district, **WEEK)
    if handed_in and handed_in > exempted:
        submit("a", received_at=handed_in, outcome="accepted")
    _keep(LATER)
    assert _of(country.school).status == status
    if not handed_in:
        take_back(made.pk, country.actor, LATER, reason="?")
        _keep(LATER)
        assert _of(country.school).status == "missing"


def test_a_scope_asks_only_those_below_and_a_second_one_adds(country: SimpleNamespace) -> None:
    from ingest.ledger.directives.acts import take_back
    from ingest.ledger.records import Obligation

    collected = {"regional_indicators": SEPTEMBER}
    _keep(LATER, date(2026, 9, 20), collected)
    asked = Obligation.objects.filter(form="regional_indicators", reason="")
    assert set(asked.values_list("node__code", flat=True)) == {"KZ", "110000000", "710000000"}
    first = _make(country, "scope", node=country.oblast)
    _keep(LATER, date(2026, 9, 20), collected)
    assert set(asked.values_list("node__code", flat=True)) == {"110000000"}
    gone = Obligation.objects.get(form="regional_indicators", node__code="710000000")
    assert (gone.status, gone.reason) == ("not_applicable", "not_served")
    _make(country, "scope", node=country.city_district.parent)
    _keep(LATER, date(2026, 9, 20), collected)
    assert set(asked.values_list("node__code", flat=True)) == {"110000000", "710000000"}
    take_back(first.pk, country.actor, LATER, reason="?")
    _keep(LATER, date(2026, 9, 20), collected)
    assert set(asked.values_list("node__code", flat=True)) == {"710000000"}


def test_nothing_is_asked_that_was_due_before_the_first_day(
    country: SimpleNamespace, submit: Callable[..., Any]
) -> None:
    from ingest.ledger.records import Obligation

    _keep(LATER)
    submit("a", node=country.other_school, received_at=AFTER, outcome="accepted")
    # Monday: the week before ended yesterday, the roster of the month was due on the 5th.
    _make(country, "start", terms={"day": "2026-09-14"})
    _keep(LATER, collected={"attendance": SEPTEMBER, "learner_roster": SEPTEMBER})
    assert (_of(country.school).status, _of(country.school).reason) == ("not_applicable", "before_start")
    assert _of(country.school, "2026-09", "learner_roster").status == "not_applicable"
    assert _of(country.school, "2026-W38").status == "open"
    assert _of(country.other_school).status == "late", "what was answered stays"
    _make(country, "deadline", form="learner_roster", terms={"day": "2026-09-30", "period": "2026-09"},
          first_day=SEPTEMBER, last_day=date(2026, 9, 30))  # fmt: skip
    _keep(LATER)
    assert _of(country.school, "2026-09", "learner_roster").status == "open", "it has a day of its own"
    _make(country, "start", form="attendance", terms={"day": None})
    _keep(LATER)
    assert not Obligation.objects.filter(form="attendance", status__in=("open", "missing")).exists()


def test_a_new_installation_begins_today_and_one_that_asks_already_goes_on(country: SimpleNamespace) -> None:
    from ingest.ledger.directives.begin import begin
    from ingest.ledger.records import Directive, Obligation

    begin(date(2026, 11, 2), LATER)
    begin(date(2026, 11, 9), LATER)
    assert [each.terms["day"] for each in Directive.objects.all()] == ["2026-11-02"]
    assert not Obligation.objects.exists()


def test_days_without_school_are_somebodys_own(country: SimpleNamespace) -> None:
    _make(country, "holiday", node=country.school, **WEEK)
    _keep(LATER)
    assert (_of(country.school).status, _of(country.school).reason) == ("not_applicable", "no_school_day")
    assert _of(country.other_school).status == "missing"


def test_what_a_clock_ahead_asked_for_is_taken_back_with_it(country: SimpleNamespace) -> None:
    _keep(LATER + timedelta(days=90), date(2026, 12, 20))
    assert _of(country.school, "2026-W45").status == "missing"
    _keep(LATER)
    assert (_of(country.school, "2026-W45").status, _of(country.school, "2026-W45").reason) == (
        "not_applicable",
        "",
    )
    _keep(LATER + timedelta(days=90), date(2026, 12, 20))
    assert _of(country.school, "2026-W45").status == "missing"


@pytest.mark.parametrize("statement", ["update", "delete", "replace"])
def test_nobody_changes_a_directive(statement: str, country: SimpleNamespace) -> None:
    from django.db import DatabaseError, connection, transaction

    made = _make(country, "holiday", **WEEK)
    from ingest.ledger.records import Directive

    with pytest.raises(DatabaseError), transaction.atomic():
        if statement == "update":
            Directive.objects.filter(pk=made.pk).update(reason="another")
        elif statement == "delete":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM ledger_directive")
        else:
            Directive.objects.create(
                pk=made.pk, kind="holiday", reason="!", actor=country.actor, at=LATER, first_day=SEPTEMBER
            )
    assert Directive.objects.get(pk=made.pk).reason == "?"


def test_what_makes_no_sense_is_refused(country: SimpleNamespace) -> None:
    from ingest.ledger.directives.acts import take_back
    from ingest.ledger.refusals import RefusalError

    made = _make(country, "holiday", **WEEK)
    take_back(made.pk, country.actor, LATER, reason="?")
    refused: dict[str, Callable[[], Any]] = {
        "taken_back_already": lambda: take_back(made.pk, country.actor, LATER, reason="?"),
        "no_directive": lambda: take_back(
            made.pk + 1, country.actor, LATER, reason="?"
        ),  # the taking back itself
        "days_crossed": lambda: _make(country, "holiday", first_day=LATER.date(), last_day=SEPTEMBER),
        "no_form": lambda: _make(country, "start", form="atendance", terms={"day": None}),
        "not_closable": lambda: _make(country, "closed", node=country.republic, first_day=SEPTEMBER),
        "merges_into_nothing": lambda: _make(
            country, "merged", node=country.school, first_day=SEPTEMBER, terms={"into": country.district.code}
        ),
        "own_report": lambda: _make(country, "exemption", node=country.district, by=country.district),
        "not_in_chain": lambda: _make(country, "deadline", node=country.school, by=country.neighbour),
    }
    for code, act in refused.items():
        with pytest.raises(RefusalError) as caught:
            act()
        assert caught.value.code == code


def test_a_department_is_closed_and_opened_by_what_was_decided_alone(country: SimpleNamespace) -> None:
    from ingest.ledger.nodes import OrganisationEvent, apply_to_departments, node

    code = country.neighbour.code
    apply_to_departments([OrganisationEvent(code, "closed", date(2026, 9, 14))])
    assert node(code).valid_to == date(2026, 9, 13)
    apply_to_departments([])
    assert (node(code).valid_from, node(code).valid_to) == (None, None)


def test_exemptions_of_an_earlier_version_are_directives(home: Any) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from ingest.ledger.records import Directive, Obligation

    before = [("ledger", "0012_an_installation_knows_itself")]
    MigrationExecutor(connection).migrate(before)
    old = MigrationExecutor(connection).loader.project_state(before).apps
    node = old.get_model("ledger", "Node").objects.get()
    actor = old.get_model("ledger", "User").objects.create(username="somebody")
    old.get_model("ledger", "Exemption").objects.create(
        form="attendance", node=node, first_day=SEPTEMBER, reason="жөндеу", actor=actor, on_behalf_of=node,
        granted_at=BEFORE,
    )  # fmt: skip
    old.get_model("ledger", "Obligation").objects.create(
        form="attendance", node=node, period="2026-W37", period_kind="week", period_start=WEEK["first_day"],
        period_end=WEEK["last_day"], due_at=DUE, status="exempt", reason="exempted",
    )  # fmt: skip

    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    kept = Directive.objects.get()
    assert (kept.kind, kept.form, kept.first_day, kept.last_day, kept.reason) == (
        *("exemption", "attendance", SEPTEMBER, None, "жөндеу"),
    )
    assert (kept.actor.username, kept.at, Obligation.objects.get().reason) == ("somebody", BEFORE, "")
