"""A second look, one by one, at the different texts of a column that the SQL of `typing_sql` gave no value.

In: a column of a contract and such texts. Out: one `Odd` after the other for those that say more than that: a
value after all, or a finding of its own.
Texts that are written as expected never come here, so that looking closely costs nothing where nothing is odd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from ingest.read.arrow import Chunk, Numbers, pa, pc
from ingest.read.cells.written.codes import code_of
from ingest.read.cells.written.dates import odd_date
from ingest.read.cells.written.named_numbers import named_number
from ingest.read.cells.written.numbers import beside_letter, odd_number
from ingest.read.cells.written.odd_cell import Odd
from ingest.read.cells.written.times import odd_datetime, odd_time
from ingest.schema.forms.codelist import YES_NO
from ingest.schema.forms.contract import FieldType, FormField

MOST_IN_VAIN = 1_000
# A longer text is a remark, not a value.
_LONGEST = 60
# What stands around a value and is none of it: Excel's sign for a text, quotes, the `=` of `="6"`.
_AROUND = "'’‘ʼ`´\"«»“”„‚ "
_CODES = {
    "integer": "not_an_integer",
    "number": "not_a_number",
    "date": "not_a_date",
    "time": "not_a_time",
    "datetime": "not_a_datetime",
    "boolean": "not_a_boolean",
}

_MAY_HOLD_LETTER = frozenset({"words_with_number", "not_an_integer", "letters_for_digits"})

_READ_BY: Mapping[FieldType, Callable[[str, FormField], Odd | None]] = {
    "date": odd_date,
    "time": odd_time,
    "datetime": odd_datetime,
}


def looked_at_again(
    texts: Chunk, column: FormField, letters: FormField | None = None
) -> Iterator[tuple[int, Odd]]:
    """What texts say, with their places among these, in order; of which nothing is said but `unread_code`, are left
    out. `letters`: the column that has the letters beside these numbers. One at a time: there may be hundreds of
    thousands, of which whoever asks keeps what it needs.

    Where the first thousand different texts of a column say nothing at all, the rest are not looked at: that column
    holds something else, in hundreds of thousands of ways perhaps, of which none is kept.
    """
    found = False
    for begin in range(0, len(texts), MOST_IN_VAIN):
        if begin and not found and not letters:
            break
        for place, text in enumerate(texts.slice(begin, MOST_IN_VAIN).to_pylist(), begin):
            odd = said_of(text, column, letters, beside_alone=bool(begin) and not found)
            if odd != _unread(text, column):
                found = True
                yield place, odd


def said_of(
    text: str, column: FormField, letters: FormField | None = None, *, beside_alone: bool = False
) -> Odd:
    """What a text says that has no value as it is written. `beside_alone`: only the letter beside its number."""
    odd = _unread(text, column) if beside_alone else _odd(text, column)
    if letters and odd.code in _MAY_HOLD_LETTER and len(text) <= _LONGEST:
        return beside_letter(text, letters) or odd
    return odd


def unread_code(column: FormField) -> str | None:
    """The finding that a text deserves in which nothing was found. None for a word no codelist knows: it stays as it
    is, whether it may is for the judge to say."""
    return None if column.constraints.codelist else _CODES[column.type]


def _unread(text: str, column: FormField) -> Odd:
    """What is said of a text in which nothing was found."""
    code = unread_code(column)
    return Odd(code=code) if code else Odd(value=text)


def with_values(values: Chunk, places: Numbers, found: Chunk) -> Chunk:
    """The values with those that were found on the second look in their places, which ascend."""
    if not len(places):
        return values
    mask = np.zeros(len(values), dtype=bool)
    mask[places] = True
    return pc.replace_with_mask(values, pa.array(mask), found)


def _odd(text: str, column: FormField) -> Odd:
    if len(text) <= _LONGEST and (bare := _without_signs(text)) != text and bare:
        found = _as_written(bare, column)
        return found if found.value is not None else _as_written(text, column)
    return _as_written(text, column)


def _without_signs(text: str) -> str:
    """A value without what programs and people put around it: `'6`, `"6"`, `="6"`."""
    quoted = text.strip().removeprefix("=") if text.strip()[1:2] in ('"', "'") else text
    return quoted.strip(_AROUND)


def _as_written(text: str, column: FormField) -> Odd:
    if name := column.constraints.codelist:
        code = code_of(name, text)
        return Odd(value=code) if code else _unread(text, column)
    found = _found(text, column) if len(text) <= _LONGEST else None
    return found or _named(text, column) or _unread(text, column)


def _named(text: str, column: FormField) -> Odd | None:
    """The number that a word or a mark with a sign means, as a suggestion."""
    number = named_number(text, column.named) if column.named else None
    return Odd(code=unread_code(column), suggestion=number) if number else None


def _found(text: str, column: FormField) -> Odd | None:
    if column.type == "boolean":
        code = code_of(YES_NO, text)
        return Odd(value=code == "yes") if code else None
    return _READ_BY.get(column.type, odd_number)(text, column)
