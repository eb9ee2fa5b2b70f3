"""Headers cut short → the field they can only mean: «Отч.», «Яз. обуч.», «Сын.», «Кол-во уроков», «в т.ч. по уваж.».

In: a header as written and every known way to head a column. Out: the field, or None where no heading begins so or
headings of several fields do: nothing is guessed. Words are cut with a full stop at their end or with a hyphen in
their middle, and where the caller says so with no sign at all; of a heading of three words or more the last may be
missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.schema.values.letters import folded_text, without_kazakh_letters

_TOKENS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?\.?")
# Contractions that stand for words in their own order, whatever the form.
_SET_PHRASES = re.compile(r"\bт\. ?ч\.")
_SHORTEST = 2
_SHORTEST_WITHOUT_STOP = 3
_LONGEST = 60
_MOST_BEHIND_HYPHEN = 3
_FEWEST_OF_LONGER = 2


@dataclass(frozen=True)
class _Part:
    """A word of the header: what it begins with and ends with; `is_cut`: whether letters may lie between or behind."""

    begin: str
    end: str
    is_cut: bool

    def reads(self, word: str) -> bool:
        if not self.is_cut:
            return word == self.begin
        is_longer = not self.end or len(word) > len(self.begin) + len(self.end)
        return word.startswith(self.begin) and word.endswith(self.end) and is_longer


def meant_by_abbreviation(text: str, fields: Mapping[str, str]) -> str | None:
    """The one field of which a heading reads so when its words are cut short. `fields`: heading → field."""
    if len(text) > _LONGEST or any(map(str.isdecimal, text)):
        return None
    parts = [_part(token) for token in _TOKENS.findall(_SET_PHRASES.sub("том числе", text))]
    return _meant(parts, fields)


def meant_by_beginnings(text: str, fields: Mapping[str, str]) -> str | None:
    """The same of a header that has no sign where its words are cut: «матем», «қаз тілі», «рус яз». So few letters as
    begin one word or another say nothing."""
    if len(text) > _LONGEST or any(map(str.isdecimal, text)):
        return None
    words = [folded_text(token.rstrip(".")) for token in _TOKENS.findall(text)]
    if not words or len(words[0]) < _SHORTEST_WITHOUT_STOP:
        return None
    found = {
        field
        for heading, field in fields.items()
        if len(own := _words(heading)) == len(words)
        and all(_begins_so(word, begin) for word, begin in zip(own, words, strict=True))
    }
    return found.pop() if len(found) == 1 else None


def _begins_so(word: str, begin: str) -> bool:
    return word.startswith(begin) or without_kazakh_letters(word).startswith(without_kazakh_letters(begin))


def _meant(parts: list[_Part], fields: Mapping[str, str]) -> str | None:
    if not any(part.is_cut for part in parts) or any(
        part.is_cut and len(part.begin + part.end) < _SHORTEST for part in parts
    ):
        return None
    found = {field for heading, field in fields.items() if _reads_so(_words(heading), parts)}
    if not found and len(parts) >= _FEWEST_OF_LONGER:
        found = {
            field for heading, field in fields.items() if _reads_so(_words(heading)[: len(parts)], parts)
        }
    return found.pop() if len(found) == 1 else None


def _part(token: str) -> _Part:
    begin, hyphen, end = token.rstrip(".").partition("-")
    if hyphen and len(end) <= _MOST_BEHIND_HYPHEN and not token.endswith("."):
        return _Part(folded_text(begin), folded_text(end), is_cut=True)
    return _Part(folded_text(token.rstrip(".")), "", is_cut=token.endswith("."))


def _reads_so(words: tuple[str, ...], parts: list[_Part]) -> bool:
    return len(words) == len(parts) and all(part.reads(word) for word, part in zip(words, parts, strict=True))


@lru_cache(maxsize=16384)
def _words(heading: str) -> tuple[str, ...]:
    return tuple(word.strip(".,;:()") for word in heading.split())
