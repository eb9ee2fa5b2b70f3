"""The reports behind a row of a table that names no submission: a dimension made of registers, calendars and lists.

In: rows of it. Out: submission → how many of its rows hold what these rows are known by; where none does, all that
count of the forms the table is made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.compute as pc

from ingest.home import Home
from ingest.sql import name as quoted
from warehouse.services.trust.descent import forms_behind, tables
from warehouse.services.trust.opened import Opened, asking
from warehouse.storage.lake.lake_files import lake_file

_KNOWN_BY = ("_code", "_bin")


def behind_dimension(
    home: Home, publication: Opened, name: str, rows: Sequence[Mapping[str, Any]]
) -> dict[int, int]:
    """Submission → rows of it."""
    forms = forms_behind(name)
    if not forms:
        return {}
    counting = publication.manifest().table
    counting = counting.filter(pc.field("form").isin(sorted(forms)))
    found: dict[int, int] = {}
    if name not in publication.apart:
        for form in sorted(forms):
            found |= _holding(
                home, counting.filter(pc.field("form") == form).to_pylist(), _names_of(name, rows)
            )
    if found:
        return found
    return {each["submission_id"]: each["rows_accepted"] for each in counting.to_pylist()}


def _names_of(name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts the rows are known by: official codes, and what their grain has."""
    grain = tables()[name].grain
    return sorted(
        {
            value
            for row in rows
            for column, value in row.items()
            if isinstance(value, str)
            and (column in grain or (column.endswith(_KNOWN_BY) and column.startswith(_own(name))))
        }
    )


def _own(name: str) -> str:
    """How the columns of a dimension begin that are about itself."""
    return name.removeprefix("dim_").removeprefix("brg_").partition("_")[0]


def _holding(home: Home, counting: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[int, int]:
    """Of one form: the submissions in whose rows one of the names stands."""
    batches = {(each["form"], each["period"], each["batch_id"]) for each in counting if each["batch_id"]}
    files = [str(file) for batch in sorted(batches) if (file := lake_file(home.lake, *batch)).exists()]
    if not files or not names:
        return {}
    with asking() as con:
        landed = "read_parquet(?, union_by_name = true, hive_partitioning = false)"
        described = con.execute(f"DESCRIBE SELECT * FROM {landed}", [files]).fetchall()
        texts = [str(row[0]) for row in described if row[1] == "VARCHAR" and row[0] != "batch_id"]
        holds = " OR ".join(f"list_contains(?, {quoted(column)})" for column in texts) or "false"
        counted = con.execute(
            f"SELECT submission_id, count(*) FROM {landed} WHERE {holds} GROUP BY 1",
            [files, *([list(names)] * len(texts))],
        ).fetchall()
    wanted = {each["submission_id"] for each in counting}
    return {number: rows for number, rows in counted if number in wanted}
