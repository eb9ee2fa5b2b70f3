"""The unit tests of the model run by its statements alone: rows in, rows expected, in some milliseconds.

In: what the settings of a model tell of `unit_tests`, a built warehouse for the types of columns. Out: the rows that a
model's statement makes of the rows given, and those that are expected. dbt runs the same tests at every whole build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import yaml

from tests.dbt_project.statements import PROJECT, Model

_ROWS = sorted(Path(__file__).parent.glob("rows*.yml"))
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class UnitTest:
    """`given`: of each model or dictionary its rows, or SQL that makes them; a dictionary not given is as it is."""

    name: str
    model: str
    given: dict[str, Rows | str]
    expected: Rows
    macros: dict[str, str]


def unit_tests(project: Path = PROJECT) -> Iterator[UnitTest]:
    """All that the models' settings tell, and those of `rows*.yml`, which dbt is spared."""
    for path in [*sorted((project / "models").rglob("*.yml")), *_ROWS]:
        for each in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", ()):
            given = {
                entry["input"].split("'")[1]: entry["rows"] for entry in each["given"] if "rows" in entry
            }
            macros = each.get("macros") or each.get("overrides", {}).get("macros", {})
            named = {name.removeprefix("bbaj."): text for name, text in macros.items()}
            yield UnitTest(each["name"], each["model"], given, each["expect"]["rows"], named)


def rows_of(
    test: UnitTest, warehouse: Path, texts: Mapping[str, str] | None = None, seconds: float | None = None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the model makes of the rows given, in the columns that are expected, and what is expected; both in order.

    `texts`: of some models other texts than their files hold. `seconds`: after so many duckdb.InterruptException is
    raised, since a changed text may climb for ever.
    """
    model = Model(warehouse.parent, texts=texts)
    with duckdb.connect(":memory:") as connection, _limited(connection, seconds):
        connection.execute(f"attach '{warehouse}' as built (read_only)")
        connection.execute("create schema given")
        for name, rows in test.given.items():
            schema = model.schema_of(name)
            types = _types(connection, f"built.{schema}.{name}")
            connection.execute(f"create table given.{name} as {_select(rows, types)}")

        def relation(name: str) -> str:
            return f"given.{name}" if name in test.given else f"built.{model.schema_of(name)}.{name}"

        connection.execute(f"create table made as {model.rendered(test.model, relation, test.macros)}")
        columns = list(test.expected[0])
        shown = ", ".join(f"{column} as column_{place}" for place, column in enumerate(columns))
        connection.execute(f"create table shown as select {shown} from made")
        types = dict(zip(columns, _types(connection, "shown").values(), strict=True))
        told = " union all ".join(f"select {_cells(row, types, named=False)}" for row in test.expected)
        connection.execute(f"create table expected as {told}")
        made, expected = (
            connection.execute(f"select * from {table} order by all").fetchall()
            for table in ("shown", "expected")
        )
        return made, expected


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    ending = Timer(seconds, connection.interrupt)
    ending.start()
    try:
        yield
    finally:
        ending.cancel()


def _types(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {str(name): str(kind) for name, kind, *_ in connection.execute(f"describe {relation}").fetchall()}


def _select(rows: Rows | str, types: dict[str, str]) -> str:
    """The rows as SQL, columns they do not have empty, of the types of the relation they stand for."""
    if isinstance(rows, str):
        names = duckdb.sql(f"select * from ({rows})").columns
        told = [f"{_cast(name, types)} as {name}" for name in names]
        told += [f"cast(null as {kind}) as {name}" for name, kind in types.items() if name not in names]
        return f"select {', '.join(told)} from ({rows})"
    if not rows:
        return f"select {', '.join(f'cast(null as {kind}) as {name}' for name, kind in types.items())} where false"
    return " union all ".join(f"select {_cells(row, types)}" for row in rows)


def _cells(row: dict[str, Any], types: dict[str, str], *, named: bool = True) -> str:
    unknown = set(row) - set(types)
    assert not unknown, f"{unknown} are no columns"
    cells = {name: f"cast({_literal(row.get(name))} as {kind})" for name, kind in types.items()}
    return ", ".join(f"{cell} as {name}" if named else cell for name, cell in cells.items())


def _cast(name: str, types: dict[str, str]) -> str:
    return f"cast({name} as {types[name]})"


def _literal(value: Any) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def names(tests: Sequence[UnitTest]) -> list[str]:
    """How they are called in a run of tests."""
    return [f"{test.model}-{test.name}" for test in tests]
