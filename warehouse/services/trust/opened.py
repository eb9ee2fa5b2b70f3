"""The files of a publication or a build opened together, to be asked and not to be changed.

In: a home and what is wanted: the number of a publication, or of a build. Out: `Opened`: one connection that knows
every table of both files by its name, and the list of the submissions it is made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from ingest.databases import in_memory
from ingest.home import Home
from ingest.ledger import publications as records
from ingest.ledger.decisions.manifest import Manifest
from ingest.ledger.records import Build, Publication
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.services.as_of.rebuilt import AS_OF, TOLD, newest
from warehouse.storage.builds.build import made_by_of, persons_of, warehouse_of
from warehouse.storage.builds.engines.dbt_process import INPUTS
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN, PERSONS
from warehouse.storage.builds.finished.warehouse_file import MANIFEST, SUBMISSIONS
from warehouse.storage.builds.inputs import PINNED
from warehouse.storage.shown.publish import PublicationError

CURRENT, BUILT = "current", "built"
"""What is named by a word and not by a number: what readers find, and the newest build, shown or not."""


@dataclass(frozen=True)
class Files:
    """Where the files of one version lie. `number`: of the publication; None for a build that is not shown. `made_at`:
    when it was counted; `made_by`: what else than its inputs it depends on, None where that was not noted."""

    label: str
    warehouse: Path
    persons: Path
    submissions: Path
    build: int
    data_as_of: datetime
    made_at: datetime
    held_back: tuple[Mapping[str, Any], ...] = ()
    number: int | None = None
    content: str | None = None
    made_by: str | None = None


@dataclass(frozen=True)
class Opened:
    """One version, opened. `tables`: name → its name for the connection; `apart`: those of single persons."""

    files: Files
    con: duckdb.DuckDBPyConnection
    tables: Mapping[str, str]
    apart: frozenset[str]
    columns: Mapping[str, Mapping[str, str]]

    def manifest(self) -> Manifest:
        """The submissions that count in it."""
        return Manifest.read(self.files.submissions)


def files_of(home: Home, which: str) -> Files:
    """The files of a publication by its number, of what is shown (`current`), or of the newest build (`built`).
    Raises PublicationError where there is none, or its files are kept no longer."""
    if which == BUILT:
        return files_of_build(home, None)
    if which.startswith(AS_OF.rstrip("-")):
        return _files_as_of(home, which)
    shown = records.current() if which == CURRENT else Publication.objects.filter(number=int(which)).first()
    if shown is None:
        code = "none_shown" if which == CURRENT else "not_kept"
        raise PublicationError(code, f"publication {which} is not kept", number=which)
    folder = home.published / str(shown.number)
    if not (folder / WAREHOUSE).exists() or not (folder / SUBMISSIONS).exists():
        raise PublicationError(
            "files_gone", f"the files of publication {shown.number} are gone", number=shown.number
        )
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return Files(
        str(shown.number),
        folder / WAREHOUSE,
        home.persons / str(shown.number) / PERSONS,
        folder / SUBMISSIONS,
        shown.build_id,
        shown.data_as_of,
        shown.build.started_at,
        tuple(told["held_back"]),
        shown.number,
        shown.content_hash,
        told.get("made_by"),
    )


def files_of_build(home: Home, number: int | None) -> Files:
    """The files of a finished build, by default the newest. Raises PublicationError."""
    finished = Build.objects.filter(state=Build.State.SUCCEEDED)
    found = finished.filter(pk=number).first() if number else finished.order_by("-pk").first()
    if found is None:
        code = "no_such_build" if number else "nothing_built"
        raise PublicationError(code, "there is no such build", number=number)
    inputs = home.builds / str(found.pk) / INPUTS / PINNED
    if not warehouse_of(home, found.pk).exists() or not inputs.exists():
        raise PublicationError("build_gone", f"the file of build {found.pk} is gone", number=found.pk)
    return Files(
        BUILT,
        warehouse_of(home, found.pk),
        persons_of(home, found.pk),
        inputs,
        found.pk,
        found.data_as_of or found.started_at,
        found.started_at,
        tuple(found.held_back),
        made_by=made_by_of(home, found.pk),
    )


def asking() -> duckdb.DuckDBPyConnection:
    """A connection for who only reads: what does not fit into memory goes to this program's folder, not to the home."""
    return in_memory(folder=Path(gettempdir()))


def _files_as_of(home: Home, which: str) -> Files:
    """What was made again as of a moment: by its name, or the newest. No build of the ledger, so its number is 0."""
    label = which if which.startswith(AS_OF) else newest(home)
    folder = home.builds / str(label)
    if label is None or not (folder / TOLD).exists():
        raise PublicationError("no_as_of", f"nothing was rebuilt as of a moment: {which}", label=which)
    told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    return Files(
        label,
        folder / WAREHOUSE,
        folder / PERSONS,
        folder / PINNED,
        0,
        datetime.fromisoformat(told["data_as_of"]),
        datetime.fromisoformat(told["at"]),
        tuple({"submission": number, "reason": ""} for number in told["held_back"]),
        content=told["content"],
        made_by=told["made_by"],
    )


@contextmanager
def opened(files: Files) -> Iterator[Opened]:
    """Open one version for as long as somebody asks it."""
    with asking() as con:
        tables, apart = attach(con, files, "")
        yield Opened(files, con, tables, apart, columns_of(con, tables))


def attach(
    con: duckdb.DuckDBPyConnection, files: Files, prefix: str
) -> tuple[dict[str, str], frozenset[str]]:
    """Attach the files of a version under names that begin with `prefix`: its tables, and which are of persons."""
    found: dict[str, str] = {}
    apart: set[str] = set()
    for name, file in (("readers", files.warehouse), ("persons", files.persons)):
        if not file.exists():
            continue
        database = f"{prefix}{name}"
        con.execute(f"ATTACH {literal(file)} AS {quoted(database)} (READ_ONLY)")
        listed = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'main'",
            [database],
        ).fetchall()
        for (table,) in listed:
            if table != KEY_DOMAIN:
                found[table] = f"{quoted(database)}.main.{quoted(table)}"
                apart |= {table} if name == "persons" else set()
    return found, frozenset(apart)


def columns_of(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Table → its columns with their types."""
    described = {}
    for table, named in tables.items():
        shown = con.execute(f"DESCRIBE {named}").fetchall()
        described[table] = {str(row[0]): str(row[1]) for row in shown}
    return described
