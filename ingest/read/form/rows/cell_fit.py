"""Whether a text could be the value of a column: what tells a record from a line of words.

In: a column of the contract and the text of a cell. Out: `yes`, where few other texts would do; `open`, where
almost any text would; `no`. Not whether the value is right: a number with a digit too many is still meant as one.
"""

from __future__ import annotations

import re
from typing import Literal

from ingest.read.cells.columns.column_text import SPACE_CHARACTERS
from ingest.read.cells.own_pattern import follows
from ingest.read.cells.written.codes import code_of
from ingest.read.cells.written.dates import odd_date
from ingest.read.cells.written.numbers import odd_number
from ingest.read.cells.written.times import odd_datetime, odd_time
from ingest.read.tables.row_kinds import says_signature
from ingest.schema.forms.codelist import YES_NO, codelist
from ingest.schema.forms.contract import FormField
from ingest.schema.values.identifier import digits_in
from ingest.schema.values.letters import plain_digits

Fit = Literal["yes", "open", "no"]

_LONGEST_VALUE = 40
_NUMBER = re.compile(r"[+−-]?\d{1,3}(?:[ \u00a0]?\d{3})*(?:[.,]\d+)?(?:e[+-]?\d{1,2})?", re.I)
_DATE = re.compile(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}.{0,12}")
# A day with what is written behind its year: below a report it says when it was written.
_DATED = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}(?: ?(?:г|ж|год|жыл)\.?)?", re.I)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e[+]?\d{1,2}", re.I)
# A pattern that lets these through tells nothing apart.
_PROSE = ("Итого по школе", "Класс жетекшісі", "Signature of the head")


def fit(field: FormField, text: str) -> Fit:  # noqa: PLR0911 - one answer for each kind of column
    """How well a filled cell suits its column."""
    text = text.strip(SPACE_CHARACTERS)
    if field.constraints.codelist:
        return _is_word(field.constraints.codelist, text)
    if field.type == "boolean":
        return _is_word(YES_NO, text)
    if field.format != "default":
        return _is_identifier(text, digits_in(field.format))
    if field.type == "string":
        return _suits_text(field, text)
    if len(text) > _LONGEST_VALUE:
        return "no"
    if field.type == "date":
        return "yes" if _DATE.fullmatch(text) or odd_date(text, field) else "no"
    if field.type == "time":
        return "yes" if odd_time(text, field) else "no"
    if field.type == "datetime":
        return "yes" if _DATE.fullmatch(text) or odd_datetime(text, field) else "no"
    return "yes" if _NUMBER.fullmatch(text) or odd_number(text, field) else "no"


def _is_word(name: str, text: str) -> Fit:
    return "yes" if text.casefold() in codelist(name).by_word or code_of(name, text) else "no"


def _is_identifier(text: str, digits: int) -> Fit:
    plain = plain_digits(text)
    count = sum(letter.isdecimal() for letter in plain)
    letters = sum(letter.isalpha() for letter in plain)
    if _SCIENTIFIC.fullmatch(text):  # what a spreadsheet makes of one
        return "yes"
    if not text.isdecimal() and (
        says_signature([text]) or _DATED.fullmatch(text)
    ):  # «тел. 8 (7172) 55-55-55»
        return "no"
    return "yes" if 2 * count >= digits and count <= digits + 3 and 3 * letters <= count else "no"


def _suits_text(field: FormField, text: str) -> Fit:
    limits = field.constraints
    if limits.max_length is not None and len(text) > limits.max_length:
        return "no"
    if limits.pattern is None:
        return "open"
    if not follows(limits.pattern, text):
        return "no"
    return "open" if any(follows(limits.pattern, prose) for prose in _PROSE) else "yes"
