"""A row written otherwise than those around it is cut as they are; a sentence between rows stays one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.rows.lenient_reader import Dialect, Row, physical_lines, split
from ingest.read.text.rows.row_repair import mended, pattern_of

_DELIMITERS = ",;\t|"
_WORDS = ["Абай мектебі", "Қостанай", "гимназия", "жоқ"]


def _rows(delimiter: str, lines: list[str]) -> list[Row]:
    dialect = Dialect(delimiter, '"', "")
    physical = physical_lines("".join(line + "\n" for line in lines))
    rows = split(physical, dialect)
    pattern = pattern_of(rows)
    assert pattern
    return mended(rows, physical, dialect, pattern)


@given(
    usual=st.sampled_from(_DELIMITERS),
    own=st.sampled_from(_DELIMITERS),
    table=st.lists(
        st.tuples(st.sampled_from(_WORDS), st.integers(10, 99), st.integers(0, 9)), min_size=4, max_size=9
    ),
    at=st.integers(0, 8),
)
def test_a_row_with_a_delimiter_of_its_own_is_cut_by_it(
    usual: str, own: str, table: list[tuple[str, int, int]], at: int
) -> None:
    at %= len(table)
    lines = [(own if number == at else usual).join(map(str, cells)) for number, cells in enumerate(table)]
    rows = _rows(usual, lines)
    assert [row.cells for row in rows] == [[str(cell) for cell in cells] for cells in table]
    assert [row.other for row in rows] == ["" if own == usual or n != at else own for n in range(len(table))]


@pytest.mark.parametrize("usual", list(_DELIMITERS))
def test_a_sentence_between_rows_stays_as_it_stands(usual: str) -> None:
    """It holds delimiters enough, but is no row like the others."""
    own = next(sign for sign in ",;" if sign != usual)
    said = f"Ескерту{own} тізім толық емес{own} кейін толықтырылады"
    rows = _rows(usual, [usual.join(["Абай", "12", "7"])] * 5 + [said])
    assert rows[-1].cells == [said]
    assert not rows[-1].other
