"""What the model makes does not depend on the engine: every table, column, type and row, and every verdict on data.

A small country with every form, in which reports were approved, corrected, withdrawn and handed in anew, is built by
DuckDB and by Spark, and some of its facts are built again by both after another day.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import duckdb
import psutil
import pytest

from ingest.databases import in_memory
from ingest.home import Home, InstallationError
from ingest.progress import tell_nobody
from ingest.schema.forms.load import contracts
from ingest.sql import literal
from ingest.sql import name as quoted
from tests.dbt_project.country import populate
from tests.dbt_project.every_form import submit_a_whole_term, submit_every_form
from tests.dbt_project.installation import Installation
from tests.warm import models, spark
from warehouse.storage.builds.engines import dbt_process
from warehouse.storage.builds.engines.dbt_process import DRAFT, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL
from warehouse.storage.builds.engines.spark_installed import require_spark
from warehouse.storage.builds.engines.spark_process import WORKING, SparkDbt

# A machine of Java for a few hundred rows: nothing is translated twice, nothing is divided. It has room for all that it
# translates, which it would otherwise forget and translate anew, and for what it makes and lets go of between two
# looks for garbage. Plans are thought through once, are not held against each other after each thought, and are
# written for nobody.
_JAVA = " ".join(
    [
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
        # Spark's own classes are not proven again.
        "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
        "-XX:+UseSerialGC -Xmn512m -XX:MetaspaceSize=400m",
        # For each folder it makes it begins `chmod`, and would begin another program to begin that.
        *(["-Djdk.lang.Process.launchMechanism=VFORK"] if sys.platform == "linux" else []),
    ]
)
_SMALL = f"""
demo = true
[spark]
master = "local[1]"
memory = "1g"
[spark.properties]
"spark.driver.extraJavaOptions" = "{_JAVA}"
"spark.buffer.pageSize" = "256k"
"spark.broadcast.blockSize" = "64k"
"spark.broadcast.compress" = "false"
"spark.ui.liveUpdate.period" = "-1"
"spark.sql.parquet.columnarReaderBatchSize" = "256"
"spark.shuffle.compress" = "false"
"spark.hadoop.parquet.hadoop.vectored.io.enabled" = "false"
"spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version" = "2"
"spark.sql.parquet.compression.codec" = "uncompressed"
"spark.sql.lightweightPlanChangeValidation" = "false"
"spark.sql.ui.explainMode" = "simple"
"spark.sql.maxPlanStringLength" = "0"
"spark.sql.shuffle.partitions" = "1"
"spark.sql.subexpressionElimination.enabled" = "false"
"spark.sql.optimizer.dynamicPartitionPruning.enabled" = "false"
"spark.sql.exchange.reuse" = "false"
"spark.sql.adaptive.enabled" = "false"
"spark.sql.codegen.wholeStage" = "false"
"spark.sql.codegen.factoryMode" = "NO_CODEGEN"
"spark.sql.constraintPropagation.enabled" = "false"
"spark.sql.optimizer.maxIterations" = "1"
"""
_AFTER_A_DAY = """storage = "{storage}"
[spark.properties]"""
Tables = dict[tuple[str, str], list[tuple[str, str]]]


def _begun(command: list[str], **more: object) -> object:
    made = spark.Begun if command[2].endswith("spark_run.py") else models.Begun
    return made(command, **more)  # type: ignore[arg-type]


_FACTS = ("fct_attendance", "fct_training")
"""Made again after a day: of the largest form and of a small one. All the others are made by the same way, and were
compared the first time."""
_ASKED_BY_THEM = "int_submission_unproven"
_OF_SOME = ("--exclude", "tag:invariant", "--indirect-selection", "cautious")
"""Nothing is asked that names a table which is not made."""


@dataclass(frozen=True)
class Asking(Dbt):
    """Asks not all that is asked: dbt is told so in words of `its_own`."""

    its_own: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        return [*super().words, *self.its_own]


class SparkAsking(Asking, SparkDbt):
    """There a question costs as much as a table, and what our own code guarantees the first engine asks as well."""


def _asked_before(folder: Path) -> tuple[str, ...]:
    """Of our own guarantees, as the build in the folder asked them, all but one of each kind."""
    nodes = json.loads((folder / MODEL).read_text(encoding="utf-8"))["nodes"].values()
    guarantees = [
        node
        for node in nodes
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "error"
    ]
    kept: dict[str, str] = {}
    for node in sorted(guarantees, key=lambda node: (len(node["depends_on"]["nodes"]), node["name"])):
        kept.setdefault((node["test_metadata"] or {"name": "singular"})["name"], node["name"])
    assert len(kept) > 5
    return tuple(node["name"] for node in guarantees if node["name"] not in kept.values())


@pytest.fixture(scope="module")
def lock() -> Iterator[int]:
    opened = os.open(os.devnull, os.O_RDONLY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_process, "subprocess", SimpleNamespace(Popen=_begun))
        yield opened
    spark.end_all()
    os.close(opened)


def _home(root: Path, settings: str) -> Home:
    root.mkdir()
    (root / "bbaj.toml").write_text(settings, encoding="utf-8")
    home = Home(root)
    home.builds.mkdir()
    try:
        require_spark(home.settings.spark, home.builds)
    except InstallationError as error:
        pytest.skip(f"the second engine is not tested: {error} (`make spark` installs it)")
    return home


def _built(installation: Installation, home: Home, lock: int, only: tuple[str, ...] = ()) -> list[Path]:
    """The draft of each engine, of all that is modelled or `only` of this; nothing of what the second wrote on its way
    is left."""
    root, drafts = installation.root, []
    for engine in (Asking, SparkAsking):
        again = ("--exclude", *_asked_before(root)) if engine is SparkAsking and not only else ()
        runner = engine(home, lock, tell_nobody, _OF_SOME if only else again)
        failed = runner.run(root, 1, only)
        assert failed == []
        drafts.append((root / DRAFT).rename(root / f"{len(drafts)}.duckdb"))
        left = {each.name for each in root.iterdir() if each.suffix != ".duckdb"}
        assert left <= {"lake", "inputs", "dbt.log", "model.json", "run_results.json", "spark.json"}
    assert not (root / WORKING).exists()
    return drafts


def _tables(con: duckdb.DuckDBPyConnection, engine: str) -> Tables:
    """Of what is published or decides what is held back: names and types of the columns of each table."""
    found: Tables = {}
    for schema, table, column, kind in con.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name IN ('main', 'persons', 'held_back') ORDER BY ALL",
        [engine],
    ).fetchall():
        found.setdefault((schema, table), []).append((column, kind))
    return found


def _require_equal(drafts: list[Path]) -> dict[str, int]:
    """Table → rows, of the tables that both have alike."""
    with in_memory() as con:
        for engine, draft in zip("ab", drafts, strict=True):
            con.execute(f"ATTACH {literal(draft)} AS {engine} (READ_ONLY)")
        tables = _tables(con, "a")
        assert tables == _tables(con, "b")
        counts = {}
        for schema, table in tables:
            place = f"{quoted(schema)}.{quoted(table)}"
            for one, other in ("ab", "ba"):
                more = con.execute(f"FROM {one}.{place} EXCEPT ALL FROM {other}.{place}").fetchall()
                assert more == [], f"{place}: rows of {one} that {other} lacks"
            [(counts[table],)] = con.execute(f"SELECT count(*) FROM a.{place}").fetchall()
        return counts


def _a_day_later(
    installation: Installation, submitted: dict[str, list[int]], seed: int, first: int
) -> dict[str, list[int]]:
    """Of each form one report was withdrawn, one approved, and all were handed in anew, numbered from `first` on."""
    gone = {numbers[0] for numbers in submitted.values()}
    approved = {numbers[1] for numbers in submitted.values() if len(numbers) > 1}
    installation.inputs["manifest"] = [
        row | ({"is_official": True} if row["submission_id"] in approved else {})
        for row in installation.inputs["manifest"]
        if row["submission_id"] not in gone
    ]
    for row in installation.inputs["submission"]:
        if row["submission_id"] in gone:
            row |= {"state": "withdrawn", "is_operational": False, "is_official": False}
        elif row["submission_id"] in approved:
            row |= {"state": "approved", "is_official": True}
    later = {number for numbers in submitted.values() for number in numbers[2:]}
    for table in ("manifest", "submission"):
        for row in installation.inputs[table]:
            if row["submission_id"] in later:
                row |= {"is_operational": False}
    anew = submit_every_form(installation, seed, first)
    installation.write()
    return anew


def test_both_engines_make_the_same_of_a_country_and_again_after_a_day(tmp_path: Path, lock: int) -> None:
    """The second time the engine reads a copy of the lake, as machines of a cluster would."""
    installation = Installation(tmp_path / "country")
    populate(installation)
    submitted = submit_every_form(installation, 503, 1000)
    submit_a_whole_term(installation, 1900)
    submitted = _a_day_later(installation, submitted, 504, 2000)
    home = _home(tmp_path / "home", _SMALL)
    first = _require_equal(_built(installation, home, lock))

    modelled = {contract.mart for contract in contracts().values() if contract.mart.startswith("fct_")}
    assert modelled <= first.keys()
    assert [mart for mart in sorted(modelled) if not first[mart]] == []
    assert any(rows for table, rows in first.items() if table.startswith("term_result_")), (
        "no verdict on data"
    )
    assert all(rows for table, rows in first.items() if table.startswith("rpt_"))

    _a_day_later(installation, submitted, 505, 3000)
    storage = tmp_path / "reached by all"
    (storage / "lake" / "attendance").mkdir(parents=True)
    (storage / "lake" / "attendance" / "erased.parquet").write_bytes(b"of somebody")
    (storage / "build" / "tables").mkdir(parents=True)
    (storage / "build" / "tables" / "left by one that was killed").write_bytes(b"")
    other = _home(
        tmp_path / "cluster", _SMALL.replace("[spark.properties]", _AFTER_A_DAY.format(storage=storage))
    )
    shutil.copytree(SparkDbt(home, lock, tell_nobody).target, SparkDbt(other, lock, tell_nobody).target)
    second = _require_equal(_built(installation, other, lock, (*_FACTS, _ASKED_BY_THEM)))
    assert {table for table in _FACTS if second[table] != first[table]} == set(_FACTS)
    copied = {each.name.rpartition("-")[0] for each in storage.rglob("*.parquet")}
    assert copied == {each.stem for each in (installation.root / "lake").rglob("*.parquet")}
    assert [each.name for each in storage.iterdir()] == ["lake"]
    assert any("java" in each.name() for each in psutil.Process().children(recursive=True))
    spark.end_all()
    assert not any("java" in each.name() for each in psutil.Process().children(recursive=True))
