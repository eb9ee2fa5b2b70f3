"""What dbt is told of where things lie, it is told by the build: nothing an environment says besides counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from dbt import compilation
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.duckdb.relation import DuckDBRelation
from dbt.context import macros as dbt_macros
from hypothesis import given
from hypothesis import strategies as st

from ingest.home import Home
from ingest.progress import tell_nobody
from warehouse.storage.builds.engines import dbt_process
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT, Dbt
from warehouse.storage.builds.engines.dbt_run import (
    _lay_out_macros_at_once,
    _look_for_cycles_first,
    _name_relations_once,
    with_tables_before,
)

_DBTS_OWN = dbt_macros.MacroNamespaceBuilder.build_namespace
_WITHOUT_ASIDES = re.compile(r"--[^\n]*\n|/\*.*?\*/|\s", re.DOTALL)


def test_where_a_build_reads_and_writes_is_said_by_the_build_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = (path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.*"))
    asked = {name for text in models for name in re.findall(r"env_var\(\W*(\w+)", text)} | {"BBAJ_WAREHOUSE"}
    for name in asked:
        monkeypatch.setenv(name, "/elsewhere")
    told = Dbt(Home(tmp_path), 0, tell_nobody)._environment(tmp_path)
    assert len(asked) > 2
    assert [name for name in sorted(asked) if told[name] == "/elsewhere"] == []


def test_what_a_program_in_another_folder_parsed_is_parsed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt keeps where dictionaries lie: after an upgrade into a folder of its own it would look for them in the old."""
    dbt = Dbt(Home(tmp_path), 0, tell_nobody)
    parsed = dbt.target / "partial_parse.msgpack"
    kept = []
    for project in (DBT_PROJECT, DBT_PROJECT, tmp_path / "before", tmp_path / "before", DBT_PROJECT):
        monkeypatch.setattr(dbt_process, "DBT_PROJECT", project)
        dbt._let_go_of_another()
        kept.append(parsed.exists())
        parsed.touch()
    assert kept == [False, True, False, True, False]
    (dbt.target / "project").unlink()  # of a program that did not note it yet
    dbt._let_go_of_another()
    assert not parsed.exists()


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


_ASIDE = st.lists(
    st.sampled_from(["\n", " ", "-- with nothing\n", "/* select\nwith */", "\t"]), max_size=4
).map("".join)
_QUERIES = (
    "select 1 as with_care",
    "with a as (select 1) select ';' from a",
    "WITH\n recursive a as (select 1) select 2",
)


@given(_ASIDE, st.sampled_from(_QUERIES), st.integers(1, 3))
def test_tables_stand_before_a_query_where_dbt_itself_puts_them(
    con: duckdb.DuckDBPyConnection, aside: str, query: str, several: int
) -> None:
    """Spaces aside. dbt takes the query into its words for that, which is long for long ones."""
    from dbt.compilation import inject_ctes_into_sql
    from dbt.contracts.graph.nodes import InjectedCTE

    tables = [
        f" __dbt__cte__{number} as (\nwith x as (select 2) select * from x\n)" for number in range(several)
    ]
    theirs = inject_ctes_into_sql(aside + query, [InjectedCTE(id=sql, sql=sql) for sql in tables])
    ours = with_tables_before(aside + query, tables)
    assert ours is not None
    assert _WITHOUT_ASIDES.sub("", ours).lower() == _WITHOUT_ASIDES.sub("", theirs).lower()
    assert con.execute(ours).fetchall() == con.execute(theirs).fetchall()


@pytest.mark.parametrize("query", ["", "(select 1)", "from a", "-- select 1", "withal", "selected"])
def test_of_what_begins_in_another_way_dbt_is_asked(query: str) -> None:
    assert with_tables_before(query, [" a as (select 1)"]) is None


_PACKAGES = st.dictionaries(
    st.sampled_from(["bbaj", "other", "dbt", "dbt_duckdb"]),
    st.lists(st.sampled_from("абвг"), unique=True, min_size=1),
    max_size=4,
)


@given(packages=_PACKAGES, of_node=st.sampled_from(["bbaj", "other", "dbt"]))
def test_macros_laid_out_at_once_are_those_that_dbt_lays_out(
    packages: dict[str, list[str]], of_node: str
) -> None:
    macros = {
        package: {
            f"macro.{package}.{name}": SimpleNamespace(name=name, package_name=package) for name in names
        }
        for package, names in packages.items()
    }
    context, node, stack = object(), object(), object()
    laid_out = []
    for is_ours in (False, True):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(dbt_macros.MacroNamespaceBuilder, "build_namespace", _DBTS_OWN)
            if is_ours:
                _lay_out_macros_at_once()
            builder: Any = dbt_macros.MacroNamespaceBuilder(
                "bbaj", of_node, stack, ["dbt_duckdb", "dbt"], node
            )
            laid_out.append(builder.build_namespace(macros, context))
    theirs, ours = ([_named(each) for each in made._search_order()] for made in laid_out)
    assert ours == theirs


def _named(names: Mapping[str, Any]) -> dict[str, Any]:
    """Name → what a macro of that name knows; packages hold names themselves."""
    return {
        name: _named(held) if isinstance(held, Mapping) else (type(held), vars(held))
        for name, held in names.items()
    }


_EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@given(_EDGES)
def test_a_circle_is_found_where_dbt_finds_one(edges: list[tuple[int, int]]) -> None:
    linker = compilation.Linker()
    for one, other in edges:
        linker.dependency(str(one), str(other))
    theirs = linker.find_cycles()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compilation.Linker, "find_cycles", compilation.Linker.find_cycles)
        _look_for_cycles_first()
        assert linker.find_cycles() == theirs


_NAMES = st.sampled_from(["а", "b c", 'd"'])
_ASKED = st.sampled_from([{}, {"limit": None}, {"limit": 3}, {"type": "view"}])


@given(st.lists(st.tuples(_NAMES, _NAMES, st.integers(0, 2), _ASKED), max_size=6))
def test_a_table_is_called_as_dbt_calls_it(nodes: list[tuple[str, str, int, dict[str, Any]]]) -> None:
    quoting: Any = SimpleNamespace(quoting={"database": True, "schema": True, "identifier": True})

    def called() -> list[tuple[object, ...]]:
        made: list[tuple[object, ...]] = []
        for schema, name, number, asked in nodes:
            node: Any = SimpleNamespace(
                unique_id=f"model.bbaj.{number}",
                resource_type="model",
                database="draft",
                schema=schema,
                identifier=name,
                quoting_dict={},
                catalog_name=None,
            )
            relation = DuckDBRelation.create_from(quoting=quoting, relation_config=node, **asked)
            made.append((str(relation), relation.type, relation.limit))
        return made

    theirs = called()
    with pytest.MonkeyPatch.context() as patched:
        own = BaseRelation.__dict__["create_from"]
        patched.setattr(BaseRelation, "create_from", own)
        _name_relations_once()
        assert called() == theirs
        assert called() == theirs
