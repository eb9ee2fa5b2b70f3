"""Where an axis begins and ends: on round numbers that hold everything drawn, with few ticks between."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboards.reports.content import Unit
from dashboards.reports.pdf.numbers import decimal

_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Axis:
    """Ticks from the first to the last, and how many decimals tell them apart."""

    ticks: tuple[Decimal, ...]
    digits: int

    def at(self, value: Decimal) -> float:
        """Where a value lies: 0 at the first tick, 1 at the last."""
        low, high = self.ticks[0], self.ticks[-1]
        return float((value - low) / (high - low))

    def told(self) -> list[dict[str, object]]:
        """The ticks as the templates draw them."""
        return [{"at": self.at(each), "label": decimal(each, self.digits)} for each in self.ticks]


def axis(values: Iterable[Decimal], unit: Unit, *, from_zero: bool, most: int = 5) -> Axis:
    """The axis that holds these values. `from_zero`: nought is on it, as for bars; shares never go over a hundred."""
    found = list(values)
    low, high = (min(found), max(found)) if found else (Decimal(0), Decimal(1))
    if from_zero or low == high == 0:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        # Whole counts part by one, anything else by a tenth of what it is.
        around = max(abs(high) / 10, Decimal(1) if unit == "count" else Decimal("0.1"))
        low, high = (low, high + around) if from_zero else (low - around, high + around)
        if unit == "share" and all(0 <= each <= 100 for each in found):
            low, high = max(low, Decimal(0)), min(high, Decimal(100))
    step = _step((high - low) / most, whole=unit == "count")
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(step * each for each in range(first, last + 1))
    return Axis(ticks, max(0, -int(step.normalize().as_tuple().exponent)))


def _step(least: Decimal, *, whole: bool) -> Decimal:
    """The smallest round step that is not below this one."""
    scale = Decimal(1).scaleb(max(least.adjusted(), 0) if whole else least.adjusted())
    steps = (scale * each for each in _ROUND)
    return next(each for each in steps if each >= least and not (whole and each % 1))
