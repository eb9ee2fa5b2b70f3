"""Identifiers with something around their digits: the digits stay, whatever is no whole identifier stays as written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read import read
from ingest.read.cells.columns.identifiers import bare_identifiers
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, read_whole, typed

WRAPPED = (
    "{}", "'{}", "’{}", '="{}"', '"{}"', "{}.0", "{},00", " {} ", "\u00a0{}\u202f", "\u200e{}", "\t{}\n",
    "'{}.0", "«{}»",
)  # fmt: skip
SEPARATORS = ("", " ", "\u00a0", "\u202f", "-", "–", "\u200b", "  ")


@given(
    digits=st.from_regex(r"[0-9]{12}", fullmatch=True),
    cuts=st.sets(st.integers(1, 11), max_size=4),
    separator=st.sampled_from(SEPARATORS),
    wrapped=st.sampled_from(WRAPPED),
)
def test_the_twelve_digits_come_back(digits: str, cuts: set[int], separator: str, wrapped: str) -> None:
    bounds = [0, *sorted(cuts), 12]
    parts = [digits[begin:end] for begin, end in pairwise(bounds)]
    written = wrapped.format(separator.join(parts))
    column, rows = bare_identifiers(pa.chunked_array([[digits], [None, written]]), "iin")
    assert column.to_pylist() == [digits, None, digits]
    blanks = " \t\n\u00a0\u202f\u200e"
    assert rows.tolist() == ([2] if written.strip(blanks) != digits else [])


@given(written=st.text(alphabet="0123456789 '-.OEe", max_size=16))
def test_no_digit_is_gained_or_lost(written: str) -> None:
    column, _ = bare_identifiers(pa.chunked_array([[written]]), "iin")
    (found,) = column.to_pylist()
    if found != written:
        kept = "".join(filter(str.isdigit, written))
        assert len(found) == 12 and kept.startswith(found) and set(kept[12:]) <= {"0"}


@pytest.mark.parametrize(
    "written",
    [
        "50101500012", "50101500012.0", "0501 0150 001", "050101500012 050101500020", "О50101500012",
        "ЖСН 050101500012", "0501015000.12", "05010150001²", "1,50101E+11", "-",
    ],
)  # fmt: skip
def test_what_is_no_whole_identifier_stays_as_written(written: str) -> None:
    column, rows = bare_identifiers(pa.chunked_array([[written]]), "iin")
    assert (column.to_pylist(), rows.tolist()) == ([written], [])


def test_digits_of_another_script_are_digits() -> None:
    column, rows = bare_identifiers(pa.chunked_array([["０５０１０１５０００１２"]]), "bin")
    assert (column.to_pylist(), rows.tolist()) == (["050101500012"], [0])


def test_a_code_of_a_territory_has_nine() -> None:
    column, _ = bare_identifiers(pa.chunked_array([["113 220 100", "113220100.0", "1132 2010"]]), "kato")
    assert column.to_pylist() == ["113220100", "113220100", "1132 2010"]


def test_free_text_is_none_of_it() -> None:
    column, rows = bare_identifiers(pa.chunked_array([["0501 0150 0012"]]), "default")
    assert (column.to_pylist(), rows.tolist()) == (["0501 0150 0012"], [])


def test_a_table_says_once_what_was_taken_out(
    write_csv: Callable[..., Path], write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    rows = [
        HEADER,
        ROW,
        changed(iin="'090101700000"),
        changed(iin="0901 0170\u00a00000"),
        changed(iin=" 090101700000"),
    ]
    got, findings = typed(read_whole(write_csv(rows), attendance), attendance)
    assert {row["iin"] for row in got} == {"090101700000"}
    assert [row["_bad"] for row in got] == [0, 0, 0, 0]
    (note,) = findings
    assert (note.code, note.severity, note.cell, note.value) == (
        "identifier_cleaned",
        "note",
        "B3",
        "'090101700000",
    )
    assert note.params["count"] == 2
    assert all("…" not in text for text in note.message.values())


def test_each_sheet_has_its_own_note(write_xlsx: Callable[..., Path], attendance: Contract) -> None:
    path = write_xlsx([HEADER, ROW, changed(bin="6501 4000 0007")], Ә=[HEADER, changed(bin="650140000007.0")])
    _, findings = typed(read(path, attendance), attendance)
    assert [(found.code, found.sheet, found.cell) for found in findings] == [
        ("identifier_cleaned", "Парақ 1", "A3"),
        ("identifier_cleaned", "Ә", "A2"),
    ]


def test_a_note_and_a_fault_stand_side_by_side(write_csv: Callable[..., Path], attendance: Contract) -> None:
    rows = [HEADER, changed(iin="0901-0170-0000", date="?"), changed(iin="1.50101E+11")]
    got, findings = typed(read_whole(write_csv(rows), attendance), attendance)
    assert [(found.code, found.cell) for found in findings] == [
        ("identifier_cleaned", "B2"),
        ("not_a_date", "C2"),
        ("identifier_in_scientific_notation", "B3"),
    ]
    assert [row["_bad"] for row in got] == [1 << HEADER.index("date"), 1 << HEADER.index("iin")]
    assert [row["iin"] for row in got] == ["090101700000", None]


def test_numeric_cells_of_a_workbook(write_xlsx: Callable[..., Path], attendance: Contract) -> None:
    """A number of eleven digits stays one for the judge to see; what a number lost stays lost and is never guessed."""
    cells = [650140000007, 90101700000, 650140000007.0, 1.50101e11, 1.50101e25]
    got, findings = typed(
        read_whole(write_xlsx([HEADER, *([cell, *ROW[1:]] for cell in cells)]), attendance), attendance
    )
    assert [row["bin"] for row in got[:4]] == ["650140000007", "90101700000", "650140000007", "150101000000"]
    assert len(got[4]["bin"]) == 26
    assert findings == []


def test_text_cells_of_a_workbook_in_scientific_notation(
    write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    got, findings = typed(read_whole(write_xlsx([HEADER, ["1,50101E+11", *ROW[1:]]]), attendance), attendance)
    assert [found.code for found in findings] == ["identifier_in_scientific_notation"]
    assert got[0]["bin"] is None
