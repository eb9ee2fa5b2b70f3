"""Two schedulers over one home, each going the whole way again and again; one of them is killed now and then.

In: a country. Out: what was done; AssertionError where it did not hold.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from ingest.home import Home
from tests.faults.trials import begin, oracle
from tests.faults.trials.begin import ACTS, WAY, copied, drop_files
from tests.faults.trials.deaths import require_as_undisturbed
from tests.faults.trials.references import reference
from tests.warehouse.country import PROJECT

_ROUNDS = 2


def names() -> list[str]:
    """Both live; one of them is killed at some moment; files come in while they work."""
    return ["both_live", "one_is_killed", "files_come_in_meanwhile"]


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial."""
    known = reference(work)
    home = copied(known.start, work / "home")
    waiting = None
    if name == "files_come_in_meanwhile":
        waiting = home.drop.rename(home.root / "drop.later")
        (home.root / "drop").mkdir()
    schedulers = [_scheduler(home, chance.random()) for _ in range(2)]
    try:
        if name == "one_is_killed":
            time.sleep(chance.uniform(0.5, 25))
            schedulers[0].kill()
        if waiting is not None:
            time.sleep(chance.uniform(0.5, 10))
            drop_files(home)
        said = [scheduler.communicate(timeout=1200)[1] for scheduler in schedulers]
    finally:
        for scheduler in schedulers:
            scheduler.kill()
            scheduler.wait()
    for words in said:
        assert "Traceback" not in words, words
    oracle.require_old_or_new(home, {1, 2, 3, 4})
    oracle.require_receipts(home)
    oracle.go_on(home)
    require_as_undisturbed(work, home)
    return " ".join(str(scheduler.returncode) for scheduler in schedulers)


_SCHEDULER = """
import subprocess, sys, time
time.sleep({wait})
for _ in range({rounds}):
    for words in {acts}:
        done = subprocess.run([sys.executable, "-c", {command!r}, *words])
        # Another is at the same work, and has it: that is for the next round.
        assert done.returncode in (0, 1, 70), (words, done.returncode)
"""


def _scheduler(home: Home, wait: float) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "BBAJ_LEDGER_URL"}
    environment |= {"BBAJ_HOME": str(home.root), "BBAJ_LANG": "en", "PYTHONPATH": str(PROJECT)}
    code = _SCHEDULER.format(
        wait=wait,
        rounds=_ROUNDS,
        acts=[list(ACTS[act]) for act in WAY],
        command=begin.COMMAND.format(more=""),
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, cwd=PROJECT, stderr=subprocess.PIPE, text=True
    )
