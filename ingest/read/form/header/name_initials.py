"""Headers that are the first letters of surname, first name and patronymic: «Ф.», «И.», «О.»; «Т.», «А.», «Ә.».

In: the cells of a header, what words make of them, and the letters of the form. Out: column → field. A letter alone
says nothing: it is of a name where the part before or behind it stands beside it, be it in full («Фамилия», «И.»).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ingest.schema.forms.contract import LANGUAGES, Contract
from ingest.schema.values.letters import letters_in_cyrillic

PARTS = ("last_name", "first_name", "middle_name")
"""The fields of a form that make up a person's name, in the order in which they are written."""
Initials = Mapping[str, str]
"""Field → the letter its label begins with, in one language."""


def initials_of(contract: Contract) -> tuple[Initials, ...]:
    """The first letters of a name's parts in each language; nothing for a form without them."""
    fields = {field.name: field.labels for field in contract.fields if field.name in PARTS}
    return tuple(
        {name: _letter(labels.in_language(language)[:1]) for name, labels in fields.items()}
        for language in LANGUAGES
        if fields
    )


def name_initials(
    cells: Sequence[str | None], named: Mapping[int, str], known: Sequence[Initials]
) -> dict[int, str]:
    """The columns headed by an initial. `named`: column → the field its words name."""
    letters = {column: letter for column, cell in enumerate(cells) if (letter := _letter(cell or ""))}
    found: dict[int, str] = {}
    for initials in known if letters else ():
        for column in {place for each in letters for place in (each - 1, each)}:
            for parts in pairwise(part for part in PARTS if part in initials):
                pair = dict(zip((column, column + 1), parts, strict=True))
                if all(
                    named.get(at) == part or letters.get(at) == initials[part] for at, part in pair.items()
                ):
                    found |= {at: part for at, part in pair.items() if at not in named}
    return found


def _letter(cell: str) -> str:
    """The letter, where a cell holds one alone, as it is compared; else nothing."""
    text = cell.strip().removesuffix(".").strip()
    return letters_in_cyrillic(text.casefold()) if len(text) == 1 and text.isalpha() else ""
