"""Copies of the project in which tests change things, with what Python compiled of it: nothing is compiled again.

In: a folder and the rooms wanted. Out: the rooms in it, without what programs made in them. A copied file has the time
of its original, by which Python knows what was compiled of it; of one that is changed it is compiled anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parents[1]
# Of what is compiled, what another process is writing at this moment.
_MADE = shutil.ignore_patterns("*.pyc.*", "target", "logs", "*.duckdb*")


def copy_rooms(into: Path, rooms: Iterable[str]) -> None:
    """Copy these folders of the project."""
    for room in rooms:
        shutil.copytree(PROJECT / room, into / room, ignore=_MADE)
