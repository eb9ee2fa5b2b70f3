"""What a publication would lack of what is shown: the last look before a country's dashboards go empty.

In: the files of the warehouse that is shown and of the one that is to be. Out: the largest loss, if it is beyond
what the installation accepts unasked (`acceptable_loss`): of submissions, of organisations, or of rows of a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.databases import read_file
from ingest.digests import read_digest
from ingest.ledger.records import Build

_FEW = {"submissions": 10, "organisations": 10}
_FEW_ROWS = 1000
"""So few may go unasked, as long as some are left: one school's week in a small installation is no catastrophe."""


@dataclass(frozen=True)
class Loss:
    """`what`: submissions, organisations, or a table of the warehouse; how many were shown and how many would be."""

    what: str
    before: int
    after: int

    @property
    def share(self) -> float:
        """The share that goes, 0 to 1."""
        return 1 - self.after / self.before if self.before else 0.0


def loss_beyond(
    acceptable: float,
    shown: Sequence[Path],
    shown_build: Build,
    new: Sequence[Path],
    new_build: Build,
) -> Loss | None:
    """The largest loss that somebody must accept; None where there is none."""
    after = _counts(new, new_build)
    try:
        before = _counts(shown, shown_build)
    except (
        duckdb.Error
    ):  # what is shown is damaged: what its digest and its build tell of it holds all the same
        before = _counted(shown_build) | _noted_facts(shown)
    losses = [Loss(what, count, after.get(what, 0)) for what, count in before.items()]
    grave = [loss for loss in losses if _is_grave(loss, acceptable)]
    return max(grave, key=lambda loss: (loss.share, loss.before), default=None)


def _is_grave(loss: Loss, acceptable: float) -> bool:
    if not loss.before or loss.after >= loss.before:
        return False
    return loss.after == 0 or (
        loss.share > acceptable and loss.before - loss.after > _FEW.get(loss.what, _FEW_ROWS)
    )


def _counts(files: Iterable[Path], build: Build) -> dict[str, int]:
    counts = _counted(build)
    for file in files:
        if not file.exists():
            continue
        with read_file(file) as con:
            facts = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' "
                "AND starts_with(table_name, 'fct_')"
            ).fetchall()
            for (name,) in facts:
                found = con.execute(f'SELECT count(*) FROM main."{name}"').fetchone()
                assert found is not None
                counts[name] = found[0]
    return counts


def _counted(build: Build) -> dict[str, int]:
    return {"submissions": build.submissions, "organisations": build.organisations}


def _noted_facts(files: Iterable[Path]) -> dict[str, int]:
    digests = [read_digest(file) for file in files]
    tables = {name: rows for each in digests if each for name, rows in each.facts.get("tables", {}).items()}
    return {name: rows for name, rows in tables.items() if name.startswith("fct_")}
