"""Templates of sentences → sentences: the catalogues' `{placeholders}` filled in, in the words of one language.

In: a template, a language and facts. Out: the sentence. A placeholder may say what follows its number:

- `{many:# строка|# строки|# строк}` (Russian: after 1, after 2, after 5; a fourth form after a fraction),
  `{many:# row|# rows}` (English). `#` is the number; forms without it choose a word alone.
- `{most:#-ден}` (Kazakh): the suffix takes the shape that the number asks for, `5-тен`, `6-дан`.
- `{perhaps:?}`: a part of the text that is there or not, and is left out where it is empty.

Numbers are written with the decimal sign of the language, days as `07.09.2026`; what is blank is said to be blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from string import Formatter
from typing import Any

from ingest.schema.texts.closed import Labels
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.spoken_number import Number, kazakh_suffix, plural_form, written
from ingest.schema.values.moment import moment_words

BLANK: Mapping[Language, str] = {"kk": "(бос)", "ru": "(пусто)", "en": "(blank)"}
OPEN = "…"
_OPTIONAL = "?"
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_SUFFIXED = re.compile(r"#-(?P<suffix>\w+)")


def fill(template: str, language: Language, facts: Mapping[str, Any], *, lenient: bool = False) -> str:
    """The sentence. Raises KeyError for a placeholder without a fact; with `lenient` that place stays open (`…`)."""
    said: list[str] = []
    for literal, name, forms in _parts(template):
        said.append(literal)
        if name:
            fact = facts.get(name, OPEN) if lenient else facts[name]
            said.append(_counted(fact, forms, language) if forms else in_words(fact, language))
    return "".join(said)


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[tuple[str, str, str], ...]:
    """Literal text, the placeholder behind it and what is said of its number."""
    return tuple((text, name or "", spec or "") for text, name, spec, _ in Formatter().parse(template))


def in_words(fact: Any, language: Language) -> str:
    """One fact as the language writes it."""
    if isinstance(fact, Labels):
        return fact.in_language(language)
    if isinstance(fact, int | float | Decimal) and not isinstance(fact, bool):
        return written(fact, language)
    if isinstance(fact, datetime):
        return f"{fact:%d.%m.%Y %H:%M}"
    if isinstance(fact, date | time):
        return moment_words(fact)
    text = "" if fact is None else str(fact)
    return text if text.strip() else BLANK[language]


def interval(least: Number | date | time | None, most: Number | date | time | None) -> Labels:
    """An interval in signs every language reads: `0–12`, `≥ 0`, `≤ 31.12.2026`. One end at least is given."""
    said: dict[str, str] = {}
    for language in LANGUAGES:
        ends = [in_words(end, language) for end in (least, most) if end is not None]
        sign = "≤ " if least is None else "≥ " if most is None else ""
        said[language] = sign + "–".join(dict.fromkeys(ends))
    return Labels(**said)


def _counted(fact: Any, forms: str, language: Language) -> str:
    """A number with the word or the suffix that belongs to it, or a part of the text that may be left out."""
    if forms == _OPTIONAL:
        return "" if fact is None else str(fact)
    number = _number(fact, language)
    said = in_words(fact, language)
    if found := _SUFFIXED.fullmatch(forms):
        return f"{said}-{found['suffix'] if number is None else kazakh_suffix(number, found['suffix'])}"
    listed = forms.split("|")
    place = len(listed) - 1 if number is None else plural_form(number, language)
    # Fractions rule the form that follows 2, unless there is one of their own.
    chosen = listed[1 if place == 3 and len(listed) < 4 else min(place, len(listed) - 1)]
    return chosen.replace("#", said)


def _number(fact: Any, language: Language) -> Number | None:
    if isinstance(fact, int | float | Decimal) and not isinstance(fact, bool):
        return fact
    text = in_words(fact, language)
    return Decimal(text.replace(",", ".").replace("−", "-")) if _NUMBER.fullmatch(text) else None
