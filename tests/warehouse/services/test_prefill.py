"""A template with the rows that are known in advance."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ingest.emit.template import HEADER_ROW, template
from ingest.schema.load import contract
from ingest.schema.period import Period
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, learners_of
from warehouse.services.check import check_file
from warehouse.services.prefill import prefill

WEEK = Period.parse("week", WEEKS[0])
MONDAY = date(2026, 9, 7)


@pytest.fixture
def with_rosters(country: Country) -> Country:
    country.rosters()
    country.judge()
    return country


def test_a_week_is_prefilled_with_the_learners_on_the_list_and_the_school_days(with_rosters: Country) -> None:
    rows = prefill(with_rosters.home, contract("attendance"), SCHOOLS[0], WEEK).rows

    learners = sorted(person.iin for person in learners_of(SCHOOLS[0]))
    assert [(row["iin"], row["date"]) for row in rows] == [
        (iin, date(2026, 9, 7 + day)) for iin in learners for day in range(5)
    ]
    assert {(row["bin"], row["grade"], row["letter"]) for row in rows} == {(SCHOOLS[0], 5, "А")}
    # What happened on the day is for the school to say.
    assert all(set(row) == {"bin", "iin", "date", "grade", "letter"} for row in rows)


def test_a_school_that_teaches_on_saturdays_gets_saturdays(with_rosters: Country) -> None:
    rows = attendance(SCHOOLS[0], WEEKS[0])
    with_rosters.submit("attendance", SCHOOLS[0], WEEKS[0], [*rows, {**rows[0], "date": date(2026, 9, 12)}])
    with_rosters.judge()

    following = prefill(with_rosters.home, contract("attendance"), SCHOOLS[0], WEEK.next()).rows
    others = prefill(with_rosters.home, contract("attendance"), SCHOOLS[1], WEEK.next()).rows
    assert max(row["date"] for row in following) == date(2026, 9, 19)  # type: ignore[type-var]
    assert max(row["date"] for row in others) == date(2026, 9, 18)  # type: ignore[type-var]


def test_a_week_of_holidays_has_no_rows(with_rosters: Country) -> None:
    autumn_break = Period.parse("week", "2026-W44")
    assert prefill(with_rosters.home, contract("attendance"), SCHOOLS[0], autumn_break).rows == ()


@pytest.mark.parametrize(
    "form, kind, text", [("attendance", "week", "2026-W37"), ("learner_roster", "month", "2026-10")]
)
def test_where_nothing_is_known_the_template_has_no_rows(
    country: Country, form: str, kind: str, text: str
) -> None:
    known = prefill(country.home, contract(form), SCHOOLS[0], Period.parse(kind, text))  # type: ignore[arg-type]
    assert (known.node, known.period.text, known.rows) == (SCHOOLS[0], text, ())


def test_a_prefilled_template_that_is_filled_in_is_accepted(with_rosters: Country, tmp_path: Path) -> None:
    form = contract("attendance")
    known = prefill(with_rosters.home, form, SCHOOLS[0], WEEK)
    book = openpyxl.load_workbook(io.BytesIO(template(form, "kk", prefill=known)))
    sheet = book.worksheets[0]
    columns = {field.name: place for place, field in enumerate(form.fields, start=1)}
    for row in range(HEADER_ROW + 1, HEADER_ROW + 1 + len(known.rows)):
        for name, value in (("lessons_scheduled", 6), ("lessons_missed", 0), ("lessons_missed_valid", 0)):
            sheet.cell(row, columns[name], value)
    book.save(tmp_path / "week.xlsx")

    verdict = check_file(with_rosters.home, tmp_path / "week.xlsx", form, SCHOOLS[0], WEEKS[0])

    assert (verdict.outcome, verdict.rows_accepted) == ("accepted", 30), verdict.findings


@pytest.mark.parametrize(
    ("form", "period", "rows"), [("school_calendar", "2026-2027", 3), ("territory_register", "2026-10-01", 3)]
)
def test_a_register_comes_with_the_rows_in_effect_and_is_taken_as_it_came(
    country: Country, tmp_path: Path, form: str, period: str, rows: int
) -> None:
    known = prefill(country.home, contract(form), "KZ", Period.parse(contract(form).period, period))
    assert len(known.rows) == rows

    file = tmp_path / "register.xlsx"
    file.write_bytes(template(contract(form), "ru", prefill=known))

    verdict = check_file(country.home, file, contract(form), "KZ", period)
    assert (verdict.outcome, verdict.rows_accepted) == ("accepted", rows)


def test_what_is_not_in_effect_or_did_not_land_whole_fills_nothing(country: Country) -> None:
    other_year = Period.parse("school_year", "2027-2028")
    assert prefill(country.home, contract("school_calendar"), "KZ", other_year).rows == ()
    events = Period.parse("as_of", "2026-08-20")
    assert prefill(country.home, contract("organisation_register"), "113800000", events).rows == ()
