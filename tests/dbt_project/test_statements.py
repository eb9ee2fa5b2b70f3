"""The statements run by the tests make of one country what dbt makes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from ingest.progress import Step
from tests.dbt_project.country import populate
from tests.dbt_project.installation import Installation
from tests.dbt_project.statements import PROJECT
from tests.warehouse.copies import building_by
from tests.warm.models import TablesAlone
from warehouse.storage.builds.engines.dbt_process import DRAFT, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL, RESULTS

SEEDS = (PROJECT / "seeds", PROJECT.parent / "ingest" / "codelists")


def _content(built: Any) -> dict[str, tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    """Every table of the build: its columns with their types, its rows in order."""
    with duckdb.connect(str(built.installation.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'held_back'"
        ).fetchall()
        return {
            table: (
                connection.execute(f"describe {table}").fetchall(),
                connection.execute(f"select * from {table} order by all").fetchall(),
            )
            for (table,) in tables
        }


def test_they_make_what_dbt_makes(made: Any, built: Any) -> None:
    _require_alike(_content(made), _content(built))


def _require_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    seeds = {f"scratch.{path.stem}" for folder in SEEDS for path in folder.glob("*.csv")}
    assert len(ours.keys() - seeds) > 30
    assert ours.keys() == theirs.keys()
    # A column of a dictionary that the model does not speak of has the type its reader guesses.
    same = [
        ours[name][1] == theirs[name][1] and (name in seeds or ours[name][0] == theirs[name][0])
        for name in ours
    ]
    assert [name for name, is_same in zip(ours, same, strict=True) if not is_same] == []


def test_a_build_of_tables_alone_leaves_and_tells_what_dbt_does(tmp_path: Path, built: Any) -> None:
    """Nothing else is in the draft, and what stands beside it is the same; where it cannot, dbt says why."""
    country = populate(Installation(tmp_path))
    home, told, lock = Home(tmp_path / "home"), list[Step](), os.open(os.devnull, os.O_RDONLY)
    with building_by(TablesAlone):
        assert Dbt(home, lock, told.append).run(tmp_path, 1) == []
        made, theirs = (
            json.loads((root / MODEL).read_text()) for root in (tmp_path, built.installation.root)
        )
        ran = json.loads((tmp_path / RESULTS).read_text())
        with duckdb.connect(str(tmp_path / DRAFT), read_only=True) as connection:
            views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
            schemas = connection.execute(
                "select schema_name from duckdb_schemas() where not internal"
            ).fetchall()
        _require_alike(_content(country), _content(built))
        assert views == [] and {("scratch",), ("persons",), ("held_back",)} <= {*schemas}
        tables = [
            number
            for number, node in theirs["nodes"].items()
            if node["config"]["materialized"] in ("table", "seed") and node["config"]["enabled"]
        ]
        assert made == theirs
        assert sorted(each["unique_id"] for each in ran) == sorted(tables)
        assert (told[-1].done, told[-1].total) == (len(tables), len(tables))

        (tmp_path / "inputs" / "node.parquet").unlink()
        failed = Dbt(home, lock, told.append).run(tmp_path, 2)
    os.close(lock)
    assert any(each.is_error and "node.parquet" in each.message for each in failed)
