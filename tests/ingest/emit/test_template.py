"""The workbook a submitter fills in."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.emit.template import HEADER_ROW, template
from ingest.schema.contract import Contract
from ingest.schema.mark import MARK_SHEET, TemplateMark


def _opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def _described(book: Any) -> str:
    lines = []
    for sheet in book:
        lines.append(f"# {sheet.title} ({sheet.sheet_state}), frozen at {sheet.freeze_panes}")
        for row in sheet.iter_rows():
            lines += [
                f"{cell.coordinate}: {cell.value}{' [bold]' if cell.font.b else ''}"
                for cell in row
                if cell.value is not None
            ]
        for letter, column in sheet.column_dimensions.items():
            number_format = sheet[f"{letter}{HEADER_ROW + 1}"].number_format
            lines.append(f"{letter}: width {column.width:.0f}, {column.number_format or number_format}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_looks_as_agreed(school_meals: Contract, golden: Path, language: Any) -> None:
    described = _described(_opened(template(school_meals, language)))

    assert described == (golden / f"school_meals.{language}.xlsx.txt").read_text()


def test_the_same_contract_gives_the_same_bytes(school_meals: Contract) -> None:
    assert template(school_meals, "kk") == template(school_meals, "kk")


def test_the_mark_says_what_it_was_made_for(school_meals: Contract) -> None:
    mark = TemplateMark("school_meals", 3, "ru", node="650940000016", period="2026-09", part="5-А")

    book = _opened(template(school_meals, "ru", mark))

    assert book[MARK_SHEET].sheet_state == "veryHidden"
    assert TemplateMark.from_rows(book[MARK_SHEET].iter_rows(values_only=True)) == mark


def test_an_identifier_typed_into_it_keeps_its_leading_zeros(school_meals: Contract) -> None:
    sheet = _opened(template(school_meals, "kk")).worksheets[0]

    formats = [column.number_format for column in sheet.column_dimensions.values()]
    assert formats[:2] == ["@", "@"]
