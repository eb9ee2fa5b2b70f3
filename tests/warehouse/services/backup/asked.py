"""What is asked of a home that was backed up, and of what was restored from it.

In: a home. Out: what a restore came to, the content of files, the rows of databases, what the command says.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.told import told_of
from warehouse.services.backup.repositories import known
from warehouse.services.backup.restic import BackupError
from warehouse.services.backup.restore import Restored, chosen, restore

LANGUAGES = ("kk", "ru", "en")


def restored(home: Home, to: Path, snapshot: str | None = None) -> Restored:
    """What came of it; this process is the home's again."""
    from django.db import connections

    repositories = known(home)
    try:
        return restore(repositories, chosen(repositories, snapshot), to)
    finally:
        connections.close_all()
        ingest.ledger.setup(home)


def files_in(root: Path, *names: str) -> dict[str, str]:
    found = [file for name in names for file in sorted((root / name).rglob("*"))]
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in found
        if file.is_file() and not file.name.endswith(".lock") and ".incoming" not in file.parts
    }


def rows_of(file: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as con:
        tables = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(map(repr, con.execute(f'SELECT * FROM "{table}"')))
            for table in tables
            if table != "sqlite_sequence"
        }


def rows_of_lake(home: Home) -> dict[str, list[str]]:
    files = [*home.lake.rglob("*.parquet"), *home.reference.rglob("*.parquet")]
    return {
        str(file.relative_to(home.root)): sorted(map(repr, duckdb.read_parquet(str(file)).fetchall()))
        for file in files
    }


def said_by(home: Path, *words: object, **more: str) -> Any:
    environment = {"BBAJ_HOME": str(home), "BBAJ_LANG": "ru", **more}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment)


def in_words(error: BackupError) -> str:
    told = told_of(error)
    assert told is not None
    for language in LANGUAGES:
        said = told.say(language)
        assert said != told.code and "{" not in said
    return told.say("en")
