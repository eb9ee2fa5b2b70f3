"""Texts written as plainly as can be → their values, without a statement.

In: the different texts of a column. Out: their values as the SQL of `typing_sql` would type them, or None where any of
them takes more than a look. Most columns of most files hold nothing else, and of a small file making the question
takes the database a hundred times as long as answering it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ingest.read.arrow import Chunk, pa
from ingest.schema.forms.codelist import YES_NO, codelist
from ingest.schema.forms.contract import Contract, FormField

MOST = 2_000
"""So many different texts are looked at one by one; of more the database is quicker."""
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,13}([.,][0-9]{1,4})?")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
# In these letters small and capital are the same pairs to everybody, and nothing is there to be cleaned.
_WORD = re.compile(r"[0-9A-Za-zЀ-ҁҊ-ӿ_-]+( [0-9A-Za-zЀ-ҁҊ-ӿ_-]+)*")

_Value = Callable[[str], Any]


class _NotPlainError(ValueError):
    """A text takes more than a look."""


def plain_values(contract: Contract, field: FormField, different: Chunk) -> Chunk | None:
    """The value of each text; None where one of them is not plain, or they are many."""
    value = _value_of(field)
    if value is None or len(different) > MOST:
        return None
    stands_for_nothing = {None, *contract.missing_words}
    try:
        values = [None if text in stands_for_nothing else value(text) for text in different.to_pylist()]
    except ValueError:  # also a day no calendar has
        return None
    return pa.array(values, _TYPES[field.type])


def _value_of(field: FormField) -> _Value | None:
    if field.constraints.codelist:
        return _code_in(codelist(field.constraints.codelist).by_word) if field.type == "string" else None
    if field.type == "boolean":
        code = _code_in(codelist(YES_NO).by_word)
        return lambda text: code(text) == "yes"
    return _VALUES.get(field.type)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _NotPlainError
    return int(text)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _NotPlainError
    return Decimal(text.replace(",", "."))


def _date(text: str) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    raise _NotPlainError


def _code_in(by_word: Mapping[str, str]) -> Callable[[str], str]:
    def code(text: str) -> str:
        if not _WORD.fullmatch(text) or (found := by_word.get(text.lower())) is None:
            raise _NotPlainError
        return found

    return code


_VALUES: Mapping[str, _Value] = {"integer": _integer, "number": _number, "date": _date}
_TYPES: Mapping[str, pa.DataType] = {
    # As the database gives them back.
    "integer": pa.int32(),
    "number": pa.decimal128(18, 4),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "string": pa.string(),
}
