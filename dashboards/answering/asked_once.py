"""What Superset asks several times for each chart, and what has one answer.

In: Superset's questions about its database and about SQL. Out: the same answers, found once. The first screen of a
dashboard asks for fourteen things at once; for each Superset opened the database three times to ask which schema is
meant where none is named, took the same SQL of a dataset apart six times, and asked DuckDB nine times which words it
keeps for itself; it wrote each question twice, once for the key of a cache that is not there; and for each page it
tried which drivers of databases are installed.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import lru_cache
from importlib import import_module
from typing import Any

TEXTS = 512
"""How many SQL texts a process remembers taken apart: some for each dataset, and for each chart as it was asked."""
PLACES = {"line", "col", "start", "end"}
"""What a tree notes of where its words stood in the text: nobody asks, and every copy would copy it."""


def answer_once() -> None:
    """From here on. Needs Superset's application."""
    from superset.connectors.sqla.models import SqlaTable
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.sql.parse import SQLStatement
    from superset.utils.core import get_username

    # Each connection opens one file, and in a file of DuckDB it is always this one.
    DuckDBEngineSpec.get_default_schema = classmethod(lambda _spec, _database, _catalog: "main")
    SQLStatement._parse = classmethod(remembered(SQLStatement._parse.__func__))
    SQLStatement.split_script = classmethod(remembered_statements(SQLStatement.split_script.__func__))
    SQLStatement.apply_rls = where_there_are_any(SQLStatement.apply_rls)
    ask_words_once(import_module("duckdb_engine").DuckDBIdentifierPreparer)
    SqlaTable.get_extra_cache_keys = keyed_by_reader(
        SqlaTable.get_extra_cache_keys, are_answers_kept, get_username
    )
    base: Any = import_module("superset.views.base")
    base.get_available_engine_specs = lru_cache(maxsize=1)(base.get_available_engine_specs)


def are_answers_kept() -> bool:
    """Whether Superset's data cache is one that keeps anything."""
    from flask_caching.backends import NullCache
    from superset.extensions import cache_manager

    return not isinstance(cache_manager.data_cache.cache, NullCache)


def keyed_by_reader(
    keys: Callable[[Any, Any], list[Any]], are_kept: Callable[[], bool], reader: Callable[[], str | None]
) -> Callable[[Any, Any], list[Any]]:
    """`keys`, by which a cache tells answers to one question apart: Superset writes the question for them. Where no
    answer is kept, who asks is enough: no key is ever looked for, and two readers still have different ones."""

    def found(dataset: Any, question: Any) -> list[Any]:
        return keys(dataset, question) if are_kept() else [reader()]

    return found


def where_there_are_any(apply: Callable[..., None]) -> Callable[..., None]:
    """`apply`, which walks through a whole statement to put the conditions of its tables in, left out where no table
    has one: the rules of readers are those of datasets, and the tables that these select from have none."""

    def applied(
        statement: Any, catalog: Any, schema: Any, predicates: dict[Any, list[Any]], method: Any
    ) -> None:
        if any(predicates.values()):
            apply(statement, catalog, schema, predicates, method)

    return applied


def remembered(parse: Callable[[Any, str, str], list[Any]]) -> Callable[[Any, str, str], list[Any]]:
    """`parse`, which takes apart each text once; who asks gets a tree of their own: limits are written into it."""

    @lru_cache(maxsize=TEXTS)
    def found(owner: Any, script: str, engine: str) -> tuple[Any, ...]:
        trees = tuple(parse(owner, script, engine))
        for tree in trees:
            _forget_places(tree)
        return trees

    def parsed(owner: Any, script: str, engine: str) -> list[Any]:
        return [tree.copy() if tree is not None else None for tree in found(owner, script, engine)]

    return parsed


def remembered_statements(
    split: Callable[[Any, str, str], list[Any]],
) -> Callable[[Any, str, str], list[Any]]:
    """`split`, which makes of a text its statements and looks in each for the tables it names: once for each text. Who
    asks gets statements of their own, with a tree and a set of tables that they may write into."""

    @lru_cache(maxsize=TEXTS)
    def found(owner: Any, script: str, engine: str) -> tuple[Any, ...]:
        return tuple(split(owner, script, engine))

    def made(owner: Any, script: str, engine: str) -> list[Any]:
        return [_own(statement) for statement in found(owner, script, engine)]

    return made


def _own(statement: Any) -> Any:
    own = copy(statement)
    own._parsed, own.tables = statement._parsed.copy(), set(statement.tables)
    return own


def _forget_places(tree: Any) -> None:
    for node in tree.walk() if tree is not None else ():
        node._meta = {key: said for key, said in (node._meta or {}).items() if key not in PLACES} or None


def ask_words_once(preparer: Any) -> None:
    """Let the driver of DuckDB ask for the words that need quotes when it first writes a name, and never again."""
    as_before, plain, known = preparer.__init__, preparer.__base__.__init__, set[str]()

    def begin(self: Any, dialect: Any, **given: Any) -> None:
        if known:
            plain(self, dialect, **given)
            self.reserved_words = known
        else:
            as_before(self, dialect, **given)
            known.update(self.reserved_words)

    preparer.__init__ = begin
