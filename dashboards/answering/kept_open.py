"""Files of a publication stay open between the questions of a page.

In: every connection to DuckDB that Superset opens. Out: the same connections; the file behind them is opened once and
let go when nobody has asked for a while. Superset closes its connection after each question and opens the next one for
the same page: reading the file's catalogue again cost more than most questions.

DuckDB hands out the open file to who asks by the same path, so a path must always name the same bytes: `own_path` gives
each publication its own, and a file that was replaced under its path is opened anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock, Timer
from time import monotonic
from typing import Any

from dashboards.access.watched import Watched
from dashboards.places import Places

SECONDS = 60.0
"""How long a file stays open after the last question. What DuckDB keeps of it in memory is given back then."""
GIVEN = "bbaj_given"
"""What a connection is opened with under a written purpose: for whom, and by which way. No driver knows it."""
State = tuple[int, int, int]


@dataclass
class _Kept:
    """A file that is open: a connection nobody asks anything through, what the file was, when it was last wanted."""

    anchor: Any
    state: State
    wanted: float


class KeptOpen:
    """The open files of one process."""

    def __init__(self, seconds: float = SECONDS, now: Callable[[], float] = monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._files: dict[str, _Kept] = {}
        self._lock = Lock()
        self._timer: Timer | None = None

    def connect(self, path: str, opened: Callable[[], Any]) -> Any:
        """A connection to the file at `path`, as `opened` makes it; the file stays open after it is closed."""
        state = _state(path)
        with self._lock:
            kept = self._files.get(path)
            if kept is not None and kept.state != state:
                self._files.pop(path).anchor.close()
                kept = None
            connection = opened()
            if kept is not None:
                kept.wanted = self._now()
            elif state is not None:
                self._files[path] = _Kept(opened(), state, self._now())
                self._look_again()
            return connection

    def let_go(self) -> None:
        """Close what nobody has wanted for a while."""
        with self._lock:
            self._timer = None
            idle = [path for path, kept in self._files.items() if self._now() - kept.wanted >= self._seconds]
            for path in idle:
                self._files.pop(path).anchor.close()
            if self._files:
                self._look_again()

    @property
    def paths(self) -> set[str]:
        """The files that are open."""
        return set(self._files)

    def _look_again(self) -> None:
        if self._timer is None:
            self._timer = Timer(self._seconds / 2, self.let_go)
            self._timer.daemon = True
            self._timer.start()


def own_path(file: Path) -> Path:
    """The file by the path of its publication: `current` is a link that is switched at each one."""
    with suppress(OSError):
        return file.resolve(strict=True)
    return file


def _state(path: str) -> State | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def keep_open(kept: KeptOpen) -> None:
    """From here on, for all connections to published files by SQLAlchemy's dialect of DuckDB."""
    duckdb_engine: Any = import_module("duckdb_engine")

    as_before = duckdb_engine.Dialect.connect

    def connect(dialect: Any, *given: Any, **named: Any) -> Any:
        path = str(given[0] if given else named.get("database", ""))
        purpose = named.pop(GIVEN, None)
        if purpose is not None:  # rows of persons stay open for nobody
            return Watched(as_before(dialect, *given, **named), purpose, Places.from_environment().purposes)
        if not named.get("read_only") or not Path(path).is_absolute():
            return as_before(dialect, *given, **named)
        return kept.connect(path, lambda: as_before(dialect, *given, **named))

    duckdb_engine.Dialect.connect = connect
