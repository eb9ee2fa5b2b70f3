"""Summaries say what the published file says: each figure is compared with SQL of its own, never with their code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.places import Places
from dashboards.reports.content import Cell, Content, Row, Section
from dashboards.reports.figures import make

BASES = ("operational", "official")


class Published:
    """The file, asked by hand."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = duckdb.connect(str(file), read_only=True)

    def one(self, query: str) -> Any:
        """The only value of the only row; None where there is no row."""
        found = self.connection.execute(query).fetchall()
        assert len(found) < 2, query
        return found[0][0] if found else None

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """All rows."""
        return self.connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def published(published_home: Path) -> Iterator[Published]:
    found = Published(Places(published_home).warehouse)
    yield found
    found.connection.close()


@pytest.fixture(scope="module", params=BASES)
def weekly(request: pytest.FixtureRequest, published: Published) -> Content:
    return make(published.file, "weekly", basis=request.param)


def section(content: Content, code: str) -> Section:
    """A section by its code."""
    [found] = [each for each in content.sections if each.code == code]
    return found


def cell(of: Section, row: Row, column: str) -> Cell:
    """A cell by the code of its column."""
    return row.cells[[each.code for each in of.table.columns].index(column)]


def near(value: object, wanted: object) -> None:
    """The same number, or none in both."""
    if wanted is None:
        assert value is None
    else:
        assert value == pytest.approx(float(wanted), abs=1e-9)  # type: ignore[arg-type]


def test_the_newest_complete_week_is_told(weekly: Content, published: Published) -> None:
    week = published.one(
        f"select period from rpt_key_figure where figure = 'attendance' and level = 'republic' and is_latest = 1 and "
        f"basis = '{weekly.imprint.basis}'"
    )
    assert weekly.period == week


def test_headlines_equal_sql(weekly: Content, published: Published) -> None:
    basis, week = weekly.imprint.basis, weekly.period
    of_week = (
        f"from rpt_attendance where basis = '{basis}' and level = 'republic' and period = '{week}'"
        " and structure <> 'as_is'"
    )
    wanted = {
        "attendance": f"select 1 - lessons_missed / lessons_scheduled {of_week}",
        "missed_unexcused": f"select (lessons_missed - lessons_missed_valid) / lessons_scheduled {of_week}",
        "persistent_absence": "select learners_persistent / learners from rpt_persistent_absence where level = "
        f"'republic' and structure <> 'as_is' and basis = '{basis}' order by school_year desc limit 1",
        "reports_on_time": "select sum(is_on_time) / sum(is_due) from rpt_reporting_discipline where basis = "
        f"'{basis}' and form = 'attendance' and period = '{week}' and structure <> 'as_is'",
        "contingent": "select sum(learners) from rpt_contingent where level = 'republic' and breakdown = 'sex' and "
        f"structure <> 'as_is' and basis = '{basis}' group by period order by period desc limit 1",
    }
    assert [each.code for each in weekly.headlines] == list(wanted)
    for each in weekly.headlines:
        near(each.value.value, published.one(wanted[each.code]))


def test_regions_equal_sql_and_stand_in_order(weekly: Content, published: Published) -> None:
    shown = section(weekly, "regions")
    rows = published.all(
        "select oblast_code, 1 - lessons_missed / nullif(lessons_scheduled, 0), learners, organisations_reported, "
        f"organisations_due from rpt_attendance where basis = '{weekly.imprint.basis}' and "
        f"period = '{weekly.period}' and level = 'oblast' and structure <> 'as_is'"
    )
    by_code = {row.code: row for row in shown.table.rows if not row.is_total}
    assert {*by_code} >= {code for code, *_ in rows}
    for code in {*by_code} - {code for code, *_ in rows}:
        assert by_code[code].cells[0].symbol == "z", "nobody there was to report"
    for code, rate, learners, reported, due in rows:
        near(cell(shown, by_code[code], "attendance").value, rate)
        near(cell(shown, by_code[code], "based_on").value, learners)
        near(cell(shown, by_code[code], "reported").value, reported)
        near(cell(shown, by_code[code], "due").value, due)
    values = [row.cells[0].value for row in shown.table.rows if not row.is_total]
    known = [value for value in values if value is not None]
    assert shown.table.rows[0].is_total
    assert values[: len(known)] == sorted(known, reverse=True)


def test_who_did_not_report_equals_sql(weekly: Content, published: Published) -> None:
    rows = published.all(
        "select distinct node_code from rpt_reporting_discipline where is_due = 1 and is_reported = 0 and "
        f"node_kind = 'organisation' and form = 'attendance' and period = '{weekly.period}' and "
        f"basis = '{weekly.imprint.basis}'"
    )
    shown = section(weekly, "not_reported")
    assert sorted(row.code for row in shown.table.rows) == sorted(code for (code,) in rows)


def test_bounds_lie_between_those_of_none_and_all(weekly: Content, published: Published) -> None:
    shown = section(weekly, "bounds")
    rows = published.all(
        "select oblast_code, attendance_least_percent / 100, attendance_most_percent / 100 from rpt_attendance "
        f"where basis = '{weekly.imprint.basis}' and period = '{weekly.period}' and level in ('oblast', 'republic') "
        "and structure <> 'as_is' and organisations_listed = organisations_due"
    )
    by_code = {row.code: row for row in shown.table.rows}
    for code, least, most in rows:
        low, value, high = (cell(shown, by_code[code], each).value for each in ("low", "attendance", "high"))
        if low is None or high is None or value is None or least is None:
            continue
        assert float(least) - 1e-4 <= low <= high <= float(most) + 1e-4


def test_content_is_kept_as_json(weekly: Content) -> None:
    assert Content.model_validate_json(weekly.model_dump_json()) == weekly
