"""Numbers, days and periods as Kazakh and Russian write them: comma, no-break spaces, a true minus.

Both languages write them alike; only words differ, and stand in `words.yml`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from dashboards.reports.content import Unit
from dashboards.reports.pdf.letters import JOINED
from dashboards.reports.rounding import told

NO_BREAK = "\u00a0"
MINUS = "\u2212"
LOCAL_TIME = timezone(timedelta(hours=5))
"""The one time of Kazakhstan."""


def number(value: float, unit: Unit, digits: int, *, signed: bool = False) -> str:
    """A number without its unit: shares and points after the hundred, thousands apart."""
    return decimal(told(value, unit, digits), digits, signed=signed)


def exact(value: float, unit: Unit) -> Decimal:
    """The number that is written, before it is rounded."""
    return Decimal(str(value)) * (100 if unit in ("share", "points") else 1)


def decimal(value: Decimal, digits: int, *, signed: bool = False) -> str:
    """A decimal number. Halves are rounded away from nought, and a nought has no sign."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    written = f"{abs(rounded):,f}".replace(",", NO_BREAK).replace(".", ",")
    if rounded == 0:
        return written
    sign = MINUS if rounded < 0 else "+" if signed else ""
    return sign + written


def between(low: str, high: str) -> str:
    """From one number to another, on one line."""
    return f"{low}{JOINED}–{JOINED}{high}"


def day(value: date) -> str:
    """A day in digits."""
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    """A moment, to the minute, in the time of Kazakhstan; one that names no zone is taken as such."""
    local = value.astimezone(LOCAL_TIME) if value.tzinfo else value
    return f"{local:%d.%m.%Y}{NO_BREAK}{local:%H:%M}"
