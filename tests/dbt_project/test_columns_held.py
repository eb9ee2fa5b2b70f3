"""A table whose columns are not those written of it ends the build, and what differs is named."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project.country import Country
from tests.dbt_project.statements import Model
from warehouse.storage.builds.engines.dbt_run import MODEL

WRITTEN = {"a_key": "bigint", "name": "string", "share": "decimal(9, 2)", "day": "date", "is_so": "boolean"}
RIGHT = [
    "1::bigint as a_key",
    "'' as name",
    "1::decimal(9,2) as share",
    "date '2026-09-01' as day",
    "true as is_so",
]


class _Table(str):
    identifier = "toy"


def _ask(columns: list[str]) -> None:
    macros: Any = Model(Path())._macros
    written = [SimpleNamespace(name=name, data_type=kind) for name, kind in WRITTEN.items()]
    with duckdb.connect() as con:
        con.execute(f"create table toy as select {', '.join(columns)}")
        con.execute(macros.other_columns_are_an_error(_Table("memory.main.toy"), written))


def test_columns_as_they_are_written_are_let_be() -> None:
    _ask(RIGHT)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        (["1::int as a_key", *RIGHT[1:]], "a_key INTEGER for a_key BIGINT"),
        ([*RIGHT[:2], "1::decimal(9,3) as share", *RIGHT[3:]], "share DECIMAL"),
        ([*RIGHT[:3], "timestamp '2026-09-01' as day", RIGHT[4]], "day TIMESTAMP for day DATE"),
        (["1::bigint as other_key", *RIGHT[1:]], "other_key BIGINT for a_key BIGINT"),
        (RIGHT[:-1], "for is_so BOOLEAN"),
        ([*RIGHT, "1 as more"], "more INTEGER for"),
        ([RIGHT[1], RIGHT[0], *RIGHT[2:]], "name VARCHAR for a_key BIGINT"),
    ],
)
def test_any_other_is_named(columns: list[str], named: str) -> None:
    with pytest.raises(duckdb.Error, match="other columns than are written of toy") as refused:
        _ask(columns)
    assert named in str(refused.value)


def test_a_build_asks_it_of_every_table_that_is_kept(built: Country) -> None:
    root = built.installation.root
    nodes = json.loads((root / MODEL).read_text(encoding="utf-8"))["nodes"].values()
    kept = {
        node["name"]
        for node in nodes
        if node["config"]["materialized"] == "table" and node["schema"] in ("main", "persons")
    }
    ran = {file.stem: file.read_text(encoding="utf-8") for file in (root / "target" / "run").rglob("*.sql")}
    assert len(kept) > 40
    assert [name for name in kept if f"other columns than are written of {name}:" not in ran[name]] == []
