"""Folders of the lake that bear the name a term had in earlier versions: `period=2026-27-T1`.

In: the root of a lake, or of what is kept beside it. Out: the same files under `period=2026-2027-T1`. Whoever dies
on the way leaves what the next call finishes; where nothing bears an old name, nothing is touched.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ingest.digests import damage_of, write_digest
from ingest.schema.values.period import Period, PeriodError
from warehouse.storage.files import fsync_folder

_EARLIER = "*/period=????-??-T?"


def rename_terms(root: Path) -> int:
    """Bring the folders of terms under today's names; how many were."""
    renamed = 0
    for folder in list(root.glob(_EARLIER)):
        try:
            text = Period.parse("term", folder.name.partition("=")[2]).text
        except PeriodError:
            continue
        # Another process may be at the same work: what is gone from here is there already.
        with suppress(FileNotFoundError):
            _move(folder, folder.with_name(f"period={text}"))
            renamed += 1
    return renamed


def _move(folder: Path, to: Path) -> None:
    for file in folder.glob("*.parquet"):
        if damage_of(file) is None:  # its digest names the folder it is going to be in
            write_digest(file, folder=to.name)
    if not to.exists():
        folder.rename(to)
    else:  # written to since: the names of batches are random, so that none meets another
        for file in list(folder.iterdir()):
            file.replace(to / file.name)
        folder.rmdir()
    fsync_folder(to.parent)
