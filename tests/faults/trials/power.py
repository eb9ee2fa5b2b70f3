"""The power fails during an act: what no program asked to be durable is lost, whatever had been written.

In: a country on a disk of its own. Out: what was done; AssertionError where it did not hold.
"""

from __future__ import annotations

import random
from pathlib import Path

from ingest.home import Home
from tests.faults.trials import oracle
from tests.faults.trials.begin import WAY, copied_whole, do, drop_files
from tests.faults.trials.deaths import places, require_as_undisturbed
from tests.faults.trials.disks import FailingDisk
from tests.faults.trials.references import gone_so_far

_SIZE = 512 << 20
_LONGEST = {"collect": 2.0, "judge": 6.0, "build": 14.0, "publish": 4.0}
# What each receipt promises is told at once, and outlives the disk.
ACKNOWLEDGES = """
import ingest.receive.receipt as receipts
from ingest.receive import drop
def told(work):
    def receive(*args):
        receipt = work(*args)
        if receipt.sha256:
            print("receipt", receipt.submission_id, receipt.sha256, flush=True)
        return receipt
    return receive
drop.record_stored = told(drop.record_stored)
"""


def names() -> list[str]:
    """Of the trials: at each named place of these acts, at any moment, and after each has ended well."""
    at = [name for name, stage in places().items() if stage.act in WAY]
    return [*at, *(f"any_moment:{act}" for act in WAY), *(f"after:{act}" for act in WAY)]


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial; the disk keeps data and journal in the order they are written, or (half of them) in any."""
    disk = FailingDisk(work / "disk.img", work / "disk", chance.choice(["", "data=writeback"]))
    disk.make(_SIZE)
    try:
        disk.mount()
        home = Home(disk.at / "home")
        act = _act_of(name)
        before = WAY[: WAY.index(act)]
        copied_whole(gone_so_far(work, before), home.root)
        if not before:
            drop_files(home)
        said = _cut_during(disk, home, name, chance)
        oracle.require_receipts(home)
        oracle.go_on(home)
        require_as_undisturbed(work, home)
        oracle.let_go()
        return said
    finally:
        oracle.let_go()
        disk.remove()


def _act_of(name: str) -> str:
    stage = places().get(name)
    return stage.act if stage else name.partition(":")[2]


def _cut_during(disk: FailingDisk, home: Home, name: str, chance: random.Random) -> str:
    kind = name.partition(":")[0]
    stage = places().get(name)
    act = _act_of(name)
    oracle.let_go()
    disk.unmount()  # all of that is old
    disk.mount()
    seconds = chance.uniform(0, _LONGEST[act]) if kind == "any_moment" else None
    done = do(home, act, failpoint=name if stage else "", seconds=seconds, before=ACKNOWLEDGES)
    acknowledged = oracle.receipts_in(done.stdout)
    disk.cut_power()
    number = {"publish": 2}.get(act, 1)
    oracle.require_old_or_new(home, {1, number})
    if kind == "after" and act == "publish":
        oracle.require_old_or_new(home, {2})
    oracle.require_receipts(home, acknowledged)
    return f"{done.returncode}, {len(acknowledged)} receipts told, {disk.options}"
