"""Summaries say what the published file says: each figure is compared with SQL of its own, never with their code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest

from dashboards.places import Places
from dashboards.reports.content import Content
from dashboards.reports.definition import names
from dashboards.reports.figures import make
from dashboards.reports.words import words
from tests.dashboards.reports.asked import Published, cell, near, section
from tests.dashboards.reports.test_odd_weeks import check_cells, check_texts

BASES: tuple[Literal["operational", "official"], ...] = ("operational", "official")


@pytest.fixture(scope="module")
def published(published_home: Path) -> Iterator[Published]:
    found = Published(Places(published_home).warehouse)
    yield found
    found.connection.close()


@pytest.fixture(scope="module", params=BASES)
def weekly(request: pytest.FixtureRequest, published: Published) -> Content:
    return make(published.file, "weekly", basis=request.param)


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


@pytest.fixture(scope="module", params=("monthly", "term"))
def longer(request: pytest.FixtureRequest, published: Published) -> Content:
    return make(published.file, request.param)


OF_REPUBLIC = "basis = 'operational' and level = 'republic' and structure <> 'as_is'"


def test_longer_headlines_equal_sql(longer: Content, published: Published) -> None:
    wanted = {
        "contingent": "select sum(learners) from rpt_contingent where breakdown = 'sex' and period = '{period}'",
        "staff": "select sum(employees) from rpt_staff where breakdown = 'staff_sex' and period = (select "
        "max(period) from rpt_staff)",
        "quality": "select learners_good / learners from rpt_achievement where period = '{period}'",
        "achievement": "select learners_passing / learners from rpt_achievement where period = '{period}'",
        "quality_by_marks": "select marks_good / marks_given from rpt_achievement where period = '{period}'",
        "achievement_by_marks": "select marks_passing / marks_given from rpt_achievement where period = '{period}'",
    }
    weeks = "from rpt_attendance where strftime(week_start_date + interval 3 day, '%Y-%m') = '{period}'"
    wanted["attendance_in_month"] = f"select 1 - sum(lessons_missed) / sum(lessons_scheduled) {weeks}"
    wanted["missed_unexcused_in_month"] = (
        f"select (sum(lessons_missed) - sum(lessons_missed_valid)) / sum(lessons_scheduled) {weeks}"
    )
    compared = [each for each in longer.headlines if each.code in wanted]
    assert len(compared) == {"monthly": 4, "term": 4}[longer.report]
    for each in compared:
        query = wanted[each.code].format(period=longer.period)
        near(each.value.value, published.one(f"{query} and {OF_REPUBLIC}"))


def test_groups_equal_sql(longer: Content, published: Published) -> None:
    of = {
        "grades": "select group_code, learners from rpt_contingent where breakdown = 'grade' and period = '{period}'",
        "languages": "select group_code, learners from rpt_contingent where breakdown = 'language' and period = "
        "'{period}'",
        "categories": "select group_code, employees from rpt_staff where breakdown = 'category' and period = (select "
        "max(period) from rpt_staff)",
        "subjects": "select subject_code, sum(marks_good) / sum(marks_given) from rpt_achievement_by_subject where "
        "period = '{period}'",
    }
    compared = [each for each in longer.sections if each.code in of]
    assert compared
    for each in compared:
        by = " group by subject_code" if each.code == "subjects" else ""
        rows = published.all(f"{of[each.code].format(period=longer.period)} and {OF_REPUBLIC}{by}")
        shown = {row.code: row.cells[0].value for row in each.table.rows if not row.is_total}
        for code, wanted in rows:
            near(shown[code], wanted)


def test_the_trend_equals_sql_and_shows_its_gaps(weekly: Content, published: Published) -> None:
    shown = section(weekly, "weeks")
    rates = dict(
        published.all(
            "select week_start_date, 1 - lessons_missed / nullif(lessons_scheduled, 0) from rpt_attendance where "
            f"basis = '{weekly.imprint.basis}' and level = 'republic' and structure <> 'as_is'"
        )
    )
    mondays = [date.fromisocalendar(int(row.code[:4]), int(row.code[6:]), 1) for row in shown.table.rows]
    assert all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(mondays))
    for monday, row in zip(mondays, shown.table.rows, strict=True):
        if row.cells[0].symbol != "z":
            near(row.cells[0].value, rates[monday])
        near(row.cells[1].value, rates.get(monday - timedelta(weeks=52)))


def test_the_spread_equals_the_bins_of_the_mart(weekly: Content, published: Published) -> None:
    rows = published.all(
        "select bin_start, count(*) from rpt_distribution where figure = 'attendance' and level = 'organisation' and "
        f"structure = 'as_was' and basis = '{weekly.imprint.basis}' and period = '{weekly.period}' and "
        "figure_value is not null group by bin_start"
    )
    shown = {row.code: row.cells[0].value for row in section(weekly, "spread").table.rows}
    assert {code: count for code, count in shown.items() if count} == {f"{start:.0f}": n for start, n in rows}


def test_absence_and_quality_equal_sql(weekly: Content, published: Published) -> None:
    basis = weekly.imprint.basis
    absence = section(weekly, "absence")
    by_code = {row.code: row for row in absence.table.rows}
    for code, persistent, severe in published.all(
        "select oblast_code, learners_persistent / nullif(learners, 0), learners_severe / nullif(learners, 0) "
        "from rpt_persistent_absence "
        f"where basis = '{basis}' and level = 'oblast' and structure <> 'as_is' and school_year = (select "
        "max(school_year) from rpt_persistent_absence)"
    ):
        near(cell(absence, by_code[code], "persistent_absence").value, persistent)
        near(cell(absence, by_code[code], "severe_absence").value, severe)
    quality = section(weekly, "quality")
    wanted = published.all(
        "select count(*), avg(is_accepted_first), sum(queries_open) from rpt_data_quality where form = 'attendance' "
        f"and node_kind = 'organisation' and structure <> 'as_is' and basis = '{basis}' and period = '{weekly.period}'"
    )[0]
    total = quality.table.rows[0]
    for column, value in zip(("reports", "accepted_first", "queries_open"), wanted, strict=True):
        near(cell(quality, total, column).value, value)


def test_changes_equal_those_of_the_mart(weekly: Content, published: Published) -> None:
    shown = section(weekly, "regions")
    by_code = {row.code: row for row in shown.table.rows}
    for code, before, ago in published.all(
        "select oblast_code, part / nullif(whole, 0) - before_part / nullif(before_whole, 0), part / nullif(whole, 0) "
        "- year_ago_part / nullif(year_ago_whole, 0) from rpt_key_figure where figure = 'attendance' and level = "
        f"'oblast' and basis = '{weekly.imprint.basis}' and period = '{weekly.period}' and structure <> 'as_is'"
    ):
        near(cell(shown, by_code[code], "change_before").value, before)
        near(cell(shown, by_code[code], "change_year_ago").value, ago)


def test_every_place_says_of_itself_what_the_whole_says(published: Published) -> None:
    """An oblast's own file and a district's tell the numbers of the whole warehouse, and of nobody else."""
    folder = published.file.parent / "reading"
    codes = [
        (level, code)
        for level in ("oblast", "district")
        for (code,) in published.all(
            f"select {level}_code from rpt_key_figure where level = '{level}' and figure = 'attendance' and "
            "structure = 'both' group by 1 order by count(*) filter (organisations_reported < organisations_due) desc, "
            "1 limit 1"
        )
    ]
    for report in names():
        for _, code in codes:
            own = make(folder / f"{code}.duckdb", report, code)
            whole = make(published.file, report, code)
            assert own.model_copy(update={"imprint": whole.imprint}) == whole


def test_texts_are_in_both_languages_and_nothing_is_unexplained(published: Published) -> None:
    for report in names():
        for basis in BASES:
            content = make(published.file, report, basis=basis)
            check_texts(content)
            check_cells(content)


def test_names_of_figures_are_those_of_the_dashboards(published: Published) -> None:
    for figure, kk, ru in published.all("select distinct figure, figure_kk, figure_ru from rpt_key_figure"):
        name = words().figures[figure].name
        assert (name.kk, name.ru) == (kk.rpartition(", ")[0], ru.rpartition(", ")[0])


def test_a_week_whose_deadline_is_yet_to_come_blames_nobody(published: Published) -> None:
    found = published.all(
        "select period from rpt_key_figure where figure = 'attendance' and level = 'republic' and "
        "basis = 'operational' and organisations_reported = 0 order by period desc limit 1"
    )
    assert found, "the demonstration ends within a week"
    content = make(published.file, "weekly", period=found[0][0])
    assert content.headlines[0].value.symbol == "x"
    assert "мерзімі" in content.sentences[2].kk
    assert not section(content, "not_reported").table.rows
    assert not [each for each in content.regions if "есеп тапсырған жоқ" in each.why.kk]
    check_texts(content)
    check_cells(content)


def test_what_a_number_rests_on_is_in_the_file(published: Published) -> None:
    """The rows that `bbaj explain` is to be asked for are there."""
    for report in names():
        content = make(published.file, report)
        for source in [each.source for each in (*content.headlines, *content.sections)]:
            if source.explained:
                where = " and ".join(f"{column} = '{value}'" for column, value in source.conditions.items())
                found = published.one(f"select count(*) from {source.table} where {where}")
                assert found or source.table in ("rpt_data_quality_by_cause", "rpt_reporting_discipline"), (
                    where
                )
