"""Declarative corrections of known errors of a source: data beside the contract, never code.

In: `ingest/contracts/corrections/<form>.yml`, a list. Out: `Correction`s in the order of the file. Each says what is
wrong, what is right, why, who asked for it, and a guard that keeps it from anything else.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, model_validator

from ingest.schema.contract import Closed, Contract, Labels, Name
from ingest.schema.load import CONTRACTS
from ingest.schema.period import Period


class Guard(Closed):
    """Where alone a correction holds: every part that is given must agree.

    `node`: code of the submitter; `period`: the reporting period as written; `cells`: other columns of the row and
    the text they hold, white space and letter case aside.
    """

    node: str | None = None
    period: str | None = None
    cells: dict[Name, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _guards_something(self) -> Self:
        if not (self.node or self.cells):
            raise ValueError("a guard names the submitter, or other cells of the row, or both")
        return self


class Correction(Closed):
    """One known error: in `field` the text `wrong` becomes `right` where `guard` holds.

    `id` names it in findings and never changes. `asked_by`: office, document and its date, in words for people.
    """

    id: Name
    field: Name
    wrong: str
    right: str
    guard: Guard
    reason: Labels
    asked_by: Labels
    since: date

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if self.wrong == self.right:
            raise ValueError("wrong and right are the same")
        if self.field in self.guard.cells:
            raise ValueError(
                f"guard.cells: {self.field} is the corrected column itself; it must hold `wrong`"
            )
        return self

    def concerns(self, node: str | None, period: Period | None) -> bool:
        """Whether a report of that node on that period may hold the error."""
        return self.guard.node in (None, node) and self.guard.period in (None, period and period.text)


class CorrectionError(Exception):
    """A file of corrections that its form cannot follow. Says the file and what is wrong."""


def corrections(contract: Contract, directory: Path | None = None) -> tuple[Correction, ...]:
    """The corrections of a form. Raises CorrectionError, and pydantic.ValidationError on a malformed file."""
    found = _read((directory or CONTRACTS).resolve() / "corrections" / f"{contract.form}.yml")
    known = {field.name for field in contract.fields}
    ids = [each.id for each in found]
    if len(set(ids)) != len(ids):
        raise CorrectionError(f"{contract.form}.yml: an id stands there twice")
    for each in found:
        if strange := sorted({each.field, *each.guard.cells} - known):
            raise CorrectionError(f"{contract.form}.yml: {each.id}: the form has no {', '.join(strange)}")
    return found


@lru_cache(maxsize=64)
def _read(file: Path) -> tuple[Correction, ...]:
    if not file.exists():
        return ()
    return tuple(
        Correction.model_validate(entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    )
