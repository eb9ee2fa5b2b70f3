"""Which form a file holds, by what stands in it.

In: a path. Out: the form, with whose report and which period a template's stamp names; None where that cannot be
told. A file names itself by the hidden sheet of its template; any other by its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.read.reading import Reading
from ingest.read.sandbox.parent import read_apart
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts

# A file is of a form when it has this share of its columns, and no other form comes near.
_SHARE = 0.5
_AHEAD = 0.15


@dataclass(frozen=True)
class Recognised:
    """`node`, `period`: as the template says, None where it does not."""

    form: str
    node: str | None = None
    period: str | None = None


def recognise(path: Path) -> Recognised | None:
    """The form of a file. Raises OSError when it cannot be opened, ReadError for a fault of ours."""
    scores: list[tuple[float, str]] = []
    for form, contract in contracts().items():
        reading = read_apart(path, contract)
        if reading.stamp and reading.stamp.form in contracts():
            return Recognised(reading.stamp.form, reading.stamp.node, reading.stamp.period)
        scores.append((_share(reading, contract), form))
    (best, form), (second, _) = sorted(scores, reverse=True)[:2]
    return Recognised(form) if best >= _SHARE and best - second >= _AHEAD else None


def stamp_of(path: Path, contract: Contract) -> Recognised | None:
    """What a template of this form says of itself, None of another file. Raises as `recognise` does."""
    stamp = read_apart(path, contract).stamp
    return Recognised(stamp.form, stamp.node, stamp.period) if stamp and stamp.form == contract.form else None


def _share(reading: Reading, contract: Contract) -> float:
    """The share of the form's columns that a file has, in the table that has most of them."""
    return max((len(table.columns) for table in reading.tables), default=0) / len(contract.fields)
