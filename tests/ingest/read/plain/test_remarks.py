"""Records made as wide as their table, without a cell that says something being lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.read.plain.remarks import fitted


@given(cells=st.lists(st.sampled_from(("a", "", " ")), max_size=8), width=st.integers(0, 6))
def test_a_record_is_cut_back_over_empty_cells_alone(cells: list[str], width: int) -> None:
    found = fitted(cells, width)
    filled = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    assert len(found) == max(width, min(filled, len(cells)))
    assert [cell for cell in found if cell.strip()] == [cell for cell in cells if cell.strip()]
    assert found[: len(cells)] == cells[: len(found)]


@pytest.mark.parametrize("rows", [2, 3, 12])
@pytest.mark.parametrize("shape", ["'{0:04};{0}", " {0}; {0}; {0}", "{0}; {0}; {0}"])
def test_what_all_rows_do_alike_is_no_slip_of_any_of_them(tmp_path: Path, shape: str, rows: int) -> None:
    """An apostrophe before numbers, a space behind each delimiter: nothing to ask about."""
    lines = [shape.format(number) for number in range(7, 7 + rows)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([";".join("abc"[: lines[0].count(";") + 1]), *lines]), encoding="utf-8")
    reading = read_general(path)
    codes = {finding.code for finding in reading.findings}
    assert not codes & {"quotes_repaired", "row_cut_otherwise"}
    assert reading.rows_written == rows
