"""dbt as a process of its own, which tells on a pipe how far it has come, and in its output what it did.

In: the number of the pipe and the words of dbt's command line. Out: a line of JSON for each node it has finished
(how many, of how many, its name); a line for whatever it did, as its output; in its folder what the model consists
of (`model.json`) and how each node ended (`run_results.json`); dbt's own exit code. Whoever started it may be gone: dbt
goes on.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

_NO_LOGS = ("--log-level", "none", "--log-level-file", "none")
"""dbt's own logs make a line of every query first, kept or not: a fourth of a build."""
_NO_RECORDS = ("--no-write-json",)
"""dbt's own record of the model, in which every column and every statement stands, is written twice: another fourth."""
_FEW_EDGES = ("--use-fast-test-edges",)
"""What waits for which test is the same, said by fewer edges: dbt's own newer way, which is not its first yet."""
MODEL, RESULTS = "model.json", "run_results.json"
"""What is written down instead: of each node what is asked of it afterwards."""


_HEARD = ("NodeFinished",)
"""What is listened to of the events of the lowest level, of which there are some twenty a node."""


class _Teller:
    """Counts the nodes as dbt's events name them."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._done, self._total = pipe, 0, 0
        self._one_at_a_time = Lock()  # nodes are finished in several threads

    def __call__(self, event: Any) -> None:
        if event.info.name == "ConcurrencyLine":
            self._total = event.data.node_count
        # What is written into the queries of others is no table; dbt's own count leaves it out, too.
        elif event.info.name == "NodeFinished" and event.data.node_info.materialized != "ephemeral":
            with self._one_at_a_time:
                self._done += 1
                self._tell(event.data.node_info.node_name)

    def _tell(self, name: str) -> None:
        line = json.dumps([self._done, max(self._total, self._done), name]) + "\n"
        with suppress(OSError):  # nobody listens any more
            os.write(self._pipe, line.encode())


def _write_line(event: Any) -> None:
    """Write down what happened, all but the queries: the last of each node stands in dbt's folder."""
    if event.info.level != "debug" and event.info.msg:
        sys.stdout.write(f"{event.info.ts.ToJsonString()} [{event.info.level}] {event.info.msg}\n")


class _Recorder:
    """Takes down what the model consists of when its nodes are about to run, and afterwards how they ended."""

    def __call__(self, event: Any) -> None:
        if event.info.name == "ConcurrencyLine":
            import click

            manifest = click.get_current_context().obj["manifest"]
            _write_whole(MODEL, {"nodes": _nodes(manifest.nodes), "sources": _sources(manifest.sources)})


def _nodes(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        number: {
            "name": node.name,
            "resource_type": str(node.resource_type),
            "schema": node.schema,
            "config": {
                "enabled": node.config.enabled,
                "materialized": node.config.materialized,
                "severity": getattr(node.config, "severity", "error"),
                "where": getattr(node.config, "where", None),
                "meta": dict(getattr(node.config, "meta", None) or {}),
            },
            "columns": list(getattr(node, "columns", ())) if str(node.resource_type) == "model" else [],
            "depends_on": {"nodes": node.depends_on_nodes},
            "test_metadata": {"name": tested.name}
            if (tested := getattr(node, "test_metadata", None))
            else None,
            "attached_node": getattr(node, "attached_node", None),
        }
        for number, node in found.items()
    }


def _sources(found: Mapping[str, Any]) -> dict[str, Any]:
    return {number: {"source_name": each.source_name, "name": each.name} for number, each in found.items()}


def _results(found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "unique_id": each.node.unique_id,
            "status": str(each.status),
            "message": each.message,
            "failures": each.failures,
            "seconds": each.execution_time,
        }
        for each in found
    ]


def _write_whole(name: str, content: object) -> None:
    """Write a file of JSON that is there whole or not at all."""
    draft = Path(f"{name}.part")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(name)


def _say_less() -> None:
    """Make no messages of what nobody hears: dbt writes each event twice before it asks who listens, a tenth of a
    small build. Whoever asks one for its message all the same is given it."""
    from dbt_common.events import base_types, event_manager

    event_class: Any = base_types.BaseEvent
    manager_class: Any = event_manager.EventManager
    write, find, fire = event_class.__init__, event_class.__getattr__, manager_class.fire_event

    def is_heard(event: Any) -> bool:
        return not isinstance(event, base_types.DebugLevel) or type(event).__name__ in _HEARD

    def __init__(event: Any, *words: Any, **said: Any) -> None:  # noqa: N807
        if is_heard(event):
            write(event, *words, **said)
        else:
            event.__dict__["unwritten"] = (words, said)

    def __getattr__(event: Any, name: str) -> Any:  # noqa: N807
        if "unwritten" in event.__dict__:
            words, said = event.__dict__.pop("unwritten")
            write(event, *words, **said)
            return getattr(event, name)
        return find(event, name)

    def fire_event(manager: Any, event: Any, level: Any = None, *more: Any, **named: Any) -> None:
        if level is not None or is_heard(event):
            fire(manager, event, level, *more, **named)

    event_class.__init__, event_class.__getattr__ = __init__, __getattr__
    manager_class.fire_event = fire_event


def _compile_once() -> None:
    """Of hundreds of data tests most are written by one line, which dbt translates for each of them."""
    import jinja2

    environment_class: Any = jinja2.Environment
    translate = environment_class.compile
    known: dict[tuple[Any, ...], Any] = {}

    def compile(environment: Any, source: Any, *more: Any, **named: Any) -> Any:
        if named or not isinstance(source, str):
            return translate(environment, source, *more, **named)
        key = (type(environment), source, *more)
        if key not in known:
            known[key] = translate(environment, source, *more)
        return known[key]

    environment_class.compile = compile


def _name_macros_once() -> None:
    """For each of hundreds of nodes dbt lists more than a thousand macros by name and looks every name up in one
    package after the other. One after the other they are laid over each other instead."""
    from dbt.context import macros, manifest

    namespace_class: Any = macros.MacroNamespace
    context_class: Any = manifest.ManifestContext
    begin, listed = namespace_class.__init__, context_class.to_dict

    def __init__(namespace: Any, *more: Any, **named: Any) -> None:  # noqa: N807
        begin(namespace, *more, **named)
        namespace.found = {}
        for package in reversed(list(namespace._search_order())):
            namespace.found.update(package)

    def to_dict(context: Any) -> Any:
        if not isinstance(context.namespace, namespace_class):
            return listed(context)
        made = super(context_class, context).to_dict()
        made.update(context.namespace.found)
        return made

    namespace_class.__init__, context_class.to_dict = __init__, to_dict
    namespace_class.__iter__ = lambda namespace: iter(namespace.found)
    namespace_class.__len__ = lambda namespace: len(namespace.found)
    namespace_class.__getitem__ = lambda namespace, name: namespace.found[name]


def _lay_out_macros_at_once() -> None:
    """For each of hundreds of nodes dbt makes an object of each of hundreds of macros, by five calls an object, a tenth
    of a small build. No two of a package have one name: dbt made sure of that when it read them."""
    from dbt.clients.jinja import MacroGenerator
    from dbt.context import macros

    builder_class: Any = macros.MacroNamespaceBuilder

    def build_namespace(builder: Any, packages: Mapping[str, Mapping[str, Any]], context: Any) -> Any:
        common = {"context": context, "node": builder.node, "stack": builder.thread_ctx}
        for package, held in packages.items():
            made = {}
            for macro in held.values():
                made[macro.name] = called = MacroGenerator.__new__(MacroGenerator)
                called.__dict__.update(common, macro=macro)
            if package in builder.internal_package_names:
                builder.internal_packages[package] = made
                continue
            builder.packages[package] = made
            if package == builder.search_package:
                builder.locals.update(made)
            elif package == builder.root_package:
                builder.globals.update(made)
        of_engines: dict[str, Any] = {}
        for package in reversed(builder.internal_package_names_order):
            of_engines.update(builder.internal_packages.get(package, {}))
        return macros.MacroNamespace(builder.globals, builder.locals, of_engines, builder.packages)

    builder_class.build_namespace = build_namespace


def _know_days_once() -> None:
    """Whatever the database answers, dbt guesses the types of its columns, and learns for that anew each time how days
    are called."""
    import parsedatetime

    parsedatetime.Constants = cache(parsedatetime.Constants)


_BEGINS = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?P<word>with\s+recursive|with|select)\b", re.DOTALL | re.IGNORECASE
)
"""How a query begins before which tables of others are to stand."""


def with_tables_before(query: str, tables: Sequence[str]) -> str | None:
    """A query that knows these tables (`name as (...)`) besides its own; None where it begins in another way than with
    `with` or `select`."""
    begun = _BEGINS.match(query)
    if begun is None:
        return None
    if begun["word"].lower() == "select":
        return f"with{', '.join(tables)} {query}"
    place = begun.end("word")
    return f"{query[:place]}{', '.join(tables)}, {query[place:]}"


def _see_how_queries_begin() -> None:
    """What is written into the queries of others dbt puts there by taking the whole query into its words, another tenth
    of a small build. Where a query begins can be seen at its beginning."""
    from dbt import compilation

    module: Any = compilation
    put_into = module.inject_ctes_into_sql

    def inject_ctes_into_sql(query: str, tables: list[Any]) -> str:
        made = with_tables_before(query, [each.sql for each in tables]) if tables else query
        return put_into(query, tables) if made is None else made

    module.inject_ctes_into_sql = inject_ctes_into_sql


def _look_for_cycles_first() -> None:
    """Whether there is a circle in the graph is seen at once; which one, dbt goes through all edges to find."""
    from dbt import compilation

    module: Any = compilation
    linker_class, graphs = module.Linker, module.nx
    find = linker_class.find_cycles

    def find_cycles(linker: Any) -> Any:
        return None if graphs.is_directed_acyclic_graph(linker.graph) else find(linker)

    linker_class.find_cycles = find_cycles


def _list_words_once() -> None:
    """The words of the command line are put in order anew for each of hundreds of nodes."""
    from dbt.context import providers

    module: Any = providers
    put_in_order, known = module.args_to_dict, dict[int, tuple[Any, dict[str, Any]]]()

    def args_to_dict(words: Any) -> dict[str, Any]:
        if id(words) not in known:
            known[id(words)] = (words, put_in_order(words))  # kept, so that no other has its number
        return dict(known[id(words)][1])

    module.args_to_dict = args_to_dict


def _name_relations_once() -> None:
    """How a table is called follows from its node alone, and dbt puts three sets of rules together to find it, wherever
    the table is named. What is asked besides (a limit, a time) is its own affair."""
    from dbt.adapters.base.relation import BaseRelation

    relation_class: Any = BaseRelation
    make = relation_class.create_from.__func__
    known: dict[tuple[Any, ...], Any] = {}

    def create_from(kind: Any, /, quoting: Any, relation_config: Any, **asked: Any) -> Any:
        node, number = relation_config, getattr(relation_config, "unique_id", None)
        if number is None or any(value is not None for value in asked.values()):
            return make(kind, quoting, node, **asked)
        key = (kind, number, node.database, node.schema, node.identifier, *sorted(asked))
        if key not in known:
            known[key] = make(kind, quoting, node, **asked)
        return known[key]

    relation_class.create_from = classmethod(create_from)


def _pass_over_what_did_not_move() -> None:
    """What stands beside this program is loaded by its place: where the second engine runs are no packages of ours."""
    path = Path(__file__).with_name("unmoved.py")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    unmoved = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unmoved)
    unmoved.pass_over_what_did_not_move()


def main() -> int:
    """Run dbt; 0 where all went well, 1 where something of the model failed, 2 where dbt did not get that far."""
    # It ends when it is done: what it forgets till then is a few dozen MB, and to look for it a sixth of a build.
    gc.disable()
    from dbt.cli.main import dbtRunner

    _say_less()
    _compile_once()
    _name_macros_once()
    _lay_out_macros_at_once()
    _know_days_once()
    _see_how_queries_begin()
    _look_for_cycles_first()
    _list_words_once()
    _name_relations_once()
    _pass_over_what_did_not_move()
    pipe, *words = sys.argv[1:]
    callbacks: list[Callable[[Any], None]] = [_Teller(int(pipe)), _write_line, _Recorder()]
    ended = dbtRunner(callbacks=callbacks).invoke([*_NO_LOGS, *_NO_RECORDS, *_FEW_EDGES, *words])
    if ended.exception is not None:
        traceback.print_exception(ended.exception)
        return 2
    _write_whole(RESULTS, _results(getattr(ended.result, "results", ())))
    return 0 if ended.success else 1


if __name__ == "__main__":
    sys.exit(main())
