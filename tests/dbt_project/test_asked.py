"""A build that began with the last one asks its tests of what moved, and finds what a whole one would."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.country import populate
from tests.dbt_project.every_form import submit_every_form
from tests.dbt_project.installation import Installation
from tests.dbt_project.test_carried import CARRIED, STAYS
from warehouse.storage.builds.engines.dbt_run import RESULTS

_IN_MOVED = {
    "attendance_outside_period": "update persons.fct_attendance set is_in_period = false",
    "attendance_lessons_inconsistent": "update persons.fct_attendance set lessons_missed = lessons_scheduled + 1",
    "mark_points_inconsistent": "update persons.fct_mark set points = -1",
    "term_result_measures_nest": "update persons.fct_term_result set marks_good = marks_given + 1",
    "every_reference_of_fct_mark_is_found": "update persons.fct_mark set date_key = 5",
    "every_reference_of_fct_term_result_is_found": "update persons.fct_term_result set organisation_key = 5",
    "unique_grain_int_learner_week_summed_submission_key__person_key": (
        "insert into scratch.int_learner_week_summed select * from scratch.int_learner_week_summed"
    ),
}
"""What is done to rows of reports that moved → the test that has to see it."""
_GONE = {
    "every_reference_of_fct_attendance_is_found": (
        "delete from main.dim_submission where form = 'attendance' "
        "and submission_key not in (select submission_key from scratch.moved__fct_attendance)"
    ),
    "every_reference_of_fct_enrolment_is_found": "delete from main.dim_submission where form = 'learner_roster'",
    "every_reference_of_fct_staff_assignment_is_found": "delete from main.dim_submission where form = 'staff_roster'",
}
"""What rows of reports that did not move refer to is gone."""


@pytest.fixture
def built(tmp_path: Path) -> Installation:
    home = populate(Installation(tmp_path)).installation
    submit_every_form(home, 503, 2000)
    home.write()
    home.build()
    return home


def _note_moved(con: duckdb.DuckDBPyConnection) -> None:
    """Of each fact one report moved, of what stays nothing, as a build would have noted it."""
    for name in CARRIED:
        schema = "scratch" if name.startswith("int_") else "persons"
        unit = CARRIED[name].get("by", "submission_key")
        con.execute(
            f"create table scratch.moved__{name} as select min({unit}) as {unit} from {schema}.{name}"
        )
    for name in STAYS:
        con.execute(f"create table scratch.moved__{name} (submission_key bigint)")


def _spoil(con: duckdb.DuckDBPyConnection, those: str) -> None:
    """Spoil the rows of the reports that moved (`in`), or of all others (`not in`)."""
    for done in _IN_MOVED.values():
        relation = next(name for name in CARRIED if name in done)
        con.execute(
            f"{done} where submission_key {those} (select submission_key from scratch.moved__{relation})"
        )


def _broken(home: Installation) -> set[str]:
    """The tests of these tables that find anything."""
    ended = home.dbt("test", "--select", *CARRIED, *STAYS)
    ran = json.loads((home.root / RESULTS).read_text(encoding="utf-8"))
    assert ran, ended.stdout
    return {each["unique_id"].split(".")[2] for each in ran if each["status"] != "pass"}


def test_what_moved_is_asked_and_what_it_refers_to_as_a_whole_build_would(built: Installation) -> None:
    by_chance = _broken(built)  # rows are drawn by chance: a build would hold some of the reports back
    whole = built.warehouse.read_bytes()
    with duckdb.connect(str(built.warehouse)) as con:
        _note_moved(con)
        _spoil(con, "not in")
        con.execute(
            "create table scratch.moved__dim_absence_reason (submission_key bigint);"  # it is what it was
            "update persons.fct_attendance set absence_reason_key = 5 "
            "where submission_key not in (from scratch.moved__fct_attendance)"
        )
    assert _broken(built) & {*_IN_MOVED, *_GONE} <= by_chance
    built.warehouse.write_bytes(whole)
    with duckdb.connect(str(built.warehouse)) as con:
        _note_moved(con)
        _spoil(con, "in")
        for done in _GONE.values():
            con.execute(done)
    of_moved = _broken(built)
    assert of_moved >= {*_IN_MOVED, *_GONE}
    with duckdb.connect(str(built.warehouse)) as con:
        for name in (*CARRIED, *STAYS):
            con.execute(f"drop table scratch.moved__{name}")
    assert _broken(built) ^ of_moved <= by_chance
