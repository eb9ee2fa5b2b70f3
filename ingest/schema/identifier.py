"""National identifiers: the person's IIN, the organisation's BIN, the territory's KATO code.

In: the text of an identifier. Out: the names of the parts that are wrong, in the order they are checked.

Sources: the check digit is that of Government Resolution No. 565 of 11.06.2003; structure of the IIN, the BIN
and the classifier of territories as in the national standard НК РК 11-2025 and the BIN rules.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

IINFault = Literal["length", "birth_date", "century", "check_digit"]
BINFault = Literal["length", "month", "kind", "check_digit"]

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
