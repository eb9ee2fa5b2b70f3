"""Conditions of a contract: what a column must compare with, as a person writes it.

In: what stands under `when` and `must`, by signs: `{">": 0}`, `{"<=": {column: lessons_scheduled}}`,
`{"not in": [a, b]}`, `{"==": true}`, `{is: empty}`. Out: types that check it; a rule turns it into SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from ingest.authored import fault
from ingest.schema.texts.closed import Closed, Name

Operator = Literal["<", "<=", ">", ">=", "==", "!=", "in", "not in", "is"]
STATES: tuple[str, ...] = ("empty", "filled")
"""What a cell may be asked to be by the sign `is`."""


class OtherColumn(Closed):
    """Another column of the same row."""

    column: Name


def _as_text(value: Any) -> Any:
    """YAML reads days by itself; a contract keeps them as ISO texts."""
    return value.isoformat() if isinstance(value, date | datetime | time) else value


Constant = Annotated[bool | int | float | str, BeforeValidator(_as_text)]
Operand = OtherColumn | tuple[Constant, ...] | Constant
Comparisons = dict[Operator, Operand]


def require_operands(compared: Mapping[Operator, Operand]) -> None:
    """A list stands where one belongs and nowhere else, and so does what a cell may be."""
    for sign, operand in compared.items():
        if isinstance(operand, tuple) != (sign in ("in", "not in")) or operand == ():
            raise fault("wrong_operand", sign=sign)
        if sign == "is" and operand not in STATES:
            raise fault("no_such_state", found=str(operand), known=list(STATES))


def columns_of(compared: Mapping[Operator, Operand]) -> tuple[str, ...]:
    """The other columns that are compared with."""
    return tuple(each.column for each in compared.values() if isinstance(each, OtherColumn))
