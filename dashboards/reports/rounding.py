"""Numbers as they are shown, wherever they are: in a PDF, in a workbook, beside an earlier edition."""

from __future__ import annotations

from dashboards.exports import table as exported
from dashboards.reports.content import Unit


def shown(value: float, unit: Unit, digits: int) -> float:
    """A number as it is shown: shares stay shares, points are told of a hundred; half goes up, as on the dashboards."""
    kind = exported.SHARE if unit in ("share", "points") else exported.NUMBER
    found = exported.rounded(value, exported.Column("", kind, digits))
    if found is None:
        raise ValueError(f"no number: {value!r}")
    return round(float(found) * 100, digits) if unit == "points" else float(found)
