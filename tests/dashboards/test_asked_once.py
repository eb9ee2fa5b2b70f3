"""What Superset asks several times has one answer: SQL taken apart, the words that DuckDB keeps for itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.answering.asked_once import ask_words_once, keyed_by_reader, remembered, where_there_are_any
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


def test_names_are_written_as_before() -> None:
    if not PYTHON.is_file():
        pytest.skip("Superset's environment is not installed")
    said = subprocess.run(
        [str(PYTHON), "-c", _TRIAL], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    before, first, later = json.loads(said)
    assert before == first == later
    assert '"pivot"' in before and '"rows due"' in before and " node_code" in before
