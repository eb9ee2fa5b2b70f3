"""Which files of the lake a list of submissions is made of, each of them whole.

In: the manifest of a build. Out: a folder of links to exactly these files, and to the empty one of each form. What else
lies in the lake (of a judging that died before its verdict, a copy somebody made) is not read, whatever it says of
itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ingest.digests import damage_of
from ingest.home import Home, InstallationError
from ingest.ledger.decisions.manifest import Manifest
from ingest.schema.forms.load import contracts

_MOST_RECEIPTS = 10


def lake_file(root: Path, form: str, period: str, batch_id: str) -> Path:
    """Where the rows of a form and period lie that one batch landed."""
    return root / form / f"period={period}" / f"{batch_id}.parquet"


def _batch_of(file: Path) -> tuple[str, str, str]:
    return file.parts[-3], file.parent.name.removeprefix("period="), file.stem


def require_lake(home: Home, manifest: Manifest) -> list[Path]:
    """The files the manifest is made of, every byte compared. Raises InstallationError: rows that are gone are rows
    that nobody misses, and rows that were altered are believed."""
    landed = [lake_file(home.lake, *batch) for batch in manifest.batches()]
    empty = [lake_file(home.lake, form, "none", "empty") for form in contracts()]
    damages = {file: found for file in [*landed, *empty] if (found := damage_of(file))}
    gone = [file for file, damage in damages.items() if damage == "missing"]
    if gone:
        missing = InstallationError(f"{len(gone)} files of the lake are gone, {gone[0]} among them")
        raise missing.of("lake_lacks", count=len(gone), file=gone[0].relative_to(home.root))
    if damages:
        first = next(iter(damages))
        concerned = [each.submission_id for each in manifest.of_batches(_batch_of(file) for file in damages)]
        listed = ", ".join(map(str, concerned[:_MOST_RECEIPTS])) or "—"
        damaged = InstallationError(f"{len(damages)} files of the lake are damaged, {first} among them")
        raise damaged.of(
            "lake_damaged", count=len(damages), file=first.relative_to(home.root), receipts=listed
        )
    return [*landed, *empty]


def link_files(files: Sequence[Path], lake: Path, to: Path) -> None:
    """Make of `to` a lake that holds these files of another and no others."""
    shutil.rmtree(to, ignore_errors=True)
    for file in files:
        link = to / file.relative_to(lake)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
