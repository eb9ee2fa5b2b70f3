"""The machine's clock is wrong, or jumps, during an act (libfaketime). What waits goes by the clock that only counts.

In: a country. Out: what was done; AssertionError where it did not hold. Raises UnableHereError without libfaketime.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.faults.trials import oracle
from tests.faults.trials.begin import WAY, copied, do
from tests.faults.trials.deaths import LONGEST, require_as_undisturbed
from tests.faults.trials.references import gone_so_far
from tests.faults.trials.unable import UnableHereError

_RIGHT = "+0"
# As libfaketime reads them; of a jump, what the clock says after some time.
WRONG = {
    "hours_ahead": ("+7h",),
    "hours_behind": ("-7h",),
    "a_year_ahead": ("+1y",),
    "a_year_behind": ("-1y",),
    "in_2038": ("@2038-01-19 03:13:55",),
    "jumps_ahead": (_RIGHT, "+30h"),
    "jumps_a_year": (_RIGHT, "+1y"),
    "jumps_back": (_RIGHT, "-30h"),
}
_PATIENCE = 1800.0
_KEEPS_ON = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_CACHE_DURATION": "1"}
"""Whoever waits a while waits by the other clock: told it wrongly, a wait of threads never comes to its end."""


def names() -> list[str]:
    """Each wrong clock during each act of the way."""
    return [f"{wrong}:{act}" for wrong in WRONG for act in WAY]


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial."""
    wrong, _, act = name.partition(":")
    before = WAY[: WAY.index(act)]
    home = copied(gone_so_far(work, before), work / "home", drop=not before)
    clock = work / "clock"
    preloaded = {"LD_PRELOAD": str(_library()), "FAKETIME_TIMESTAMP_FILE": str(clock), **_KEEPS_ON}
    first, *later = WRONG[wrong]
    after = chance.uniform(0, LONGEST[act])
    try:
        clock.write_text(first, encoding="ascii")
        with _jumping(clock, later, after), _ended_at_last():
            done = do(home, act, preloaded=preloaded)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr, done.stderr
    finally:
        clock.write_text(_RIGHT, encoding="ascii")
    oracle.require_old_or_new(home, (1, 2))
    oracle.require_receipts(home)
    oracle.go_on(home)
    require_as_undisturbed(work, home)
    return f"{done.returncode}" + (f", after {after:.1f} s" if later else "")


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise UnableHereError("libfaketime is not installed (apt install libfaketime)")
    return found[0]


@contextmanager
def _jumping(clock: Path, later: list[str], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, lambda: [clock.write_text(each, encoding="ascii") for each in later])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


@contextmanager
def _ended_at_last() -> Iterator[None]:
    """What does not come to an end is killed, and so did not hold."""

    def end() -> None:
        for parent in psutil.Process().children():
            for each in parent.children(recursive=True):
                each.kill()

    timer = threading.Timer(_PATIENCE, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
