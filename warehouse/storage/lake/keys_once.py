"""Whether no two rows of a submission have one key: found out once, when its file is landed, and kept with the file.

In: a Parquet file of the lake, its contract. Out: what its digest remembers (`ONCE`), so that builds, which read the
file again and again, need not ask. Where the judge's own tables show it already, no row is looked at for it. A landed
file never changes: what is written in its place has a digest of its own, and is asked anew. Files landed before this
was kept are asked by the first build that meets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq

from ingest.databases import ARROW_ROWS
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


def seen_by_judge(
    con: duckdb.DuckDBPyConnection, file: Path, contract: Contract, submissions: Sequence[int]
) -> dict[str, Any]:
    """The same of a file just landed, from what the judge found out of its submissions and what the file states of
    itself: no person has two rows that may share a key, no two persons share one of the vault's, nothing is empty.
    Whatever is not sure of that is asked of the rows, as in `remembered`."""
    is_once = _persons_once(con, contract, submissions) and _states_none_empty(file, contract)
    return {ONCE: key_columns(contract)} if is_once else remembered(con, file, contract)


def _persons_once(con: duckdb.DuckDBPyConnection, contract: Contract, submissions: Sequence[int]) -> bool:
    """Whether the judge's list of persons, which leaves out cells found wrong, tells of every row of the submissions;
    says that no person's rows share the rest of the key; and gives each person another key."""
    person = contract.person_field
    rest = [contract.field(name) for name in contract.primary_key[1:]]
    if person is None or contract.primary_key[0] != person.name or any(field.lands_as for field in rest):
        return False
    listed = f"distinct_{person.name}"
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [listed]).fetchone():
        return False
    ids = ", ".join(str(int(each)) for each in submissions)
    found = con.execute(
        f"""
        SELECT (SELECT coalesce(bit_or(_bad), 0) = 0 FROM batch WHERE _file IN ({ids}))
            AND NOT EXISTS (SELECT 1 FROM {quoted(listed)} WHERE may_repeat AND _file IN ({ids}))
        """
    ).fetchone()
    return found == (True,) and _keys_differ(con)


def _keys_differ(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether each person to land has a key, and one that no other has. Sorted by numpy: a fifth of what it takes the
    database to count them."""
    keys = con.execute("SELECT person_key FROM landing_person").to_arrow_table(ARROW_ROWS)["person_key"]
    if keys.null_count:
        return False
    ordered = np.sort(keys.to_numpy())
    return not (ordered[1:] == ordered[:-1]).any()


def _states_none_empty(file: Path, contract: Contract) -> bool:
    """Whether the file states of each required column of the key that none of its values is empty."""
    metadata = pq.read_metadata(file)
    places = [
        metadata.schema.names.index(contract.field(name).lake_name)
        for name in contract.primary_key
        if contract.field(name).constraints.required
    ]
    stated = [
        metadata.row_group(group).column(place).statistics
        for group in range(metadata.num_row_groups)
        for place in places
    ]
    return all(each is not None and each.null_count == 0 for each in stated)


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
