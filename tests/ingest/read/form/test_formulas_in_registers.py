"""A formula without a value is one cause with one finding in registers of classes too."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.form.read import read
from ingest.schema.forms.contract import Contract
from tests.ingest.read.form.register_sheets import xlsx
from tests.ingest.read.form.test_register import _sheet
from tests.ingest.read.samples import typed

_SIGNS = [["", "н", "б"], ["б", "", "о"], ["", "", "н"]]
_FIRST, _COLUMNS = 7, "ABCDEF"
"""The row of the first learner; number, name, identifier, and three days."""


@pytest.mark.parametrize(("row", "column"), [(1, 2), (0, 3), (2, 5), (1, 4)])
def test_in_a_register(tmp_path: Path, attendance: Contract, row: int, column: int) -> None:
    """Where a blank cell says that somebody was there, a formula nobody computed must not pass for one."""
    sheet = _sheet(_SIGNS)
    sheet[_FIRST - 1 + row][column] = "=1+1"
    reading = read(xlsx(tmp_path / "a.xlsx", sheet), attendance)
    _, findings = typed(reading, attendance)
    said = [one for one in (*reading.findings, *findings) if one.severity != "note"]
    address = f"{_COLUMNS[column]}{_FIRST + row}"
    assert [(one.code, one.cell, one.severity) for one in said] == [
        ("formula_without_value", address, "error")
    ]
    assert said[0].column


def test_of_a_total_below_a_register_nothing_is_refused(tmp_path: Path, attendance: Contract) -> None:
    sheet = _sheet(_SIGNS)
    sheet[-2] = [None, "Барлығы", None, "=COUNTA(D7:D9)"]
    reading = read(xlsx(tmp_path / "a.xlsx", sheet), attendance)
    assert "error" not in {one.severity for one in reading.findings}
