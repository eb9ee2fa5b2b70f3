"""What Superset asks several times for each chart, and what has one answer.

In: Superset's questions about its database and about SQL. Out: the same answers, found once. The first screen of a
dashboard asks for fourteen things at once; for each Superset opened the database three times to ask which schema is
meant where none is named, and took the same SQL of a dataset apart six times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

TEXTS = 512
"""How many SQL texts a process remembers taken apart: some for each dataset, and for each chart as it was asked."""


def answer_once() -> None:
    """From here on. Needs Superset's application."""
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.sql.parse import SQLStatement

    # Each connection opens one file, and in a file of DuckDB it is always this one.
    DuckDBEngineSpec.get_default_schema = classmethod(lambda _spec, _database, _catalog: "main")
    SQLStatement._parse = classmethod(remembered(SQLStatement._parse.__func__))


def remembered(parse: Callable[[Any, str, str], list[Any]]) -> Callable[[Any, str, str], list[Any]]:
    """`parse`, which takes apart each text once; who asks gets a tree of their own: limits are written into it."""

    @lru_cache(maxsize=TEXTS)
    def found(owner: Any, script: str, engine: str) -> tuple[Any, ...]:
        return tuple(parse(owner, script, engine))

    def parsed(owner: Any, script: str, engine: str) -> list[Any]:
        return [tree.copy() if tree is not None else None for tree in found(owner, script, engine)]

    return parsed
