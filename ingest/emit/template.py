"""Contract → the workbook a submitter fills in.

In: a contract and a language, for a prefilled template also what it is made for and the rows that are known.
Out: the bytes of an xlsx file with three sheets: the form (headings in Kazakh and Russian, lists, checks as one
types, notes on each column), how to fill it in, and a very hidden one with the form's stamp and the lists. The
same input gives the same bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from math import ceil
from pathlib import PurePosixPath
from typing import Any

import xlsxwriter

from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.emit.template_columns import ALIGNED, CELL_FORMATS, Heading, heading_of, note_of, validation_of
from ingest.emit.template_guide import write_guide
from ingest.emit.template_looks import FONT, HINT, OPTIONAL, REQUIRED, SECOND_LABEL, TITLE
from ingest.emit.wording import codes_of, say, span_words
from ingest.schema.forms.contract import Contract, FormField, Language
from ingest.schema.template_stamp import STAMP_SHEET, TemplateStamp
from ingest.schema.values.period import Period

SUBMITTERS_LANGUAGES: tuple[Language, ...] = ("kk", "ru")
HEADER_ROW = 5
"""The 1-based row of the headings; title, description, hint and what it was made for stand above."""

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
# Lists stand to the right of the stamp, of which the columns A and B alone are read.
_FIRST_LIST_COLUMN = 3
PAGE_WIDTH = 180
"""Characters a page takes across before its letters become too small to read."""
# What may be done to a sheet whose headings are locked; no password: it guards against accidents only.
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}

Row = Mapping[str, str | int | Decimal | date | time | None]
"""What is known of a row: field → value; a code where the column has a list."""


@dataclass(frozen=True)
class Prefill:
    """What a template is made for beyond its form: whose report on which period, and the rows known of it.

    `names`: what the node is called, by language. `names_of_learners`: identifier → name, for a register; `lessons`:
    grade, letter and day of the week → how many there usually are.
    """

    node: str
    period: Period
    rows: Sequence[Row] = ()
    names: Mapping[Language, str] | None = None
    names_of_learners: Mapping[str, str] = dataclasses.field(default_factory=dict)
    lessons: Mapping[tuple[int, str, int], int] = dataclasses.field(default_factory=dict)

    def named(self, language: Language) -> str:
        """The node by its code and, where known, its name."""
        name = (self.names or {}).get(language)
        return f"{self.node}, {name}" if name else self.node


def template(
    contract: Contract, language: Language, stamp: TemplateStamp | None = None, prefill: Prefill | None = None
) -> bytes:
    """The template of a form in one language. `stamp`: what it was made for, by default just the form."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    title = contract.labels.in_language(language)
    # A fixed moment: the bytes follow from the contract alone.
    book.set_properties({"title": title, "created": datetime.combine(contract.valid_from, time())})
    lists = Lists(contract, language, prefill.period.start if prefill else None)
    _Form(book, contract, language, lists, prefill).write()
    guide_rows = write_guide(book, contract, language, prefill.period if prefill else None)
    stated = stamp or stamp_of(contract, language, prefill)
    write_stamp(book, replace(stated, guide_rows=guide_rows), lists)
    book.close()
    return buffer.getvalue()


def stamp_of(contract: Contract, language: Language, prefill: Prefill | None) -> TemplateStamp:
    """What the workbook says of itself: its form and, of a prefilled one, what it was made for."""
    if prefill is None:
        return TemplateStamp(contract.form, contract.version, language)
    return TemplateStamp(
        contract.form, contract.version, language, node=prefill.node, period=prefill.period.text
    )


class Lists:
    """The words each column with a dictionary offers, and where on the hidden sheet they stand."""

    def __init__(self, contract: Contract, language: Language, on: date | None) -> None:
        self.words: dict[str, list[str]] = {}
        self._labels: dict[str, dict[str, str]] = {}
        for field in contract.fields:
            if entries := codes_of(field, on):
                labels = {entry.code: entry.labels.in_language(language) for entry in entries}
                self._labels[field.name] = labels
                self.words[field.name] = list(labels.values())

    def source(self, field: FormField) -> str | None:
        """The range of the hidden sheet that holds a column's words, None where it has no list."""
        if field.name not in self.words:
            return None
        column = xlsxwriter.utility.xl_col_to_name(
            _FIRST_LIST_COLUMN + list(self.words).index(field.name), True
        )
        return f"='{STAMP_SHEET}'!{column}$2:{column}${len(self.words[field.name]) + 1}"

    def label(self, field: FormField, value: Any) -> Any:
        """A code as the submitter knows it; any other value as it is."""
        return self._labels.get(field.name, {}).get(value, value)


class _Form:
    """The sheet of the form itself."""

    def __init__(
        self, book: Any, contract: Contract, language: Language, lists: Lists, prefill: Prefill | None
    ) -> None:
        self.book, self.contract, self.language = book, contract, language
        self.lists, self.prefill = lists, prefill
        self.sheet = book.add_worksheet(contract.layout.sheet.in_language(language))

    def write(self) -> None:
        """Everything on it, ready to be filled in."""
        headings = [heading_of(field, self.language) for field in self.contract.fields]
        unlocked = self.book.add_format({**FONT, "locked": False})
        self.sheet.set_column(len(headings), _LAST_COLUMN, None, unlocked)
        formats = [self._column(place, heading) for place, heading in enumerate(headings)]
        self._above()
        self._headings(headings)
        if self.prefill and self.prefill.rows:
            self._rows(self.prefill.rows, formats)
        self.sheet.freeze_panes(HEADER_ROW, self.contract.layout.freeze_columns)
        self.sheet.protect("", _ALLOWED)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(ceil(sum(heading.width for heading in headings) / PAGE_WIDTH), 0)
        self.sheet.repeat_rows(HEADER_ROW - 1)
        if self.contract.layout.freeze_columns:
            self.sheet.repeat_columns(0, self.contract.layout.freeze_columns - 1)
        self.sheet.activate()

    def _column(self, place: int, heading: Heading) -> Any:
        field = self.contract.fields[place]
        look = {**FONT, "num_format": CELL_FORMATS[field.type], "locked": False, "valign": "top"}
        if field.type in ALIGNED:
            look["align"] = ALIGNED[field.type]
        cell_format = self.book.add_format(look)
        self.sheet.set_column(place, place, heading.width, cell_format)
        limits = validation_of(field, self.language, self.lists.source(field), self._bounds(field))
        self.sheet.data_validation(HEADER_ROW, place, _LAST_ROW, place, limits)
        return cell_format

    def _bounds(self, field: FormField) -> tuple[date, date] | None:
        """The days a column of dates may hold, where the form says that they lie in its period."""
        if not self.prefill or field.type != "date":
            return None
        is_bound = any(
            check.rule == "date_in_period" and check.field == field.name for check in self.contract.checks
        )
        return (self.prefill.period.start, self.prefill.period.end) if is_bound else None

    def _above(self) -> None:
        contract, language = self.contract, self.language
        lines = [
            (contract.labels.in_language(language), TITLE, 22),
            (contract.description.in_language(language), HINT, 15),
            (say("how_to_fill", language, guide=say("guide", language)), HINT, 15),
        ]
        if self.prefill:
            made_for = say(
                "made_for",
                language,
                node=self.prefill.named(language),
                period=span_words(self.prefill.period),
            )
            lines.append((made_for, {**FONT, "bold": True}, 15))
        for row in range(HEADER_ROW - 1):
            # The format of the row locks its empty cells, whose columns are unlocked.
            text, style, height = lines[row] if row < len(lines) else ("", HINT, 15)
            self.sheet.set_row(row, height, self.book.add_format(style))
            if text:
                self.sheet.write_string(row, 0, text, self.book.add_format(style))

    def _headings(self, headings: Sequence[Heading]) -> None:
        row = HEADER_ROW - 1
        self.sheet.set_row(row, max(heading.height for heading in headings), self.book.add_format(FONT))
        small = self.book.add_format(SECOND_LABEL)
        for place, (heading, field) in enumerate(zip(headings, self.contract.fields, strict=True)):
            look = REQUIRED if field.constraints.required else OPTIONAL
            cell, bold = self.book.add_format(look), self.book.add_format({**FONT, "bold": True})
            if heading.second:
                self.sheet.write_rich_string(
                    row, place, bold, heading.first, small, f"\n{heading.second}", cell
                )
            else:
                self.sheet.write_string(
                    row, place, heading.first, self.book.add_format({**look, "bold": True})
                )
            text = note_of(field, self.contract.demand(field), self.language)
            size = {"width": 330, "height": 18 * (2 + text.count("\n") + len(text) // 52)}
            self.sheet.write_comment(
                row, place, text, {**size, "author": "bbaj", "font_name": "Arial", "font_size": 9}
            )

    def _rows(self, rows: Sequence[Row], formats: Sequence[Any]) -> None:
        for place, (field, cell_format) in enumerate(zip(self.contract.fields, formats, strict=True)):
            for number, row in enumerate(rows, start=HEADER_ROW):
                value = self.lists.label(field, row.get(field.name))
                if isinstance(value, datetime | time):
                    self.sheet.write_datetime(number, place, value, cell_format)
                elif isinstance(value, date):
                    self.sheet.write_datetime(number, place, datetime.combine(value, time()), cell_format)
                elif isinstance(value, int | Decimal):
                    self.sheet.write_number(number, place, float(value), cell_format)
                elif value:
                    self.sheet.write_string(number, place, value, cell_format)
        last = HEADER_ROW + len(rows) - 1
        self.sheet.autofilter(HEADER_ROW - 1, 0, last, len(self.contract.fields) - 1)


def write_stamp(book: Any, stamp: TemplateStamp, lists: Lists) -> None:
    """Write the hidden sheet with the stamp and the lists of the columns."""
    sheet = book.add_worksheet(STAMP_SHEET)
    for row, (name, value) in enumerate(stamp.to_rows()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    for column, (name, words) in enumerate(lists.words.items(), start=_FIRST_LIST_COLUMN):
        for row, word in enumerate((name, *words)):
            sheet.write_string(row, column, word)
    sheet.very_hidden()


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    for contract in contracts.values():
        for language in SUBMITTERS_LANGUAGES:
            path = PurePosixPath(f"ingest/contracts/generated/{contract.form}.{language}.xlsx")
            yield GeneratedFile(path, template(contract, language))


TEMPLATES = Emitter("template", ("ingest/contracts/generated/*.xlsx",), _files)
