"""What an edition says of itself beside the one before: which figures it says otherwise, and because of what.

In: the edition before, changed cells, both imprints. Out: sentences in both languages for the imprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dashboards.reports.changes import Change
from dashboards.reports.content import Both, Cell, Imprint
from dashboards.reports.writing import number, of_hundred, percent
from ingest.ledger.records import Edition
from ingest.schema.texts.words import Words

_WORDS = Words("edition")
MOST = 12
"""So many cells are told one by one; the archive has every one of them."""


def told_changes(
    before: Edition, changed: Sequence[Change], earlier: Imprint, later: Imprint
) -> tuple[Both, ...]:
    """What is said of an edition that follows another: how many figures differ, why figures move, and the first of
    them. Figures move since other reports count, or other ones are approved."""
    lines = [
        said("counted", number=before.number, count=len(changed)),
        said(
            "because",
            submissions=earlier.submissions,
            submissions_now=later.submissions,
            approved=earlier.approved,
            approved_now=later.approved,
            publication=earlier.publication,
            publication_now=later.publication,
        ),
    ]
    moved = [each for each in changed if each.before is not None and each.after is not None]
    lines += [_cell(each) for each in moved[:MOST]]
    if len(moved) > MOST:
        lines.append(said("rest", count=len(moved) - MOST))
    return tuple(lines)


def said(name: str, **facts: object) -> Both:
    """Words of an edition, in both languages."""
    return Both(kk=_WORDS.say(name, "kk", **facts), ru=_WORDS.say(name, "ru", **facts))


def _cell(change: Change) -> Both:
    def line(language: Literal["kk", "ru"]) -> str:
        row, column = (name.of(language) for name in change.names)
        a, b = (_written(cell, change, language) for cell in (change.before, change.after))
        return f"{row}, {column}: {a} → {b}"

    return Both(kk=line("kk"), ru=line("ru"))


def _written(cell: Cell | None, change: Change, language: Literal["kk", "ru"]) -> str:
    if cell is None:
        return "—"
    if cell.value is None:
        return cell.text.of(language) if cell.text else cell.symbol or "x"
    if change.unit == "share":
        return percent(cell.value, change.digits)
    if change.unit == "points":
        return said("points", value=of_hundred(cell.value, change.digits)).of(language)
    return number(cell.value, change.digits)
