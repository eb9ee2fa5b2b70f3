"""A number is the same wherever a summary tells it, and as the dashboards' files tell it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboards.exports.table import SHARE, Column, rounded
from dashboards.reports.pdf.numbers import MINUS, NO_BREAK
from dashboards.reports.pdf.numbers import number as in_pdf
from dashboards.reports.rounding import shown
from dashboards.reports.writing import number, of_hundred, percent

PARTS = st.integers(0, 4_000_000)


def plain(written: str) -> Decimal:
    return Decimal(written.replace(NO_BREAK, "").replace(MINUS, "-").replace(",", ".").removesuffix("%"))


@given(PARTS, PARTS.map(lambda whole: whole + 1), st.integers(0, 2))
@example(1_961, 2_000, 1)  # 98.05 %: a half, and a hair less in doubles
@example(29, 200, 0)
def test_a_share_is_one_number_in_sentence_pdf_workbook_and_on_the_dashboards(
    part: int, whole: int, digits: int
) -> None:
    value = min(part, whole) / whole
    on_dashboards = rounded(value, Column("", SHARE, digits))
    assert on_dashboards is not None
    told = {
        plain(percent(value, digits)),
        plain(of_hundred(value, digits)),
        plain(in_pdf(value, "share", digits)),
        Decimal(str(on_dashboards)) * 100,
        Decimal(str(shown(value, "share", digits))) * 100,
    }
    assert len(told) == 1, told


@given(st.floats(-1, 1, allow_nan=False), st.integers(0, 2))
def test_a_difference_is_one_number_too_and_a_nought_has_no_sign(value: float, digits: int) -> None:
    written = in_pdf(value, "points", digits)
    assert plain(written) == plain(of_hundred(value, digits))
    assert float(plain(written)) == shown(value, "points", digits)
    if not plain(written):
        assert MINUS not in written + of_hundred(value, digits)


@given(st.integers(-(10**12), 10**12))
def test_a_count_is_whole(value: int) -> None:
    assert plain(in_pdf(value, "count", 0)) == plain(number(value)) == value == shown(value, "count", 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_not_told(value: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        shown(value, "share", 1)
