"""Digests for what was stored before there were any: given once, when an installation first meets them.

In: a home. Out: a digest beside every stored file that had none, and a note that from now on a file without one is
damaged. Interrupted it is gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ingest.digests import digest_path, write_digest
from ingest.home import Home
from warehouse.storage.files import written

NOTE = ".digests"


def give_digests(home: Home) -> int:
    """Give every stored file a digest if none ever was; how many were given."""
    note = home.restricted / NOTE
    if note.exists():
        return 0
    import duckdb

    from warehouse.storage.builds.finished.warehouse_file import rows_of_tables

    given = 0
    for file in stored_files(home):
        if not digest_path(file).exists():
            write_digest(file)
            given += 1
    for file in _warehouses(home):
        if not digest_path(file).exists():
            with suppress(duckdb.Error):  # what cannot be opened stays without, and is told as damaged
                write_digest(file, tables=rows_of_tables(file))
                given += 1
    with written(note, 0o600) as draft:
        draft.write_text("every stored file has a digest\n", encoding="ascii")
    return given


def stored_files(home: Home) -> Iterator[Path]:
    """Everything that lies there with a digest, but for warehouses."""
    from warehouse.storage.builds.finished.warehouse_file import MANIFEST

    for root in (home.lake, home.reference):
        yield from sorted(root.glob("*/period=*/*.parquet"))
    yield from sorted(home.findings.glob("[0-9]*.json"))
    yield from sorted(home.findings.glob("[0-9]*.places.csv"))
    yield from sorted(home.published.glob(f"[0-9]*/{MANIFEST}"))


def _warehouses(home: Home) -> Iterator[Path]:
    for root in (home.builds, home.published):
        yield from sorted(file for file in root.glob("[0-9]*/warehouse.duckdb"))
