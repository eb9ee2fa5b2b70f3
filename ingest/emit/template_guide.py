"""The sheet of a template that says how to fill it in, when it is due, who approves, what each column means.

In: a workbook being written, the contract, a language, and the period if the template is made for one. Out: the
sheet, and how many of its rows are filled, which the template's stamp repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.emit.template_looks import GRID, GRID_HEADING, LABEL, LINE, SECTION, TITLE, Look
from ingest.emit.wording import (
    allowed_words,
    both_labels,
    day_words,
    due_words,
    example_of,
    node_kind_words,
    period_words,
    privacy_words,
    say,
    span_words,
    type_words,
)
from ingest.schema.forms.contract import Contract, Demand, FormField, Language
from ingest.schema.values.period import Period

_WIDTHS = (4, 28, 38, 17, 12, 36, 18, 32)
_STEPS = (
    "step_rows",
    "step_required",
    "step_lists",
    "step_paste",
    "step_numbers",
    "step_protected",
    "step_submit",
    "step_nil",
)
_HEADS = (
    "number_head",
    "column_head",
    "meaning_head",
    "type_head",
    "required_head",
    "allowed_head",
    "example_head",
    "privacy_head",
)


def facts_of(contract: Contract, language: Language, period: Period | None = None) -> list[tuple[str, str]]:
    """What the form is, who submits it on what and by when: a label and its text each."""
    since = say("version_since", language, version=contract.version, date=day_words(contract.valid_from))
    said = period_words(contract, language) + (f": {span_words(period)}" if period else "")
    return [
        (say("purpose", language), contract.description.in_language(language)),
        (say("submitted_by", language), node_kind_words(contract.submitted_by, language)),
        (say("period", language), said),
        (say("due", language), due_words(contract, language, period)),
        (say("approved_by", language), node_kind_words(contract.approved_by, language)),
        (say("version", language), since),
    ]


Lines = list[tuple[Sequence[str], Sequence[Look]]]
"""Rows of the sheet: the texts of its cells and how each looks."""


def write_guide(book: Any, contract: Contract, language: Language, period: Period | None) -> int:
    """Write the sheet of instructions; how many of its rows are filled."""
    columns = [column_words(field, contract.demand(field), language) for field in contract.fields]
    lines = opening(contract, language, period, _STEPS)
    lines += table(say("columns_heading", language), [say(head, language) for head in _HEADS], columns)
    return write_lines(book, say("guide", language), lines)


def opening(contract: Contract, language: Language, period: Period | None, steps: Sequence[str]) -> Lines:
    """What the form is and, by the names of their texts, the steps of filling it in."""
    lines: Lines = [([contract.labels.in_language(language)], [TITLE]), ([], [])]
    lines += [(["", *fact], [LINE, LABEL, LINE]) for fact in facts_of(contract, language, period)]
    lines += [([], []), ([say("steps_heading", language)], [SECTION])]
    lines += [
        ([f"{number}.", say(step, language)], [LINE, LINE]) for number, step in enumerate(steps, start=1)
    ]
    return lines


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    """A section with a numbered table."""
    lines: Lines = [([], []), ([title], [SECTION]), (heads, [GRID_HEADING] * len(heads))]
    lines += [([str(number), *row], [GRID] * len(heads)) for number, row in enumerate(rows, start=1)]
    return lines


def column_words(field: FormField, demand: Demand, language: Language) -> list[str]:
    """The cells of a column's row in the table of columns, its number left out."""
    first, second = both_labels(field, language)
    return [
        f"{first}\n{second}" if second else first,
        (field.description or field.labels).in_language(language),
        type_words(field, language),
        say(f"is_{demand}", language),
        allowed_words(field, language) or "—",
        example_of(field, language),
        privacy_words(field, language),
    ]


def write_lines(book: Any, name: str, lines: Lines) -> int:
    """Write a sheet of instructions; how many of its rows are filled."""
    sheet = book.add_worksheet(name)
    formats: dict[str, Any] = {}
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    for row, (cells, looks) in enumerate(lines):
        for column, (text, look) in enumerate(zip(cells, looks, strict=True)):
            cell_format = formats.setdefault(str(look), None) or book.add_format(look)
            formats[str(look)] = cell_format
            if text:
                sheet.write_string(row, column, text, cell_format)
            elif look in (GRID, GRID_HEADING):
                sheet.write_blank(row, column, None, cell_format)
        if looks and looks[0] is GRID:
            sheet.set_row(row, _height(cells))
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sum(1 for cells, _ in lines if any(cells))


def _height(cells: Sequence[str]) -> float:
    """Points a row needs: programs other than Excel do not always make room for wrapped text themselves."""
    lines = max(
        sum(-(-len(line) // max(1, int(width * 1.1))) or 1 for line in cell.split("\n"))
        for cell, width in zip(cells, _WIDTHS, strict=False)
    )
    return lines * 13.5 + 4
