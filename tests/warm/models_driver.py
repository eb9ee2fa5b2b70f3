"""Runs dbt for one build after the other, each in a process forked for it; see `tests.warm.models`.

In: on the socket that is its standard input, for each build a JSON object (program, words, environment, folder) and
four files: where it writes, the lock of builds, the pipe on which it tells, the socket of whoever asks. Out: on that
socket the number of the process, and how it has ended. Its own folder takes what it parses.
"""

import fcntl
import gc
import hashlib
import importlib.util
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import dbt.cli.main
from dbt.cli.main import dbtRunner
from dbt_common.clients.jinja import get_environment, template_cache

RUN = "import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
TABLES_OR_RUN = (
    f"import sys; sys.modules.pop('of_the_model').make(sys.argv[2], sys.argv[3:]) or exec({RUN!r})"
)
PARSED = "partial_parse.msgpack"
MADE = re.compile("materialization_(table|seed|test)_(default|duckdb)")
BEGUN_BY_DBT = {
    "create_schema",
    "drop_relation",
    "list_relations_without_caching",
    "list_schemas",
    "query_comment_macro",
}
BEGUN_BY_DBT |= {"get_column_schema_from_query", "truncate_relation"}
"""Macros that dbt calls by itself."""
ROOM = "TESTS_SHARED_ROOM"  # as in tests.once


PROGRAM = Path(__file__).parents[2] / "warehouse" / "storage" / "builds" / "engines" / "dbt_run.py"


def loaded(path: Path) -> ModuleType:
    """A module of ours by itself: nothing else of ours is imported here."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


attending = loaded(Path(__file__).with_name("attending.py"))
_of_the_model: dict[str, Any] = {}
"""What makes its tables without dbt; what is written down of it."""


def main() -> None:
    is_ready = False
    gc.disable()  # as every build does
    for asked, handed in attending.asked(4):
        if not is_ready:
            parse(asked)
            is_ready = True
        if os.fork() == 0:
            attend(asked, handed)


def parse(asked: dict) -> None:
    """Do once what dbt does at the beginning of every build, and hand each what came of it."""
    os.environ.update(asked["env"])
    words = asked["words"]
    project = ["--project-dir", following(words, "--project-dir")]
    project += ["--profiles-dir", following(words, "--profiles-dir")]
    here = str(Path.cwd())
    with parsed_before(project):
        ended = parsed(project, here)
    # Parsing again in a process that was forked after it may wait for ever for threads that are not there.
    dbt.cli.main.dbtRunner = partial(dbtRunner, ended.result)
    assert threading.active_count() == 1
    translate(ended.result)
    program, project = loaded(PROGRAM), Path(following(words, "--project-dir"))
    nodes, sources = ended.result.nodes, ended.result.sources
    record = {"nodes": program._nodes(nodes), "sources": program._sources(sources)}
    tables = loaded(Path(__file__).with_name("tables.py")).Tables(project, record, program)
    _of_the_model["tables"] = tables
    gc.freeze()


def parsed(project: list[str], here: str):
    """dbt's answer, the model among it."""
    program = loaded(PROGRAM)
    quiet = [*program._NO_LOGS, *program._NO_RECORDS, "--no-version-check", "--log-path", here]
    ended = dbtRunner().invoke([*quiet, "parse", *project, "--target-path", here])
    assert ended.success, ended.exception
    return ended


@contextmanager
def parsed_before(project: list[str]) -> Iterator[None]:
    """Begin with what another process of this run of tests has parsed, or leave it to the others: it is the same model
    and environment, of which dbt makes sure itself."""
    if ROOM not in os.environ:
        yield
        return
    which = hashlib.sha256(repr(project).encode()).hexdigest()[:12]
    common = Path(os.environ[ROOM], which).with_suffix(".msgpack")
    with common.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_first := not common.exists():
            yield
            draft = shutil.copy(PARSED, common.with_suffix(".draft"))
            Path(draft).rename(common)
    if not is_first:
        shutil.copy(common, PARSED)
        yield


def translate(manifest) -> None:
    """Translate once what every build would: the nodes, what makes and asks them, and the macros that these call, by
    the name of each engine or of none."""
    loaded(PROGRAM)._compile_once()
    environment, words = get_environment(), get_environment(native=True)
    called, of_engine = set(), {}
    for number, macro in manifest.macros.items():
        of_engine.setdefault(macro.name.partition("__")[2] or macro.name, []).append(number)
        if macro.name in BEGUN_BY_DBT or MADE.fullmatch(macro.name):
            called.add(number)
    for node in manifest.nodes.values():
        called.update(node.depends_on.macros)
        if "{" in node.raw_code:
            environment.compile(node.raw_code)
        for value in getattr(getattr(node, "test_metadata", None), "kwargs", {}).values():
            for word in value if isinstance(value, list) else [value]:
                if isinstance(word, str):
                    words.compile(word)
    while called:
        macro = manifest.macros[called.pop()]
        if macro.macro_sql not in template_cache.file_cache:
            template_cache.get_node_template(macro)
            called.update(macro.depends_on.macros)
            called.update(of_engine.get(macro.name, ()))


def following(words: list[str], word: str) -> str:
    return words[words.index(word) + 1]


def attend(asked: dict, handed: list[int]) -> None:
    """Fork the build, tell its number and how it ends. Never returns."""
    out, _lock, pipe, _asker = handed
    target = Path(asked["cwd"], following(asked["words"], "--target-path"))
    if not (target / PARSED).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, target)
    words = [asked["program"], str(pipe), *asked["words"]]
    driver = attending.beside("driver")
    is_begun = "seed" in asked["words"]  # with the last build, and its dictionaries
    code = TABLES_OR_RUN if asked["alone"] == "all" or (asked["alone"] == "whole" and not is_begun) else RUN
    sys.modules["of_the_model"] = _of_the_model["tables"]
    attending.attend(handed, lambda: driver.become({**asked, "code": code, "words": words}, 0, out, out))


if __name__ == "__main__":
    main()
