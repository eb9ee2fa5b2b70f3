"""Which code a build is made by: the model and the dictionaries.

In: the project's files. Out: a digest that changes with any of them.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT, PROJECT


def code_fingerprint() -> str:
    """SHA-256 over the model and the dictionaries: changed code makes a new build of unchanged data."""
    sources = [*_listed(DBT_PROJECT, ".yml"), *_listed(PROJECT / "ingest" / "codelists", ".csv")]
    for part in ("models", "macros", "seeds", "tests"):
        for folder, _, _ in os.walk(DBT_PROJECT / part):
            sources += _listed(folder)
    return _digest_of(tuple(sorted(sources, key=lambda source: Path(source[0]))))


def _listed(folder: Path | str, ending: str = "") -> list[tuple[str, int, int]]:
    """The files of a folder, with what changes when somebody writes to one: when that was, and how long it is."""
    with os.scandir(folder) as entries:
        found = [(entry.path, entry.stat()) for entry in entries if entry.is_file()]
    return [(path, is_.st_mtime_ns, is_.st_size) for path, is_ in found if path.endswith(ending)]


@lru_cache(maxsize=1)
def _digest_of(sources: tuple[tuple[str, int, int], ...]) -> str:
    """Files that stayed as they are are not read anew: it is asked several times a minute."""
    digest = hashlib.sha256()
    for path, _, _ in sources:
        file = Path(path)
        digest.update(file.relative_to(PROJECT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()
