"""What a reader sees as a change: the shown figure less the shown earlier one, for any rows that stand behind them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.authored import DefinitionError
from dashboards.definition import Basis, Metric
from dashboards.rendering.metrics import expression

LABEL = {"kk": "а", "ru": "б"}
BASIS = Basis("basis", "basis", "a", {})
COLUMNS = "(basis, figure, period, is_share, direction, part, whole, old_part, old_whole)"
NOW = {"of": "part", "to": "whole"}
EARLIER = {"of": "old_part", "to": "old_whole"}
CHANGE = {**NOW, "less_of": "old_part", "less_to": "old_whole"}
ORDER = {**CHANGE, "towards": "direction"}
amounts = st.integers(0, 10**9)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """Part and whole of a place, or neither where too few stand behind them."""
    if draw(st.booleans()):
        return None, None
    whole = draw(amounts)
    return draw(st.integers(0, whole)), whole


def values(rows: list[tuple[Any, ...]], *figures: dict[str, str]) -> tuple[Any, ...]:
    asked = ", ".join(expression(Metric(LABEL, "measured", figure=each), BASIS) for each in figures)
    with duckdb.connect() as con:
        con.execute(
            "create table t (basis text, figure text, period text, is_share int, direction int, part bigint, "
            "whole bigint, old_part bigint, old_whole bigint)"
        )
        if rows:
            con.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        found = con.execute(f"select {asked} from t").fetchone()
    assert found is not None
    return tuple(found)


def test_a_change_is_the_shown_figure_less_the_shown_earlier_one() -> None:
    @given(
        st.lists(st.tuples(shares(), shares()), min_size=1, max_size=5),
        st.booleans(),
        st.sampled_from([1, -1]),
    )
    def holds(places: list[Any], is_share: bool, direction: int) -> None:
        rows = [("a", "f", "p", int(is_share), direction, *now, *old) for now, old in places]
        now, earlier, change, order = values(rows, NOW, EARLIER, CHANGE, ORDER)
        for shown, at in ((now, 5), (earlier, 7)):
            parts = [row[at] for row in rows if row[at] is not None]
            whole = sum(row[at + 1] for row in rows if row[at + 1] is not None)
            if not parts or (is_share and not whole):
                assert shown is None
            elif is_share:
                assert abs(Decimal(str(shown)) - Decimal(100 * sum(parts)) / whole) <= Decimal("0.0500001")
                assert Decimal(str(shown)) == Decimal(str(shown)).quantize(Decimal("0.1"), ROUND_HALF_UP)
            else:
                assert shown == sum(parts)
        if now is None or earlier is None:
            assert change is None and order is None
        else:
            assert Decimal(str(change)) == Decimal(str(now)) - Decimal(str(earlier))
            assert order == -direction * change

    holds()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # two figures together are none of them
        ([("a", "f", "p", 1, 1, 1, 2, 1, 2), ("a", "g", "p", 1, 1, 1, 2, 1, 2)], None),
        # weeks of a share are one share, months of a list are not one number
        ([("a", "f", "p", 1, 1, 1, 2, 1, 2), ("a", "f", "q", 1, 1, 2, 2, 1, 2)], 75.0),
        ([("a", "f", "p", 0, 0, 10, None, 5, None), ("a", "f", "q", 0, 0, 10, None, 5, None)], None),
        # of two bases together the default one
        ([("a", "f", "p", 1, 1, 1, 2, 1, 2), ("b", "f", "p", 1, 1, 2, 2, 1, 2)], 50.0),
        ([("a", "f", "p", 1, 1, 0, 0, 1, 2)], None),
        ([], None),
    ],
)  # fmt: skip
def test_what_is_not_one_figure_has_no_value(rows: list[tuple[Any, ...]], expected: float | None) -> None:
    assert values(rows, NOW) == (expected,)


@pytest.mark.parametrize("wrong", [{"of": "part"}, {**NOW, "with": "x"}, {**NOW, "less_of": ["old_part"]}])
def test_a_figure_is_written_as_a_metric_needs_it(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="is not as a metric needs it"):
        expression(Metric(LABEL, "measured", figure=wrong), BASIS)
