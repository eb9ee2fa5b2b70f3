"""One person as looked for: identifiers, names with birth dates, and whether a row is about that person.

In: what somebody who asks says of himself, and what rows say. Out: yes, no, or "the same name and birth date under
another identifier", which is left to a person to decide: namesakes are born on one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from ingest.schema.values.identifier import iin_faults

Likeness = Literal["same", "similar", "other"]
Name = tuple[str, str]
"""Last and first name, folded."""
LAST, FIRST, BORN = "last_name", "first_name", "birth_date"


def folded(text: str) -> str:
    """A name without what spelling adds: capitals, blanks around and between."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Person:
    """`identifiers`: of twelve digits each. `written`: names as they stand in files, for what is looked for in bytes.
    `demo`: identifiers of the demo range are identifiers."""

    identifiers: frozenset[str] = frozenset()
    names: frozenset[Name] = frozenset()
    births: frozenset[date] = frozenset()
    written: frozenset[Name] = frozenset()
    demo: bool = False

    def with_row(self, row: Mapping[str, Any]) -> Person:
        """Knowing what a row about the same person says, too."""
        last, first, born = (row.get(name) for name in (LAST, FIRST, BORN))
        if not last or not first or not born:
            return self
        return replace(
            self,
            names=self.names | {(folded(last), folded(first))},
            births=self.births | {born},
            written=self.written | {(last, first)},
        )

    def with_identifiers(self, texts: Iterable[str]) -> Person:
        """Known by these too; what has not twelve digits would be found in any text."""
        whole = {text for text in texts if len(text) == 12 and text.isdigit()}
        return replace(self, identifiers=self.identifiers | whole)

    def with_rows(self, rows: Iterable[Mapping[str, Any]]) -> Person:
        """Knowing what all of these say."""
        known = self
        for row in rows:
            known = known.with_row(row)
        return known

    def likeness(self, row: Mapping[str, Any], iin: str | None) -> Likeness:
        """Whether a row is about this person. An identifier that nobody can have is a misspelt one: name and birth date
        tell then; one that somebody may have is somebody's."""
        if iin in self.identifiers:
            return "same"
        last, first = row.get(LAST), row.get(FIRST)
        if not last or not first or (folded(last), folded(first)) not in self.names:
            return "other"
        if row.get(BORN) not in self.births:
            return "other"
        return "similar" if iin and not iin_faults(iin, demo=self.demo) else "same"

    def is_named_in(self, text: str) -> bool:
        """Whether one text says the identifier, or last and first name together."""
        if any(identifier.lstrip("0") in text for identifier in self.identifiers):
            return True
        inside = folded(text)
        return any(last in inside and first in inside for last, first in self.names)
