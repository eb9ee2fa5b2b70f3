"""Whether Airflow's own tables are already those of the Airflow that is installed: then nothing is to be migrated.

In: the address of its metadata, a file beside its data. Out: yes or no. `airflow db migrate` takes seconds of a
processor to find that there is nothing to do; few words say the same: what is installed, and which revision each of its
parts says that the tables have. Both are noted after a migration. Whatever does not answer is migrated, and so is what
lies on a server, which others may have brought further.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib import metadata
from pathlib import Path

REVISIONS = ("alembic_version", "alembic_version_fab")
"""Tables in which Airflow and its provider of accounts say how far they were brought."""


def is_current(address: str, note: Path) -> bool:
    """Whether the tables are as the last migration left them, and what is installed is what migrated them."""
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    standing = _standing(address)
    return standing is not None and bool(noted == standing)


def note_current(address: str, note: Path) -> None:
    """After a migration: remember what it left."""
    if standing := _standing(address):
        note.write_text(json.dumps(standing), encoding="utf-8")


def _standing(address: str) -> dict[str, dict[str, str]] | None:
    """What is installed and what the tables say of themselves; None where they say nothing."""
    kind, _, file = address.partition(":///")
    if kind != "sqlite":
        return None
    try:
        with closing(sqlite3.connect(f"{Path(file).absolute().as_uri()}?mode=ro", uri=True)) as tables:
            found = {name: tables.execute(f"select version_num from {name}").fetchone() for name in REVISIONS}
    except sqlite3.Error:
        return None
    if None in found.values():
        return None
    return {"installed": _installed(), "revisions": {name: str(row[0]) for name, row in found.items()}}


def _installed() -> dict[str, str]:
    """Every distribution of Airflow with its version."""
    return {
        each.name.lower(): each.version
        for each in metadata.distributions()
        if each.name and each.name.lower().startswith("apache-airflow")
    }
