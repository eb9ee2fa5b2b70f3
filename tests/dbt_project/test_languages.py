"""No text of one language stands in a column of the other, in any table of the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.country import populate
from tests.dbt_project.installation import Installation
from tests.dbt_project.statements import Model

LANGUAGES = ("kk", "ru")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small country where every text that comes in says in which language it is."""
    home = populate(Installation(tmp_path_factory.mktemp("languages"))).installation
    model = Model(home.root)
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("create schema scratch; create schema persons")
        model.load_seeds(con)
        for table in _tables(con):
            _say_languages(con, table)
        for statement in model.statements():
            con.execute(statement.create())
            if statement.is_view and statement.name.startswith("stg_"):
                replaced = _replaced(con, f"scratch.{statement.name}", "name")
                if replaced:
                    con.execute(
                        f"create or replace view scratch.{statement.name} as "
                        f"select * replace ({replaced}) from ({statement.sql})"
                    )
    return home.warehouse


def _tables(con: Any) -> list[str]:
    found = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
    return [name for (name,) in found]


def _columns(con: Any, relation: str) -> set[str]:
    return {name for name, *_ in con.execute(f"describe {relation}").fetchall()}


def _replaced(con: Any, relation: str, stem: str) -> str:
    """Columns of both languages with their language before what they say."""
    if not {f"{stem}_{language}" for language in LANGUAGES} <= _columns(con, relation):
        return ""
    return ", ".join(f"'{each}:' || {stem}_{each} as {stem}_{each}" for each in LANGUAGES)


def _say_languages(con: Any, table: str) -> None:
    for stem in ("label", "pattern"):
        if _replaced(con, table, stem):
            for each in LANGUAGES:
                con.execute(f"update {table} set {stem}_{each} = '{each}:' || {stem}_{each}")


def test_every_column_of_a_language_says_what_came_in_that_language(marked: Path) -> None:
    looked_at = 0
    with duckdb.connect(str(marked), read_only=True) as con:
        for table in _tables(con):
            columns = _columns(con, table)
            for column in sorted(columns):
                own = column.rpartition("_")[2]
                if own not in LANGUAGES or table.startswith("scratch."):
                    continue
                (other,) = set(LANGUAGES) - {own}
                wrong = con.execute(
                    f"select distinct {column} from {table} where not contains({column}, '{own}:') "
                    f"or contains({column}, '{other}:')"
                ).fetchall()
                assert wrong == [], (table, column)
                looked_at += 1
    assert looked_at > 50
