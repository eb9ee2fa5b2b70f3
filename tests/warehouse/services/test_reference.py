"""What waiting files are judged against, from small tables: the latest word on an organisation, the reports before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.values.period import Period
from warehouse.services import reference

_NULL = {
    "kind": None,
    "opened_date": None,
    "kato": None,
    "design_capacity": None,
    "shifts": None,
    "is_boarding": None,
}


def _asked(query: str, landed: list[dict[str, Any]], submitters: dict[int, str]) -> list[tuple[Any, ...]]:
    types = {
        "submission_id": "BIGINT", "event_date": "DATE", "opened_date": "DATE",
        "design_capacity": "INTEGER", "shifts": "INTEGER", "is_boarding": "BOOLEAN",
    }  # fmt: skip
    with duckdb.connect(":memory:") as con:
        columns = ", ".join(f"{name} {types.get(name, 'VARCHAR')}" for name in landed[0])
        con.execute(f"CREATE TABLE landed ({columns})")
        con.executemany(
            f"INSERT INTO landed VALUES ({', '.join('?' * len(landed[0]))})",
            [list(row.values()) for row in landed],
        )
        con.execute("CREATE TABLE submitter (submission_id BIGINT, node_code VARCHAR)")
        for submitter in submitters.items():
            con.execute("INSERT INTO submitter VALUES (?, ?)", submitter)
        return sorted(con.execute(query).fetchall(), key=repr)


def _event(bin_: str, event: str, day: date, submission: int = 1, **said: Any) -> dict[str, Any]:
    return {"submission_id": submission, "bin": bin_, "event": event, "event_date": day, **_NULL, **said}


def test_of_an_organisation_the_latest_word_counts_and_silence_is_none() -> None:
    first, later, last = date(2020, 9, 1), date(2024, 9, 1), date(2026, 9, 1)
    landed = [
        _event("A", "opened", first, kind="old", kato="1", design_capacity=100, shifts=1, is_boarding=False),
        _event("A", "renamed", later, 2, kato="2", design_capacity=200, shifts=2, is_boarding=True),
        _event("A", "renamed", last, 2),
        _event("A", "moved", date(2027, 9, 1), 3, kato="of nobody who is asked"),
        _event("B", "opened", first, kind="closed later", opened_date=date(1990, 1, 1)),
        _event("B", "closed", later),
        _event("C", "opened", first, kind="first"),
        _event("C", "closed", later),
        _event("C", "opened", last, kind="opened again"),
        _event("D", "opened", first, kind="merged later"),
        _event("D", "merged", later),
        _event("D", "renamed", last),
        _event("E", "renamed", last, kind="never opened"),
    ]
    found = _asked(reference._ORGANISATIONS, landed, {1: "10", 2: "20"})
    assert found == [
        ("A", "old", first, None, "20", "2", 200, 2, True),
        ("B", "closed later", date(1990, 1, 1), later, "10", None, None, None, None),
        ("C", "opened again", last, None, "10", None, None, None, None),
        ("D", "merged later", first, later, "10", None, None, None, None),
    ]


def test_staff_are_those_of_each_quarter_by_its_first_day() -> None:
    """By that day a rule tells which of the lists holds for what is judged."""
    quarters = (("2026-07-01", "2026-09-30"), ("2026-10-01", "2026-12-31"))
    landed = [
        {"submission_id": number, "iin": iin, "period_start": begins, "period_end": ends}
        for number, (begins, ends) in enumerate(quarters, 1)
        for iin in ("A", "A", "B")
    ]
    found = _asked(reference._STAFF, landed, {1: "school", 2: "school"})
    assert found == [("school", iin, begins) for iin in ("A", "B") for begins, _ in quarters]


def test_of_two_passports_the_later_tells_the_days_of_the_week() -> None:
    landed = [
        {"bin": "A", "period": "2025-2026", "study_days": "6"},
        {"bin": "A", "period": "2026-2027", "study_days": "5"},
        {"bin": "B", "period": "2025-2026", "study_days": "6"},
    ]
    assert _asked(reference._PASSPORTS, landed, {}) == [("A", "5"), ("B", "6")]


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_lists_are_looked_for_four_months_back_over_any_new_year(day: date) -> None:
    month = Period.containing("month", day)
    expected, at = set(), month
    for _ in range(4):
        at = Period.containing("month", date.fromordinal(at.start.toordinal() - 1))
        expected.add(at.text)
    assert reference._months_before(month) == expected


@dataclass(frozen=True, eq=False)
class _Report:
    pk: int
    scope: Any
    is_nil_return: bool


def _report(number: int, node: str, period: str, *, kind: str = "week", is_nil: bool = False) -> _Report:
    span = Period.parse(kind, period)
    scope = SimpleNamespace(node=SimpleNamespace(code=node), period=period, period_start=span.start)
    return _Report(number, scope, is_nil)


def test_a_week_is_held_against_the_latest_before_it_with_all_its_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports = [
        _report(9, "A", "2026-W35"),
        _report(2, "A", "2026-W36"),
        _report(1, "A", "2026-W36"),
        _report(3, "A", "2026-W37"),
        _report(4, "A", "2026-W38"),
        _report(5, "B", "2026-W35"),
        _report(6, "B", "2026-W36", is_nil=True),
    ]
    monkeypatch.setattr(reference.winners, "operational", lambda form, **_: reports)

    def before(*weeks: str) -> list[int]:
        asked = [Period.parse("week", week) for week in weeks]
        return [each.pk for each in reference._before("attendance", {"A", "B"}, asked)]

    assert before("2026-W37") == [1, 2, 5]
    assert before("2026-W38") == [3, 5]
    assert before("2026-W37", "2026-W39") == [1, 2, 4, 5]
    assert before("2026-W35") == []


def test_lists_of_others_are_of_the_month_and_of_the_latest_within_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lists = [
        _report(1, "A", "2026-04", kind="month"),
        _report(2, "A", "2026-05", kind="month"),
        _report(3, "B", "2026-06", kind="month"),
        _report(4, "C", "2026-06", kind="month"),
        _report(5, "A", "2026-09", kind="month"),
    ]

    def operational(form: str, periods: set[str]) -> list[Any]:
        return [each for each in lists if each.scope.period in periods]

    monkeypatch.setattr(reference.winners, "operational", operational)

    def around(*months: str) -> list[int]:
        return [
            each.pk for each in reference._lists_around([Period.parse("month", month) for month in months])
        ]

    assert around("2026-09") == [3, 4, 5]
    assert around("2026-10") == [5]
    assert around("2026-05") == [1, 2]
    assert around("2026-05", "2026-09") == [1, 2, 3, 4, 5]
    assert around("2026-04") == [1]
    lists.pop()
    assert around("2026-10") == [3, 4]  # June is the fourth month before
    assert around("2026-11") == []
