"""Which engine a build runs on: DuckDB on this machine, or Spark, on this one or on many.

In: a home and, if somebody said so, the name of an engine. Out: what runs the model. The engine changes where and how
fast, and nothing of what comes out: one made by the other engine from the same inputs is the same build.
"""

from __future__ import annotations

import shutil

from ingest.home import Home
from ingest.progress import Tell
from ingest.settings.spark import ENGINES
from warehouse.storage.builds.engines.dbt_process import Dbt
from warehouse.storage.builds.engines.spark_installed import require_spark
from warehouse.storage.builds.engines.spark_process import WORKING, SparkDbt

_NOTE = "engine"
DUCKDB, SPARK = ENGINES


def model_runner(home: Home, lock: int, tell: Tell, engine: str | None = None) -> Dbt:
    """What runs the model on that engine, by default on the one that is set. What Spark left in a build that was killed
    is taken away: the `lock` of builds is held. Raises InstallationError where the engine is not to be had."""
    for left in home.builds.glob(f"*/{WORKING}"):
        shutil.rmtree(left, ignore_errors=True)
    if (engine or home.settings.engine) == DUCKDB:
        return Dbt(home, lock, tell)
    require_spark(home.settings.spark, home.builds)
    return SparkDbt(home, lock, tell)


def note_engine(home: Home, build_id: int, runner: Dbt) -> None:
    """Write down what a build ran on."""
    engine = SPARK if isinstance(runner, SparkDbt) else DUCKDB
    (home.builds / str(build_id) / _NOTE).write_text(engine, encoding="utf-8")


def ran_on(home: Home, build_id: int) -> str:
    """The engine of a build; what says nothing of it ran on the first."""
    note = home.builds / str(build_id) / _NOTE
    return note.read_text(encoding="utf-8", errors="replace") if note.exists() else DUCKDB
