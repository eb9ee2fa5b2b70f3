"""Rules on how texts are written: names of persons, organisations and territories, telephone numbers.

None of them blocks a file: how a name is written is for the submitter to decide, what it probably should be is
said as a suggestion. SQL finds the rows, Python writes the suggestion for the few that were found.
"""

from __future__ import annotations

import re

from expectations.rules.minority import MinorityRule
from expectations.rules.rule import CellRule, text

_LATIN, _CYRILLIC = "AaBCcEeHKkMOoPpTXxyYIi", "АаВСсЕеНКкМОоРрТХхуУІі"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u04ff]")
_MIXED = r"\p{Cyrillic}\p{Latin}|\p{Latin}\p{Cyrillic}"
_PAIRS = (("«", "»"), ("“", "”"), ("(", ")"))
_FILLERS = ("тест", "test", "xxx", "ххх", "нет", "жоқ", "неизвестно", "белгісіз", "аты", "имя", "фамилия")


def matches(column: str, expression: str) -> str:
    """SQL: whether a part of the text matches. Runs of braces in the expression are taken as they are."""
    return f"regexp_matches(b.{column}, {text(expression)})"


class MixedAlphabets(CellRule):
    """No word mixes Cyrillic letters with Latin ones that look like them."""

    def fault(self) -> str:
        return matches(self.column, _MIXED)

    def suggestion(self, value: str) -> str | None:
        return _WORD.sub(lambda word: _in_one_alphabet(word.group()), value)


def _in_one_alphabet(word: str) -> str:
    """The word in Cyrillic if its look-alikes allow it, else in Latin, else unchanged."""
    if not _CYRILLIC_LETTER.search(word):
        return word
    cyrillic = word.translate(_TO_CYRILLIC)
    if all(_CYRILLIC_LETTER.match(letter) for letter in cyrillic):
        return cyrillic
    latin = word.translate(_TO_LATIN)
    return word if _CYRILLIC_LETTER.search(latin) else latin


class DigitsInName(CellRule):
    """There is no digit in the name of a person."""

    def fault(self) -> str:
        return matches(self.column, r"\d")


class SignsInName(CellRule):
    """A name of a person holds letters, spaces, hyphens, apostrophes and full stops, and no other sign."""

    def fault(self) -> str:
        return matches(self.column, r"[^\p{L}\p{M}\d .'’ʼ`-]")


class NameIsInitial(CellRule):
    """A name of a person is written in full and not as its first letter."""

    def fault(self) -> str:
        return matches(self.column, r"^\p{L}\.?$|\p{L}\.\s?\p{L}\.")


class NameInCapitals(CellRule):
    """A name is not written in capital letters throughout."""

    def fault(self) -> str:
        return (
            f"length(b.{self.column}) > 3 AND b.{self.column} = upper(b.{self.column}) "
            f"AND b.{self.column} <> lower(b.{self.column})"
        )

    def suggestion(self, value: str) -> str | None:
        return _WORD.sub(lambda word: word.group().capitalize(), value)


class NameInSmallLetters(CellRule):
    """A name begins with a capital letter."""

    def fault(self) -> str:
        return matches(self.column, r"^\p{Ll}")

    def suggestion(self, value: str) -> str | None:
        return _WORD.sub(lambda word: word.group()[0].upper() + word.group()[1:], value, count=1)


class FillerText(CellRule):
    """The text is not a word that only fills the cell, such as "тест" or one letter three times."""

    is_about_whole_text = True

    def fault(self) -> str:
        listed = ", ".join(text(word) for word in _FILLERS)
        return (
            f"lower(b.{self.column}) IN ({listed}) OR (length(b.{self.column}) > 2 AND "
            f"replace(lower(b.{self.column}), lower(left(b.{self.column}, 1)), '') = '')"
        )


class QuotesInPairs(CellRule):
    """Every quotation mark and bracket that is opened is closed."""

    def fault(self) -> str:
        column = f"b.{self.column}"
        pairs = " OR ".join(
            f"{_count(column, opening)} <> {_count(column, closing)}" for opening, closing in _PAIRS
        )
        return f"{pairs} OR {_count(column, chr(34))} % 2 = 1"


def _count(column: str, sign: str) -> str:
    return f"(length({column}) - length(replace({column}, '{sign}', '')))"


class SameText(CellRule):
    """Two columns of a row do not hold the same text."""

    stage = "row"

    other: str

    def fault(self) -> str:
        return f"lower(b.{self.column}) = lower(b.{self.other})"


class KazakhLettersInRussian(CellRule):
    """A text in Russian holds none of the letters that only Kazakh has."""

    def fault(self) -> str:
        return matches(self.column, "[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")


class PhoneDigits(CellRule):
    """A telephone number has ten digits, up to twelve with its country's own; a text may hold several of them."""

    def fault(self) -> str:
        digits = f"length(regexp_replace(b.{self.column}, '[^0-9]', '', 'g'))"
        several = matches(self.column, "[,;/]")
        return f"{digits} < 10 OR ({digits} > 12 AND NOT {several})"


class LetterInTwoCases(MinorityRule):
    """The letter of a class is written alike in all rows: not «а» here and «А» there.

    Points at the rows that differ from most; where both are as many, at those with the small letter.
    """

    def groups(self) -> list[str]:
        return [*super().groups(), f"lower(b.{self.column})"]

    def preferred(self) -> str:
        return "v.value = upper(v.value)"
