"""How reports due and submissions stand in tables and documents, wherever they are listed.

In: obligations and submissions of the ledger. Out: facts for programs, sheets for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ingest.cli.frame.answer import Line, Part, Sheet
from ingest.cli.frame.speech import moment, out, phrase
from ingest.cli.session import form_and_code, name_of

SHOWN = 30
"""Reports shown on a terminal unless all are asked for."""


def period_and_part(scope: Any) -> str:
    """The period, and which part of the report where it is not the whole."""
    return str(scope.period) + ("" if scope.part == "whole" else f" · {scope.part}")


def days_late(due_at: datetime, now: datetime) -> int:
    """Days begun since a report fell due: the day after it is one late; 0 for what is not due yet."""
    return max(-((due_at - now) // timedelta(days=1)), 0)


def report_facts(found: Any, now: datetime) -> dict[str, Any]:
    """A report asked for, as programs read it."""
    node = found.node
    return {
        "form": found.form,
        "node": node.code,
        "name_kk": node.name_kk,
        "name_ru": node.name_ru,
        "period": found.period,
        "due_at": found.due_at,
        "days_late": days_late(found.due_at, now),
    }


def report_parts(
    name: str, title: str, found: Sequence[Any], now: datetime, every: bool = False, empty: str | None = None
) -> list[Part]:
    """Reports asked for as a sheet; on a terminal the first thirty, and how many more there are.

    How late each is stands there where any is.
    """
    is_late = any(each.due_at < now for each in found)
    most = None if every or not out.is_terminal else SHOWN
    rows = [
        (
            name_of(each.node),
            each.node.code,
            form_and_code(each.form),
            each.period,
            moment(each.due_at),
            *([days_late(each.due_at, now)] if is_late else []),
        )
        for each in found[:most]
    ]
    headings = ("who", "node_code", "form", "period", "due_head", *(["days_late_head"] if is_late else []))
    sheet = Sheet(name, headings, rows, title=title, empty=empty, whole=("node_code", "period"))
    if most is None or len(found) <= most:
        return [sheet]
    return [sheet, Line(phrase("more_unanswered", count=len(found) - most), name="more")]
