"""The whole model over a small country: what Python counts from the rows is what the warehouse says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

# What each basis counts: week and place of every winning attendance submission of the country (conftest).
WINNERS = {
    "operational": {21: "W36", 23: "W37", 24: "W36", 25: "W36", 26: "W36", 27: "W37", 28: "W37"},
    "official": {20: "W36", 24: "W36", 25: "W36", 26: "W36", 27: "W37"},
}
SEMEY, ASTANA, ATBASAR, UNKNOWN = (
    ("101000000", "город Семей", "городская местность"),
    ("711110000", "район Алматы", "городская местность"),
    ("113800000", "Атбасарский район", "сельская местность"),
    ("unknown", "Не определено", "Не определено"),
)
PLACE = {20: SEMEY, 21: SEMEY, 23: ASTANA, 24: ATBASAR, 25: ATBASAR, 26: ATBASAR, 27: SEMEY, 28: UNKNOWN}
MEASURES = (
    "learner_days",
    "lessons_scheduled",
    "lessons_missed",
    "lessons_missed_valid",
    "lessons_missed_ill",
    "late_arrivals",
    "learner_days_absent",
    "learners",
    "organisations",
)


def _expected(attendance: dict[int, list[dict[str, Any]]]) -> dict[tuple[str, ...], dict[str, int]]:
    sums: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    seen: set[tuple[object, ...]] = set()
    for basis, winners in WINNERS.items():
        sums[basis, "2026-W36", *ASTANA]["organisations"] = 1  # the nil returns
        sums[basis, "2026-W36", *SEMEY]["organisations"] = 1
        for submission, week in winners.items():
            key = (basis, f"2026-{week}", *PLACE[submission])
            for row in attendance[submission]:
                for name, value in (("learners", row["person_key"]), ("organisations", row["bin"])):
                    sums[key][name] += (key, name, value) not in seen
                    seen.add((key, name, value))
                sums[key]["learner_days"] += 1
                for name in ("lessons_scheduled", "lessons_missed", "lessons_missed_valid"):
                    sums[key][name] += row[name]
                sums[key]["lessons_missed_ill"] += (
                    row["lessons_missed"] if row["absence_reason"] == "ILL" else 0
                )
                sums[key]["late_arrivals"] += bool(row["is_late"])
                sums[key]["learner_days_absent"] += row["lessons_missed"] == row["lessons_scheduled"]
    return dict(sums)


def test_attendance_is_the_sum_of_the_rows_that_count(made: Any) -> None:
    rows = made.installation.query(
        "select basis, period, district_code, district_name_ru, locality_ru, learner_days, "
        "lessons_scheduled, lessons_missed, lessons_missed_valid, lessons_missed_ill, late_arrivals, "
        "learner_days_absent, learners, organisations_reported from rpt_attendance_by_territory"
    )
    found = {row[:5]: dict(zip(MEASURES, row[5:], strict=True)) for row in rows}
    assert found == _expected(made.attendance)


def test_dangling_references_keep_their_rows(made: Any) -> None:
    query = made.installation.query
    assert query(
        "select count(*), count(distinct person_key) from fct_attendance where learner_key = -1"
    ) == [(5, 1)]
    assert query("select distinct submission_key from fct_attendance where organisation_key = -1") == [(28,)]
    modelled = dict(query("select submission_key, count(*) from fct_attendance group by all"))
    assert modelled == {number: len(rows) for number, rows in made.attendance.items() if number != 29}


def test_what_became_of_every_report(made: Any) -> None:
    rows = made.installation.query(
        "select basis, obligation_key, status, is_due, is_on_time, is_late, days_late, district_name_kk "
        "from rpt_reporting_discipline"
    )
    semey, astana, atbasar = "Семей қаласы", "Алматы ауданы", "Атбасар ауданы"
    same = [
        (1, "fulfilled", 1, 1, 0, 0, semey),
        (2, "missing", 1, 0, 0, 2, semey),
        (3, "nil_return", 1, 1, 0, 0, astana),
        (5, "fulfilled", 1, 1, 0, 0, atbasar),
        (6, "missing", 1, 0, 0, 2, atbasar),
        (7, "fulfilled", 1, 1, 0, 0, atbasar),
        (8, "not_applicable", 0, 0, 0, 0, atbasar),
        (9, "fulfilled", 1, 1, 0, 0, semey),
        (10, "exempt", 0, 0, 0, 0, astana),
        (11, "open", 0, 0, 0, 0, semey),
        (12, "nil_return", 1, 0, 1, 8, semey),
    ]
    expected = {(basis, *row) for basis in WINNERS for row in same}
    expected |= {
        ("operational", 4, "late", 1, 0, 1, 1, astana),
        ("official", 4, "awaiting_approval", 1, 0, 0, 0, astana),
        ("operational", 13, "fulfilled", 1, 1, 0, 0, astana),
        ("operational", 14, "late", 1, 0, 1, 0, semey),
        ("operational", 15, "nil_return", 1, 1, 0, 0, atbasar),
        *(
            ("official", number, "awaiting_approval", 1, 0, 0, 0, place)
            for number, place in ((13, astana), (14, semey), (15, atbasar))
        ),
    }
    assert set(rows) == expected


def test_how_many_of_how_many(made: Any) -> None:
    rows = made.installation.query(
        "select basis, publication_number, organisations_reported, organisations_due, reports_reported, "
        "reports_due, reports_reported_percent::varchar from rpt_publication order by basis"
    )
    assert rows == [("official", 7, 5, 5, 6, 12, "50.00"), ("operational", 7, 5, 5, 10, 12, "83.33")]


def test_a_learner_is_who_the_latest_list_that_counts_says(made: Any) -> None:
    """A list that was approved and then followed by another names learners for the official figures alone."""
    first = 16_000
    rows = made.installation.query(
        f"select learner_key, sex_code from dim_learner where learner_key between {first} and {first + 2} order by 1"
    )
    assert rows == [(first, "m"), (first + 1, "f"), (first + 2, "m")]


def test_organisations_are_known_as_they_were(made: Any) -> None:
    rows = made.installation.query(
        "select name_ru, valid_from_date, valid_to_date, is_latest, is_current from dim_organisation "
        "where organisation_code in ('650940000046', '650940000056') order by organisation_code, 2"
    )
    opened, for_ever = date(2020, 9, 1), date(9999, 12, 31)
    assert rows == [
        ("Школа №3", opened, date(2026, 9, 6), True, False),
        ("Школа №4", opened, date(2026, 9, 7), False, False),
        ("Новая", date(2026, 9, 8), for_ever, True, True),
    ]
    names = made.installation.query(
        "select distinct attendance_date, name_ru from fct_attendance "
        "join dim_organisation using (organisation_key) "
        "where fct_attendance.submission_key = 27 order by 1"
    )
    assert [name for _, name in names] == ["Школа №4", *["Новая"] * 4]


def test_school_days(made: Any) -> None:
    rows = made.installation.query(
        "select date_day, is_school_day, is_school_day_grade_1 from dim_date where date_key > 0"
    )
    days = {day: flags for day, *flags in rows}
    assert (min(days), max(days)) == (date(2025, 9, 1), date(2027, 8, 31))
    for day, flags in days.items():
        if not date(2026, 9, 1) <= day <= date(2027, 8, 31):
            assert flags == [None, None]  # no calendar of that year was submitted
            continue
        in_term = date(2026, 9, 1) <= day <= date(2026, 10, 25) and day != date(2026, 9, 10)
        own_break = date(2026, 9, 14) <= day <= date(2026, 9, 20)
        assert flags == [in_term and day.weekday() < 6, in_term and day.weekday() < 5 and not own_break]


def test_the_file_holds_tables_of_the_model_only(built: Any, tmp_path: Path) -> None:
    """Once the two schemas of the build are dropped nothing is left but tables, and no path of the lake."""
    copy = tmp_path / "warehouse.duckdb"
    copy.write_bytes(built.installation.warehouse.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop schema scratch cascade")
        connection.execute("drop schema if exists held_back cascade")
        kinds = connection.execute(
            "select distinct table_schema, table_type from information_schema.tables"
        ).fetchall()
        definitions = connection.execute(
            "select sql from duckdb_tables() union all select sql from duckdb_views() where not internal"
        )
        assert sorted(kinds) == [("main", "BASE TABLE"), ("persons", "BASE TABLE")]
        assert not any("read_parquet" in sql for (sql,) in definitions.fetchall() if sql)


@pytest.mark.parametrize("column", ["iin", "last_name", "first_name", "birth_date", "special_needs", "phone"])
def test_no_personal_column_is_modelled(built: Any, column: str) -> None:
    found = built.installation.query(
        f"select table_name from information_schema.columns where column_name = '{column}'"
    )
    assert found == []
