"""Files that are either wholly there or not there at all, also after a loss of power.

In: a final path and something that writes a file. Out: the file under its final name, durably; a process
that dies on the way leaves a draft whose name ends in `.partial` and that nobody reads.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.digests import By, write_digest

PARTIAL = ".partial"


def fsync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make a folder and the missing ones above it, each name durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    fsync_folder(folder.parent)


@contextmanager
def written(
    final: Path,
    mode: int = 0o644,
    *,
    digested: bool | By = False,
    remembered: Callable[[Path], Mapping[str, Any]] | None = None,
) -> Iterator[Path]:
    """A path to write to; on leaving without error it becomes `final`, durably and at once. `digested`: with its
    digest beside it, of every byte where nothing else is said, which keeps what `remembered` finds out about what was
    written."""
    make_folder(final.parent, 0o700 if mode == 0o600 else 0o755)
    draft = final.with_name(f"{final.name}.{os.getpid()}-{secrets.token_hex(4)}{PARTIAL}")
    # Made before the writer opens it, so that a private file is private from its first byte.
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield draft
        fsync_file(draft)
        if digested:
            by: By = "bytes" if digested is True else digested
            write_digest(final, draft, by=by, **(remembered(draft) if remembered else {}))
        draft.replace(final)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    fsync_folder(final.parent)


def sweep_partial(folder: Path) -> int:
    """Remove the drafts of processes that died. Only for the holder of the lock under which they are made."""
    drafts = list(folder.rglob(f"*{PARTIAL}"))
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return len(drafts)
