"""Numbers as they are told, wherever they are: in a sentence, a PDF, a workbook, beside an earlier edition.

Rounded in one place, and as the dashboards and their files round: a half is not one number here and another there.
"""

from __future__ import annotations

from decimal import Decimal

from dashboards.exports import table as exported
from dashboards.reports.content import Unit


def told(value: float, unit: Unit, digits: int) -> Decimal:
    """A number as it is written, shares and points of a hundred. Raises ValueError for what is none."""
    is_of_one = unit in ("share", "points")
    found = exported.rounded(
        value, exported.Column("", exported.SHARE if is_of_one else exported.NUMBER, digits)
    )
    if found is None or not Decimal(found).is_finite():
        raise ValueError(f"no number: {value!r}")
    return Decimal(found).scaleb(2 if is_of_one else 0)


def shown(value: float, unit: Unit, digits: int) -> float:
    """The same for a cell of numbers: a share stays a share of one, which the cell shows in per cent."""
    return float(told(value, unit, digits).scaleb(-2 if unit == "share" else 0))
