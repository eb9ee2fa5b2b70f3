"""What an edition says of itself beside the one before: which figures it says otherwise, and because of what.

In: the edition before, changed cells, both imprints. Out: sentences in both languages for the imprint.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.reports.changes import Change
from dashboards.reports.content import Both, Cell, Imprint
from dashboards.reports.writing import number, of_hundred, percent
from ingest.ledger.records import Edition

MOST = 12
"""So many cells are told one by one; the archive has every one of them."""


def told_changes(
    before: Edition, changed: Sequence[Change], earlier: Imprint, later: Imprint
) -> tuple[Both, ...]:
    """What is said of an edition that follows another."""
    lines = [_counted(before, changed), _because(earlier, later)]
    moved = [each for each in changed if each.before is not None and each.after is not None]
    lines += [_cell(each) for each in moved[:MOST]]
    if len(moved) > MOST:
        rest = len(moved) - MOST
        lines.append(Both(kk=f"тағы өзгерген мәндер: {rest}", ru=f"ещё изменено значений: {rest}"))
    return tuple(lines)


def _counted(before: Edition, changed: Sequence[Change]) -> Both:
    count = len(changed)
    return Both(
        kk=f"{before.number}-басылыммен салыстырғанда өзгерген мәндер: {count}.",
        ru=f"По сравнению с выпуском {before.number} изменено значений: {count}.",
    )


def _because(earlier: Imprint, later: Imprint) -> Both:
    """Why figures move: other reports count, or other ones are approved."""
    return Both(
        kk=(
            f"Себебі: есептер саны {earlier.submissions} → {later.submissions}, олардың бекітілгені "
            f"{earlier.approved} → {later.approved}; жарияланым {earlier.publication} → {later.publication}."
        ),
        ru=(
            f"Причина: отчётов {earlier.submissions} → {later.submissions}, из них утверждено "
            f"{earlier.approved} → {later.approved}; публикация {earlier.publication} → {later.publication}."
        ),
    )


def _cell(change: Change) -> Both:
    def said(language: str) -> str:
        row, column = (name.of(language) for name in change.names)
        a, b = (_written(cell, change, language) for cell in (change.before, change.after))
        return f"{row}, {column}: {a} → {b}"

    return Both(kk=said("kk"), ru=said("ru"))


def _written(cell: Cell | None, change: Change, language: str) -> str:
    if cell is None:
        return "—"
    if cell.value is None:
        return cell.text.of(language) if cell.text else cell.symbol or "x"
    if change.unit == "share":
        return percent(cell.value, change.digits)
    if change.unit == "points":
        unit = "п.\u00a0т." if language == "kk" else "п.\u00a0п."
        return f"{of_hundred(cell.value, change.digits)} {unit}"
    return number(cell.value, change.digits)
