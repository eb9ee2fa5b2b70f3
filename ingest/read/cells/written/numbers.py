"""Numbers as people write them → the number, or what stands in the way of reading it.

In: the text of a cell, cleaned, that is no plain `12 345,6`, and its column. Out: an `Odd`, or None where the text
is no number at all.

- Read: thousands parted by points, commas or apostrophes where the text itself shows that they are thousands (two
  of them, or a decimal mark of another kind: `1.234,56`, `1,234,567`), digits of any script, a bare `,5` or `5.`.
- Not read: `1.234` and `1,000` in a column of whole numbers (a thousand or a fraction?), a per cent sign, words or
  units after the number, letters in place of digits. Each is a finding, with the number where only one can be meant.
- In a column of numbers a single mark is the decimal one: `1.234` and `1,234` are a little more than one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from ingest.read.cells.written.odd_cell import Odd
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import digits_for_letters, folded_text, plain_digits

_MARKS = str.maketrans("−－．，", "--.,")
_SIGN = r"(?P<sign>[+-]?)"
_GROUPED = re.compile(
    _SIGN
    + r"(?P<whole>\d{1,3}(?P<mark>[ .,'’ʼ`])\d{3}(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))(?P<decimal>[.,])(?P<rest>\d+))?"
)
_PLAIN = re.compile(_SIGN + r"(?P<whole>\d{1,3}(?: \d{3})+|\d+)?(?:(?P<decimal>[.,])(?P<rest>\d*))?")
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_PER_CENT = re.compile(r"(?P<number>.*\d) ?[%٪﹪％]")
# A number and then something that is no further number: «12 м²», «5-сынып», «5 чел.», «100 ₸».
_WITH_WORDS = re.compile(
    r"(?P<number>[+-]?\d(?:[\d.,'’ ]*\d)?) ?[-–]?(?P<words>[^\W\d][^\d]*|[мМmM][23]|[₸$€£₽№°]+)"
)
# The letter O among digits, or alone: «1О», «О». Behind digits other letters may mean something: «5З» is a class.
_WITH_O = re.compile(r"[\d., ]*[OoОо][\dOoОо]*")
# A class with its letter: «5А», «5 "Б"», «5-б», «7 «Ә» сынып».
_WITH_LETTER = re.compile(
    r"(?P<number>\d{1,2}) ?[-–]? ?[«\"“„'(]? ?(?P<letter>[^\W\d_]{1,2}) ?[»\"”“')]?(?: ?(?:класс|кл\.?|сынып|сын\.?))?",
    re.I,
)
_INTEGERS = range(-(2**31), 2**31)
_LARGEST = Decimal(10) ** 14
_SCALE = Decimal("0.0001")


def odd_number(text: str, column: FormField) -> Odd | None:
    """What a text that is no plain number says; None where it says none."""
    plain = plain_digits(text).translate(_MARKS)
    if (value := _value(plain, column)) is not None:
        return Odd(value=value)
    if column.type == "integer" and _UNCLEAR.fullmatch(plain):
        return Odd(code="thousands_or_fraction", params={"digits": re.sub(r"\D", "", plain)})
    if found := _PER_CENT.fullmatch(plain):
        return _suggested("percent_sign", found["number"], column)
    if _WITH_O.fullmatch(plain):
        return _suggested("letters_for_digits", re.sub("[OoОо]", "0", plain), column)
    if found := _WITH_WORDS.fullmatch(plain):
        return (
            None
            if _changes_number(found["words"])
            else _suggested("words_with_number", found["number"], column)
        )
    mended = digits_for_letters(plain)
    return _suggested("letters_for_digits", mended, column) if mended != plain else None


def beside_letter(text: str, letters: FormField) -> Odd | None:
    """The finding on a number that stands with the letter of a class, which has the column `letters`; None for none."""
    found = _WITH_LETTER.fullmatch(plain_digits(text).strip())
    if not found or not found["letter"].isalpha():
        return None
    number, letter = str(int(found["number"])), found["letter"].upper()
    params = {"number": number, "letter": letter, "other": letters.labels}
    return Odd(code="letter_with_number", suggestion=number, params=params)


@lru_cache(maxsize=4096)
def _changes_number(words: str) -> bool:
    """Whether words behind a number make another of it: thousands, a half or a power, a month of a date.

    A spreadsheet makes `5-май` or `5 мая` of a 5.05 that somebody typed.
    """
    is_number = words[0].isnumeric() or any(sign.isnumeric() and not sign.isdigit() for sign in words)
    return is_number or not _others().isdisjoint(folded_text(words).replace(".", " ").split())


@lru_cache(maxsize=1)
def _others() -> frozenset[str]:
    """The words for multiples and months, without Roman numerals: those are letters of classes and units too."""
    multiples = read_words("written_number")["multiples"].values()
    months = (
        words
        for said in read_words("written_date")["months"].values()
        for language, words in said.items()
        if language != "roman"
    )
    return frozenset(folded_text(word) for group in (*multiples, *months) for word in group)


def _suggested(code: str, number: str, column: FormField) -> Odd | None:
    """The finding with the number it suggests; None where that is no number of the column."""
    value = _value(number.strip(), column)
    return None if value is None else Odd(code=code, suggestion=_written(value))


def _value(text: str, column: FormField) -> int | Decimal | None:
    """The number a text surely means, None where it means none or one of two."""
    if column.type == "integer" and _UNCLEAR.fullmatch(text):
        return None
    found = _grouped(text) or _PLAIN.fullmatch(text)
    if not found or not (found["whole"] or found["rest"]):
        return None
    whole, rest = re.sub(r"\D", "", found["whole"] or "0"), (found["rest"] or "").rstrip("0")
    number = Decimal(f"{found['sign']}{whole}.{rest or '0'}")
    if column.type == "integer":
        return int(number) if not rest and int(number) in _INTEGERS else None
    return number.quantize(_SCALE) if abs(number) < _LARGEST else None


def _grouped(text: str) -> re.Match[str] | None:
    """A number with thousands that show themselves: by an apostrophe, by being two, by another decimal mark."""
    found = _GROUPED.fullmatch(text)
    if not found:
        return None
    is_sure = found["mark"] not in ".," or found["decimal"] or found["whole"].count(found["mark"]) > 1
    return found if is_sure else None


def _written(number: int | Decimal) -> str:
    """A number as the country writes it: `12,5`."""
    return str(number) if isinstance(number, int) else f"{number.normalize():f}".replace(".", ",")
