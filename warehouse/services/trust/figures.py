"""Which facts a row of a report is made of, where a report holds several figures.

In: a table of the model whose rows say by `figure` which one they are about. Out: for each figure the fact and the
form, as the dictionary of the figures tells them. A report of one figure has no such column and no such dictionary.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.services.trust.descent import Table, tables
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT

FIGURE = "figure"
_FACT, _FORM = "fact", "form"


@dataclass(frozen=True)
class MadeOf:
    """`fact`: the table whose rows a figure counts; `form`: whose reports alone, empty for those of any."""

    fact: str
    form: str


def made_of(table: Table) -> Mapping[str, MadeOf]:
    """Figure → what it is made of; nothing for a table that does not hold several."""
    if FIGURE not in table.grain:
        return {}
    return {
        figure: told
        for name in sorted(table.made_of - tables().keys())
        for figure, told in _told(name).items()
    }


@cache
def _told(dictionary: str) -> Mapping[str, MadeOf]:
    file = DBT_PROJECT / "seeds" / f"{dictionary}.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        row[FIGURE]: MadeOf(row[_FACT], row[_FORM]) for row in rows if {FIGURE, _FACT, _FORM} <= row.keys()
    }


def rows_made_of(table: Table, rows: Sequence[Mapping[str, Any]], fact: str) -> list[Mapping[str, Any]]:
    """Those of the rows that a fact stands behind: all of them where nothing says which."""
    told = made_of(table)
    return [row for row in rows if (own := told.get(str(row.get(FIGURE)))) is None or own.fact == fact]


def facts_of(table: Table, rows: Sequence[Mapping[str, Any]], facts: Collection[str]) -> list[str]:
    """Those of the facts that stand behind any of the rows."""
    return [fact for fact in facts if rows_made_of(table, rows, fact)]
