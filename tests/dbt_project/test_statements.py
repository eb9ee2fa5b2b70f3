"""The statements run by the tests make of one country what dbt makes of it."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.dbt_project.statements import PROJECT

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
    theirs, ours = _content(built), _content(made)
    seeds = {f"scratch.{path.stem}" for folder in SEEDS for path in folder.glob("*.csv")}
    assert len(ours.keys() - seeds) > 30
    assert ours.keys() == theirs.keys()
    # A column of a dictionary that the model does not speak of has the type its reader guesses.
    same = [
        ours[name][1] == theirs[name][1] and (name in seeds or ours[name][0] == theirs[name][0])
        for name in ours
    ]
    assert [name for name, is_same in zip(ours, same, strict=True) if not is_same] == []
