"""Quotes, apostrophes and the like around a value are none of it, whatever the type of the column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read import read
from ingest.schema.forms.load import contract
from tests.ingest.read.samples import typed

FORM = contract("attendance")
SIGNS = [
    ("'", ""),
    ("’", ""),
    ("`", ""),
    ("''", ""),
    ("", "'"),
    ("'", "'"),
    ('"', '"'),
    ("«", "»"),
    ("„", "“"),
    ('="', '"'),
]
VALUES = {
    "lessons_scheduled": ("6", 6),
    "date": ("07.09.2026", date(2026, 9, 7)),
    "is_late": ("иә", True),
    "absence_reason": ("ауырды", "ILL"),
    "iin": ("150101700001", "150101700001"),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(dressed=st.dictionaries(st.sampled_from(sorted(VALUES)), st.sampled_from(SIGNS)))
def test_they_change_no_value(dressed: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    plain = {
        "bin": "650140000007",
        "grade": "5",
        "letter": "А",
        "lessons_missed": "6",
        "lessons_missed_valid": "6",
    }
    written = {name: text for name, (text, _) in VALUES.items()}
    written |= {name: f"{signs[0]}{written[name]}{signs[1]}" for name, signs in dressed.items()}
    book = openpyxl.Workbook()
    names = [field.name for field in FORM.fields if field.name in plain | written]
    book.worksheets[0].append(names)
    book.worksheets[0].append([(plain | written)[name] for name in names])
    for cell in book.worksheets[0][2]:
        cell.data_type = "s"
    book.save(tmp_path / "file.xlsx")
    (row,), findings = typed(read(tmp_path / "file.xlsx", FORM), FORM)
    assert {name: row[name] for name in VALUES} == {name: value for name, (_, value) in VALUES.items()}
    assert all(finding.severity == "note" for finding in findings)


@pytest.mark.parametrize("text", ["'", '""', "«»", "='", "шесть'", "'6'6'"])
def test_what_is_no_value_without_them_stays_a_finding(text: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append([field.name for field in FORM.fields])
    values = {"bin": "650140000007", "iin": "150101700001", "date": "2026-09-07", "grade": 5, "letter": "А"}
    row = values | {"lessons_scheduled": text, "lessons_missed": 0, "lessons_missed_valid": 0}
    book.worksheets[0].append([row.get(field.name) for field in FORM.fields])
    book.worksheets[0].cell(2, 6).data_type = "s"
    book.save(tmp_path / "file.xlsx")
    (found,), findings = typed(read(tmp_path / "file.xlsx", FORM), FORM)
    assert found["lessons_scheduled"] is None
    assert "not_an_integer" in {finding.code for finding in findings}
