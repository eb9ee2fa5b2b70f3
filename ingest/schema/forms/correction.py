"""Declarative corrections of known errors of a source: data beside the contract, never code.

In: `ingest/contracts/corrections/<form>.yml`, a list. Out: `Correction`s in the order of the file. Each says what is
wrong, what is right, why, who asked for it, and a guard that keeps it from anything else.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from ingest.authored import AuthorError, fault, list_in, read_yaml, validated
from ingest.schema.forms.contract import Closed, Contract, Labels, Name
from ingest.schema.forms.load import CONTRACTS
from ingest.schema.values.period import Period


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
            raise fault("guards_nothing")
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
            raise fault("corrects_nothing")
        if self.field in self.guard.cells:
            raise fault("guards_itself", found=self.field)
        return self

    def concerns(self, node: str | None, period: Period | None) -> bool:
        """Whether a report of that node on that period may hold the error."""
        if self.guard.node not in (None, node):
            return False
        return self.guard.period is None or (period is not None and period.is_named(self.guard.period))


def corrections(contract: Contract, directory: Path | None = None) -> tuple[Correction, ...]:
    """The corrections of a form. Raises AuthorError."""
    file = (directory or CONTRACTS).resolve() / "corrections" / f"{contract.form}.yml"
    found = _read(file)
    known = [field.name for field in contract.fields]
    ids: set[str] = set()
    for each in found:
        if each.id in ids:
            raise AuthorError(file, each.id, "id_twice", found=each.id)
        ids.add(each.id)
        named = {f"{each.id}.field": each.field}
        named |= {f"{each.id}.guard.cells.{name}": name for name in each.guard.cells}
        for key, name in named.items():
            if name not in known:
                raise AuthorError(file, key, "no_column", found=name, known=known)
    return found


@lru_cache(maxsize=64)
def _read(file: Path) -> tuple[Correction, ...]:
    if not file.exists():
        return ()
    entries = list_in(read_yaml(file), file)
    return tuple(
        validated(Correction, entry, file, _named(entry, place)) for place, entry in enumerate(entries, 1)
    )


def _named(entry: object, place: int) -> str:
    """A correction by its id, by its place where it has none."""
    own = entry.get("id") if isinstance(entry, dict) else None
    return own if isinstance(own, str) else str(place)
