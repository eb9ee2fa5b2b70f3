"""What a warehouse file says, whatever its bytes: one hash per table, independent of the order of rows.

In: a DuckDB file. Out: table → hash, and one hash over all. What names the publication itself is left out, so that
two publications of the same data are equal. Rows are hashed by DuckDB, whose hash is its own affair: what it must be
is stated here, and another one is refused before it makes all that is published look altered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb

from ingest.databases import read_file
from ingest.progress import Step, Tell, tell_nobody
from ingest.sql import name as quoted
from warehouse.storage.builds.finished.person_rows import columns_in

# They say which publication this is, not what it shows.
_OF_THE_PUBLICATION = ("dim_publication", "rpt_publication")
METHOD = "row-hash-1"
"""What a publication says its content was hashed by; one of before says nothing, and was hashed by MD5 of texts."""
_PROBE = """
    SELECT hash(
        'ә', 1::TINYINT, NULL, DATE '2026-09-01', true, 1.5::DECIMAL(9, 2), TIMESTAMP '2026-09-01 00:00:01', 1e-3,
        9007199254740993
    )
"""
_PROBED = 2015090972695038468


class OtherHashError(Exception):
    """This DuckDB hashes in another way than what is published was hashed by: the method needs another name."""


def hashes_of(
    files: Sequence[Path], tell: Tell = tell_nobody, method: str | None = METHOD
) -> list[dict[str, str]]:
    """Of each file: table → hex hash over its columns' names and types and the multiset of its rows. All are told of
    as one piece of work. Raises OtherHashError."""
    if method not in _SUMS:
        raise OtherHashError(f"{method}: of a newer program")
    sums = _SUMS[method]
    with ExitStack() as opened:
        found = []
        for file in files:
            con = opened.enter_context(read_file(file))
            _require_known_hash(con)
            found.append((con, columns_in(con, "main")))
        hashes: list[dict[str, str]] = []
        done, total = 0, sum(len(tables) for _, tables in found)
        for con, tables in found:
            hashes.append({})
            for name, columns in tables.items():
                tell(Step("publishing", done, total, name))
                done += 1
                if name not in _OF_THE_PUBLICATION:
                    hashes[-1][name] = _hash_of(con, name, columns, sums)
        return hashes


def content_hash(hashes: dict[str, str]) -> str:
    """One SHA-256 over the hashes of all tables."""
    listed = "\n".join(f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


def _hash_of(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[tuple[str, str]],
    sums: Callable[[Sequence[str]], str],
) -> str:
    wanted = sums([quoted(name) for name, _ in columns])
    row = con.execute(f"SELECT count(*), {wanted} FROM main.{quoted(table)}").fetchone()
    return hashlib.sha256(f"{columns} {row}".encode()).hexdigest()


def _of_row_hashes(columns: Sequence[str]) -> str:
    """Two sums see every row and its number of copies, in any order. A row's hash is hashed once more: sums of what
    combines the hashes of cells could be the same where cells change places."""
    row = f"hash({', '.join(columns)})"
    return f"sum(hash({row})), sum(hash({row}, 1))"


def _of_texts(columns: Sequence[str]) -> str:
    """As publications of earlier versions were hashed, which took twenty times as long."""
    as_text = " || '|' || ".join(f"coalesce(CAST({name} AS VARCHAR), '~')" for name in columns)
    halves = (
        f"sum(CAST(CAST('0x' || substr(md5({as_text}), {start}, 15) AS BIGINT) AS HUGEINT))"
        for start in (1, 17)
    )
    return ", ".join(halves)


_SUMS: dict[str | None, Callable[[Sequence[str]], str]] = {METHOD: _of_row_hashes, None: _of_texts}


def _require_known_hash(con: duckdb.DuckDBPyConnection) -> None:
    probed = con.execute(_PROBE).fetchone()
    if probed != (_PROBED,):
        raise OtherHashError(f"DuckDB {duckdb.__version__}: {probed}")
