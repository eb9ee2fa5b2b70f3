"""A model of one table in place of dbt, for whoever looks at what surrounds a build.

In: the folder of a build. Out: the draft and the notes dbt would have left.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.engines.dbt_process import DRAFT, INPUTS, Dbt
from warehouse.storage.builds.inputs import pinned_to


def run_one_table(
    dbt: Dbt, folder: Path, build_id: int, only: Sequence[str] = (), *, breaking: int | None = None
) -> list[Failed]:
    """What `Dbt.run` does, of one table; nothing fails. `breaking`: the submission that breaks a test of the data."""
    pinned = pinned_to(folder / INPUTS)
    assert pinned is not None
    (folder / DRAFT).unlink(missing_ok=True)
    with duckdb.connect(str(folder / DRAFT)) as con:
        con.register("pinned", pinned.table)
        con.execute("CREATE TABLE dim_submission AS SELECT submission_id AS submission_key FROM pinned")
        for table in ("dim_publication", "rpt_publication"):
            con.execute(f"CREATE TABLE {table} AS SELECT 0 AS publication_number")
        if breaking is not None:
            con.execute("CREATE SCHEMA held_back")
            con.execute(
                "CREATE TABLE held_back.a_test AS SELECT submission_key FROM dim_submission "
                f"WHERE submission_key = {breaking}"
            )
    (folder / "model.json").write_text('{"nodes": {}, "sources": {}}', encoding="utf-8")
    return []
