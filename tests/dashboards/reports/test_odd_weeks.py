"""Weeks as no demonstration has them: empty, of one school, withheld, enormous. Whatever they are, what is said adds
up, has a reason where there is no number, and is in Kazakh and in Russian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.authored import DefinitionError
from dashboards.reports.content import Cell, Content, Place
from dashboards.reports.definition import FOLDER, load
from dashboards.reports.figures import NoPlaceError, make_of
from dashboards.reports.measures import NoPeriodError
from dashboards.reports.reading import File
from tests.dashboards.reports.marts import School, clear, country, empty, fill

STATES = ("reported", "missing", "withheld", "empty")
MARTS = empty()


def content_of(*schools: School, place: Place | str = "all") -> Content:
    """The weekly summary of a country of these schools."""
    clear(MARTS)
    fill(MARTS, schools)
    return make_of(File(MARTS), "weekly", place)


@st.composite
def countries(draw: st.DrawFn) -> list[School]:
    """Some schools, in any state."""
    number = draw(st.integers(1, 7))
    found = []
    for place in range(number):
        learners = draw(st.integers(10, 2000))
        scheduled = learners * draw(st.integers(0, 30))
        found.append(
            School(
                oblast=draw(st.integers(0, 2)),
                district=draw(st.integers(0, 1)),
                number=place,
                state=draw(st.sampled_from(STATES)),
                scheduled=scheduled,
                missed=draw(st.integers(0, scheduled)),
                learners=learners,
            )
        )
    return found


def texts(dumped: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text of a content, where it stands, in Kazakh and in Russian."""
    if isinstance(dumped, dict) and {*dumped} == {"kk", "ru"}:
        yield at, dumped["kk"], dumped["ru"]
    elif isinstance(dumped, dict):
        for name, value in dumped.items():
            yield from texts(value, f"{at}.{name}")
    elif isinstance(dumped, (list, tuple)):
        for value in dumped:
            yield from texts(value, at)


SENTENCES = (".heading", ".alt", ".sentences", ".method", ".why", ".subtitle", ".notes", ".title", ".meaning")


def check_texts(content: Content) -> None:
    """No English, no code, no unfilled place, no text that was forgotten in one of the languages."""
    found = list(texts(content.model_dump()))
    names = {
        ru for at, _, ru in found if at.endswith((".name", ".inside"))
    }  # official Russian names have Kazakh letters
    for at, kk, ru in found:
        for said in (kk, ru):
            assert said.strip(), at
            assert not re.search(r"[A-Za-z_{}|]", said), (at, said)
        if at.endswith(SENTENCES):
            assert kk != ru, (at, kk)
            assert not _KAZAKH.search(_without(ru, names)), (at, ru)


_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)


def _without(said: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True) if _KAZAKH.search(said) else ():
        said = said.replace(name, "")
    return said


def cells(content: Content) -> Iterator[Cell]:
    """All cells of all tables and headlines."""
    for section in content.sections:
        for row in section.table.rows:
            assert len(row.cells) == len(section.table.columns), section.code
            yield from row.cells
    for each in content.headlines:
        yield from (each.value, each.before, each.year_ago, each.change_before, each.change_year_ago)


def check_cells(content: Content) -> None:
    """What has no value says why, and what has one does not."""
    for cell in cells(content):
        has_value = cell.value is not None or cell.text is not None or cell.day is not None
        assert has_value == (cell.symbol == ""), cell


def check_bounds(content: Content) -> None:
    """A figure lies between its bounds, and bounds are rates."""
    [section] = [each for each in content.sections if each.code == "bounds"]
    for row in section.table.rows:
        value, low, high, *_ = row.cells
        if low.value is not None and high.value is not None:
            assert 0 <= low.value <= high.value <= 1
            assert row.cells[3].value or value.value is None or low.value == high.value == value.value


@settings(max_examples=7)
@given(countries())
def test_any_country_adds_up_and_speaks(schools: list[School]) -> None:
    content = content_of(*schools)
    check_texts(content)
    check_cells(content)
    check_bounds(content)
    assert Content.model_validate_json(content.model_dump_json()) == content
    attendance = content.headlines[0]
    rated = [each for each in schools if each.state == "reported"]
    scheduled, missed = (sum(getattr(each, name) for each in rated) for name in ("scheduled", "missed"))
    if scheduled:
        assert attendance.value.value == pytest.approx((scheduled - missed) / scheduled)
    else:
        assert attendance.value.symbol in ("c", "x", "z")
    assert (attendance.reported, attendance.due) == (sum(s.state != "missing" for s in schools), len(schools))
    [regions] = [each for each in content.sections if each.code == "regions"]
    columns = [each.code for each in regions.table.columns]
    for column in ("reported", "due"):
        place = columns.index(column)
        total, *parts = (row.cells[place].value or 0 for row in regions.table.rows)
        assert total == sum(parts)
    [missing] = [each for each in content.sections if each.code == "not_reported"]
    assert {row.code for row in missing.table.rows} == {s.codes[2] for s in schools if s.state == "missing"}


@settings(max_examples=4)
@given(countries(), st.data())
def test_a_part_tells_of_itself_alone(schools: list[School], data: st.DataObject) -> None:
    school = data.draw(st.sampled_from(schools))
    level = data.draw(st.sampled_from((0, 1)))
    content = content_of(*schools, place=school.codes[level])
    check_texts(content)
    check_cells(content)
    codes = {
        each.codes[level + 1] for each in schools if each.codes[: level + 1] == school.codes[: level + 1]
    }
    [regions] = [each for each in content.sections if each.code == "regions"]
    assert {row.code for row in regions.table.rows if not row.is_total} == codes
    assert not any(each.drawn == "tiles" for each in content.sections)


def test_bounds_are_what_the_missing_could_add() -> None:
    content = content_of(
        School(0, 0, 1, "reported", 1000, 50, 100),
        School(0, 0, 2, "missing", 500, 0, 50),
        School(1, 0, 3, "missing", 500, 0, 150),
    )
    attendance = content.headlines[0]
    # Fifty learners are between 90 and 98 %, a hundred and fifty have nobody like them; each has ten lessons.
    assert attendance.low == pytest.approx((950 + 450) / 3000)
    assert attendance.high == pytest.approx((950 + 490 + 1500) / 3000)


def test_all_withheld_stays_withheld() -> None:
    content = content_of(School(0, 0, 1, "withheld", 100, 5, 4), School(1, 0, 2, "withheld", 100, 5, 4))
    assert (content.headlines[0].value.symbol, content.headlines[0].low) == ("c", None)
    check_texts(content)
    check_cells(content)


def test_a_very_long_name_is_told_whole() -> None:
    name = "ұзақ атаулы мектеп " * 40
    content = content_of(School(0, 0, 1, "missing", 100, 5, 40, name.strip()))
    [missing] = [each for each in content.sections if each.code == "not_reported"]
    assert missing.table.rows[0].name.kk == name.strip()


def test_a_country_of_7850_schools_is_told_and_ten_of_them_are_worth_a_call() -> None:
    schools = [
        School(place % 20, place % 12, place, STATES[place % 37 == 0], 900, place % 20 * 10, 30 + place % 900)
        for place in range(7850)
    ]
    content = content_of(*schools)
    check_texts(content)
    check_cells(content)
    check_bounds(content)
    assert (len(content.regions), len(content.organisations)) == (3, 10)
    assert content.headlines[0].reported == sum(each.state == "reported" for each in schools)
    [spread] = [each for each in content.sections if each.code == "spread"]
    assert sum(row.cells[0].value or 0 for row in spread.table.rows) == content.headlines[0].reported


@settings(max_examples=7)
@given(st.sets(st.integers(0, 90), min_size=1), st.data())
def test_a_trend_has_every_week_and_tells_gaps_from_what_is_unknown(
    weeks: set[int], data: st.DataObject
) -> None:
    """Of a school year's weeks any may have no lessons. Two years are known, in any weeks."""
    clear(MARTS)
    mondays = sorted(date(2025, 9, 1) + timedelta(weeks=each) for each in weeks)
    last = data.draw(st.sampled_from(mondays))
    fill(MARTS, [School(0, 0, 1, "reported", 1000, 40, 40)], last)
    told = [monday for monday in mondays if monday not in (last, last - timedelta(weeks=1))]
    for monday in told:
        country(MARTS, School(0, 0, 1, "reported", 1000, 40, 40), monday)
    year, week, _ = last.isocalendar()
    content = make_of(File(MARTS), "weekly", period=f"{year}-W{week:02d}")
    [trend] = [each for each in content.sections if each.code == "weeks"]
    rows = {date.fromisocalendar(int(row.code[:4]), int(row.code[6:]), 1): row for row in trend.table.rows}
    assert [*rows] == [min(rows) + timedelta(weeks=place) for place in range(len(rows))]
    known = {*told, last, last - timedelta(weeks=1)}
    for monday, row in rows.items():
        for cell, start in zip(row.cells, (monday, monday - timedelta(weeks=52)), strict=True):
            if start in known and start <= last:
                assert cell.value == pytest.approx(0.96)
            else:
                assert cell.symbol in ("x", "z")
    assert rows[last].cells[0].value == pytest.approx(0.96)
    check_texts(content)
    check_cells(content)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("figure: attendance, beside", "figure: attendence, beside"),
        ("kind: ranking", "kind: rankings"),
        ("{points} процентного", "{points процентного"),
        ("{missing:не отчиталась|не отчитались|не отчитались}", "{missing:не отчиталась|не отчитались}"),
        ("at_least: 0.1", "at_least: 0"),
        ("rhythm: week", "rhythm: fortnight"),
        ("kind: missing", "kind: missing, colour: red"),
    ],
)
def test_what_is_wrong_with_a_definition_is_said_before_anybody_needs_it(
    tmp_path: Path, said: str, instead: str
) -> None:
    whole = (FOLDER / "weekly.yaml").read_text(encoding="utf-8")
    assert said in whole
    (tmp_path / "weekly.yaml").write_text(whole.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as found:
        load(tmp_path / "weekly.yaml")
    assert found.value.key
    assert found.value.remedy


def test_of_nothing_there_is_no_summary() -> None:
    clear(MARTS)
    with pytest.raises(NoPlaceError):
        make_of(File(MARTS), "weekly")
    fill(MARTS, [School(0, 0, 1, "reported", 100, 5, 40)])
    with pytest.raises(NoPeriodError):
        make_of(File(MARTS), "weekly", period="2031-W01")
    with pytest.raises(NoPlaceError):
        make_of(File(MARTS), "weekly", "990000000")
