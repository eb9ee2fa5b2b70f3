"""Headers cut short with full stops → the field they can only mean: «Отч.», «Яз. обуч.», «Сын.».

In: a header as written and every known way to head a column. Out: the field, or None where no heading begins so or
headings of several fields do: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ingest.schema.letters import folded_text

_TOKENS = re.compile(r"[^\W\d_]+\.?")
_SHORTEST = 2
_LONGEST = 60


def meant_by_abbreviation(text: str, fields: Mapping[str, str]) -> str | None:
    """The one field of which a heading reads so when its words are cut short. `fields`: heading → field."""
    if len(text) > _LONGEST:
        return None
    tokens = tuple(_TOKENS.findall(text))
    is_cut = tokens and any(token.endswith(".") for token in tokens)
    if (
        not is_cut
        or any(len(token.rstrip(".")) < _SHORTEST for token in tokens)
        or any(map(str.isdecimal, text))
    ):
        return None
    parts = [(folded_text(token.rstrip(".")), token.endswith(".")) for token in tokens]
    found = {field for heading, field in fields.items() if _reads_so(_words(heading), parts)}
    return found.pop() if len(found) == 1 else None


def _reads_so(words: tuple[str, ...], parts: list[tuple[str, bool]]) -> bool:
    return len(words) == len(parts) and all(
        word.startswith(part) if is_cut else word == part
        for word, (part, is_cut) in zip(words, parts, strict=True)
    )


@lru_cache(maxsize=16384)
def _words(heading: str) -> tuple[str, ...]:
    return tuple(word.strip(".,;:()") for word in heading.split())
