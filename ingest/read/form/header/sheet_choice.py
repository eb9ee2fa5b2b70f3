"""Which sheets of a workbook a form reads, and what the name of a sheet says.

In: the names of a workbook's sheets and the layout of a contract. Out: the names that are read; the columns that a
name fills.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.read.cells.own_pattern import follows_alike, parts_alike
from ingest.read.form.header.header_match import folded
from ingest.schema.forms.contract import Layout
from ingest.schema.forms.sheets import SheetChoice


def sheets_to_read(names: Sequence[str], layout: Layout) -> list[str]:
    """The sheets the contract chooses, in the order of the workbook; all of them where it chooses none."""
    if not layout.sheets:
        return list(names)
    return [
        name
        for place, name in enumerate(names)
        if any(_is_chosen(choice, name, place, len(names)) for choice in layout.sheets)
    ]


def _is_chosen(choice: SheetChoice, name: str, place: int, count: int) -> bool:
    if choice.position is not None:
        return place == (choice.position - 1 if choice.position > 0 else count + choice.position)
    if choice.pattern is not None:
        return follows_alike(choice.pattern, " ".join(name.split()))
    return folded(name) == folded(choice.name or "")


def said_by_name(name: str | None, layout: Layout) -> dict[str, str]:
    """Column → what the name of a sheet says of it."""
    if name is None or layout.sheet_name is None:
        return {}
    found = parts_alike(layout.sheet_name, " ".join(name.split())) or {}
    return {field: text for field, text in found.items() if text}
