"""What every contract owes: words in three languages, a decision on privacy, headings only it answers to."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from expectations.rules import RULES
from ingest.emit.template import HEADER_ROW, template
from ingest.emit.wording import codes_of
from ingest.read import read
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.form.header.header_match import HeaderWords
from ingest.schema.forms.contract import Contract, FormField, Labels
from ingest.schema.forms.load import contracts
from ingest.schema.template_stamp import STAMP_SHEET
from tests.each import each

CONTRACTS = list(contracts().values())
FIELDS = [field for form in CONTRACTS for field in form.fields]
every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.form)
every_field = each("field", FIELDS)

KAZAKH_ONLY = re.compile("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")
CYRILLIC = re.compile("[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]")
# What a column is called when it says who somebody is.
PERSONAL = re.compile(
    r"(^|_)(iin|last_name|first_name|middle_name|full_name|head_name|birth_date|phone|email)($|_)"
)


def _speaks_each_language(labels: Labels) -> bool:
    return bool(
        CYRILLIC.search(labels.kk) and CYRILLIC.search(labels.ru) and not KAZAKH_ONLY.search(labels.ru)
    ) and not CYRILLIC.search(labels.en)


@cache
def _template(form: str, language: Any) -> bytes:
    return template(contracts()[form], language)


@every_contract
def test_a_form_is_named_and_described_in_three_languages(contract: Contract) -> None:
    for labels in (contract.labels, contract.description, contract.layout.sheet):
        assert _speaks_each_language(labels), labels


@every_field
def test_a_column_is_headed_and_explained_in_three_languages(field: FormField) -> None:
    assert _speaks_each_language(field.labels)
    assert field.description is not None
    assert field.example


@every_field
def test_a_column_that_says_who_somebody_is_never_lands_as_it_is(field: FormField) -> None:
    if PERSONAL.search(field.name):
        assert field.privacy == "identifier"
    if field.privacy in ("identifier", "special"):
        assert not field.lands or field.lands_as in ("person_key", "age")


@every_contract
def test_somebody_submits_it_and_somebody_approves_it(contract: Contract) -> None:
    assert contract.submitted_by
    assert contract.approved_by


@every_contract
def test_every_check_is_a_rule_of_the_library(contract: Contract) -> None:
    assert {check.rule for check in contract.checks} <= set(RULES)


@every_contract
def test_the_name_of_its_sheet_is_one_a_workbook_can_have(contract: Contract) -> None:
    sheet = contract.layout.sheet
    for name in (sheet.kk, sheet.ru, sheet.en):
        assert len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)


@every_contract
def test_every_heading_is_read_as_its_own_column(contract: Contract) -> None:
    words = HeaderWords(contract)
    for field in contract.fields:
        for heading in field.headings:
            assert words.field(heading) == field.name, heading


@pytest.mark.parametrize("language", ["kk", "ru"])
@every_contract
def test_its_template_comes_back_as_it_was_filled_in(
    contract: Contract, language: Any, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(BytesIO(_template(contract.form, language)))
    written = [field.example for field in contract.fields]
    for column, value in enumerate(written, start=1):
        book.worksheets[0].cell(HEADER_ROW + 1, column, value)
    book.save(tmp_path / "filled.xlsx")

    reading = read(tmp_path / "filled.xlsx", contract)

    assert not reading.findings
    assert not reading.unreadable
    assert reading.stamp is not None
    assert (reading.stamp.form, reading.stamp.version) == (contract.form, contract.version)
    (table,) = reading.tables
    assert table.header_row == HEADER_ROW
    (row,) = table.text.to_pylist()
    assert [row[field.name] for field in contract.fields] == written
    assert row["_row"] == HEADER_ROW + 1


@pytest.mark.parametrize("language", ["kk", "ru"])
@every_contract
def test_every_word_its_lists_offer_is_read_back_as_its_code(
    contract: Contract, language: Any, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(BytesIO(_template(contract.form, language)))
    sheet = book.worksheets[0]
    codes = {field.name: [entry.code for entry in codes_of(field)] for field in contract.fields}
    words = {name: [cell.value for cell in column[1:]] for name, column in _lists(book).items()}
    height = max([1, *(len(offered) for offered in words.values())])
    for column, field in enumerate(contract.fields, start=1):
        offered = words.get(field.name) or [field.example]
        assert len(offered) == len(codes[field.name]) or not codes[field.name]
        for row in range(height):
            sheet.cell(HEADER_ROW + 1 + row, column, offered[row % len(offered)])
    book.save(tmp_path / "filled.xlsx")

    with duckdb.connect(config={"threads": 1}) as con:
        findings = type_batch(con, contract, [(1, read(tmp_path / "filled.xlsx", contract))])
        typed = con.sql("SELECT * FROM batch ORDER BY _row").fetchdf().to_dict("list")

    assert findings == {1: []}
    for name, known in codes.items():
        if known:
            expected = [{"yes": True, "no": False}.get(known[row % len(known)]) for row in range(height)]
            is_boolean = contract.field(name).type == "boolean"
            assert typed[name] == (
                expected if is_boolean else [known[row % len(known)] for row in range(height)]
            )


def _lists(book: Any) -> dict[str, list[Any]]:
    """The lists on the hidden sheet by the name of their column, that name on top."""
    columns = book[STAMP_SHEET].iter_cols(min_col=4)
    return {column[0].value: [cell for cell in column if cell.value is not None] for column in columns}
