"""What a spreadsheet program computes is told from signs in front of numbers, and none of it is left when disarmed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.cells.live_formulas import disarmed, is_live, may_be_live
from ingest.read.plain.disarmed import disarm
from ingest.read.text.rows.csv_bytes import csv_bytes

LIVE = [
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\",\"y\")", "=Сумм(А1:А2)", "= SUM(1;2)", "\t=1+1", "\r=1+1",
    "@SUM(1+1)*cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "-SUM(A1)", "+Лист1!A1", "＝1+1",
    " =1+1", "=-1", "='x'!A1", "=\"a\"",
    "-A1", "+B2", "-$C$3", " -aa10", "+A1*2", "-1+A1", "-A1:B2", "＋A1 + B2", "-XFD1048576", "-2 * A1-3,5",
]  # fmt: skip
PLAIN = [
    "", "-", "—", "-5", "+5", "-5,3 %", "+7 701 123-45-67", "+7(701)1234567", "-1e-5", "a=b", "5А", "==", "=", "=====",
    "x@y.kz", "@", "- нет", "-нет-", "'=1+1", "1-2", "(=1)", "- a, b", "+/-",
    "-А1", "-B12 және", "-A", "-AB-", "-5A", "-A0", "+A1,", "-5-3", "-ABCD1",
]  # fmt: skip


@pytest.mark.parametrize("cell", LIVE)
def test_what_is_computed(cell: str) -> None:
    assert is_live(cell)
    assert may_be_live(cell)
    assert not is_live(disarmed(cell))
    assert disarmed(cell).endswith(cell)


@pytest.mark.parametrize("cell", PLAIN)
def test_what_is_not(cell: str) -> None:
    assert not is_live(cell)
    assert disarmed(cell) == cell


@given(st.text(max_size=20))
def test_nothing_is_live_twice_and_a_look_ahead_misses_nothing(cell: str) -> None:
    assert not is_live(disarmed(cell))
    assert may_be_live(cell) or not is_live(cell)


@given(
    rows=st.lists(
        st.lists(st.one_of(st.sampled_from(LIVE), st.text(max_size=8)), min_size=1, max_size=4), max_size=6
    )
)
def test_a_file_is_disarmed_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    file: Path = tmp_path_factory.mktemp("out") / "file.csv"
    rows = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]
    file.write_bytes(csv_bytes(rows))
    before = list(csv.reader(io.StringIO(file.read_bytes().decode(), newline="")))
    disarm(file)
    with file.open(encoding="utf-8", newline="") as lines:
        after = list(csv.reader(lines))
    assert after == [[disarmed(cell) for cell in row] for row in before]
    assert list(file.parent.iterdir()) == [file]
