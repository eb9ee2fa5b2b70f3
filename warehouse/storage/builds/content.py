"""What a warehouse file says, whatever its bytes: one hash per table, independent of the order of rows.

In: a DuckDB file. Out: table → hash, and one hash over all. What names the publication itself is left out, so
that two publications of the same data are equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb

from ingest.progress import Step, Tell, tell_nobody

# They say which publication this is, not what it shows.
_OF_THE_PUBLICATION = ("dim_publication", "rpt_publication")


def table_hashes(warehouse: Path, tell: Tell = tell_nobody) -> dict[str, str]:
    """Table → hex hash over its columns' names and types and the multiset of its rows."""
    return hashes_of([warehouse], tell)[0]


def hashes_of(files: Sequence[Path], tell: Tell = tell_nobody) -> list[dict[str, str]]:
    """The same of several files, told of as one piece of work."""
    with ExitStack() as opened:
        found = []
        for file in files:
            con = opened.enter_context(duckdb.connect(str(file), read_only=True))
            listed = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
            ).fetchall()
            found.append((con, [str(name) for (name,) in listed]))
        hashes: list[dict[str, str]] = []
        done, total = 0, sum(len(names) for _, names in found)
        for con, names in found:
            hashes.append({})
            for name in names:
                tell(Step("publishing", done, total, name))
                done += 1
                if name not in _OF_THE_PUBLICATION:
                    hashes[-1][name] = _hash_of(con, name)
        return hashes


def content_hash(hashes: dict[str, str]) -> str:
    """One SHA-256 over the hashes of all tables."""
    listed = "\n".join(f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


def _hash_of(con: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND table_name = ? ORDER BY column_index",
        [table],
    ).fetchall()
    as_text = " || '|' || ".join(f"coalesce(CAST({name} AS VARCHAR), '~')" for name, _ in columns)
    # Sums of two independent halves of md5 see every row and its number of copies, in any order.
    halves = (f"sum(CAST(CAST('0x' || substr(h, {start}, 15) AS BIGINT) AS HUGEINT))" for start in (1, 17))
    row = con.execute(
        f"SELECT count(*), {', '.join(halves)} FROM (SELECT md5({as_text}) AS h FROM main.{table})"
    ).fetchone()
    return hashlib.sha256(f"{columns} {row}".encode()).hexdigest()
