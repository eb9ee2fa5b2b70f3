"""What a row of the ledger says, as one digest.

In: the values of its columns, as the program gives them to the database or as either database gives them back. Out: 32
hexadecimal digits, the same for all three. A value that is null says nothing: a column added later changes no digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from typing import Any

SEAL = "seal"
DIGITS = 32
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_OTHERWISE = "not JSON"


class SealedTable:
    """How one table's rows are put into words. `columns`: those that are sealed, in the order of their values."""

    def __init__(self, model: Any) -> None:
        fields = sorted(
            (field for field in model._meta.concrete_fields if field.column != SEAL), key=_column_of
        )
        self.name: str = model._meta.db_table
        self.key: str = model._meta.pk.column
        self.columns = tuple(field.column for field in fields)
        self._fields = fields
        self._kinds = tuple((field.column, _holds_json(field)) for field in fields)

    def digest(self, values: Sequence[Any]) -> str:
        """Of a row as a database has it."""
        said: list[Any] = [self.name]
        for (column, is_json), value in zip(self._kinds, values, strict=True):
            if value is not None:
                said.append(column)
                said.append(_read(value) if is_json else _plain(value))
        return blake2b(_encode(said).encode("ascii"), digest_size=DIGITS // 2).hexdigest()

    def digest_of(self, row: Any) -> str:
        """Of a row that is to be written, all of whose values are known."""
        values = []
        for field, (_, is_json) in zip(self._fields, self._kinds, strict=True):
            value = getattr(row, field.attname)
            if is_json and value is not None:
                value = json.dumps(value)
            values.append(value if is_json else field.get_prep_value(value))
        return self.digest(values)


@cache
def table_of(model: Hashable) -> SealedTable:
    """Of a model whose rows are sealed."""
    return SealedTable(model)


def _column_of(field: Any) -> str:
    return str(field.column)


def _holds_json(field: Any) -> bool:
    return bool(field.get_internal_type() == "JSONField")


def _read(text: Any) -> Any:
    """JSON however an engine writes it: without its blanks and the order of its names; whole numbers as such. What is
    none, since it was damaged, says something else than any JSON does."""
    try:
        return json.loads(text, parse_float=_number)
    except (TypeError, ValueError, RecursionError):
        return [_OTHERWISE, _plain(text)]


def _number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() else number


def _plain(value: Any) -> Any:
    """A value as an SQLite file holds it: moments as texts in UTC, yes and no as numbers."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    for known, words in _WORDS.items():
        if isinstance(value, known):
            return words(value)
    return value


def _moment(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value)


# A moment is a day to Python, and a yes a number: those come first.
_WORDS: dict[type, Callable[[Any], Any]] = {
    bool: int,
    datetime: _moment,
    date: date.isoformat,
    bytes: lambda value: ["bytes", value.hex()],
    str: str.__str__,
    int: int,
}
