"""What another edition of a summary says otherwise, cell by cell.

In: the contents of two editions of the same summary. Out: the cells that are shown otherwise; the newer content with
those cells marked. A number that moved behind the decimals which are shown has not changed for a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.reports.content import Both, Cell, Column, Content, Headline, Section, Unit
from dashboards.reports.rounding import shown


@dataclass(frozen=True)
class Change:
    """One cell. `section`: code of the finding, empty for the first page; `row` and `column`: their codes, `names` what
    people call them. `before`, `after`: None where the cell is in one edition alone."""

    section: str
    row: str
    column: str
    names: tuple[Both, Both]
    unit: Unit
    digits: int
    before: Cell | None
    after: Cell | None


def changes(before: Content, after: Content) -> list[Change]:
    """Every cell that is shown otherwise: of the first page, then of each finding, in the order of the newer edition;
    what is gone comes last of its finding."""
    found = list(_of_headlines(before, after))
    known = {section.code: section for section in before.sections}
    for section in after.sections:
        found += _of_section(known.pop(section.code, None), section)
    for gone in known.values():
        found += _of_section(gone, None)
    return found


def marked(after: Content, found: list[Change]) -> Content:
    """The newer content, in which what was another figure in the edition before says so (r)."""
    revised = {(each.section, each.row, each.column) for each in found if each.before is not None}
    sections = tuple(_marked_section(section, revised) for section in after.sections)
    headlines = tuple(_marked_headline(headline, revised) for headline in after.headlines)
    return after.model_copy(update={"sections": sections, "headlines": headlines})


def is_same(before: Content, after: Content) -> bool:
    """Whether a reader finds nothing new in it: neither figures nor words but those of the imprint."""
    plain = [content.model_dump(exclude={"imprint"}) for content in (before, after)]
    return _unmarked(plain[0]) == _unmarked(plain[1])


def _unmarked(said: object) -> object:
    if isinstance(said, dict):
        return {name: _unmarked(each) for name, each in said.items() if name != "mark"}
    return [_unmarked(each) for each in said] if isinstance(said, list | tuple) else said


_HEADLINE_CELLS = ("value", "before", "year_ago")
_NAMES = {
    "value": Both(kk="мәні", ru="значение"),
    "before": Both(kk="алдыңғы кезең", ru="прошлый период"),
    "year_ago": Both(kk="өткен жылғы осы уақыт", ru="то же время прошлого года"),
}


def _of_headlines(before: Content, after: Content) -> Iterator[Change]:
    old = {headline.code: headline for headline in before.headlines}
    new = {headline.code: headline for headline in after.headlines}
    for code in [*new, *(code for code in old if code not in new)]:
        a, b = old.get(code), new.get(code)
        said = b or a
        assert said is not None
        for name in _HEADLINE_CELLS:
            pair = (_cell_of(a, name), _cell_of(b, name))
            if _differ(*pair, said.unit, said.digits):
                yield Change("", code, name, (said.label, _NAMES[name]), said.unit, said.digits, *pair)


def _cell_of(headline: Headline | None, name: str) -> Cell | None:
    return None if headline is None else getattr(headline, name)


def _of_section(before: Section | None, after: Section | None) -> Iterator[Change]:
    said = after or before
    assert said is not None
    old, new = _cells(before), _cells(after)
    for key in [*new, *(key for key in old if key not in new)]:
        row, column = key
        pair = (old.get(key), new.get(key))
        names, measured = (new.get(key) or old[key])[1:]
        cells = tuple(each[0] if each else None for each in pair)
        if _differ(cells[0], cells[1], measured.unit, measured.digits):
            yield Change(said.code, row, column, names, measured.unit, measured.digits, cells[0], cells[1])


def _cells(section: Section | None) -> dict[tuple[str, str], tuple[Cell, tuple[Both, Both], Column]]:
    if section is None:
        return {}
    columns = section.table.columns
    return {
        (row.code, column.code): (cell, (row.name, column.label), column)
        for row in section.table.rows
        for cell, column in zip(row.cells, columns, strict=True)
    }


def _differ(before: Cell | None, after: Cell | None, unit: Unit, digits: int) -> bool:
    return _shown(before, unit, digits) != _shown(after, unit, digits)


def _shown(cell: Cell | None, unit: Unit, digits: int) -> object:
    if cell is None:
        return None
    if cell.value is not None:
        return shown(cell.value, unit, digits)
    return cell.text or cell.day or cell.symbol or "x"


def _marked_section(section: Section, revised: set[tuple[str, str, str]]) -> Section:
    columns = section.table.columns
    rows = tuple(
        row.model_copy(
            update={
                "cells": tuple(
                    cell.model_copy(update={"mark": "r"})
                    if (section.code, row.code, column.code) in revised
                    else cell
                    for cell, column in zip(row.cells, columns, strict=True)
                )
            }
        )
        for row in section.table.rows
    )
    return section.model_copy(update={"table": section.table.model_copy(update={"rows": rows})})


def _marked_headline(headline: Headline, revised: set[tuple[str, str, str]]) -> Headline:
    cells = {
        name: getattr(headline, name).model_copy(update={"mark": "r"})
        for name in _HEADLINE_CELLS
        if ("", headline.code, name) in revised
    }
    return headline.model_copy(update=cells)
