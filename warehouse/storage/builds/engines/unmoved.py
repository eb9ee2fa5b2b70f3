"""Nodes of the model that need not be run: nothing they are made of is other than in the last build.

In: in the folder of a build whose draft begins with all tables of the last one, `unmoved.json`: the sources that say
what they said then. Out: dbt passes over every table and test all of whose sources and tables are what they were. A
table made anew is held against what stood there; what follows from one that came out the same is passed over, too.

Another dictionary, model or test begins with nothing (`kept_draft.py`), and a draft in which a test failed is not kept:
what is passed over was made, and asked, by the same text of the same rows. Knows nothing of this project's packages.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

UNMOVED = "unmoved.json"
PASSED_OVER = "as it stood"
"""What is said of a node that was passed over."""
_REFERRED_TO = "dim_"
"""Tables that facts refer to: of those it is told that they are what they were, so that no row is asked in vain."""
_TABLES = "select schema_name || '.' || table_name from duckdb_tables() where not temporary"


class Unmoved:
    """What is known, while dbt runs, to be as it was. `sources`: those that say what they said, by dbt's numbers;
    `stood`: schema and name of every table that the draft begins with."""

    def __init__(self, sources: Iterable[str], stood: Iterable[str]) -> None:
        self._same: dict[str, bool] = dict.fromkeys(sources, True)
        self._stood = frozenset(stood)

    def is_same(self, number: str, nodes: Mapping[str, Any]) -> bool:
        """Whether a source, dictionary or table is what it was. A table is asked about after it was made."""
        if number.startswith("seed."):
            return True
        if number not in self._same and _is_written_into_others(node := nodes.get(number)):
            self._same[number] = self._follows_from_same(node, nodes)
        return self._same.get(number, False)

    def passes_over(self, node: Any, nodes: Mapping[str, Any]) -> bool:
        """Whether a node need not be run."""
        if str(node.resource_type) == "model" and not _is_written_into_others(node) and not self.has(node):
            return False
        return str(node.resource_type) in ("model", "test") and self._follows_from_same(node, nodes)

    def has(self, node: Any) -> bool:
        """Whether the draft began with that table."""
        return _relation(node) in self._stood

    def note(self, node: Any, *, same: bool) -> None:
        """Whether a table is what it was."""
        self._same[node.unique_id] = same

    def _follows_from_same(self, node: Any, nodes: Mapping[str, Any]) -> bool:
        return all(self.is_same(number, nodes) for number in node.depends_on_nodes)


def _is_written_into_others(node: Any) -> bool:
    return node is not None and node.config.materialized == "ephemeral"


def _relation(node: Any) -> str:
    return f"{node.schema}.{node.alias}"


def _beside(word: str, node: Any) -> str:
    """Where it stands of which units a table was changed, or which values it noted (macros/carried.sql)."""
    return f"scratch.{word}__{node.alias}"


def _meta(node: Any) -> Mapping[str, Any]:
    return dict(node.config.meta or {})


@contextmanager
def _asking(runner: Any) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Asks the draft in a connection of its own, each question by itself."""
    adapter = runner.adapter
    with adapter.connection_named(f"unmoved_{runner.node.name}"):
        cursor = adapter.connections.get_thread_connection().handle.cursor()

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question)
            return list(cursor.fetchall())

        yield ask
    adapter.release_connection()


def _summed(ask: Callable[[str], list[tuple[Any, ...]]], node: Any) -> tuple[Any, ...]:
    """The number and two sums of the rows of a table, whatever their order."""
    once = (
        f"select hash(held) as row_hash from {_relation(node)} as held"  # of all columns, which is what costs
    )
    [found] = ask(f"select count(*), sum(hash(row_hash)), sum(hash(row_hash, 1)) from ({once})")
    return found


def _stands(ask: Callable[[str], list[tuple[Any, ...]]], node: Any) -> None:
    """Say of a table that nothing of it moved, as the model says it of one that it left or changed itself."""
    carried = _meta(node).get("carried") or {}
    if carried or "stays" in _meta(node) or node.schema == "persons" or node.name.startswith(_REFERRED_TO):
        unit = carried.get("by", "submission_key")
        ask(f"create or replace table {_beside('moved', node)} ({unit} bigint)")
    if noted := carried.get("notes"):
        ask(f"create or replace table {_beside('noted', node)} ({noted} bigint)")


def _is_as_it_was(
    ask: Callable[[str], list[tuple[Any, ...]]], node: Any, before: tuple[Any, ...] | None
) -> bool:
    """Whether a table that was run came out as it had been. `before`: its sums then; None where it finds out itself."""
    if before is not None:
        return _summed(ask, node) == before
    if _beside("moved", node) not in {name for (name,) in ask(_TABLES)}:
        return False  # it was made whole
    return not ask(f"select 1 from {_beside('moved', node)} limit 1")


def pass_over_what_did_not_move() -> None:
    """Let dbt do so, where the folder it runs in says what did not."""
    if not Path(UNMOVED).exists():
        return
    from dbt.artifacts.schemas.results import RunStatus, TestStatus
    from dbt.task.base import BaseRunner

    runner_class: Any = BaseRunner
    run, known = runner_class.run_with_hooks, list[Unmoved]()

    def begun(runner: Any) -> Unmoved:
        with _asking(runner) as ask:
            stood = [name for (name,) in ask(_TABLES)]
        return Unmoved(json.loads(Path(UNMOVED).read_text(encoding="utf-8")), stood)

    def passed_over(runner: Any, unmoved: Unmoved) -> Any:
        node, is_model = runner.node, str(runner.node.resource_type) == "model"
        if is_model and not _is_written_into_others(node):
            unmoved.note(node, same=True)
            with _asking(runner) as ask:
                _stands(ask, node)
        status = RunStatus.Success if is_model else TestStatus.Pass
        return runner._build_run_result(node, time.time(), status, [], PASSED_OVER, failures=0)

    def compared(runner: Any, manifest: Any, unmoved: Unmoved) -> Any:
        node, before = runner.node, None
        by_itself = {"carried", "stays"} & set(_meta(node))
        if unmoved.has(node) and not by_itself:
            with _asking(runner) as ask:
                before = _summed(ask, node)
        result = run(runner, manifest)
        if result.status == RunStatus.Success and unmoved.has(node):
            with _asking(runner) as ask:
                same = _is_as_it_was(ask, node, before)
                unmoved.note(node, same=same)
                if same and not by_itself:
                    _stands(ask, node)
        return result

    def run_with_hooks(runner: Any, manifest: Any) -> Any:
        if not known:
            known.append(begun(runner))
        node, unmoved = runner.node, known[0]
        if not runner.skip and unmoved.passes_over(node, manifest.nodes):
            return passed_over(runner, unmoved)
        if runner.skip or str(node.resource_type) != "model" or _is_written_into_others(node):
            return run(runner, manifest)
        return compared(runner, manifest, unmoved)

    runner_class.run_with_hooks = run_with_hooks
