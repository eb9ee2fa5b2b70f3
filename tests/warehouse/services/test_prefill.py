"""A template with the rows that are known in advance."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ingest.emit.register_template import register_template
from ingest.emit.template import HEADER_ROW, template
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contract, contracts
from ingest.schema.values.period import Period
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, learners_of
from warehouse.services.submitters.check import check_file
from warehouse.services.submitters.prefill import _day_field, prefill, prefill_register

WEEK = Period.parse("week", WEEKS[0])
MONDAY = date(2026, 9, 7)


@pytest.fixture
def with_rosters(rostered: Country) -> Country:
    return rostered


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


def test_a_register_names_the_learners_and_counts_the_usual_lessons(with_rosters: Country) -> None:
    with_rosters.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    with_rosters.judge()
    form = contract("attendance")
    known = prefill_register(with_rosters.home, form, registers(form)[0], SCHOOLS[0], WEEK.next())
    people = learners_of(SCHOOLS[0])
    assert known.names_of_learners == {
        person.iin: f"{person.last_name} {person.first_name} {person.middle_name}" for person in people
    }
    lessons = {row["lessons_scheduled"] for row in attendance(SCHOOLS[0], WEEKS[0])}
    assert set(known.lessons) == {(5, "А", day) for day in range(1, 6)}
    assert set(known.lessons.values()) <= {int(count) for count in lessons}


def test_lessons_of_a_class_without_a_letter_are_those_of_no_letter(with_rosters: Country) -> None:
    rows = [{**row, "letter": None} for row in attendance(SCHOOLS[0], WEEKS[0])]
    with_rosters.submit("attendance", SCHOOLS[0], WEEKS[0], rows)
    with_rosters.judge()
    form = contract("attendance")
    known = prefill_register(with_rosters.home, form, registers(form)[0], SCHOOLS[0], WEEK.next())
    assert set(known.lessons) == {(5, "", day) for day in range(1, 6)}


def test_a_register_handed_in_untouched_says_that_all_were_there(
    with_rosters: Country, tmp_path: Path
) -> None:
    with_rosters.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    with_rosters.judge()
    form, following = contract("attendance"), WEEK.next()
    layout = registers(form)[0]
    known = prefill_register(with_rosters.home, form, layout, SCHOOLS[0], following)
    (tmp_path / "week.xlsx").write_bytes(register_template(form, layout, "ru", known))

    verdict = check_file(with_rosters.home, tmp_path / "week.xlsx", form, SCHOOLS[0], following.text)

    assert (verdict.outcome, verdict.rows_accepted) == ("accepted", 30), verdict.findings


def test_a_register_of_marks_has_the_learners_of_the_list(with_rosters: Country) -> None:
    form = contract("term_results")
    term = Period.parse("term", "2026-2027-T1")
    known = prefill_register(with_rosters.home, form, registers(form)[0], SCHOOLS[0], term)
    assert sorted(str(row["iin"]) for row in known.rows) == sorted(
        person.iin for person in learners_of(SCHOOLS[0])
    )
    assert len(known.names_of_learners) == len(learners_of(SCHOOLS[0]))


def test_a_day_is_filled_in_only_where_a_row_is_a_learner_and_a_day() -> None:
    found = {name: _day_field(each) for name, each in contracts().items()}
    assert {name: field.name for name, field in found.items() if field} == {"attendance": "date"}
