"""Records made as wide as their table, without a cell that says something being lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.read.plain.remarks import fitted


@given(cells=st.lists(st.sampled_from(("a", "", " ")), max_size=8), width=st.integers(0, 6))
def test_a_record_is_cut_back_over_empty_cells_alone(cells: list[str], width: int) -> None:
    found = fitted(cells, width)
    filled = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    assert len(found) == max(width, min(filled, len(cells)))
    assert [cell for cell in found if cell.strip()] == [cell for cell in cells if cell.strip()]
    assert found[: len(cells)] == cells[: len(found)]
