"""The one room that opens databases of DuckDB: each within the memory and threads of the installation, on its disk.

In: nothing, or a file; the home this process works for. Out: a connection that keeps to `[duckdb]` of `bbaj.toml`,
writes what does not fit into memory below the home (`Home.spilled`) and fetches no extension. Where there is no home,
as with the checker for schools, the private folder for temporary files takes its place (`ingest.scratch`).

A test refuses connections opened anywhere else: one that says nothing takes most of the machine's memory and writes the
rest into whatever folder the program was started in.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeAlias

import duckdb

from ingest.home import Home, home_worked_for
from ingest.scratch import keep_folder
from ingest.settings.databases import Room

Config: TypeAlias = dict[str, str | bool | int | float | list[str]]
_ALWAYS: Mapping[str, bool] = {"autoinstall_known_extensions": False}
_FOLDER_PREFIX = "spilled-"
ARROW_ROWS = 65_536
"""So many rows at once become Arrow. For each column DuckDB reserves room for as many as it is told, however few there
are: a million, where nothing is said, so that three rows of 120 columns took 350 MiB."""

_own: dict[tuple[int, Path], Path] = {}
"""Process and base → its own folder there: what was forked has another number, and needs another folder."""


_elsewhere = False


def spill_elsewhere() -> None:
    """From here on this process writes nothing below the home, what does not fit into memory neither: for programs that
    only read it. The system's folder for temporary files takes its place."""
    global _elsewhere  # noqa: PLW0603 (of the whole process)
    _elsewhere = True


def in_memory(
    *,
    folder: Path | None = None,
    room: Room | None = None,
    threads: int | None = None,
    in_order: bool = True,
) -> duckdb.DuckDBPyConnection:
    """A new database in memory. `folder`: where else it writes what does not fit. `room`, `threads`: what is granted
    to it, if that is less than what the installation lets it take. `in_order`: rows come as they were written."""
    # Databases that share a folder for what does not fit into memory take each other's files for their own.
    spills = (folder or _folder()) / f"{_FOLDER_PREFIX}{secrets.token_hex(8)}"
    granted = (room or Room()).within(Room(threads=threads))
    config = _config(spills, granted)
    if not in_order:
        config["preserve_insertion_order"] = False
    return _quiet(duckdb.connect(":memory:", config=config))


_of_block: ContextVar[list[duckdb.DuckDBPyConnection] | None] = ContextVar("_of_block", default=None)


@contextmanager
def one_database() -> Iterator[None]:
    """All questions of the block are put to one database in memory, which begins with the first of them: to begin one
    takes longer than most of what is asked. A block within another is part of it."""
    if _of_block.get() is not None:
        yield
        return
    opened: list[duckdb.DuckDBPyConnection] = []
    before = _of_block.set(opened)
    try:
        yield
    finally:
        _of_block.reset(before)
        for con in opened:
            con.close()


@contextmanager
def question() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for one question about files, to the database of the block or to one of its own. What is made for
    the question is to be temporary: then the next one does not find it."""
    opened = _of_block.get()
    if opened is None:
        with in_memory() as con:
            yield con
        return
    if not opened:
        opened.append(in_memory())
    with opened[0].cursor() as con:
        yield con


def read_file(file: Path) -> duckdb.DuckDBPyConnection:
    """A database of the disk, for reading alone."""
    return _quiet(duckdb.connect(str(file), read_only=True, config=_config(_spills_of(file))))


def change_file(file: Path) -> duckdb.DuckDBPyConnection:
    """A database of the disk, to be written to; it is made where there is none."""
    return _quiet(duckdb.connect(str(file), config=_config(_spills_of(file))))


def room_in(home: Home) -> Room:
    """What a database of the installation may take of this machine."""
    return home.settings.duckdb.room()


def _quiet(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Without a progress bar: whether there is one by default depends on where the program's output goes."""
    con.execute("SET enable_progress_bar = false")
    return con


def _config(spills: Path, granted: Room | None = None) -> Config:
    home = _home()
    room = room_in(home) if home else Room().room()
    return {**_ALWAYS, "temp_directory": str(spills), **room.within(granted or Room()).config()}


def _spills_of(file: Path) -> Path:
    """One folder a file: who opens it twice at a time must say the same both times."""
    return _folder() / f"{_FOLDER_PREFIX}{hashlib.sha256(os.fsencode(file.absolute())).hexdigest()[:16]}"


def _home() -> Home | None:
    home = home_worked_for()
    return home if home.restricted.is_dir() else None


def _folder() -> Path:
    """Where databases of this process write what does not fit. It is there."""
    home = _home()
    if home is None or _elsewhere:
        return Path(tempfile.gettempdir())
    mine = (os.getpid(), home.spilled)
    if mine not in _own or not _own[mine].is_dir():
        try:
            home.spilled.mkdir(mode=0o700, exist_ok=True)
        except OSError:  # a home that may only be read
            return Path(tempfile.gettempdir())
        _own[mine] = keep_folder(home.spilled) or Path(tempfile.gettempdir())
    return _own[mine]
