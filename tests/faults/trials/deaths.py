"""Something kills an act: at each named place of the program, and at any moment.

In: a country, a stage, a source of chance. Out: what was done; AssertionError where it did not hold.
"""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.home import Home
from tests.faults.trials import oracle
from tests.faults.trials.begin import WAY, copied, do
from tests.faults.trials.references import RECEIVED, gone_so_far, reference

SOURCES = Path(__file__).parents[3]
# Longer than an act takes anywhere here, in seconds: a moment after its end is a moment as well.
LONGEST = {"collect": 2.0, "judge": 6.0, "build": 14.0, "publish": 4.0}


@dataclass(frozen=True)
class Stage:
    """An act, what is done before it, and which publications may be shown when it was killed."""

    act: str
    before: Sequence[str] = ()
    shown: Sequence[int] = (1,)


_OF_ROOM = {
    "store": Stage("collect"),
    "receipt": Stage("collect"),
    "drop": Stage("collect"),
    "intake": Stage("judge", ("collect",)),
    "land": Stage("judge", ("collect",)),
    "build": Stage("build", WAY[:2]),
    "publish": Stage("publish", WAY[:3], (1, 2)),
    "rollback": Stage("rollback", WAY, (1, 2)),
    "rebuild": Stage("rebuild", WAY, (2, 3)),
    "secret": Stage("secret", WAY, (2,)),
}
# Acts beside the way of a file, killed by tests of their own.
ELSEWHERE = ("backup", "restore", "erase", "move", "purpose", "outbox", "summaries")
NOT_KILLED = ("backup:laid_ready", "backup:let_go", "backup:vault", "restore:vault")
"""Places of those acts at which no test kills the program yet."""
_REBUILT = 0.1
"""Of so many trials the content is held against a rebuild, too."""
_NAMED = re.compile(r'\breach\("([a-z_]+:[a-z_]+)"\)')


def all_places() -> list[str]:
    """Every named place of the program at which it may be killed."""
    rooms = ("ingest", "expectations", "warehouse", "dashboards")
    files = [file for room in rooms for file in sorted((SOURCES / room).rglob("*.py"))]
    return [name for file in files for name in _NAMED.findall(file.read_text(encoding="utf-8"))]


def places() -> Mapping[str, Stage]:
    """The named places of the way of a file, and the act that comes by each."""
    rooms = {name: name.partition(":")[0] for name in all_places()}
    return {name: _OF_ROOM[room] for name, room in rooms.items() if room not in ELSEWHERE}


def names() -> list[str]:
    """Of the trials of this kind."""
    return [*places(), *(f"any_moment:{act}" for act in WAY)]


def run(work: Path, name: str, chance: random.Random) -> str:
    """One trial. Killed once or, one time in three, twice before the way is gone undisturbed."""
    stage, at_any_moment = _stage(name)
    home = copied(gone_so_far(work, tuple(stage.before)), work / "home", drop=not stage.before)
    said = []
    for _ in range(1 + (chance.random() < 1 / 3)):
        seconds = chance.uniform(0, LONGEST[stage.act]) if at_any_moment else None
        killed = do(home, stage.act, failpoint="" if at_any_moment else name, seconds=seconds)
        said.append(
            f"{killed.returncode}" if seconds is None else f"{killed.returncode} after {seconds:.2f} s"
        )
        if not at_any_moment and not said[1:]:
            assert killed.returncode == -signal.SIGKILL, f"{name} is not reached: {killed.stderr}"
        oracle.require_old_or_new(home, (*stage.shown, *_further(stage)))
        oracle.require_receipts(home)
    _put_right(home, stage)
    require_as_undisturbed(work, home)
    if chance.random() < _REBUILT:
        rebuilt = do(home, "rebuild")
        assert rebuilt.returncode == 0, rebuilt.stderr
        oracle.require_same(oracle.told_by(home), reference(work).told)
        said.append("rebuilt")
    return ", ".join(said)


def require_as_undisturbed(work: Path, home: Home) -> None:
    """After the whole way once more everything is as if nothing had happened."""
    oracle.require_receipts(home)
    oracle.require_all_taken(home, RECEIVED)
    oracle.require_whole(home)
    oracle.require_same(oracle.told_by(home), reference(work).told)


def _stage(name: str) -> tuple[Stage, bool]:
    if name.startswith("any_moment:"):
        act = name.partition(":")[2]
        return Stage(act, WAY[: WAY.index(act)], (1, 2)), True
    return places()[name], False


def _further(stage: Stage) -> Sequence[int]:
    """A second try may have come further than the first: rebuilding makes a publication each time."""
    return (3, 4, 5) if stage.act == "rebuild" else ()


def _put_right(home: Home, stage: Stage) -> None:
    if stage.act == "rollback":
        oracle.go_on(home, ["rollback"])
        oracle.require_old_or_new(home, (1,))
        oracle.go_on(home, ["lift"])
    elif stage.act in ("rebuild", "secret"):
        oracle.go_on(home, [stage.act])
    oracle.go_on(home)
