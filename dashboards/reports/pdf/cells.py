"""A table as it is set: every cell a text, the place that the others are parts of first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.reports.content import Cell, Column, Row, Section
from dashboards.reports.pdf.letters import BREAK, settable
from dashboards.reports.pdf.numbers import NO_BREAK, day, number

Words = Mapping[str, str]


def cell_text(cell: Cell, column: Column, language: str) -> str:
    """What stands in a cell, without its unit, which stands in the header."""
    if cell.symbol:
        return cell.symbol
    if cell.text is not None:
        return settable(cell.text.of(language))
    if cell.day is not None:
        return day(cell.day)
    if cell.value is None:
        return "x"
    return number(cell.value, column.unit, column.digits, signed=column.unit == "points")


def with_unit(text: str, unit: str, words: Words) -> str:
    """A number with its unit, as it stands outside a table; a symbol stays as it is."""
    told = {"share": "%", "points": words["points"]}.get(unit)
    return f"{text}{NO_BREAK}{told}" if told and text[-1:].isdigit() else text


def ordered(rows: Sequence[Row]) -> list[Row]:
    """The whole first, then its parts as they come."""
    return sorted(rows, key=lambda row: not row.is_total)


def listed(section: Section) -> list[Row]:
    """The rows that are set in the PDF."""
    rows = ordered(section.table.rows)
    totals = sum(row.is_total for row in rows)
    return rows if section.first is None else rows[: totals + section.first]


def table(section: Section, language: str, words: Words) -> dict[str, Any]:
    """The table of a section."""
    columns = section.table.columns
    rows: list[dict[str, Any]] = [
        {
            "name": settable(row.name.of(language)),
            "total": row.is_total,
            "cells": [
                {"text": cell_text(cell, column, language), "mark": cell.mark}
                for cell, column in zip(row.cells, columns, strict=True)
            ],
        }
        for row in listed(section)
    ]
    return {
        "named": settable(section.table.named.of(language)),
        "columns": [
            {**_column(column, language, words), **_widest([row["cells"][at]["text"] for row in rows])}
            for at, column in enumerate(columns)
        ],
        **_widest([row["name"] for row in rows]),
        "rows": rows,
    }


def _widest(texts: Sequence[str]) -> dict[str, str]:
    """The text and the word that take most room, as near as letters tell: measuring all takes its time."""
    pieces = (piece for text in texts for word in text.split(" ") for piece in word.split(BREAK))
    return {"widest": max(texts, key=len, default=""), "word": max(pieces, key=len, default="")}


def _column(column: Column, language: str, words: Words) -> dict[str, Any]:
    label, unit = column.label.of(language), {"share": "%", "points": words["points"]}.get(column.unit)
    is_said = any(each in label for each in (unit or "", words["points_long"]))
    told = label if not unit or is_said else f"{label}, {unit}"
    return {"label": settable(told), "words": column.unit == "text"}


def coverage(reported: int, due: int | None, words: Words) -> str:
    """How many reported of how many, and the share where there is one."""
    shown = number(reported, "count", 0)
    if not due:
        return words["reported_only"].format(reported=shown)
    share = f"{number(reported / due, 'share', 1)}{NO_BREAK}%"
    return words["reported"].format(reported=shown, due=number(due, "count", 0), share=share)
