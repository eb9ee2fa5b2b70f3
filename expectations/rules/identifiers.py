"""Rules on the numbers of persons, organisations and territories, one finding for each part of a number.

The SQL says what `ingest.schema.identifier` says in Python (a test compares them on random numbers). It works
on `d.value`, each number once: `expectations.prepare` computes the faults of every distinct number with the
expressions of this module, and the rules below read the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.rules.rule import Rule, ValueRule
from ingest.schema.contract import FieldFormat

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_DIGITS = "0123456789"


def _is_not_digits(length: int) -> str:
    return f"(length(d.value) <> {length} OR translate(d.value, '{_DIGITS}', '') <> '')"


def _part(start: int, length: int = 1) -> str:
    return f"substr(d.value, {start}, {length})"


def _sum(weights: tuple[int, ...]) -> str:
    """The weighted sum of the first eleven digits, each taken from the number `d.n` by division."""
    terms = (f"(d.n // {10 ** (11 - index)}) % 10 * {weight}" for index, weight in enumerate(weights))
    return f"({' + '.join(terms)}) % 11"


_CHECK_DIGIT = (
    f"(CASE WHEN {_sum(_FIRST_WEIGHTS)} < 10 THEN {_sum(_FIRST_WEIGHTS)} "
    f"ELSE {_sum(_SECOND_WEIGHTS)} END) <> d.n % 10"
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
    """Name of a fault → SQL over `d(value, n)`; the first, `length`, rules the others out.

    `n` is the value as a BIGINT, 0 where it is none. `demo` admits the seventh digits 7 and 8 of an IIN.
    """
    if kind == "iin":
        centuries = ", ".join(f"'{digit}'" for digit in ("12345678" if demo else "123456"))
        return {
            "length": _is_not_digits(12),
            "birth_date": f"{iin_date('d.value')} IS NULL",
            "century": f"{_part(7)} NOT IN ({centuries})",
            "check_digit": _CHECK_DIGIT,
        }
    if kind == "bin":
        return {
            "length": _is_not_digits(12),
            "month": f"{_part(3, 2)} NOT BETWEEN '01' AND '12'",
            "kind": f"{_part(5)} NOT IN ('4', '5', '6') OR {_part(6)} NOT IN ('0', '1', '2', '3')",
            "check_digit": _CHECK_DIGIT,
        }
    if kind == "kato":
        return {"shape": f"{_is_not_digits(9)} OR {_part(1, 2)} = '00'"}
    return {}


class IdentifierFault(ValueRule):
    """One part of a number is wrong. `part` is the column of `distinct_<column>` that says so."""

    part: ClassVar[str] = ""

    def fault(self) -> str:
        return f"d.is_wrong_{self.part}"


class IinLength(IdentifierFault):
    """The IIN has twelve digits."""

    part = "length"


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
