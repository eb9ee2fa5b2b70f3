"""What data break: the build learns which submissions, and goes on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def _report(installation: Any, rows: list[dict[str, Any]]) -> None:
    installation.submit(20, "attendance", "650940000016", "2026-W36", rows)
    installation.inputs["publication"].append({"number": 1, "data_as_of": datetime(2026, 9, 9), "demo": True})
    installation.write()


def _row(**changes: Any) -> dict[str, Any]:
    row = {
        "bin": "650940000016",
        "person_key": 1,
        "date": date(2026, 9, 1),
        "grade": 2,
        "lessons_scheduled": 6,
        "lessons_missed": 0,
        "lessons_missed_valid": 0,
    }
    return row | changes


def test_submissions_that_break_a_rule_are_named(installation: Any) -> None:
    bad = [_row(), _row(), _row(date=date(2026, 9, 9)), _row(person_key=2, lessons_missed=7)]
    _report(installation, bad)
    result = installation.tested("tag:data")
    assert result.returncode == 0, result.stdout
    tables = [
        name
        for (name,) in installation.query(
            "select table_name from information_schema.tables where table_schema = 'held_back'"
        )
    ]
    found = {name: installation.query(f"select * from held_back.{name}") for name in tables}
    assert {name: rows for name, rows in found.items() if rows} == {
        "attendance_learner_day_twice": [(20, 2)],
        "attendance_outside_period": [(20, 1)],
        "attendance_lessons_inconsistent": [(20, 1)],
    }
    assert installation.query("select count(*) from fct_attendance") == [(4,)]


def test_a_row_lost_on_the_way_blocks_the_build(installation: Any) -> None:
    _report(installation, [_row()])
    installation.inputs["manifest"][0]["rows_accepted"] = 2
    installation.write()
    result = installation.tested("every_accepted_row_is_modelled")
    assert result.returncode == 1
    assert "every_accepted_row_is_modelled" in result.stdout


def test_an_empty_installation_builds(installation: Any) -> None:
    installation.inputs["publication"].append({"number": 0, "data_as_of": None, "demo": False})
    installation.write()
    result = installation.dbt("build", "--exclude-resource-type", "unit_test")
    assert result.returncode == 0, result.stdout
    assert installation.query("select count(*) from rpt_attendance_by_territory") == [(0,)]
    assert (
        installation.query("select organisations_due, reports_reported_percent from rpt_publication")
        == [(0, None)] * 2
    )


def test_what_landing_found_is_not_asked_again_and_what_it_did_not_is(installation: Any) -> None:
    """Two reports with the same fault: of one of them landing says that it has none."""
    bad = [_row(), _row()]
    installation.submit(21, "attendance", "650940000026", "2026-W36", bad)
    _report(installation, bad)
    told = {"form": "attendance", "period": "2026-W36", "batch_id": "batch-21", "is_key_once": True}
    other = told | {"batch_id": "batch-20", "is_key_once": False}
    installation.inputs["landing"] += [told, other, told | {"batch_id": "batch-20", "period": "2026-W37"}]
    installation.write()
    result = installation.tested("attendance_learner_day_twice")
    assert result.returncode == 0, result.stdout
    assert installation.query("select * from held_back.attendance_learner_day_twice") == [(20, 2)]
