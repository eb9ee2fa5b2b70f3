"""What is made once for all processes of a run of tests, and copied by each of them.

In: a name, and what makes a folder. Out: a copy of that folder, the asker's own. Whoever asks first makes it, and the
others wait meanwhile. Outside a run of tests there is nobody to share with: each makes its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOM = "TESTS_SHARED_ROOM"
"""The variable that names the folder of a run, for this process and for those it begins."""


def room_of(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run of tests have in common, and no other run: not one begun by a test."""
    own = factory.getbasetemp()
    room = (own.parent if hasattr(config, "workerinput") else own) / "shared"
    room.mkdir(exist_ok=True)
    return room


def made_once(name: str, to: Path, make: Callable[[Path], object]) -> Path:
    """`to`, which must not exist: a copy of the folder that the first to ask for this name has made.

    `make` is given the path of the folder, which it makes, and leaves nothing of it open.
    """
    if ROOM not in os.environ:
        make(to)
        return to
    whole = Path(os.environ[ROOM], name)
    with _alone(whole.with_suffix(".lock")):
        done = whole / "done"
        if not done.exists():
            shutil.rmtree(whole, ignore_errors=True)  # of somebody who failed
            whole.mkdir()
            make(whole / "made")
            done.touch()
    shutil.copytree(whole / "made", to, symlinks=True)
    _lead_within(to, whole / "made")
    return to


def _lead_within(copy: Path, made: Path) -> None:
    """Links that led from one place of a folder to another lead to the same place of its copy."""
    for link in (path for path in copy.rglob("*") if path.is_symlink()):
        aim = link.readlink()
        if aim.is_relative_to(made):
            link.unlink()
            link.symlink_to(copy / aim.relative_to(made))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
