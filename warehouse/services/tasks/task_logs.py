"""Logs that the scheduler keeps of each try of each task: a file a minute and more, which nobody reads after a while.

In: a home. Out: how many files were removed. Only logs in folders the scheduler names so, never through a link.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ingest.home import Home

_FOLDER, _LOG = "airflow", ".log"
_NAMED = ("dag_id=*", "dag_processor", "scheduler")
_DAY = 86400


def forget_old_logs(home: Home, now: float | None = None) -> int:
    """Remove what was last written longer ago than the settings keep logs, then folders that have been left alone as
    long and are empty. What cannot be removed stays."""
    oldest = (time.time() if now is None else now) - home.settings.task_logs_days * _DAY
    count = 0
    for root in _roots(home.logs / _FOLDER):
        # Ages as they are before anything goes: a folder is young when something was removed from it.
        found = [(Path(folder), _changed(Path(folder)), files) for folder, _, files in os.walk(root)]
        for folder, changed, files in reversed(found):
            count += sum(_is_forgotten(folder / name, oldest) for name in files if name.endswith(_LOG))
            if folder != root and changed < oldest:
                with suppress(OSError):  # something is in it
                    folder.rmdir()
    return count


def _roots(logs: Path) -> Iterator[Path]:
    for pattern in _NAMED:
        for root in sorted(logs.glob(pattern)):
            if root.is_dir() and not root.is_symlink():
                yield root


def _is_forgotten(file: Path, oldest: float) -> bool:
    with suppress(OSError):
        said = file.lstat()
        if stat.S_ISREG(said.st_mode) and said.st_mtime < oldest:
            file.unlink()
            return True
    return False


def _changed(folder: Path) -> float:
    with suppress(OSError):
        return folder.lstat().st_mtime
    return time.time()
