"""Whether no two rows of a submission have one key: found out once, when its file is landed, and kept with the file.

In: a Parquet file of the lake, its contract. Out: what its digest remembers (`ONCE`), so that builds, which read the
file again and again, need not ask. A landed file never changes: what is written in its place has a digest of its own,
and is asked anew. Files landed before this was kept are asked by the first build that meets them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingest.digests import read_digest, write_digest
from ingest.schema.forms.contract import Contract
from ingest.sql import literal
from ingest.sql import name as quoted

ONCE = "once"
"""Of a digest: the columns in which no two rows of one submission agree."""


def key_columns(contract: Contract) -> list[str]:
    """The columns of the lake that tell rows of a submission apart."""
    return [contract.field(name).lake_name for name in contract.primary_key]


def remembered(con: duckdb.DuckDBPyConnection, file: Path, contract: Contract) -> dict[str, Any]:
    """What the digest of a file is to say of its keys: nothing where one comes twice, or where a column is empty that
    must not be, since models take such rows for others."""
    columns = key_columns(contract)
    required = [
        contract.field(name).lake_name
        for name in contract.primary_key
        if contract.field(name).constraints.required
    ]
    if not columns:
        return {}
    names = ", ".join(map(quoted, columns))
    empty = " OR ".join(f"{quoted(name)} IS NULL" for name in required) or "false"
    found = con.execute(
        f"SELECT 1 FROM read_parquet({literal(file)}, hive_partitioning = false)"
        f" GROUP BY submission_id, {names} HAVING count(*) > 1 OR {empty} LIMIT 1"
    ).fetchone()
    return {} if found else {ONCE: columns}


def is_known(file: Path, contract: Contract) -> bool:
    """Whether its digest says that every key comes once, as the contract has the key today."""
    digest = read_digest(file)
    return (
        digest is not None and bool(contract.primary_key) and digest.facts.get(ONCE) == key_columns(contract)
    )


def settle(con: duckdb.DuckDBPyConnection, file: Path, contract: Contract) -> bool:
    """The same, asked of the rows where the digest says nothing, which says it from then on. The file is whole."""
    if is_known(file, contract):
        return True
    found, digest = remembered(con, file, contract), read_digest(file)
    if found and digest is not None:
        write_digest(file, **{**digest.facts, **found})
    return bool(found)
