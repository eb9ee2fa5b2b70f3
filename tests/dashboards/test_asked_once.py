"""What Superset asks several times has one answer: SQL taken apart, the words that DuckDB keeps for itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.answering.asked_once import (
    ask_words_once,
    keyed_by_reader,
    remembered,
    remembered_statements,
    where_there_are_any,
)
from tests.dashboards.conftest import PYTHON, REPOSITORY


class Tree:
    """Something that whoever asked for it writes into."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._meta: dict[str, Any] | None = {"line": 1, "col": 2, "start": 3, "end": 4}

    def walk(self) -> Iterator[Tree]:
        yield self

    def copy(self) -> Tree:
        copied = Tree(self.text)
        copied._meta = self._meta
        return copied


@given(texts=st.lists(st.text(), min_size=1, max_size=30))
def test_a_text_is_taken_apart_once_and_each_writes_into_an_own_tree(texts: list[str]) -> None:
    taken: list[tuple[str, str]] = []

    def parse(_owner: Any, script: str, engine: str) -> list[Tree | None]:
        taken.append((script, engine))
        return [Tree(script), None]

    ask = remembered(parse)
    for text in texts + texts:
        for engine in ("duckdb", "sqlite"):
            tree, nothing = ask(None, text, engine)
            assert (tree.text, tree._meta, nothing) == (text, None, None)
            tree.text += " limit 1"
    assert len(taken) == len(set(taken)) == 2 * len(set(texts))


def test_what_is_no_sql_is_refused_each_time() -> None:
    def parse(_owner: Any, script: str, engine: str) -> list[Any]:
        raise ValueError(script)

    ask = remembered(parse)
    for _ in range(2):
        with pytest.raises(ValueError, match="selec"):
            ask(None, "selec", "duckdb")


class Statement:
    """A statement as Superset makes it: its tree, and the tables that it names."""

    def __init__(self, text: str) -> None:
        self._parsed, self.tables = Tree(text), {text}


@given(texts=st.lists(st.text(), min_size=1, max_size=30))
def test_tables_of_a_text_are_looked_for_once_and_what_one_writes_no_other_reads(texts: list[str]) -> None:
    looked: list[str] = []

    def split(_owner: Any, script: str, _engine: str) -> list[Statement]:
        looked.append(script)
        return [Statement(each) for each in script.split(";")]

    ask = remembered_statements(split)
    for text in texts + texts:
        parts = text.split(";")
        statements = ask(None, text, "duckdb")
        assert [(each._parsed.text, each.tables) for each in statements] == [(each, {each}) for each in parts]
        for each in statements:
            each._parsed.text += " limit 1"
            each.tables.add("of somebody else")
    assert sorted(looked) == sorted(set(texts))


@given(
    are_kept=st.booleans(),
    readers=st.lists(st.one_of(st.none(), st.text(min_size=1)), min_size=2, max_size=9, unique=True),
)
def test_a_key_tells_readers_apart_and_is_written_out_where_answers_are_kept(
    are_kept: bool, readers: list[str | None]
) -> None:
    written, asking = [], iter(readers)

    def keys(dataset: str, question: dict[str, Any]) -> list[Any]:
        written.append((dataset, question))
        return [f"{dataset} of somebody"]

    found = keyed_by_reader(keys, lambda: are_kept, lambda: next(asking))
    told = [tuple(found("attendance", {"columns": []})) for _ in readers]
    assert len(written) == (len(readers) if are_kept else 0)
    assert len(set(told)) == (1 if are_kept else len(readers))


@given(st.dictionaries(st.text(), st.lists(st.text(), max_size=2), max_size=4))
def test_conditions_are_put_in_where_any_table_has_one(predicates: dict[str, list[str]]) -> None:
    put: list[tuple[Any, ...]] = []
    where_there_are_any(lambda *given: put.append(given))("statement", None, "main", predicates, "subquery")
    has_one = [table for table, conditions in predicates.items() if len(conditions) > 0]
    assert put == ([("statement", None, "main", predicates, "subquery")] if has_one else [])


class Plain:
    """How names are written where no database has words of its own. Its words are one set for all."""

    def __init__(self, dialect: object, final: str = '"') -> None:
        self.dialect, self.final, self.reserved_words = dialect, final, {"select"}


def test_words_are_asked_for_once_and_every_writer_of_names_knows_them() -> None:
    asked = []

    class OfADatabase(Plain):
        def __init__(self, dialect: object, final: str = '"') -> None:
            super().__init__(dialect, final)
            asked.append(dialect)
            self.reserved_words |= {"pivot"}

    ask_words_once(OfADatabase)
    for number in range(3):
        writer = OfADatabase(number, final="]")
        assert (writer.dialect, writer.final, writer.reserved_words) == (number, "]", {"select", "pivot"})
    assert asked == [0]


# Runs in the environment of the dashboards, with the real driver: how names are written, first and later.
_TRIAL = """
import json
import duckdb_engine
from sqlalchemy import column, create_engine, select
from dashboards.answering.asked_once import ask_words_once
WORDS = [word for word, in duckdb_engine.duckdb.sql("select keyword_name from duckdb_keywords()").fetchall()]
def written():
    return str(select(*map(column, [*WORDS, "rows due", "node_code"])).compile(create_engine("duckdb://")))
before = written()
ask_words_once(duckdb_engine.DuckDBIdentifierPreparer)
print(json.dumps([before, written(), written()]))
"""


# The same: real statements, some of which are written into, before and after they are remembered.
_STATEMENTS = """
import json
from superset.sql import parse
from dashboards.answering.asked_once import remembered, remembered_statements
TEXTS = [
    "select 1", "select a from t where b in (select b from u)",
    "with x as (select * from t) select * from x union all select 1 from v",
    "select 1 from t; delete from w", "select * from query_table('t')", "set a = 1",
    "values ((select count(*) from t))",
    "select \\"Т\\".a from \\"Т\\" as \\"т\\" limit 5", "summarize t", "create table c as select * from t",
]
def told(limit=None):
    found = []
    for text in TEXTS:
        script = parse.SQLScript(text, "duckdb")
        for each in script.statements:
            found.append([each.format(), sorted(map(str, each.tables)), each.is_select(), each.is_mutating()])
            if limit and each.is_select():
                each.set_limit_value(limit, parse.LimitMethod.FORCE_LIMIT)
                each.tables.clear()
    return found
before = told()
parse.SQLStatement._parse = classmethod(remembered(parse.SQLStatement._parse.__func__))
parse.SQLStatement.split_script = classmethod(remembered_statements(parse.SQLStatement.split_script.__func__))
print(json.dumps([before, told(3), told(4), told()]))
"""


def test_statements_say_as_before() -> None:
    before, *later = _tried(_STATEMENTS)
    assert len(before) > 8
    assert [before] * 3 == later
    assert any(len(tables) == 2 for _, tables, _, _ in before)
    assert any(is_mutating for _, _, _, is_mutating in before)


def test_names_are_written_as_before() -> None:
    before, first, later = _tried(_TRIAL)
    assert before == first == later
    assert '"pivot"' in before and '"rows due"' in before and " node_code" in before


def _tried(program: str) -> Any:
    """What a program says that runs where Superset is installed."""
    if not PYTHON.is_file():
        pytest.skip("Superset's environment is not installed")
    said = subprocess.run(
        [str(PYTHON), "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return json.loads(said.stdout.splitlines()[-1])
