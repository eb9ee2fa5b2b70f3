"""Contract → the plain workbook a submitter fills in.

In: a contract and a language. Out: the bytes of an xlsx file: the form's title, how to fill it in, one row of
headings in that language, and a very hidden sheet with the form's mark. One contract, always the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from functools import lru_cache
from io import BytesIO
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any

import xlsxwriter
import yaml

from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.schema.contract import Contract, FieldType, FormField, Labels, Language
from ingest.schema.mark import MARK_SHEET, TemplateMark

SUBMITTERS_LANGUAGES: tuple[Language, ...] = ("kk", "ru")
HEADER_ROW = 5
"""The 1-based row of the headings; a title, a description, a hint and an empty row stand above."""

_WORDS = Path(__file__).parent / "words.yml"
_FONT = {"font_name": "Arial", "font_size": 10}
_TITLE = {**_FONT, "bold": True, "font_size": 14}
_HINT = {**_FONT, "font_color": "#595959"}
_HEADING = {
    **_FONT,
    "text_wrap": True,
    "align": "center",
    "valign": "vcenter",
    "border": 1,
    "bg_color": "#DDEBF7",
}
# As text, identifiers keep their leading zeros and are never shown as 1,5E+11.
_CELL_FORMATS: dict[FieldType, str] = {
    "string": "@",
    "boolean": "@",
    "integer": "0",
    "number": "General",
    "date": "dd.mm.yyyy",
}
_LEAST_WIDTH, _MOST_WIDTH, _LINE_HEIGHT = 12, 30, 14


def template(contract: Contract, language: Language, mark: TemplateMark | None = None) -> bytes:
    """The template of a form in one language. `mark`: what it was made for, by default just the form."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    title = contract.labels.in_language(language)
    # A fixed moment: the bytes follow from the contract alone.
    book.set_properties({"title": title, "created": datetime.combine(contract.valid_from, time())})
    _write_form(book, contract, language)
    _write_mark(book, mark or TemplateMark(contract.form, contract.version, language))
    book.close()
    return buffer.getvalue()


def _write_form(book: Any, contract: Contract, language: Language) -> None:
    sheet = book.add_worksheet(contract.layout.sheet.in_language(language))
    for column, field in enumerate(contract.fields):
        cell_format = book.add_format({**_FONT, "num_format": _CELL_FORMATS[field.type]})
        sheet.set_column(column, column, _width(field, language), cell_format)
    above = (
        (contract.labels.in_language(language), _TITLE),
        (contract.description.in_language(language), _HINT),
        (_words()["how_to_fill"].in_language(language), _HINT),
    )
    for row, (text, style) in enumerate(above):
        sheet.write_string(row, 0, text, book.add_format(style))
    for column, field in enumerate(contract.fields):
        heading = book.add_format({**_HEADING, "bold": field.constraints.required})
        sheet.write_string(HEADER_ROW - 1, column, field.labels.in_language(language), heading)
    lines = max(_lines(field, language) for field in contract.fields)
    sheet.set_row(HEADER_ROW - 1, lines * _LINE_HEIGHT + 4)
    sheet.freeze_panes(HEADER_ROW, contract.layout.freeze_columns)
    sheet.activate()


def _write_mark(book: Any, mark: TemplateMark) -> None:
    sheet = book.add_worksheet(MARK_SHEET)
    for row, (name, value) in enumerate(mark.to_rows()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


def _width(field: FormField, language: Language) -> int:
    label = field.labels.in_language(language)
    longest_word = max(len(word) for word in label.split())
    return min(
        _MOST_WIDTH, max(_LEAST_WIDTH, longest_word + 3, len(label) // 2 + 3, len(field.example or "") + 2)
    )


def _lines(field: FormField, language: Language) -> int:
    return ceil(len(field.labels.in_language(language)) * 1.2 / _width(field, language))


@lru_cache(maxsize=1)
def _words() -> dict[str, Labels]:
    read = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {name: Labels.model_validate(text) for name, text in read.items()}


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    for contract in contracts.values():
        for language in SUBMITTERS_LANGUAGES:
            path = PurePosixPath(f"ingest/contracts/generated/{contract.form}.{language}.xlsx")
            yield GeneratedFile(path, template(contract, language))


TEMPLATES = Emitter("template", ("ingest/contracts/generated/*.xlsx",), _files)
