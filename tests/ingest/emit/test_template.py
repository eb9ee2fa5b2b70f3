"""The workbook a submitter fills in."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import from_excel

from ingest.emit.template import HEADER_ROW, SUBMITTERS_LANGUAGES, Prefill, template
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.template_stamp import STAMP_SHEET, TemplateStamp
from ingest.schema.values.period import Period


def _opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def _described(book: Any) -> str:
    lines = []
    for sheet in book:
        locked = ", protected" if sheet.protection.sheet else ""
        lines.append(f"# {sheet.title} ({sheet.sheet_state}{locked}), frozen at {sheet.freeze_panes}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    said = str(cell.value).replace("\n", " ⏎ ")
                    lines.append(f"{cell.coordinate}: {said}{' [bold]' if cell.font.b else ''}")
                if cell.comment:
                    note = cell.comment.text.replace("\n", " ⏎ ")
                    lines.append(f"{cell.coordinate} note: {note}")
        for letter, column in sheet.column_dimensions.items():
            number_format = sheet[f"{letter}{HEADER_ROW + 1}"].number_format
            lines.append(f"{letter}: width {column.width:.0f}, {column.number_format or number_format}")
        lines += [_said(rule) for rule in sheet.data_validations.dataValidation]
    return "\n".join(lines) + "\n"


def _said(rule: Any) -> str:
    limits = " ".join(str(part) for part in (rule.formula1, rule.formula2) if part is not None)
    hint = rule.prompt.replace("\n", " ⏎ ")
    return f"{rule.sqref} {rule.type} {limits} {rule.errorStyle or 'stop'}: {hint} | {rule.error}"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_looks_as_agreed(school_meals: Contract, golden: Path, language: Any) -> None:
    described = _described(_opened(template(school_meals, language)))

    assert described == (golden / f"school_meals.{language}.xlsx.txt").read_text()


def test_the_same_contract_gives_the_same_bytes(school_meals: Contract) -> None:
    assert template(school_meals, "kk") == template(school_meals, "kk")


def test_the_mark_says_what_it_was_made_for(school_meals: Contract) -> None:
    mark = TemplateStamp("school_meals", 3, "ru", node="650940000016", period="2026-09", part="5-А")

    book = _opened(template(school_meals, "ru", mark))

    assert book[STAMP_SHEET].sheet_state == "veryHidden"
    assert TemplateStamp.from_rows(book[STAMP_SHEET].iter_rows(values_only=True)) == mark


def test_an_identifier_typed_into_it_keeps_its_leading_zeros(school_meals: Contract) -> None:
    sheet = _opened(template(school_meals, "kk")).worksheets[0]

    formats = [column.number_format for column in sheet.column_dimensions.values()]
    assert formats[:2] == ["@", "@"]


def test_headings_are_locked_and_everything_below_them_is_not(school_meals: Contract) -> None:
    sheet = _opened(template(school_meals, "kk")).worksheets[0]

    assert sheet.protection.sheet and not sheet.protection.password
    assert all(cell.protection.locked for cell in sheet[HEADER_ROW] if cell.value)
    assert all(not column.protection.locked for column in sheet.column_dimensions.values())
    # Rows above the body lock their empty cells, which would else be those of unlocked columns.
    assert all(sheet.row_dimensions[row].s for row in range(1, HEADER_ROW + 1))
    # Excel deletes a row of a protected sheet only if no cell of it is locked, to the last column.
    assert max(column.max for column in sheet.column_dimensions.values()) == 16_384


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_list_offers_the_words_of_the_language_asked_and_a_heading_both(
    school_meals: Contract, language: Any
) -> None:
    book = _opened(template(school_meals, language))
    sheet = book.worksheets[0]
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if f"H{HEADER_ROW + 1}" in rule.sqref]

    name, cells = rule.formula1.replace("'", "").split("!")
    offered = [cell.value for (cell,) in book[name][cells.replace("$", "")]]
    labels = [entry.labels.in_language(language) for entry in codelist("sex").codes]
    assert offered == labels
    assert (
        str(sheet.cell(HEADER_ROW, 8).value).split("\n")
        == {
            "kk": ["Жынысы", "Пол"],
            "ru": ["Пол", "Жынысы"],
        }[language]
    )


def test_messages_fit_into_what_excel_takes() -> None:
    for contract in contracts().values():
        for language in SUBMITTERS_LANGUAGES:
            rules = _opened(template(contract, language)).worksheets[0].data_validations.dataValidation
            # xlsxwriter leaves a rule out, with a warning only, when a text of it is too long.
            assert len(rules) == len(contract.fields)


MADE_FOR = Prefill(
    "650940000016",
    Period.parse("month", "2026-09"),
    [{"bin": "650940000016", "iin": "150310700010", "served_date": date(2026, 9, 3), "sex": "m", "meals": 0}],
)


def test_a_prefilled_template_holds_the_rows_known_and_says_what_it_is_for(school_meals: Contract) -> None:
    book = _opened(template(school_meals, "ru", prefill=MADE_FOR))
    sheet = book.worksheets[0]

    row = [cell.value for cell in sheet[HEADER_ROW + 1]]
    assert row[:8] == ["650940000016", "150310700010", None, datetime(2026, 9, 3), 0, None, None, "мужской"]
    assert not sheet.cell(HEADER_ROW + 1, 1).protection.locked
    assert "650940000016" in sheet["A4"].value and "2026-09" in sheet["A4"].value
    mark = TemplateStamp.from_rows(book[STAMP_SHEET].iter_rows(values_only=True))
    assert mark == TemplateStamp("school_meals", 3, "ru", node="650940000016", period="2026-09")
    said = [cell.value for (cell,) in book["Инструкция"]["C3:C8"]]
    assert "до 03.10.2026 включительно" in said


def test_in_a_template_for_a_period_a_date_outside_it_is_warned_of(school_meals: Contract) -> None:
    sheet = _opened(template(school_meals, "ru", prefill=MADE_FOR)).worksheets[0]
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if f"D{HEADER_ROW + 1}" in rule.sqref]
    days = [from_excel(int(bound)).date() for bound in (rule.formula1, rule.formula2)]
    assert days == [date(2026, 9, 1), date(2026, 9, 30)]


def test_the_bytes_of_a_prefilled_template_follow_from_what_it_is_made_of(school_meals: Contract) -> None:
    once, again = (template(school_meals, "kk", prefill=MADE_FOR) for _ in range(2))
    assert once == again
