"""What comes of the country of the trials when nothing disturbs it: made once a folder, compared with after each trial.

In: a folder. Out: the home every trial begins with, and what it says after the whole way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.home import Home
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
    """Of that folder."""
    work.mkdir(parents=True, exist_ok=True)
    start = shown_country(work)
    home = copied(start, work / "undisturbed")
    oracle.go_on(home)
    told = oracle.told_by(home)
    assert told.content is not None
    oracle.require_all_taken(home, RECEIVED)
    oracle.require_whole(home)
    oracle.require_old_or_new(home, (2,))
    return Reference(start, told)
