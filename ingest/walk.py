"""Walking a folder of files that others made, whatever their names, depth and permissions.

In: a folder. Out: its files one by one, and what could not be looked into. Nothing that lies there keeps the rest from
being seen; names are kept as bytes where no encoding knows them, and shown with signs that stand for those.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unreached:
    """A folder that could not be looked into, and why."""

    path: Path
    error: OSError


def entries_below(
    folder: Path, *, is_left_out: Callable[[str], bool], is_folder_left_out: Callable[[str], bool]
) -> Iterator[Path | Unreached]:
    """Every entry that is no folder, in no order; without those whose name, or whose folder's, is left out."""
    unseen = [folder]
    while unseen:
        here = unseen.pop()
        try:
            with os.scandir(here) as listed:
                for entry in listed:
                    if is_left_out(entry.name):
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        yield Path(entry.path)
                    elif not is_folder_left_out(entry.name):
                        unseen.append(Path(entry.path))
        except FileNotFoundError:
            continue  # whoever put it there has taken it away again
        except OSError as error:
            yield Unreached(here, error)


def is_hidden(name: str) -> bool:
    """Whether a name is hidden, or the one by which Office marks an open workbook (`~$`)."""
    return name.startswith((".", "~$"))


def cut_name(name: str, most: int) -> str:
    """The beginning of a name in at most that many bytes, no letter of it halved."""
    cut = os.fsencode(name)[:most]
    while cut and len(os.fsencode(name)) > len(cut) and (os.fsencode(name)[len(cut)] & 0xC0) == 0x80:
        cut = cut[:-1]
    return os.fsdecode(cut)


def shown_name(name: str | Path) -> str:
    """A name as it can be printed on a line: a sign for each byte of no encoding, and for what breaks lines."""
    known = os.fsencode(name).decode("utf-8", "replace")
    return "".join(
        "\ufffd" if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") else sign for sign in known
    )
