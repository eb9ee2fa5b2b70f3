"""What lies below a folder that anybody may write to, whatever its names, depth and permissions.

In: the drop folder. Out: its files one by one, and what could not be looked into. Nothing that lies there keeps the
rest from being seen; names are kept as bytes where no encoding knows them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ingest import walk
from ingest.receive.bystanders import is_folder_of_program
from ingest.walk import Unreached, cut_name, is_hidden

__all__ = ["Unreached", "entries_below", "place_for"]

# What file systems of Linux and of Windows shares take, in bytes; a little is left for what is written beside.
_LONGEST_NAME = 255
_LONGEST_PATH = 1024
_ROOM = len("~01234567.json.part")


def entries_below(folder: Path) -> Iterator[Path | Unreached]:
    """Every entry that is no folder, folders of programs and hidden names left out; in no order.

    Hidden names are ours (.received …) or a program's own.
    """
    return walk.entries_below(folder, is_left_out=is_hidden, is_folder_left_out=is_folder_of_program)


def place_for(root: Path, place: Path, key: str) -> Path:
    """Where below `root` a file of that place is moved to: there, or beside it where something lies already.

    `key`: hexadecimal, names the act. A name or a path too long for what stands beside it becomes shorter.
    """
    name = place.name
    if len(os.fsencode(name)) + _ROOM > _LONGEST_NAME:
        suffix = place.suffix if len(os.fsencode(place.suffix)) <= _ROOM else ""
        name = cut_name(name.removesuffix(suffix), _LONGEST_NAME - _ROOM - len(os.fsencode(suffix)) - 9)
        name = f"{name}~{key[:8]}{suffix}"
    target = root / place.parent / name
    if len(os.fsencode(target)) + _ROOM > _LONGEST_PATH:
        target = (
            root
            / cut_name(place.parts[0], _LONGEST_NAME // 2)
            / f"{key[:16]}~{cut_name(name, _LONGEST_NAME // 2)}"
        )
    return target.with_name(f"{target.stem}~{key[:8]}{target.suffix}") if os.path.lexists(target) else target
