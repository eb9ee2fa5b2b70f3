"""Rules that look for what is likely wrong say nothing of a country in which nothing is."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from expectations.judging.prepare import prepare, prepare_further
from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.suite import rules_for
from ingest.demo.reports.files import table_of
from ingest.demo.reports.year_before import ROSTER_MONTH_BEFORE
from ingest.demo.world.country import ROSTER_MONTH, Country
from ingest.demo.world.school_year import SCHOOL_YEAR, YEAR_BEFORE
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

SUSPECTED = {
    "learner_roster": ("names_exchanged", "name_columns_exchanged", "letter_of_one_learner"),
    "organisation_passport": (
        *(
            "not_above",
            "must_be",
            "must_be_later",
            "filled_together",
            "year_after_period",
            "area_fits_capacity",
        ),
        *(
            "class_sets_fit_rooms",
            "internet_fits_kind",
            "seats_fit_catering",
            "toilet_without_sewer",
            "round_numbers",
        ),
    ),
    "attendance": ("lessons_on_unusual_saturday", "learner_day_missing"),
}


@pytest.fixture(scope="module")
def country() -> Country:
    """Two hundred schools of usual size."""
    return Country(seed=11, size=200, weeks=2)


def _judged(form: Contract, rows: dict[int, pa.Table], period: Period) -> dict[str, int]:
    """How many rows each suspecting rule of the form points at. `rows`: number of a school → its report."""
    with duckdb.connect() as con:
        con.register(
            "given",
            pa.concat_tables(t.append_column("_file", pa.array([n] * len(t))) for n, t in rows.items()),
        )
        typed = ", ".join(
            f"CAST({each.name} AS {SQL_TYPES[each.type]}) AS {each.name}" for each in form.fields
        )
        con.execute(
            "CREATE TABLE batch AS SELECT CAST(_file AS INTEGER) AS _file, 0 AS _table, "
            f"CAST(row_number() OVER () AS INTEGER) AS _row, CAST(0 AS BIGINT) AS _bad, {typed} FROM given"
        )
        Reference().load(con, form)
        prepare(
            con, form, [(number, Scope(str(number), "organisation", period)) for number in rows], demo=True
        )
        prepare_further(con, form)
        return {
            rule.code: len(con.execute(rule.unexpected_rows_query.format(batch="batch")).fetchall())
            for rule in rules_for(form)
            if rule.code in SUSPECTED[form.form]
        }


def test_of_lists(country: Country) -> None:
    form = contract("learner_roster")
    rows = {
        school.index: country.roster_of(school).select([each.name for each in form.fields])
        for school in country.organisations
    }
    found = _judged(form, rows, ROSTER_MONTH)

    assert found == dict.fromkeys(SUSPECTED["learner_roster"], 0)


def test_of_lists_of_the_year_before(country: Country) -> None:
    form = contract("learner_roster")
    rows = {
        school.index: country.roster_before_of(school).select([each.name for each in form.fields])
        for school in country.organisations
    }
    found = _judged(form, rows, Period.parse("month", ROSTER_MONTH_BEFORE))

    assert found == dict.fromkeys(SUSPECTED["learner_roster"], 0)


def test_of_a_week(country: Country) -> None:
    form, week = contract("attendance"), country.periods[1]
    rows = {
        school.index: country.attendance_of(school).week(country.days_of(week))
        for school in country.organisations[:60]
    }
    found = _judged(form, rows, week)

    assert found == dict.fromkeys(SUSPECTED["attendance"], 0)


def test_of_passports(country: Country) -> None:
    form = contract("organisation_passport")
    for passport_of, year in ((country.passport_of, SCHOOL_YEAR), (country.passport_before, YEAR_BEFORE)):
        rows = {school.index: table_of(form, [passport_of(school)]) for school in country.organisations}
        found = _judged(form, rows, Period.parse("school_year", year))

        assert len(found) > 8
        assert set(found.values()) == {0}
