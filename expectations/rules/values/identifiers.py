"""Rules on the numbers of persons, organisations and territories, one finding for each part of a number.

The SQL says what `ingest.schema.values.identifier` says in Python (a test compares them on random numbers). It works
on `d.value`, each number once: `expectations.judging.prepare` computes the faults of every distinct number with the
expressions of this module, and the rules below read the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.rules.rule import Rule, Stage, ValueRule
from ingest.schema.forms.contract import FieldFormat
from ingest.schema.values.identifier import meant_identifier

_DIGITS = "0123456789"


def _is_not_digits(length: int) -> str:
    return f"(length(d.value) <> {length} OR translate(d.value, '{_DIGITS}', '') <> '')"


def _part(start: int, length: int = 1) -> str:
    return f"substr(d.value, {start}, {length})"


def _first(count: int) -> str:
    """The first `count` digits of the twelve-digit number `d.n`, as a number."""
    return f"d.n // {10 ** (12 - count)}"


def _digits(start: int, length: int) -> str:
    return f"({_first(start - 1 + length)}) % {10**length}"


# The check digit without taking the digits apart. With q(i) the number made of the first i digits, the digit
# a(i) is q(i) - 10 q(i-1). Put into the first pass, the sum of i * a(i) for i = 1..11, and reduced modulo 11,
# this leaves the sum of (2i + 1) * q(i) for i = 1..10. The weights of the second pass are i + 2 modulo 11, so
# it is the first (10, or it would not be made) plus twice the digit sum, q(11) - 9 * (q(1) + ... + q(10)).
FIRST_PASS = "(" + " + ".join(f"{2 * count + 1} * ({_first(count)})" for count in range(1, 11)) + ") % 11"
_LEADING = " + ".join(f"({_first(count)})" for count in range(1, 11))
_CHECK_DIGIT = (
    f"(CASE WHEN d.first_pass < 10 THEN d.first_pass "
    f"ELSE (10 + 2 * ({_first(11)} - 9 * ({_LEADING}))) % 11 END) <> d.n % 10"
)
# A four-digit year is a leap year here whenever its last two digits say so, but for 1800 and 1900.
_MONTH = _digits(3, 2)
_DAYS = (
    f"CASE WHEN {_MONTH} IN (4, 6, 9, 11) THEN 30 WHEN {_MONTH} <> 2 THEN 31 "
    f"WHEN {_digits(1, 2)} % 4 <> 0 OR ({_digits(1, 2)} = 0 AND {_digits(7, 1)} BETWEEN 1 AND 4) "
    "THEN 28 ELSE 29 END"
)


def iin_date(value: str) -> str:
    """SQL: the birth date an IIN states, NULL where its first seven digits state none."""
    century = f"CASE WHEN substr({value}, 7, 1) IN ('1', '2') THEN '18'" + (
        f" WHEN substr({value}, 7, 1) IN ('3', '4') THEN '19' ELSE '20' END"
    )
    return (
        f"TRY_CAST(({century}) || substr({value}, 1, 2) || '-' || substr({value}, 3, 2) || '-' || "
        f"substr({value}, 5, 2) AS DATE)"
    )


def fault_expressions(kind: FieldFormat, *, demo: bool) -> Mapping[str, str]:
    """Name of a fault → SQL over `d(value, n, first_pass)`.

    `n` is a value of twelve digits as a BIGINT and NULL for any other: then the first fault, of the length,
    is the only one said. `demo` admits the seventh digits 7 and 8 of an IIN.
    """
    if kind == "iin":
        return {
            "length": "d.n IS NULL",
            "birth_date": f"{_MONTH} NOT BETWEEN 1 AND 12 OR {_digits(5, 2)} NOT BETWEEN 1 AND {_DAYS}",
            "century": f"{_digits(7, 1)} NOT BETWEEN 1 AND {8 if demo else 6}",
            "check_digit": _CHECK_DIGIT,
        }
    if kind == "bin":
        return {
            "length": "d.n IS NULL",
            "month": f"{_MONTH} NOT BETWEEN 1 AND 12",
            "kind": f"{_digits(5, 1)} NOT BETWEEN 4 AND 6 OR {_digits(6, 1)} > 3",
            "check_digit": _CHECK_DIGIT,
        }
    if kind == "kato":
        return {"shape": f"{_is_not_digits(9)} OR {_part(1, 2)} = '00'"}
    return {}


class IdentifierFault(ValueRule):
    """One part of a number is wrong. `part` is the column of `distinct_<column>` that says so."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "cell"

    part: ClassVar[str] = ""

    def fault(self) -> str:
        return f"d.is_wrong_{self.part}"


class IinLength(IdentifierFault):
    """The IIN has twelve digits."""

    part = "length"

    def suggestion(self, value: str) -> str | None:
        return meant_identifier("iin", value)


class IinBirthDate(IdentifierFault):
    """The first six digits of the IIN are a date of the century its seventh digit names."""

    part = "birth_date"


class IinCentury(IdentifierFault):
    """The seventh digit of the IIN names a century and a sex."""

    part = "century"


class IinCheckDigit(IdentifierFault):
    """The last digit of the IIN follows from the others."""

    part = "check_digit"


class BinLength(IdentifierFault):
    """The BIN has twelve digits."""

    part = "length"

    def suggestion(self, value: str) -> str | None:
        return meant_identifier("bin", value)


class BinMonth(IdentifierFault):
    """The third and fourth digit of the BIN are a month."""

    part = "month"


class BinKind(IdentifierFault):
    """The fifth and sixth digit of the BIN name a kind of entity."""

    part = "kind"


class BinCheckDigit(IdentifierFault):
    """The last digit of the BIN follows from the others."""

    part = "check_digit"


class KatoShape(IdentifierFault):
    """The KATO code has nine digits and begins with a region."""

    part = "shape"

    def suggestion(self, value: str) -> str | None:
        return meant_identifier("kato", value)


IDENTIFIER_RULES: Mapping[FieldFormat, tuple[type[IdentifierFault], ...]] = {
    "iin": (IinLength, IinBirthDate, IinCentury, IinCheckDigit),
    "bin": (BinLength, BinMonth, BinKind, BinCheckDigit),
    "kato": (KatoShape,),
}


def _is_readable_iin(column: str) -> str:
    return f"length(b.{column}) = 12 AND translate(b.{column}, '{_DIGITS}', '') = ''"


class IinMatchesBirthDate(Rule):
    """The IIN begins with the birth date of the other column. Silent where the IIN itself states none."""

    other: str

    def fault(self) -> str:
        return f"{_is_readable_iin(self.column)} AND {iin_date(f'b.{self.column}')} <> b.{self.other}"

    def facts(self) -> dict[str, str]:
        return {"stated": f"strftime(b.{self.other}, '%d.%m.%Y')"}


class IinMatchesSex(Rule):
    """The seventh digit of the IIN is odd for a boy and even for a girl."""

    other: str

    def fault(self) -> str:
        digit = f"substr(b.{self.column}, 7, 1)"
        male, female = f"{digit} IN ('1', '3', '5', '7')", f"{digit} IN ('2', '4', '6', '8')"
        return (
            f"{_is_readable_iin(self.column)} AND "
            f"((b.{self.other} = 'm' AND {female}) OR (b.{self.other} = 'f' AND {male}))"
        )
