"""Reporting periods: what a submitter writes and the days it covers."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.values.period import (
    EXAMPLES,
    LOCAL_TIME,
    PERIOD_KINDS,
    Period,
    PeriodError,
    PeriodKind,
    periods,
)


@pytest.mark.parametrize(
    ("kind", "text", "start", "end"),
    [
        ("as_of", "2026-07-17", date(2026, 7, 17), date(2026, 7, 17)),
        ("school_year", "2026-2027", date(2026, 9, 1), date(2027, 8, 31)),
        ("quarter", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("term", "2026-2027-T1", date(2026, 9, 1), date(2026, 10, 31)),
        ("term", "2026-2027-T2", date(2026, 11, 1), date(2026, 12, 31)),
        ("term", "2026-2027-T3", date(2027, 1, 1), date(2027, 3, 31)),
        ("term", "2099-2100-T4", date(2100, 4, 1), date(2100, 5, 31)),
        ("month", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("month", "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("week", "2026-W36", date(2026, 8, 31), date(2026, 9, 6)),
        ("week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("week", "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
    ],
)
def test_a_period_has_its_first_and_last_day(kind: PeriodKind, text: str, start: date, end: date) -> None:
    period = Period.parse(kind, text)

    assert (period.start, period.end) == (start, end)
    assert start in period
    assert end in period
    assert Period.containing(kind, end) == period


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("week", "2026-W54"),
        ("week", "2026-36"),
        ("week", "2026-W3"),
        ("month", "2026-13"),
        ("quarter", "2026-Q5"),
        ("quarter", "2026-1"),
        ("term", "2026-27-T5"),
        ("term", "2026-28-T1"),
        ("term", "2026-2028-T1"),
        ("school_year", "2026/28"),
        ("school_year", "2026-2027 оқу"),
        ("month", "13.2026"),
        ("month", "٢٠٢٦-٠٩"),
        ("as_of", "31.02.2026"),
        ("school_year", "2026-2028"),
        ("school_year", "2026"),
        ("as_of", "2026-02-30"),
        ("as_of", ""),
    ],
)
def test_a_text_that_is_no_period_is_answered_with_an_example(kind: PeriodKind, text: str) -> None:
    with pytest.raises(PeriodError, match=EXAMPLES[kind]) as caught:
        Period.parse(kind, text)

    assert (caught.value.kind, caught.value.text) == (kind, text)


@pytest.mark.parametrize("kind", PERIOD_KINDS)
def test_the_example_of_a_kind_is_one(kind: PeriodKind) -> None:
    assert Period.parse(kind, EXAMPLES[kind]).text == EXAMPLES[kind]


def test_the_next_period_begins_the_day_after() -> None:
    assert Period.parse("week", "2026-W53").next().text == "2027-W01"
    assert Period.parse("month", "2026-12").next().text == "2027-01"
    assert Period.parse("quarter", "2026-Q4").next().text == "2027-Q1"
    assert Period.parse("term", "2026-27-T2").next().text == "2026-2027-T3"


def test_after_the_last_term_of_a_year_comes_the_first_of_the_next() -> None:
    assert Period.parse("term", "2026-27-T4").next().text == "2027-2028-T1"
    summer = Period.containing("term", date(2027, 7, 1))

    assert summer.text == "2027-2028-T1"
    assert date(2027, 7, 1) not in summer
    assert list(periods("term", date(2027, 6, 1), date(2027, 8, 31))) == []


def test_the_terms_of_a_school_year_in_order() -> None:
    found = [period.text for period in periods("term", date(2026, 9, 1), date(2027, 8, 31))]

    assert found == [f"2026-2027-T{number}" for number in (1, 2, 3, 4)]


def test_all_periods_that_have_a_day_in_between() -> None:
    found = [period.text for period in periods("week", date(2026, 9, 6), date(2026, 9, 14))]

    assert found == ["2026-W36", "2026-W37", "2026-W38"]
    assert list(periods("as_of", date(2026, 9, 1), date(2026, 12, 31))) == []


@given(
    year=st.integers(1990, 2100),
    dash=st.sampled_from(["-", "–", "—", "/", " - ", "−", "‑"]),
    is_short=st.booleans(),
    words=st.sampled_from(["", " оқу жылы", " учебный год", " уч. год", " Учебный  год "]),
)
def test_a_school_year_is_read_as_people_write_it_and_written_one_way(
    year: int, dash: str, is_short: bool, words: str
) -> None:
    until = f"{(year + 1) % 100:02d}" if is_short else str(year + 1)
    assert Period.parse("school_year", f"{year}{dash}{until}{words}").text == f"{year}-{year + 1}"
    written_term = f"{year}{dash}{until}{dash}т2"
    assert Period.parse("term", written_term).text == f"{year}-{year + 1}-T2"


@pytest.mark.parametrize(
    ("kind", "written", "text"),
    [
        ("month", "09.2026", "2026-09"),
        ("month", "2026/09", "2026-09"),
        ("week", "2026-w36", "2026-W36"),
        ("week", "2026W36", "2026-W36"),
        ("quarter", " 2026–q3 ", "2026-Q3"),
        ("as_of", "7.07.2026", "2026-07-07"),
        ("term", "2026-27 T1", "2026-2027-T1"),
    ],
)
def test_other_periods_too_are_read_as_people_write_them(kind: PeriodKind, written: str, text: str) -> None:
    assert Period.parse(kind, written).text == text


_WRITTEN = st.text(alphabet="0123456789-–/. WwQqTтТоқужылы", max_size=14) | st.text(max_size=14)


@given(kind=st.sampled_from(PERIOD_KINDS), written=_WRITTEN)
def test_whatever_is_written_is_a_period_with_one_text_or_an_error(kind: PeriodKind, written: str) -> None:
    try:
        found = Period.parse(kind, written)
    except PeriodError:
        return
    assert Period.parse(kind, found.text) == found


@given(day=st.dates(date(1000, 1, 1), date(9998, 1, 1)))
def test_a_school_year_is_written_one_way_wherever_it_is_written(day: date) -> None:
    year, term = Period.containing("school_year", day), Period.containing("term", day)
    assert term.text.startswith(Period.containing("school_year", term.start).text + "-T")
    assert year.is_named(f"{year.text[:5]}{year.text[7:]}")
    assert not year.is_named(term.text)


@given(kind=st.sampled_from(PERIOD_KINDS), day=st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_every_period_is_read_back_from_its_text(kind: PeriodKind, day: date) -> None:
    period = Period.containing(kind, day)
    assert Period.parse(kind, period.text) == period


def test_the_countrys_clocks_are_five_hours_ahead_everywhere() -> None:
    """One time since 1 March 2024; what is due at midnight in Astana is due then in Oral as well."""
    for moment in (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)):
        assert moment.astimezone(LOCAL_TIME).hour == 5
