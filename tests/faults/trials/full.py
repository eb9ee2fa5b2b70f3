"""The disk fills up during an act: it says so, what is shown stays, and with room again everything goes on.

In: a country on a small disk. Out: what was done; AssertionError where it did not hold.
"""

from __future__ import annotations

import random
from pathlib import Path

from ingest.home import Home
from tests.faults.trials import oracle
from tests.faults.trials.begin import WAY, copied_whole, do, drop_files
from tests.faults.trials.deaths import require_as_undisturbed
from tests.faults.trials.disks import fill, small_disk
from tests.faults.trials.references import gone_so_far, reference

# From nothing at all to about what an act writes, in bytes.
_LEAST, _MOST = 4096, {"collect": 1 << 18, "judge": 1 << 21, "build": 24 << 20, "publish": 12 << 20}
_SAID = ("disk", "room", "space")


def names() -> list[str]:
    """One for each act of the way."""
    return list(WAY)


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial, with so many bytes left as chance says, half of the time few."""
    size = sum(file.stat().st_size for file in reference(work).start.root.rglob("*") if file.is_file())
    with small_disk(work / "small", 4 * size + (96 << 20)) as disk:
        try:
            home = Home(disk / "home")
            before = WAY[: WAY.index(name)]
            copied_whole(gone_so_far(work, before), home.root)
            if not before:
                drop_files(home)
            oracle.let_go()
            but = chance.choice([_LEAST * chance.randrange(16), chance.randrange(_LEAST, _MOST[name])])
            ballast = fill(disk, but)
            done = do(home, name)
            assert "Traceback" not in done.stderr, done.stderr
            if done.returncode not in (0, 1):
                assert any(each in done.stderr for each in _SAID), done.stderr
                assert done.returncode == 70, done
            ballast.unlink()
            oracle.require_old_or_new(home, {1, 2} if name == "publish" else {1})
            oracle.require_receipts(home)
            oracle.go_on(home)
            require_as_undisturbed(work, home)
            return f"{but} bytes left: {done.returncode} {done.stderr.strip()[:100]}"
        finally:
            oracle.let_go()
