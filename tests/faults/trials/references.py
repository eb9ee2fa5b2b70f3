"""What comes of the country of the trials when nothing disturbs it: made once a folder, compared with after each trial.

In: a folder. Out: the home every trial begins with, and what it says after the whole way.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.home import Home
from ingest.locks import locked
from tests.faults.trials import oracle
from tests.faults.trials.begin import copied, shown_country

# The names of files that get a receipt each; the others are set aside with a finding.
RECEIVED = ("a.csv", "again.csv", "b.csv", "c.csv", "none.nil", "wrong.csv")


@dataclass(frozen=True)
class Reference:
    """`start`: never changed. `told`: what it says when it went the whole way undisturbed."""

    start: Home
    told: oracle.Told


@lru_cache(maxsize=2)
def reference(work: Path) -> Reference:
    """Of that folder; made once for all who try there, one after the other."""
    work.mkdir(parents=True, exist_ok=True)
    with locked(work / ".reference.lock", 3600):
        start = shown_country(work)
        kept = work / "told.pickle"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_undisturbed(work, start)))
    return Reference(start, pickle.loads(kept.read_bytes()))


@lru_cache(maxsize=16)
def gone_so_far(work: Path, acts: tuple[str, ...]) -> Home:
    """The country after these acts, its files no longer in the drop folder if they were collected. Never changed."""
    if not acts:
        return reference(work).start
    before = gone_so_far(work, acts[:-1])
    with locked(work / ".reference.lock", 3600):
        root = work / f"after-{'-'.join(acts)}"
        if not (work / f".{root.name}").exists():
            home = copied(before, root, drop=len(acts) == 1)
            oracle.go_on(home, [acts[-1]])
            oracle.let_go()
            (work / f".{root.name}").touch()
    return Home(root)


def _undisturbed(work: Path, start: Home) -> oracle.Told:
    home = copied(start, work / "undisturbed")
    oracle.go_on(home)
    told = oracle.told_by(home)
    assert told.content is not None
    oracle.require_all_taken(home, RECEIVED)
    oracle.require_whole(home)
    oracle.require_old_or_new(home, (2,))
    return told
