"""What another edition says otherwise: each cell, and no other."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.reports.changes import changes, is_same, marked
from dashboards.reports.content import Cell, Column, Content, Row, Table
from dashboards.reports.rounding import shown
from tests.dashboards.reports.workbook_content import both, content, headline, section

CELLS = st.one_of(
    st.sampled_from(["c", "z", "x"]).map(lambda symbol: Cell(symbol=symbol)),
    st.integers(0, 1000).map(lambda thousandths: Cell(value=thousandths / 1000)),
)
COLUMNS = (
    Column(code="rate", label=both("үлес", "доля"), unit="share", digits=1),
    Column(code="change", label=both("өзгеріс", "изменение"), unit="points", digits=1),
)
ROWS = st.dictionaries(st.sampled_from("абвгд"), st.tuples(CELLS, CELLS), max_size=5)


def of(rows: dict[str, tuple[Cell, Cell]], value: Cell) -> Content:
    found = tuple(Row(code=code, name=both(code, code), cells=cells) for code, cells in rows.items())
    table = Table(named=both("а", "б"), columns=COLUMNS, rows=found)
    return content(headlines=(headline(value=value),), sections=(section("one", "ranking", table),))


def said(cell: Cell | None, column: Column) -> Any:
    if cell is None:
        return None
    return cell.symbol if cell.value is None else shown(cell.value, column.unit, column.digits)


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, CELLS, CELLS)
def test_each_cell_shown_otherwise_is_told_and_no_other(
    old: dict[str, tuple[Cell, Cell]], new: dict[str, tuple[Cell, Cell]], first: Cell, second: Cell
) -> None:
    before, after = of(old, first), of(new, second)
    found = {(each.section, each.row, each.column) for each in changes(before, after)}
    expected = set()
    for row in {*old, *new}:
        for place, column in enumerate(COLUMNS):
            pair = [said(rows[row][place] if row in rows else None, column) for rows in (old, new)]
            if pair[0] != pair[1]:
                expected.add(("one", row, column.code))
    if said(first, COLUMNS[0]) != said(second, COLUMNS[0]):
        expected.add(("", "attendance", "value"))
    assert found == expected


@settings(max_examples=30, deadline=None)
@given(ROWS, ROWS, CELLS, CELLS)
def test_what_was_another_figure_before_is_marked(
    old: dict[str, tuple[Cell, Cell]], new: dict[str, tuple[Cell, Cell]], first: Cell, second: Cell
) -> None:
    before, after = of(old, first), of(new, second)
    found = changes(before, after)
    shows = marked(after, found)
    revised = {(each.row, each.column) for each in found if each.before is not None and each.section}
    for row in shows.sections[0].table.rows:
        for cell, column in zip(row.cells, COLUMNS, strict=True):
            assert (cell.mark == "r") == ((row.code, column.code) in revised)
    assert (shows.headlines[0].value.mark == "r") == (said(first, COLUMNS[0]) != said(second, COLUMNS[0]))
    assert is_same(shows, after)
    assert not changes(after, shows)


def test_a_number_that_moved_behind_what_is_shown_has_not_changed_but_words_have() -> None:
    before, after = of({}, Cell(value=0.94371)), of({}, Cell(value=0.94369))
    assert changes(before, after) == []
    assert is_same(before, before)
    other = before.model_copy(update={"sentences": (both("басқа", "другое"),)})
    assert not is_same(before, other)


def test_a_finding_that_is_gone_or_new_is_told_cell_by_cell() -> None:
    with_it, without = (
        of({"а": (Cell(value=0.5), Cell(value=0.1))}, Cell(value=1)),
        content(headlines=(headline(value=Cell(value=1)),), sections=()),
    )
    gone, new = changes(with_it, without), changes(without, with_it)
    assert [(each.row, each.column, each.after) for each in gone] == [
        ("а", "rate", None),
        ("а", "change", None),
    ]
    assert [(each.row, each.column, each.before) for each in new] == [
        ("а", "rate", None),
        ("а", "change", None),
    ]


def test_the_content_is_the_same_after_it_was_kept() -> None:
    made = content()
    assert Content.model_validate_json(made.model_dump_json()) == made
