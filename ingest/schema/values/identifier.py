"""National identifiers: the person's IIN, the organisation's BIN, the territory's KATO code.

In: the text of an identifier. Out: the names of the parts that are wrong, in the order they are checked.

Sources: the check digit is that of Government Resolution No. 565 of 11.06.2003; structure of the IIN, the BIN
and the classifier of territories as in the national standard НК РК 11-2025 and the BIN rules.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal

from ingest.schema.forms.contract import FieldFormat
from ingest.schema.values.letters import digits_for_letters, plain_digits

if TYPE_CHECKING:
    from ingest.schema.texts.catalogue import Damage

IINFault = Literal["length", "birth_date", "century", "check_digit"]
BINFault = Literal["length", "month", "kind", "check_digit"]

# What is written around the digits of an identifier and says nothing, in the syntax of Python and of RE2 alike:
# white space, dashes, quotes and apostrophes, the `=` of `="…"`, the `.0` of a number.
WRAPPING = (
    "[\\s\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\u2010-\u2015\u2212'\"\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb`\u02bc-]+"
    "|^=|[.,]0+\\s*$"
)
_DIGITS_IN = {"iin": 12, "bin": 12, "kato": 9}
# A year that begins with 00 and a month below 10 lose three zeros; what a number lost at its end is not known.
_FEWEST_DIGITS, _LOST_AT_END = 9, "00000"
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
# The seventh digit: odd male, even female. 7 and 8 are assigned to nobody: the demo country lives there.
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_DEMO_CENTURIES = {"7": 2000, "8": 2000}


def check_digit(stem: str) -> int | None:
    """The twelfth digit for eleven given ones; None where no such number is ever issued."""
    digits = [int(digit) for digit in stem]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest != 10:
            return rest
    return None


def _is_twelve_digits(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def birth_date_of(iin: str) -> date | None:
    """The birth date an IIN states; None where its first seven digits state none."""
    century = (_CENTURIES | _DEMO_CENTURIES).get(iin[6:7])
    if century is None:
        return None
    try:
        return date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def iin_faults(text: str, *, demo: bool) -> list[IINFault]:
    """What is wrong with an IIN; empty when it is well formed.

    `demo` admits the seventh digits 7 and 8, which no living person has.
    """
    if not _is_twelve_digits(text):
        return ["length"]
    faults: list[IINFault] = []
    allowed = _CENTURIES | _DEMO_CENTURIES if demo else _CENTURIES
    try:
        date((allowed.get(text[6]) or 2000) + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        faults.append("birth_date")
    if text[6] not in allowed:
        faults.append("century")
    if check_digit(text[:11]) != int(text[11]):
        faults.append("check_digit")
    return faults


def bin_faults(text: str) -> list[BINFault]:
    """What is wrong with a BIN; empty when it is well formed."""
    if not _is_twelve_digits(text):
        return ["length"]
    faults: list[BINFault] = []
    if not 1 <= int(text[2:4]) <= 12:
        faults.append("month")
    if text[4] not in "456" or text[5] not in "0123":
        faults.append("kind")
    if check_digit(text[:11]) != int(text[11]):
        faults.append("check_digit")
    return faults


def is_kato(text: str) -> bool:
    """Whether the text has the shape of a KATO code: nine digits, none of them a level skipped to nothing."""
    return len(text) == 9 and text.isascii() and text.isdigit() and text[:2] != "00"


def digits_in(kind: FieldFormat) -> int:
    """How many digits an identifier of that kind has."""
    return _DIGITS_IN[kind]


def damages(text: str, meant: str) -> tuple[Damage, ...]:
    """What keeps a text from being the identifier it means."""
    bare = re.sub(WRAPPING, "", plain_digits(text))
    found: list[Damage] = [] if bare.isdecimal() else ["signs"]
    if len(re.sub(r"\D", "", digits_for_letters(bare))) < len(meant):
        found.append("zeros")
    return tuple(found)


def meant_identifier(kind: FieldFormat, text: str) -> str | None:
    """The identifier a text of the wrong length probably means; None where that cannot be told.

    Words around the digits, letters that look like digits, and zeros at the beginning that a spreadsheet dropped
    when it took the identifier for a number. Only an identifier without fault is suggested, one of the demo range
    included: its check digit makes a wrong suggestion unlikely.
    """
    bare = re.sub(WRAPPING, "", digits_for_letters(plain_digits(text)))
    runs = re.findall(r"\d+", bare)
    if len(runs) != 1 or (len(runs[0]) < _FEWEST_DIGITS):
        return None
    digits = runs[0]
    length = digits_in(kind)
    if kind == "kato":
        return digits if is_kato(digits) else None
    if len(digits) < length and (digits.endswith(_LOST_AT_END) or digits != bare):
        return None
    filled = digits.zfill(length)
    faults = iin_faults(filled, demo=True) if kind == "iin" else bin_faults(filled)
    return None if faults else filled
