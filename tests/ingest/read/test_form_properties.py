"""Whatever is done to a report, the contract's reader answers: every row counted, nothing but named findings."""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

import duckdb
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.form.read import read
from ingest.read.reading import Reading
from ingest.schema.forms.load import contracts
from tests.ingest.read.test_properties import EASY

FORM = contracts()["attendance"]
_NAMES = [field.name for field in FORM.fields]
_ROW = [field.example or "" for field in FORM.fields]
_ROWS = 8
_cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "2026-09-07",
            "7 қыркүйек 2026 ж.",
            "46272",
            "1.5",
            "1,5",
            "иә",
            "#N/A",
            "1.50101E+11",
            "'6",
        ]
    ),
    st.integers(-(10**13), 10**13),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.booleans(),
    st.none(),
)


def _text() -> bytes:
    lines = [",".join(field.labels.ru for field in FORM.fields), *[",".join(_ROW)] * _ROWS]
    return "\r\n".join(lines).encode()


@lru_cache(maxsize=1)
def _parts() -> dict[str, bytes]:
    """A workbook's parts by name."""
    with zipfile.ZipFile(io.BytesIO(_workbook([list(_ROW)] * _ROWS))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, [field.labels.kk for field in FORM.fields])
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(line, column, value, day)
                elif value is not None:
                    sheet.write(line, column, value)
    return out.getvalue()


def _answer(content: bytes, name: str) -> Reading:
    """The reading, which adds up and whose rows have a value or a finding in each filled cell."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        reading = read(file, FORM)
    assert reading.rows_in == reading.rows_data + reading.rows_not_data
    assert reading.tables or reading.findings
    if not reading.tables:
        return reading
    with duckdb.connect(config={"threads": 1}) as con:
        found = type_batch(con, FORM, [(0, reading)])[0]
        rows = con.execute("SELECT * FROM batch ORDER BY _table, _row").to_arrow_table()
        assert rows.num_rows == reading.rows_data
        assert all(finding.cell and finding.code for finding in found)
        # Of a row with another number of cells the reader has said so already.
        uneven = sum(finding.code == "ragged_row" for finding in reading.findings)
        assert len([bits for bits in rows["_bad"].to_pylist() if bits]) <= len(found) + uneven
    return reading


@EASY
@given(st.integers(0, 1200), st.binary(max_size=4), st.integers(0, 4))
def test_a_damaged_csv_is_answered(place: int, extra: bytes, removed: int) -> None:
    content = _text()
    _answer(content[:place] + extra + content[place + removed :], "report.csv")


@EASY
@given(st.lists(st.lists(_cells, min_size=len(_NAMES), max_size=len(_NAMES)), max_size=4))
def test_any_cells_of_a_workbook_are_answered(rows: list[list[object]]) -> None:
    reading = _answer(_workbook(rows), "report.xlsx")
    assert not reading.unreadable or not rows


@EASY
@given(st.sampled_from(sorted(_parts())), st.integers(0, 6000), st.binary(max_size=4), st.integers(0, 30))
def test_a_damaged_workbook_is_answered(part: str, place: int, extra: bytes, removed: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts().items():
            cut = place % (len(content) + 1)
            damaged = content[:cut] + extra + content[cut + removed :]
            archive.writestr(name, damaged if name == part else content)
    _answer(out.getvalue(), "report.xlsx")


@EASY
@given(st.integers(0, 8000), st.binary(max_size=8), st.integers(0, 200))
def test_a_damaged_archive_is_answered(place: int, extra: bytes, removed: int) -> None:
    content = _workbook([list(_ROW)] * _ROWS)
    place %= len(content) + 1
    _answer(content[:place] + extra + content[place + removed :], "report.xlsx")
