"""dbt on Spark, as a process of its own in the environment that has Spark: `dbt_run.py` within one session.

In: the number of the pipe and the words of dbt's command line, and in its folder `spark.json`: the session's settings
and what the model reads. Out: what `dbt_run.py` gives; the tables as Parquet files, where the session keeps them.
Knows nothing of this project's packages, which that environment need not have.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import traceback
from pathlib import Path
from threading import Thread, local
from typing import Any

ASKED = "spark.json"
NO_SESSION = 3
"""The exit code where Spark did not begin; what it said stands in the output."""

TAKEN = ("main", "persons", "held_back")
"""The schemas that are asked for when dbt has ended."""
_LONGEST_WAIT = 300
_COLUMNS_ALONE = re.compile(r"where\s+false\b.*\blimit\s+0\s*$", re.DOTALL)


def _session(settings: dict[str, str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _require_machines(session: Any) -> None:
    """A cluster without a free machine would let the first question wait for ever."""
    if session.sparkContext.master.startswith("local"):
        return
    asking = Thread(target=session.range(1).collect, daemon=True)
    asking.start()
    asking.join(_LONGEST_WAIT)
    if asking.is_alive():
        raise TimeoutError(
            f"{session.sparkContext.master}: no machine was free within {_LONGEST_WAIT} seconds"
        )


def _show_sources(session: Any, statements: list[str]) -> None:
    for statement in statements:
        session.sql(statement)


def _hand_to_dbt(session: Any) -> None:
    """Every statement of dbt runs in this session as it is set. dbt would set it anew before each, and turn off what
    makes a bad cast a failure and not an empty cell."""
    from dbt.adapters.spark.session import Cursor
    from dbt_common.exceptions import DbtRuntimeError
    from pyspark.errors import PySparkException

    ours = local()
    shared_of = _beside("spark_shared").Shared

    def execute(cursor: Any, sql: str, *parameters: Any) -> None:
        shared = ours.__dict__.setdefault("shared", shared_of(session))
        asked = sql % parameters if parameters else sql
        try:
            cursor._df = session.sql(shared.settled(asked))
        except PySparkException as error:
            raise DbtRuntimeError(str(error)) from error
        finally:
            # Of a model dbt first asks which columns it would have, and then makes it of the same names.
            if not _COLUMNS_ALONE.search(asked):
                shared.forget()

    Cursor.execute = execute


def _beside(name: str) -> Any:
    """A module beside this one, without the packages it is in."""
    described = importlib.util.spec_from_file_location(f"bbaj_{name}", Path(__file__).with_name(f"{name}.py"))
    assert described is not None and described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module  # its data classes look for it there
    described.loader.exec_module(module)
    return module


def _storage_of(session: Any, asked: dict[str, Any]) -> Any:
    """The storage of a cluster with what the build reads in it; None where the cluster reaches the home."""
    if "storage" not in asked:
        return None
    storage = _beside("spark_storage").Storage(session, asked["storage"]["root"])
    storage.begin()
    storage.mirror(asked["storage"]["lake"])
    storage.put(Path(asked["storage"]["inputs"]), "inputs")
    return storage


def main() -> int:
    """As `dbt_run.main`, and 3 where there was no session to run it in, or it does not reach what it is to read."""
    asked = json.loads(Path(ASKED).read_text(encoding="utf-8"))
    session = storage = None
    try:
        try:
            session = _session(asked["session"])
            _require_machines(session)
            storage = _storage_of(session, asked)
            _show_sources(session, asked["sources"])
        except Exception:
            traceback.print_exc()
            return NO_SESSION
        _hand_to_dbt(session)
        ended = int(_beside("dbt_run").main())
        if storage is not None and ended == 0:
            for schema in TAKEN:
                storage.fetch(f"tables/{schema}.db", Path(asked["storage"]["tables"]) / f"{schema}.db")
        return ended
    finally:
        if storage is not None:
            storage.end()
        if session is not None:
            session.stop()


if __name__ == "__main__":
    sys.exit(main())
