from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.ledger.school_calendar import SchoolCalendar, Segment

SEPTEMBER = date(2026, 9, 1)
# attendance of 2026-W37 (7–13 September) falls due on Monday 14 September, by Almaty's clocks.
DUE = datetime(2026, 9, 14, 18, 59, 59, 999999, tzinfo=UTC)
IN_TIME, TOO_LATE = DUE, DUE + timedelta(microseconds=1)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
AUTUMN = SchoolCalendar.of(
    [
        Segment("term", date(2026, 9, 1), date(2026, 10, 25)),
        Segment("break", date(2026, 10, 26), date(2026, 11, 1)),
        Segment("term", date(2026, 11, 2), date(2026, 12, 27)),
    ]
)


def _open(until: date, calendar: SchoolCalendar | None = None) -> Any:
    from ingest.ledger.obligations import open_due

    collected = dict.fromkeys(("attendance", "learner_roster"), SEPTEMBER)
    return open_due(until, collect_from=SEPTEMBER, collected=collected, calendar=calendar)


def _of(node: Any, form: str = "attendance", period: str = "2026-W37") -> Any:
    from ingest.ledger.records import Obligation

    return Obligation.objects.get(node=node, form=form, period=period)


def _settle(now: datetime) -> Any:
    from ingest.ledger.obligations import settle

    return settle(now)


def test_every_form_period_and_node_is_asked_once(country: SimpleNamespace) -> None:
    from ingest.ledger.records import Obligation

    _open(date(2026, 9, 20))
    asked = sorted(Obligation.objects.filter(node=country.school).values_list("form", "period", "status"))
    assert asked == [
        ("attendance", "2026-W36", "open"),
        ("attendance", "2026-W37", "open"),
        ("attendance", "2026-W38", "open"),
        ("learner_roster", "2026-09", "open"),
    ]
    assert set(Obligation.objects.values_list("node__kind", flat=True)) == {"organisation"}
    assert not _open(date(2026, 9, 20))
    assert _open(date(2026, 9, 21))["opened"] == 2


@pytest.mark.parametrize(("first_day", "is_asked"), [(date(2026, 9, 5), True), (date(2026, 9, 6), False)])
def test_what_is_due_on_the_first_day_is_asked_and_nothing_before(
    first_day: date, is_asked: bool, country: SimpleNamespace
) -> None:
    """The list of a month is due on the 5th: who begins on the 6th could not be in time."""
    from ingest.ledger.obligations import open_due
    from ingest.ledger.records import Obligation

    open_due(date(2026, 9, 30), collect_from=first_day, collected={"learner_roster": first_day})
    assert Obligation.objects.filter(node=country.school, period="2026-09").exists() == is_asked


def test_a_report_is_due_at_the_end_of_its_day_by_local_clocks(country: SimpleNamespace) -> None:
    _open(date(2026, 9, 20))
    assert _of(country.school).due_at == DUE
    roster = _of(country.school, "learner_roster", "2026-09")
    assert roster.due_at == datetime(2026, 9, 5, 18, 59, 59, 999999, tzinfo=UTC)


# What the school sent for one week, in the server's order (kind, received at, what became of it), and the
# moment of looking → the obligation's status, and when it ended.
CASES: dict[str, tuple[list[tuple[str, datetime, str | None]], datetime, str, datetime | None]] = {
    "nothing yet": ([], BEFORE, "open", None),
    "nothing, on the last moment": ([], DUE, "open", None),
    "nothing, and the day is over": ([], TOO_LATE, "missing", DUE),
    "in time": ([("file", BEFORE, "accepted")], AFTER, "fulfilled", BEFORE),
    "in the last moment": ([("file", IN_TIME, "accepted")], AFTER, "fulfilled", IN_TIME),
    "too late": ([("file", TOO_LATE, "accepted")], AFTER, "late", TOO_LATE),
    "waits, before the deadline": ([("file", BEFORE, None)], BEFORE, "open", None),
    "came in time, still waits": ([("file", BEFORE, None)], AFTER, "open", None),
    "came late, still waits": ([("file", AFTER, None)], AFTER, "missing", DUE),
    "rejected before the deadline": ([("file", BEFORE, "rejected")], BEFORE, "open", None),
    "rejected": ([("file", BEFORE, "rejected")], AFTER, "missing", DUE),
    "unreadable": ([("file", BEFORE, "unreadable")], AFTER, "missing", DUE),
    "corrected too late": (
        [("file", BEFORE, "rejected"), ("file", AFTER, "accepted")],
        AFTER,
        "late",
        AFTER,
    ),
    "corrected after being in time": (
        [("file", BEFORE, "accepted"), ("file", AFTER, "accepted")],
        AFTER,
        "fulfilled",
        BEFORE,
    ),
    "a rejected correction displaces nothing": (
        [("file", BEFORE, "accepted"), ("file", AFTER, "rejected")],
        AFTER,
        "fulfilled",
        BEFORE,
    ),
    "returned": ([("file", BEFORE, "returned")], AFTER, "missing", DUE),
    "withdrawn before the deadline": ([("file", BEFORE, "withdrawn")], BEFORE, "open", None),
    "returned, then again too late": (
        [("file", BEFORE, "returned"), ("file", AFTER, "accepted")],
        AFTER,
        "late",
        AFTER,
    ),
    "nil return": ([("nil", BEFORE, None)], AFTER, "nil_return", BEFORE),
    "nil return too late": ([("nil", AFTER, None)], AFTER, "nil_return", AFTER),
    "nil return, then data too late": (
        [("nil", BEFORE, None), ("file", AFTER, "accepted")],
        AFTER,
        "late",
        AFTER,
    ),
    "data, then a nil return nobody confirmed": (
        [("file", BEFORE, "accepted"), ("nil", AFTER, None)],
        AFTER,
        "fulfilled",
        BEFORE,
    ),
    "data, then a nil return": (
        [("file", BEFORE, "accepted"), ("nil", AFTER, "confirmed")],
        AFTER,
        "nil_return",
        AFTER,
    ),
    "approved": ([("file", BEFORE, "approved")], AFTER, "fulfilled", BEFORE),
    "the clock went backwards": (
        [("file", AFTER, "accepted"), ("file", BEFORE, "accepted")],
        AFTER,
        "late",
        AFTER,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of_an_obligation(
    name: str, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions import removals
    from ingest.ledger.receipts import submissions

    sent, now, status, ended_at = CASES[name]
    _open(date(2026, 9, 13))
    for number, (kind, received_at, fate) in enumerate(sent):
        decided = fate in ("returned", "withdrawn", "approved", "confirmed")
        made = submit(
            None if kind == "nil" else f"v{number}",
            received_at=received_at,
            outcome="accepted" if decided else fate,
        ).submission
        if fate == "returned":
            submissions.return_(
                made.pk, country.actor, country.district, reason="?", at=AFTER, confirmed=True
            )
        elif fate == "withdrawn":
            submissions.withdraw(made.pk, country.actor, country.school, reason="?", at=AFTER, confirmed=True)
        elif fate == "confirmed":
            removals.confirm(made.pk, country.actor, country.school, at=AFTER)
        elif fate == "approved":
            submissions.approve(made.pk, country.actor, country.district, at=AFTER)
    _settle(now)
    found = _of(country.school)
    assert (found.status, found.ended_at) == (status, ended_at)
    assert not _settle(now)
    other = _of(country.other_school)
    assert other.status == ("open" if now <= DUE else "missing")


def test_a_late_file_turns_missing_into_late_and_a_withdrawal_back(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import withdraw

    _open(date(2026, 9, 13))
    assert _settle(AFTER)["missing"] > 0
    made = submit("a", received_at=AFTER, outcome="accepted").submission
    assert _of(country.school).status == "late"
    withdraw(made.pk, country.actor, country.school, reason="?", at=AFTER, confirmed=True)
    assert _of(country.school).status == "missing"
    assert not _settle(AFTER)


def test_a_part_answers_for_the_class_that_sent_it(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    _open(date(2026, 9, 13))
    submit("a", part="5A", received_at=BEFORE, outcome="accepted")
    _settle(AFTER)
    assert _of(country.school).status == "fulfilled"


def test_a_week_without_a_school_day_asks_nothing(country: SimpleNamespace) -> None:
    _open(date(2026, 11, 8), AUTUMN)
    week = _of(country.school, period="2026-W44")
    assert (week.status, week.reason, week.ended_at) == ("not_applicable", "no_school_day", None)
    _settle(datetime(2026, 12, 1, tzinfo=UTC))
    assert _of(country.school, period="2026-W44").status == "not_applicable"
    assert _of(country.school, period="2026-W45").status == "missing"
    assert _of(country.school, "learner_roster", "2026-10").status == "missing"


def test_nothing_is_asked_of_the_summer(country: SimpleNamespace) -> None:
    _open(date(2027, 7, 31), AUTUMN)
    roster = _of(country.school, "learner_roster", "2027-07")
    assert (roster.status, roster.reason) == ("not_applicable", "no_school_day")


def test_a_calendar_that_comes_later_corrects_what_was_asked(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    _open(date(2026, 11, 8))
    submit("a", period="2026-W44", node=country.other_school, received_at=BEFORE, outcome="accepted")
    _settle(datetime(2026, 12, 1, tzinfo=UTC))
    assert _of(country.school, period="2026-W44").status == "missing"
    assert _open(date(2026, 11, 8), AUTUMN) == {"not_applicable": 1}
    assert _of(country.school, period="2026-W44").status == "not_applicable"
    assert _of(country.other_school, period="2026-W44").status == "fulfilled"
    assert _open(date(2026, 11, 8)) == {"reopened": 1}


@pytest.mark.parametrize(
    ("opened", "closed", "weeks", "rosters"),
    [
        (date(2020, 8, 1), None, {"2026-W39", "2026-W40", "2026-W41"}, {"2026-10"}),
        (date(2026, 10, 1), None, {"2026-W40", "2026-W41"}, {"2026-10"}),
        (date(2026, 10, 2), None, {"2026-W40", "2026-W41"}, set()),
        (date(2026, 10, 4), None, {"2026-W40", "2026-W41"}, set()),  # the last day of a week
        (date(2026, 10, 5), None, {"2026-W41"}, set()),
        (date(2020, 8, 1), date(2026, 10, 1), {"2026-W39", "2026-W40"}, set()),
        (date(2020, 8, 1), date(2026, 9, 28), {"2026-W39"}, set()),
        (date(2020, 8, 1), date(2026, 9, 29), {"2026-W39", "2026-W40"}, set()),  # its last day begins a week
        (date(2020, 8, 1), date(2026, 10, 2), {"2026-W39", "2026-W40"}, {"2026-10"}),
    ],
)
def test_only_open_organisations_are_asked(
    opened: date, closed: date | None, weeks: set[str], rosters: set[str], country: SimpleNamespace
) -> None:
    from ingest.ledger.nodes import OrganisationEvent, apply_organisation_events, node
    from ingest.ledger.obligations import open_due
    from ingest.ledger.records import Obligation

    bin_ = "650140000077"
    events = [OrganisationEvent(bin_, "opened", opened, "М", "Ш", "113220100")]
    if closed:
        events.append(OrganisationEvent(bin_, "closed", closed))
    apply_organisation_events(country.district, events)
    open_due(date(2026, 10, 11), collect_from=date(2026, 9, 21))
    asked = Obligation.objects.filter(node=node(bin_)).exclude(form="learner_roster", period="2026-09")
    assert set(asked.filter(form="attendance").values_list("period", flat=True)) == weeks
    assert set(asked.filter(form="learner_roster").values_list("period", flat=True)) == rosters


@pytest.mark.parametrize(
    ("valid_from", "weeks"),
    [
        (date(2026, 9, 28), ["2026-W40", "2026-W41"]),
        (date(2026, 10, 4), ["2026-W40", "2026-W41"]),  # the last day of a week
        (date(2026, 10, 5), ["2026-W41"]),
    ],
)
def test_a_form_is_asked_for_from_the_period_in_which_it_begins_to_be_valid(
    valid_from: date, weeks: list[str], country: SimpleNamespace
) -> None:
    from ingest.ledger.obligations import open_due
    from ingest.ledger.records import Obligation
    from ingest.schema.forms.load import contract

    form = contract("attendance").model_copy(update={"valid_from": valid_from})
    open_due(date(2026, 10, 11), collect_from=date(2026, 9, 28), forms={form.form: form})
    asked = Obligation.objects.filter(node=country.school, form="attendance").order_by("period")
    assert list(asked.values_list("period", flat=True)) == weeks


def test_a_closure_learnt_later_takes_the_question_back(country: SimpleNamespace) -> None:
    from ingest.ledger.nodes import OrganisationEvent, apply_organisation_events

    _open(date(2026, 9, 20))
    closure = OrganisationEvent("650140000011", "closed", date(2026, 9, 14))
    apply_organisation_events(country.district, [closure])
    _open(date(2026, 9, 20))
    week = _of(country.school, period="2026-W38")
    assert (week.status, week.reason) == ("not_applicable", "not_open")
    assert _of(country.school, period="2026-W37").status == "open"


def test_an_exemption_covers_whole_periods_now_and_later(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions.exemptions import grant
    from ingest.ledger.refusals import NotAllowedError

    _open(date(2026, 9, 13))
    decision = {
        "form": "attendance",
        "node": country.school,
        "first_day": date(2026, 9, 7),
        "last_day": date(2026, 9, 22),
        "reason": "repairs",
        "actor": country.actor,
        "at": AFTER,
    }
    for stranger in (country.school, country.neighbour):
        with pytest.raises(NotAllowedError):
            grant(**decision, by=stranger)
    grant(**decision, by=country.district)
    _open(date(2026, 9, 27))
    _settle(datetime(2026, 11, 1, tzinfo=UTC))
    statuses = {
        week: _of(country.school, period=week).status
        for week in ("2026-W36", "2026-W37", "2026-W38", "2026-W39")
    }
    assert statuses == {
        "2026-W36": "missing",
        "2026-W37": "exempt",
        "2026-W38": "exempt",
        "2026-W39": "missing",
    }
    assert _of(country.other_school).status == "missing"


def test_an_installation_asks_for_the_forms_it_collects_from_their_own_day(country: SimpleNamespace) -> None:
    from ingest.ledger.obligations import open_due
    from ingest.ledger.records import Obligation

    collected = {"attendance": date(2026, 9, 14)}
    open_due(date(2026, 9, 20), collect_from=SEPTEMBER, collected=collected)

    asked = set(Obligation.objects.values_list("form", "period"))
    assert asked == {("attendance", "2026-W38")}


def test_term_results_are_asked_for_until_the_last_day_of_the_last_month_of_the_term(
    country: SimpleNamespace,
) -> None:
    from ingest.ledger.obligations import open_due

    collected = {"term_results": SEPTEMBER}
    open_due(date(2027, 8, 31), collect_from=SEPTEMBER, collected=collected, calendar=AUTUMN)

    asked = [_of(country.school, "term_results", f"2026-2027-T{number}") for number in (1, 2, 3, 4)]
    assert [found.status for found in asked] == ["open"] * 4
    # The end of the day by local clocks is 19:00 of it in UTC.
    assert [found.due_at.date().isoformat() for found in asked] == [
        "2026-10-31",
        "2026-12-31",
        "2027-03-31",
        "2027-05-31",
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_report_is_told_as_it_is_now_though_nobody_has_settled_since(
    name: str, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    """Settled once while it was open, then only acts and the clock."""
    from ingest.ledger.decisions import removals
    from ingest.ledger.obligations.as_of import as_of
    from ingest.ledger.receipts import submissions

    sent, now, status, _ = CASES[name]
    _open(date(2026, 9, 13))
    _settle(BEFORE - timedelta(hours=1))
    for number, (kind, received_at, fate) in enumerate(sent):
        decided = fate in ("returned", "withdrawn", "approved", "confirmed")
        made = submit(
            None if kind == "nil" else f"v{number}",
            received_at=received_at,
            outcome="accepted" if decided else fate,
        ).submission
        decision = {"returned": submissions.return_, "withdrawn": submissions.withdraw}.get(fate or "")
        by = country.school if fate == "withdrawn" else country.district
        if decision:
            decision(made.pk, country.actor, by, reason="?", at=AFTER, confirmed=True)
        elif fate == "confirmed":
            removals.confirm(made.pk, country.actor, country.school, at=AFTER)
        elif fate == "approved":
            submissions.approve(made.pk, country.actor, country.district, at=AFTER)
    found = as_of(now).get(form="attendance", node=country.school, period="2026-W37")
    assert found.status_now == status
