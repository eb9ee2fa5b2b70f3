"""Superset's metadata where there are none yet: written without waiting for the disk, begun anew if that was cut short.

In: the places of a home. Out: a file that is wholly on the disk, or none that counts. Superset makes its tables in some
hundred steps and its roles in as many more, and SQLite waits for the disk after each: on a slow one that is most of
the first start. Nothing can be lost meanwhile, since nobody has an account yet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from dashboards.places import Places

HURRIED = ("pragma synchronous = off", "pragma journal_mode = memory")


@contextmanager
def fresh_metadata(places: Places) -> Iterator[None]:
    """Inside, a file that is not there yet is made in a hurry. What an earlier making left unfinished goes first; files
    that were finished, and databases on a server, are left as they are."""
    begun = places.superset / "metadata.begun"
    if begun.exists():
        for name in (places.metadata.name, f"{places.metadata.name}-journal"):
            places.metadata.with_name(name).unlink(missing_ok=True)
    if not places.metadata_address.startswith("sqlite:") or places.metadata.exists():
        yield
        return
    begun.touch(mode=0o600)
    event.listen(Engine, "connect", _hurry)
    try:
        yield
    finally:
        event.remove(Engine, "connect", _hurry)
    _keep(places)
    begun.unlink()


def _hurry(connection: Any, _record: Any) -> None:
    if type(connection).__module__.partition(".")[0] == "sqlite3":
        for pragma in HURRIED:
            connection.execute(pragma)


def _keep(places: Places) -> None:
    """Have the file on the disk, and its name."""
    for path in (places.metadata, places.superset):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
