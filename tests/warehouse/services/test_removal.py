"""Whatever would remove rows that count says what it removes, and waits until somebody confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals, removals, winners
from ingest.ledger.decisions.removals import ConfirmationNeededError
from ingest.ledger.nodes import node
from ingest.ledger.receipts import submissions
from ingest.ledger.records import Node, Submission, SubmissionEvent, Verdict
from ingest.ledger.refusals import NotAllowedError, WrongStateError
from ingest.receive.address import resolve
from ingest.receive.receipt import receive_nil
from tests.warehouse.copies import further, own_copy
from tests.warehouse.country import (
    _CALENDAR,
    _TERRITORIES,
    DISTRICT,
    NOW,
    REGION,
    SCHOOLS,
    WEEKS,
    Country,
    _opened,
    attendance,
    roster,
)
from tests.warehouse.services.test_intake import lake_content
from warehouse.services.hierarchy.registers import follow, school_calendar
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts import decisions as services

SCHOOL, WEEK = SCHOOLS[0], WEEKS[0]
TERRITORY = ("kato", "level", "type_code", "name_ru", "name_kk")
SEGMENT = ("segment", "segment_no", "name_kk", "name_ru", "start_date", "end_date")


def _state(number: int) -> str:
    return str(Submission.objects.get(pk=number).state)


def _counting(form: str) -> list[int]:
    return [winner.pk for winner in winners.operational(form)]


def _confirm(number: int, by: str) -> Submission:
    return removals.confirm(number, account("inspector"), node(by), at=NOW)


def _territories(country: Country, rows: list[Any], period: str, **more: Any) -> int:
    listed = [dict(zip(TERRITORY, row, strict=True)) for row in rows]
    return country.submit("territory_register", "KZ", period, listed, **more)


def _calendar(country: Country, rows: list[Any], **more: Any) -> int:
    listed = [dict(zip(SEGMENT, row, strict=True)) for row in rows]
    return country.submit("school_calendar", "KZ", "2026-2027", listed, **more)


@pytest.fixture(scope="module")
def reported(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an accepted report of one school, judged against its list."""

    def hand_in(country: Country) -> None:
        country.submit("attendance", SCHOOL, WEEK, attendance(SCHOOL, WEEK))

    return further(listed, tmp_path_factory.mktemp("reported") / "home", hand_in)


@pytest.fixture
def country(
    request: pytest.FixtureRequest, registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Country]:
    """With the report where a test speaks of it, else with the registers alone."""
    start = request.getfixturevalue("reported") if "report" in request.fixturenames else registered
    yield from own_copy(start, tmp_path, monkeypatch)


@pytest.fixture
def report(country: Country) -> int:
    """The number of the report."""
    [number] = _counting("attendance")
    assert _state(number) == "accepted"
    return number


def test_a_smaller_report_waits_and_says_what_it_removes(country: Country, report: int) -> None:
    smaller = country.submit("attendance", SCHOOL, WEEK, attendance(SCHOOL, WEEK)[:10])
    country.judge()
    assert (_state(smaller), _counting("attendance")) == ("pending", [report])
    [(waiting, removal)] = removals.waiting_for_confirmation()
    assert waiting.pk == smaller
    assert (removal.rows, removal.of, removal.submissions) == (20, 30, (report,))

    with pytest.raises(NotAllowedError):
        _confirm(smaller, SCHOOLS[1])
    _confirm(smaller, SCHOOL)
    _confirm(smaller, SCHOOL)

    assert (_state(smaller), _counting("attendance")) == ("accepted", [smaller])
    [event] = SubmissionEvent.objects.filter(submission_id=smaller, kind="confirmed")
    assert (event.actor.username, event.on_behalf_of and event.on_behalf_of.code) == ("inspector", SCHOOL)
    assert event.details["removal"]["rows"] == 20
    assert removals.waiting_for_confirmation() == []
    with pytest.raises(WrongStateError):
        _confirm(report, SCHOOL)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (attendance(SCHOOL, WEEK)[:24], "accepted"),  # a fifth fewer, as a correction may have
        (attendance(SCHOOL, WEEK)[:23], "pending"),
        ([row | {"is_late": "yes"} for row in attendance(SCHOOL, WEEK)], "accepted"),
    ],
)
def test_how_much_may_go_unasked_is_a_share(
    country: Country, report: int, rows: list[dict[str, Any]], state: str
) -> None:
    later = country.submit("attendance", SCHOOL, WEEK, rows)
    country.judge()
    assert _state(later) == state


def test_as_many_rows_about_others_remove_as_much_as_none(country: Country) -> None:
    before = country.submit("learner_roster", SCHOOL, "2026-09", roster(SCHOOL)[:3])
    later = country.submit("learner_roster", SCHOOL, "2026-09", roster(SCHOOL)[3:])
    country.judge()
    assert (_state(before), _state(later)) == ("accepted", "pending")


def test_nothing_to_report_after_a_report_waits(country: Country, report: int) -> None:
    scope = resolve("attendance", SCHOOL, WEEK)
    handed_in = submissions.Handover(NOW, "drop", account("drop"))
    nil = receive_nil(scope, handed_in).submission_id
    assert (_state(nil), _counting("attendance")) == ("pending", [report])
    # The same once more, now meant: no new receipt, and the pending one is confirmed by it.
    again = receive_nil(scope, submissions.Handover(NOW, "cli", account("clerk"), may_replace=True))
    assert (again.submission_id, again.is_duplicate) == (nil, True)
    assert (_state(nil), _counting("attendance")) == ("accepted", [nil])


def test_what_was_confirmed_when_handed_in_is_not_asked_again(country: Country, report: int) -> None:
    smaller = country.submit("attendance", SCHOOL, WEEK, attendance(SCHOOL, WEEK)[:2], replace=True)
    country.judge()
    assert (_state(smaller), _counting("attendance")) == ("accepted", [smaller])
    [event] = SubmissionEvent.objects.filter(submission_id=smaller, kind="confirmed")
    assert (event.actor.username, event.details["removal"]["rows"]) == ("tester", 28)


def test_taking_out_what_counts_is_confirmed(country: Country, report: int) -> None:
    facts = {"reason": "?", "at": NOW}
    with pytest.raises(ConfirmationNeededError) as asked:
        approvals.withdraw(report, account("clerk"), node(SCHOOL), **facts)  # type: ignore[arg-type]
    assert (asked.value.facts["rows"], _state(report)) == (30, "accepted")
    roster_of_school = next(
        found for found in winners.operational("learner_roster") if found.scope.node.code == SCHOOL
    )
    with pytest.raises(ConfirmationNeededError) as asked:
        approvals.withdraw(roster_of_school.pk, account("clerk"), node(SCHOOL), **facts)  # type: ignore[arg-type]
    assert asked.value.facts["dependants"] == 1  # the report was judged against the list

    approvals.approve(report, account("inspector"), node(DISTRICT), at=NOW)
    with pytest.raises(ConfirmationNeededError):
        approvals.return_(report, account("inspector"), node(DISTRICT), **facts)  # type: ignore[arg-type]
    approvals.return_(report, account("inspector"), node(DISTRICT), confirmed=True, **facts)  # type: ignore[arg-type]
    event = SubmissionEvent.objects.filter(submission_id=report, kind="returned").get()
    assert event.details["removal"]["rows"] == 30


def test_a_whole_that_lacks_rows_of_its_parts_waits(rostered: Country) -> None:
    country = rostered
    rows = attendance(SCHOOL, WEEK)
    parts = [
        country.submit("attendance", SCHOOL, WEEK, rows[place::2], part=name)
        for place, name in enumerate(("5А", "5Б"))
    ]
    short = country.submit("attendance", SCHOOL, WEEK, rows[:15])
    country.judge()
    assert (_state(short), _counting("attendance")) == ("pending", parts)
    whole = country.submit("attendance", SCHOOL, WEEK, rows)
    country.judge()
    assert _counting("attendance") == [whole]
    assert removals.waiting_for_confirmation() == []  # overtaken


def _compared_with(submission: int, form: str) -> int:
    """How many of the verdicts that count say that they were compared with it."""
    verdicts = Verdict.objects.filter(submission__state__in=Submission.STANDING)
    return sum(submission in verdict.compared_with.get(form, ()) for verdict in verdicts)


def test_a_list_of_learners_that_is_withdrawn_says_what_was_held_against_it(
    country: Country, report: int
) -> None:
    found = Submission.objects.filter(scope__form="learner_roster", state__in=Submission.STANDING)[0]
    removal = removals.removal_of_taking_out(found)
    assert removal is not None
    assert removal.dependants == _compared_with(found.pk, "learner_roster") > 0, report


def test_a_classifier_of_one_row_replaces_nothing_by_itself(country: Country) -> None:
    home = country.home
    [standing] = _counting("territory_register")
    one = _territories(country, _TERRITORIES[:1], "2026-09-01")
    country.judge()
    assert (_state(one), _counting("territory_register")) == ("pending", [standing])
    [(_, removal)] = removals.waiting_for_confirmation()
    assert (removal.rows, removal.of) == (2, 3)
    assert removal.dependants == _compared_with(standing, "territory_register") > 0
    # What was judged before references were kept once has them in its own row.
    for verdict in Verdict.objects.all():
        verdict.reference, verdict.reference_version = verdict.compared_with, None
        verdict.save()
    again = removals.removal_of_taking_out(Submission.objects.get(pk=standing))
    assert again is not None and again.dependants == removal.dependants

    _confirm(one, "KZ")
    assert (_state(one), _counting("territory_register")) == (
        "accepted",
        [standing],
    )  # confirmed, not in effect
    country.judge()
    assert Node.objects.get(code=DISTRICT).valid_to is None
    services.approve(home, one, account("minister"), node("KZ"))
    assert [each.pk for each in winners.latest(winners.operational("territory_register"))] == [one]


def test_what_nobody_was_asked_about_is_asked_when_it_is_approved(country: Country) -> None:
    """Handed in while nothing was in force, so that it removed nothing then."""
    home = country.home
    scope = {"rows": _CALENDAR, "period": "2027-2028"}
    long = country.submit("school_calendar", "KZ", "2027-2028", _next_year(_CALENDAR))
    country.judge()
    short = country.submit("school_calendar", "KZ", "2027-2028", _next_year(_CALENDAR[:1]))
    country.judge()
    assert scope and (_state(long), _state(short)) == ("accepted", "accepted")
    minister = account("minister")
    services.approve(home, long, minister, node("KZ"))

    with pytest.raises(ConfirmationNeededError):
        services.approve(home, short, minister, node("KZ"))
    assert _state(short) == "accepted"
    services.approve(home, short, minister, node("KZ"), confirmed=True)
    assert _state(short) == "approved"


def _next_year(rows: list[Any]) -> list[dict[str, Any]]:
    later = [
        (*row[:4], *(day.replace("2027", "2028").replace("2026", "2027") for day in row[4:])) for row in rows
    ]
    return [dict(zip(SEGMENT, row, strict=True)) for row in later]


def test_a_calendar_of_one_holiday_changes_no_obligation(country: Country) -> None:
    home = country.home
    before = school_calendar(home)
    one = _calendar(country, [("break", 1, "Мереке", "Праздник", "2026-12-16", "2026-12-16")])
    country.judge()
    assert _state(one) == "pending"
    assert school_calendar(home) == before
    _confirm(one, "KZ")
    assert school_calendar(home) == before
    # Adding a day is adding a row to what is in force: that is asked about by nobody, and approved all the same.
    longer = _calendar(
        country, [*_CALENDAR, ("break", 2, "Қысқы каникул", "Зимние каникулы", "2026-12-28", "2027-01-10")]
    )
    country.judge()
    assert _state(longer) == "accepted"
    assert school_calendar(home) == before
    services.approve(home, longer, account("minister"), node("KZ"))
    assert school_calendar(home) != before


def test_a_school_closes_when_its_closing_is_approved(country: Country) -> None:
    home = country.home
    closing = country.submit(
        "organisation_register",
        DISTRICT,
        "2026-09-10",
        [{"bin": SCHOOL, "event": "closed", "event_date": "2026-09-05"} | _blank()],
    )
    country.judge()
    follow(home)
    assert (_state(closing), Node.objects.get(code=SCHOOL).valid_to) == ("accepted", None)
    services.approve(home, closing, account("inspector"), node(REGION))
    assert Node.objects.get(code=SCHOOL).valid_to is not None


def _blank() -> dict[str, Any]:
    return dict.fromkeys([name for name in _opened(SCHOOL) if name not in ("bin", "event", "event_date")], "")


def test_what_waits_survives_a_rebuild_and_counts_when_confirmed(country: Country, report: int) -> None:
    smaller = country.submit("attendance", SCHOOL, WEEK, attendance(SCHOOL, WEEK)[:10])
    country.judge()
    before = lake_content(country.home)

    relay(country.home)

    assert lake_content(country.home) == before
    assert _counting("attendance") == [report]
    _confirm(smaller, DISTRICT)
    assert _counting("attendance") == [smaller]
