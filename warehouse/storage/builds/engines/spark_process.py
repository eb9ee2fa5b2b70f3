"""The model run by Spark: in the place of DuckDB, with the same manifest, the same tests and the same draft at the
end.

In: the folder of a build with its lake and inputs, and the settings of `[spark]`. Out: `draft.duckdb` there, as the
first engine leaves it, so that whatever looks for culprits, guards persons and publishes asks nobody which engine it
was. Everything that Spark writes on its way lies in one folder, which goes when it has ended, well or not.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.databases import change_file
from ingest.digests import measured, read_digest
from ingest.home import InstallationError
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.engines.dbt_process import DRAFT, INPUTS, LAKE, LOG, Dbt
from warehouse.storage.builds.engines.spark_installed import java_of, python_of
from warehouse.storage.builds.engines.spark_run import ASKED, NO_SESSION, TAKEN
from warehouse.storage.builds.engines.spark_sources import statements_of

WORKING = "spark"
"""The folder of a build in which Spark keeps all it writes."""
_PROGRAM = Path(__file__).with_name("spark_run.py")
_LACKED_MEMORY = re.compile(
    r"OutOfMemoryError|GC overhead limit|INVALID_DRIVER_MEMORY|INVALID_EXECUTOR_MEMORY"
    r"|Cannot allocate memory|not enough memory"
)
_LOST = re.compile(
    r"Py4JNetworkError|Answer from Java side is empty|SparkContext was (already )?(shut down|stopped)"
    r"|ExecutorLostFailure|Checkpoint block|Error while (sending or )?receiving|Connection (refused|reset)|Java gateway"
)
_MOST_OF_LOG = 1 << 20


@dataclass(frozen=True)
class SparkDbt(Dbt):
    """As `Dbt`, on Spark."""

    @property
    def target(self) -> Path:
        return self.home.builds / ".dbt-spark"

    @property
    def begins_with_last(self) -> bool:
        return False

    @property
    def words(self) -> list[str]:
        return ["--target", "spark"]

    @property
    def program(self) -> list[str]:
        return [str(python_of(self.home.settings.spark)), "-P", str(_PROGRAM)]

    def run(self, folder: Path, build_id: int, only: Sequence[str] = ()) -> list[Failed]:
        """As `Dbt.run`. Raises BuildError where Spark did not begin, was lost or lacked memory: that is said of no
        submission."""
        working = folder / WORKING
        shutil.rmtree(working, ignore_errors=True)
        for name in ("tables", "local", "tmp", "conf"):
            (working / name).mkdir(parents=True)
        (folder / ASKED).write_text(json.dumps(self._asked(folder.resolve())), encoding="utf-8")
        try:
            try:
                failed = super().run(folder, build_id, only)
            except BuildError as error:
                raise self._why(error, folder, build_id) from error
            if any(each.is_error and _of_spark_itself(each.message) for each in failed):
                raise self._ended_early(folder, build_id, "\n".join(each.message for each in failed))
            if not failed:
                _take_over(working / "tables", folder / DRAFT)
            return failed
        finally:
            shutil.rmtree(working, ignore_errors=True)

    def _asked(self, folder: Path) -> dict[str, Any]:
        lake, inputs, tables = folder / LAKE, folder / INPUTS, folder / WORKING / "tables"
        storage = self.home.settings.spark.storage
        if storage is None:
            return {
                "session": self._session(folder / WORKING, f"file:{tables}"),
                "sources": statements_of(lake, inputs),
            }
        copies = {_copy_of(file, lake): str(file.resolve()) for file in sorted(lake.rglob("*.parquet"))}
        return {
            "session": self._session(folder / WORKING, f"{storage}/build/tables"),
            "sources": statements_of(lake, inputs, f"{storage}/lake", f"{storage}/build/inputs"),
            "storage": {"root": storage, "lake": copies, "inputs": str(inputs), "tables": str(tables)},
        }

    def _session(self, working: Path, tables: str) -> dict[str, str]:
        settings = self.home.settings.spark
        at_home = {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "4",
            # Room is taken, and emptied, for every table that is joined or summed: else up to 64 MB for a few rows.
            "spark.buffer.pageSize": "4m",
            "spark.broadcast.blockSize": "256k",
        }
        java = f"-Djava.io.tmpdir={_quoted(working / 'tmp')} -Dderby.system.home={_quoted(working / 'tmp')}"
        extra = settings.properties.get("spark.driver.extraJavaOptions", "")
        return {
            **(at_home if settings.is_local else {}),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.memory": settings.memory,
            "spark.executor.memory": settings.memory,
            # Nobody waits for a file beside each table that says it is whole.
            "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
            **settings.properties,
            "spark.driver.extraJavaOptions": f"{java} -Duser.timezone=UTC {extra}".strip(),
            "spark.master": settings.master,
            "spark.app.name": "bbaj",
            "spark.local.dir": str(working / "local"),
            "spark.sql.warehouse.dir": tables,
            "spark.sql.ansi.enabled": "true",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.sources.default": "parquet",
            "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
            "spark.sql.timestampType": "TIMESTAMP_NTZ",
        }

    def _environment(self, folder: Path) -> dict[str, str]:
        settings = self.home.settings.spark
        told = super()._environment(folder)
        # What somebody set for another Spark, or for Python here, is not for this one.
        for name in ("SPARK_HOME", "PYSPARK_SUBMIT_ARGS", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            told.pop(name, None)
        if settings.is_local:
            told = {name: value for name, value in told.items() if not name.startswith("SPARK_")}
            told |= {
                "SPARK_LOCAL_IP": "127.0.0.1",
                "SPARK_CONF_DIR": str((folder / WORKING / "conf").resolve()),
            }
        if (java := java_of(settings)) is not None:
            told["JAVA_HOME"] = str(java)
        return told

    def _why(self, error: BuildError, folder: Path, build_id: int) -> InstallationError:
        said = _end_of(folder / LOG)
        if error.details.get("exit") == NO_SESSION and not _LACKED_MEMORY.search(said):
            master = self.home.settings.spark.master
            return InstallationError(f"Spark did not begin at {master}").of(
                "spark_not_begun", master=master, log=folder / LOG
            )
        return self._ended_early(folder, build_id, said) if _of_spark_itself(said) else error

    def _ended_early(self, folder: Path, build_id: int, said: str) -> BuildError:
        memory = _LACKED_MEMORY.search(said) or _LACKED_MEMORY.search(_end_of(folder / LOG))
        if memory:
            return BuildError(build_id, "spark_lacked_memory", folder / LOG)
        return BuildError(build_id, "spark_lost", folder / LOG)


def _copy_of(file: Path, lake: Path) -> str:
    """What a file of the lake is called in the storage: by what is in it, too, so that no other is taken for it."""
    digest = read_digest(file.resolve())
    content = digest.sha256 if digest else measured(file)[1]
    return str(file.relative_to(lake).with_name(f"{file.stem}-{content[:16]}.parquet"))


def _of_spark_itself(said: str) -> bool:
    return bool(_LACKED_MEMORY.search(said) or _LOST.search(said))


def _end_of(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - _MOST_OF_LOG, 0))
        return file.read().decode("utf-8", "replace")


def _quoted(path: Path) -> str:
    """A path as an option of Java, which may hold blanks."""
    text = str(path)
    return f'"{text}"' if re.search(r"\s", text) else text


def _by_name(file: Path) -> str:
    """A path in which signs of a pattern stand for themselves."""
    return re.sub(r"([*?\[])", r"[\1]", str(file))


def _take_over(tables: Path, draft: Path) -> None:
    """Make the draft of the tables Spark left, schema by schema, as the first engine would have made it."""
    draft.unlink(missing_ok=True)
    with change_file(draft) as con:
        con.execute("SET preserve_insertion_order = false")
        for schema in TAKEN:
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
            for table in sorted((tables / f"{schema}.db").glob("*/")):
                listed = ", ".join(literal(_by_name(file)) for file in sorted(table.glob("*.parquet")))
                con.execute(
                    f"CREATE TABLE {quoted(schema)}.{quoted(table.name)} AS SELECT * FROM read_parquet([{listed}])"
                )
