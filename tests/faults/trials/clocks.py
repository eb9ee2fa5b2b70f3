"""The clock is wrong: days back or ahead, across midnight and the year's end, or moved while an act goes on.

In: a country whose clock is the machine's, told another time by libfaketime. Out: what was done; AssertionError where
it did not hold. What was received, judged and counts must not depend on any clock; what is late and what is asked for
must follow the right time as soon as it is told again.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from ingest.home import Home
from tests.faults.trials import begin, oracle
from tests.faults.trials.begin import ACTS, WAY, copied
from tests.faults.trials.references import RECEIVED, reference
from tests.faults.trials.unable import UnableHereError
from tests.warehouse.country import NOW, PROJECT

# How Python sleeps is more than the library can tell another time to.
_SLEEPS = (
    "import select, time; time.sleep = lambda seconds: select.select([], [], [], max(seconds, 0)) and None\n"
)
_LIBRARY = "/usr/lib/*-linux-gnu/faketime/libfaketime.so.1"
_OFFSETS = {
    "a_day_ahead": timedelta(days=1),
    "a_day_behind": timedelta(days=-1),
    "months_ahead": timedelta(days=70),
    "years_behind": timedelta(days=-3000),
}
_AT = {
    "midnight": datetime(2026, 9, 29, 18, 59, 57),  # in the country's time
    "new_year": datetime(2026, 12, 31, 18, 59, 57),
    "new_year_of_the_machine": datetime(2026, 12, 31, 23, 59, 57),
}


def names() -> list[str]:
    """Each wrong time during one act, and a clock that is moved while acts go on."""
    return [*_OFFSETS, *_AT, "moved_during"]


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial: some acts by the wrong clock, then all by the right one."""
    right, expected = _right(work)
    home = _of_the_machines_clock(work, work / "home")
    wrong_acts = WAY[: chance.randrange(1, len(WAY) + 1)]
    clock = work / "clock"
    for act in wrong_acts:
        at = _AT.get(name) or (NOW.replace(tzinfo=None) + _OFFSETS.get(name, timedelta()))
        _tell(clock, at)
        done = _do(home, act, clock, chance.uniform(-3, 3) if name == "moved_during" else None)
        assert done.returncode in (0, 1, 70), done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        oracle.require_old_or_new(home, {1, 2, 3})
    _tell(clock, right)
    for act in WAY:
        done = _do(home, act, clock, None)
        assert done.returncode in (0, 1), f"{act}: {done.stderr}"
    oracle.require_receipts(home)
    oracle.require_all_taken(home, RECEIVED)
    oracle.require_whole(home)
    oracle.require_same(oracle.told_by(home), expected, content=False)
    return f"wrong during {', '.join(wrong_acts)}"


@lru_cache(maxsize=1)
def _right(work: Path) -> tuple[datetime, oracle.Told]:
    """The right time, and what comes of the country by it."""
    right = NOW.replace(tzinfo=None) + timedelta(hours=2)
    home = _of_the_machines_clock(work, work / "undisturbed-by-clocks")
    clock = work / "clock"
    _tell(clock, right)
    for act in WAY:
        done = _do(home, act, clock, None)
        assert done.returncode in (0, 1), done.stderr
    return right, oracle.told_by(home)


def _of_the_machines_clock(work: Path, to: Path) -> Home:
    home = copied(reference(work).start, to)
    settings = home.root / "bbaj.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    settings.write_text(
        "\n".join(line for line in lines if not line.startswith("now")) + "\n", encoding="utf-8"
    )
    return Home(to)


def _tell(clock: Path, at: datetime) -> None:
    """What time it is from now on, to whoever asks."""
    clock.write_text(f"@{at:%Y-%m-%d %H:%M:%S}", encoding="utf-8")


def _do(home: Home, act: str, clock: Path, moved: float | None) -> subprocess.CompletedProcess[str]:
    """An act by that clock. `moved`: by so many days, a second after it began."""
    library = next(iter(sorted(Path("/").glob(_LIBRARY.lstrip("/")))), None)
    if library is None:
        raise UnableHereError("libfaketime is not installed")
    environment = {name: value for name, value in os.environ.items() if name != "BBAJ_LEDGER_URL"} | {
        "BBAJ_HOME": str(home.root),
        "BBAJ_LANG": "en",
        "PYTHONPATH": str(PROJECT),
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",
    }
    command = [sys.executable, "-c", _SLEEPS + begin.COMMAND, *ACTS[act]]
    process = subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if moved is not None:
        at = datetime.strptime(clock.read_text(encoding="utf-8"), "@%Y-%m-%d %H:%M:%S")
        threading.Timer(1.0, _tell, (clock, at + timedelta(days=moved))).start()
    try:
        out, err = process.communicate(timeout=600)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        raise AssertionError(f"{act} does not end by that clock") from None
    return subprocess.CompletedProcess(command, process.returncode, out, err)
