"""A number of the first page with what it is compared with, and what it rests on."""

from __future__ import annotations

from typing import Any

from dashboards.reports.content import Both, Cell, Headline, Unit
from dashboards.reports.pdf.cells import Words, coverage, with_unit
from dashboards.reports.pdf.letters import settable
from dashboards.reports.pdf.numbers import NO_BREAK, between, exact, number

UP, DOWN, LEVEL = "↑", "↓", "→"


def headline(head: Headline, language: str, words: Words) -> dict[str, Any]:
    """What is set of one number."""
    compared = (
        ("before", head.change_before, head.before, head.before_period),
        ("year_ago", head.change_year_ago, head.year_ago, head.year_ago_period),
    )
    return {
        "label": settable(head.label.of(language)),
        "value": _value(head.value, head, words),
        "mark": head.value.mark,
        "period": settable(head.period.of(language)),
        "changes": [_change(*each, head, language, words) for each in compared],
        "rests": _rests(head, language, words),
    }


def _value(cell: Cell, head: Headline, words: Words) -> str:
    if cell.symbol or cell.value is None:
        return cell.symbol or "x"
    return with_unit(number(cell.value, head.unit, head.digits), head.unit, words)


def _change(
    to: str, change: Cell, was: Cell, period: Both | None, head: Headline, language: str, words: Words
) -> dict[str, str]:
    """The change in words and with an arrow, and the number it is a change from."""
    told = f"{settable(period.of(language))}: {_value(was, head, words)}" if period else ""
    if change.value is None:
        return {"arrow": "", "change": "", "word": words[f"not_known_{to}"], "was": told}
    unit: Unit = "points" if head.unit == "share" else head.unit
    written = number(change.value, unit, head.digits, signed=True)
    # As it is written: what is rounded to nought is no change.
    side = 0 if written[0] not in "+−" else 1 if exact(change.value, unit) > 0 else -1
    return {
        "arrow": {1: UP, -1: DOWN, 0: LEVEL}[side],
        "change": with_unit(written, unit, words),
        "word": words[_word(side, head.direction)],
        "was": told,
    }


def _word(side: int, direction: int) -> str:
    if side == 0:
        return "same"
    if direction == 0:
        return "more" if side > 0 else "less"
    return "better" if side == direction else "worse"


def _rests(head: Headline, language: str, words: Words) -> list[str]:
    """How many it is of, how many reported, how far those who did not could move it."""
    told = []
    if head.based_on is not None:
        told.append(f"{number(head.based_on, 'count', 0)}{NO_BREAK}{head.based_on_label.of(language)}")
    told.append(coverage(head.reported, head.due, words))
    if head.low is not None and head.high is not None:
        low, high = (number(each, head.unit, head.digits) for each in (head.low, head.high))
        told.append(words["bounds"].format(range=with_unit(between(low, high), head.unit, words)))
    return [settable(each) for each in told]
