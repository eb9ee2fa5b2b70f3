"""How numbers are written in sentences, and which form of a Russian word a number asks for.

Kazakh nouns stand in the singular after any number. Neither language bends the name of a place here: words are chosen
so that it stands as the subject of its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from dashboards.reports.content import Both
from dashboards.reports.rounding import told as told_number
from dashboards.words.speech import NUMBER_FORMAT

LANGUAGES = ("kk", "ru")
SPACE = "\u00a0"
_SEPARATORS = str.maketrans({",": str(NUMBER_FORMAT["thousands"]), ".": str(NUMBER_FORMAT["decimal"])})
MINUS = "\u2212"


def number(value: float, digits: int = 0) -> str:
    """A number as both languages write it: decimal comma, thousands apart, half away from nought."""
    return _written(told_number(value, "decimal", digits), digits)


def percent(value: float, digits: int = 1) -> str:
    """A share of 1 in per cent."""
    return f"{of_hundred(value, digits)}{SPACE}%"


def of_hundred(value: float, digits: int = 1) -> str:
    """A share of 1, or a difference of two, told of a hundred and without its unit."""
    return _written(told_number(value, "share", digits), digits)


def _written(rounded: Decimal, digits: int) -> str:
    apart = f"{abs(rounded):,.{digits}f}".translate(_SEPARATORS)
    return MINUS + apart if rounded < 0 else apart


class Amount:
    """A whole number in a pattern: `{n}` writes it, `{n:one|few|many}` the Russian form it asks for."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __format__(self, forms: str) -> str:
        if not forms:
            return number(self.value)
        return russian_form(self.value, *forms.split("|"))


def russian_form(value: int, one: str, few: str, many: str) -> str:
    """The form of a word after a whole number: 1, 21 one; 2–4, 22–24 few; 0, 5–20 many."""
    tens, ones = divmod(abs(value) % 100, 10)
    if tens == 1 or ones == 0 or ones > 4:
        return many
    return one if ones == 1 else few


Value = Both | Amount | int | str


def fill(pattern: Both, values: Mapping[str, Value] | None = None, **more: Value) -> Both:
    """A text in both languages with its places filled; a whole number counts as an amount."""
    found = {**(values or {}), **more}
    return told(lambda language: _filled(pattern.of(language), found, language))


def _filled(pattern: str, values: Mapping[str, Value], language: str) -> str:
    def of(value: Value) -> object:
        if isinstance(value, Both):
            return value.of(language)
        return Amount(value) if isinstance(value, int) else value

    return pattern.format(**{name: of(value) for name, value in values.items()})


def told(write: Callable[[str], str]) -> Both:
    """What is written for each language."""
    return Both(kk=write("kk"), ru=write("ru"))


def same(text: str) -> Both:
    """A text that is the same in both languages: a number."""
    return Both(kk=text, ru=text)


def joined(texts: list[Both], between: str = ", ", last: Both | None = None) -> Both:
    """Texts in a row, the last one after `last`."""

    def write(language: str) -> str:
        found = [each.of(language) for each in texts]
        if last is None or len(found) < 2:
            return between.join(found)
        return between.join(found[:-1]) + last.of(language) + found[-1]

    return told(write)


def capitalised(text: Both) -> Both:
    """A text that begins a sentence."""
    return told(lambda language: text.of(language)[:1].upper() + text.of(language)[1:])
