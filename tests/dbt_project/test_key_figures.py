"""Key figures: which periods are held against each other, and that a row says of an earlier one what was shown then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.statements import Model

KINDS = {
    "attendance": "week",
    "quality": "term",
    "contingent": "month",
    "staff": "quarter",
    "persistent_absence": "school_year",
}
TERMS = {1: 9, 2: 11, 3: 1, 4: 4}
PLACES = [
    ("republic", "all", "all", "all", "both"), ("oblast", "10", "all", "all", "both"),
    ("district", "10", "101", "all", "both"), ("district", "10", "102", "all", "as_was"),
    ("district", "10", "102", "all", "as_is"), ("organisation", "10", "101", "650940000016", "both"),
    ("organisation", "10", "102", "few", "as_was"),
]  # fmt: skip
Period = tuple[str, date, date]


def _school_year(day: date) -> int:
    return day.year - (day.month < 9)


def _periods(kind: str) -> list[Period]:
    """Three school years of them, those in holidays apart."""
    if kind == "week":
        mondays = [date(2024, 9, 2) + timedelta(days=7 * n) for n in range(150)]
        return [
            (f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02}", day, day + timedelta(days=6))
            for day in mondays
            if day.month not in (6, 7, 8) and not (day.month == 1 and day.day < 9)
        ]
    if kind == "term":
        found = []
        for year in (2024, 2025, 2026):
            for number, month in TERMS.items():
                start = date(year + (month < 9), month, 1)
                found.append((f"{year}-{year + 1}-T{number}", start, start + timedelta(days=50)))
        return found
    if kind == "school_year":
        return [(f"{y}-{y + 1}", date(y, 9, 1), date(y + 1, 8, 31)) for y in (2024, 2025, 2026)]
    step = 3 if kind == "quarter" else 1
    firsts = [date(2024 + (m // 12), m % 12 + 1, 1) for m in range(0, 36, step)]
    return [(day.isoformat()[:7], day, day + timedelta(days=27 * step)) for day in firsts]


@pytest.fixture(params=range(4))
def shown(
    request: Any, tmp_path: Path
) -> Iterator[tuple[Any, list[tuple[Any, ...]], dict[str, list[Period]]]]:
    """The two statements over random reports: weeks in which nobody reported, figures of few, places that end."""
    chance = random.Random(request.param)
    periods = {
        figure: sorted(
            chance.sample(found := _periods(kind), chance.randint(1, len(found))), key=lambda p: p[1]
        )
        for figure, kind in KINDS.items()
    }
    rows = []
    for figure, kept in periods.items():
        for text, start, _ in kept:
            for level, oblast, district, organisation, structure in PLACES:
                if level != "republic" and chance.random() < 0.3:
                    continue
                whole = chance.choice([None, 0, 10 * chance.randint(1, 50)])
                part = None if whole is None else 10 * chance.randint(0, whole // 10)
                of = whole if figure in ("attendance", "quality", "persistent_absence") else None
                rows.append((
                    figure, "operational", text, start, structure, level, oblast, district, organisation, "kk", "ru",
                    part, of, whole, chance.randint(0, 4), 4, int(whole is None),
                ))  # fmt: skip
    model = Model(tmp_path)
    with duckdb.connect() as con:
        con.execute("create schema scratch; create schema persons")
        model.load_seeds(con)
        con.execute(
            "create table scratch.int_key_figure_gathered (figure text, basis text, period text, "
            "period_start_date date, structure text, level text, oblast_code text, district_code text, "
            "organisation_code text, organisation_name_kk text, organisation_name_ru text, part bigint, whole bigint, "
            "persons bigint, organisations_reported bigint, organisations_due bigint, is_withheld int)"
        )
        con.executemany(f"insert into scratch.int_key_figure_gathered values ({', '.join('?' * 17)})", rows)
        con.execute(
            "create table dim_period (period_kind text, period text, period_start_date date, period_end_date date, "
            "period_label_kk text, period_label_ru text)"
        )
        con.executemany(
            "insert into dim_period values (?, ?, ?, ?, ?, ?)",
            [(KINDS[f], text, s, e, text, text) for f, kept in periods.items() for text, s, e in kept
             if f != "persistent_absence"],
        )  # fmt: skip
        con.execute("create table dim_basis as select 'operational' basis, 'k' basis_kk, 'r' basis_ru")
        con.execute("create table scratch.int_least_shown as select 10 least_persons, 3 least_organisations")
        con.execute(
            "create table scratch.int_place_levelled (level text, oblast_code text, district_code text)"
        )
        con.executemany(
            "insert into scratch.int_place_levelled values (?, ?, ?)",
            [("republic", "all", "all"), ("oblast", "10", "all"), ("district", "10", "101"), ("district", "10", "102")],
        )  # fmt: skip
        for column in ("oblast_name", "district_name", "place_name"):
            for language in ("kk", "ru"):
                con.execute(
                    f"alter table scratch.int_place_levelled add column {column}_{language} text default 'x'"
                )
        for statement in model.statements():
            if statement.name in ("int_key_figure_period_compared", "rpt_key_figure"):
                con.execute(statement.create())
        yield con, rows, periods


def test_the_period_before_and_the_same_time_last_year(shown: Any) -> None:
    con, _, periods = shown
    found = {
        (figure, period): (before, year_ago)
        for figure, period, before, year_ago in con.execute(
            "select figure, period, before_period, year_ago_period from scratch.int_key_figure_period_compared"
        ).fetchall()
    }
    assert len(found) == sum(map(len, periods.values()))
    for figure, kept in periods.items():
        kind = KINDS[figure]
        for at, (text, start, end) in enumerate(kept):
            before = None
            if at and kind != "school_year":
                earlier, began, ended = kept[at - 1]
                is_one_year = figure == "staff" or _school_year(ended) == _school_year(end)
                before = earlier if is_one_year and (start - began).days < 360 else None
            assert found[figure, text] == (before, _year_ago(kind, kept, start)), (figure, text)


def _year_ago(kind: str, kept: list[Period], start: date) -> str | None:
    for text, began, _ in kept:
        if kind == "week" and began == start - timedelta(days=364):
            return text
        if kind in ("month", "quarter", "term") and (began.year, began.month) == (
            start.year - 1,
            start.month,
        ):
            return text
    return None


def test_one_period_is_the_newest(shown: Any) -> None:
    con, rows, periods = shown
    newest = dict(
        con.execute(
            "select figure, period from scratch.int_key_figure_period_compared where is_latest = 1"
        ).fetchall()
    )
    assert newest.keys() == periods.keys()
    republic = {(row[0], row[2]): row for row in rows if row[5] == "republic"}
    for figure, kept in periods.items():
        told = [text for text, *_ in kept if republic[figure, text][11] is not None]
        half = [text for text in told if 2 * republic[figure, text][14] >= 4]
        assert newest[figure] == (half or told or [text for text, *_ in kept])[-1]


def test_a_row_says_of_an_earlier_period_what_was_shown_then(shown: Any) -> None:
    con, rows, _ = shown
    told = {(row[0], row[2], row[4], *row[5:9]): row for row in rows}
    held = {
        (figure, period): (before, year_ago)
        for figure, period, before, year_ago in con.execute(
            "select figure, period, before_period, year_ago_period from scratch.int_key_figure_period_compared"
        ).fetchall()
    }
    found = con.execute(
        "select figure, period, structure, level, oblast_code, district_code, organisation_code, part, whole, "
        "before_part, before_whole, year_ago_part, year_ago_whole, is_ranked, is_worse_than_before, direction "
        "from rpt_key_figure"
    ).fetchall()
    seen = set()
    for figure, period, *place, part, whole, bp, bw, yp, yw, ranked, worse, direction in found:
        seen.add((figure, period, *place))
        before, year_ago = held[figure, period]
        for text, pair in ((period, (part, whole)), (before, (bp, bw)), (year_ago, (yp, yw))):
            row = told.get((figure, text, *place))
            assert pair == ((row[11], row[12]) if row else (None, None)), (figure, period, text, place)
        assert not ranked or (part is not None and place[-1] != "few")
        is_known = ranked and direction and whole and bw
        assert worse == int(bool(is_known) and direction * (part / whole - bp / bw) < -1e-12), (
            figure,
            period,
            place,
        )
    assert told.keys() <= seen
    # A place that stood in an earlier period alone is there too, so that places add up; no single organisation.
    assert all(place[3] != "organisation" for place in seen - told.keys())


def test_what_stands_in_the_reports_stands_in_the_key_figures(made: Any) -> None:
    """Of a whole country: nothing is counted anew."""
    ask = made.installation.query
    place = "structure, period, level, oblast_code, district_code, organisation_code"
    for figure, report, of in (
        ("attendance", "rpt_attendance", "lessons_scheduled - lessons_missed, lessons_scheduled, learners"),
        ("quality", "rpt_achievement", "learners_good, learners, learners"),
        ("contingent", "(from rpt_contingent where breakdown = 'all')", "learners, null, learners"),
        ("staff", "(from rpt_staff where breakdown = 'staff')", "employees, null, employees"),
    ):
        shown = ask(f"select basis, {place}, {of} from {report} where level <> 'locality'")
        told = ask(
            f"select basis, {place}, part, whole, persons from rpt_key_figure where figure = '{figure}'"
        )
        known = [{row for row in rows if row[-1] is not None} for rows in (shown, told)]
        assert known[0] == known[1], figure
    on_time = ask(
        "select basis, sum(is_on_time), sum(is_due) from rpt_reporting_discipline where form = 'attendance' "
        "and structure <> 'as_is' and node_kind = 'organisation' group by basis order by all"
    )
    told = ask(
        "select basis, sum(part), sum(whole) from rpt_key_figure where figure = 'reports_on_time' "
        "and level = 'republic' group by basis order by all"
    )
    assert told == on_time
