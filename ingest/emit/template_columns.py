"""One column of a template: its heading, its note, and what may be typed into its cells.

In: a field of the contract and a language. Out: a `Heading`, the text of a comment, and the options of a data
validation as xlsxwriter takes them. Excel takes 32 characters for the title of a message and 255 for its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Any

from ingest.emit.wording import allowed_words, both_labels, example_of, say, type_words
from ingest.schema.forms.contract import Demand, FieldType, FormField, Language

# As text, identifiers keep their leading zeros and are never shown as 1,5E+11.
CELL_FORMATS: dict[FieldType, str] = {
    "string": "@",
    "boolean": "@",
    "integer": "0",
    "number": "General",
    "date": "dd.mm.yyyy",
    "time": "hh:mm",
    "datetime": "dd.mm.yyyy hh:mm",
}
# Numbers and days stand in the middle, or those of one column would touch the letters of the next.
ALIGNED: dict[FieldType, str] = {
    "integer": "center",
    "date": "center",
    "time": "center",
    "datetime": "center",
}
_LEAST_WIDTH, _MOST_WIDTH = 12.0, 34.0
# Bold Arial 10 is about a sixth wider than the digits a column's width counts in.
_BOLD, _LINE_HEIGHT = 1.25, 13.5
_MOST_LINES = 3
_TITLE_LENGTH, _TEXT_LENGTH = 32, 255
_WIDEST: dict[FieldType, tuple[date | time, date | time]] = {
    "time": (time(), time(23, 59, 59)),
    "datetime": (datetime(1900, 1, 1), datetime(2199, 12, 31, 23, 59, 59)),
}
_DIGITS = {"iin": 12, "bin": 12, "kato": 9}


@dataclass(frozen=True)
class Heading:
    """What stands above a column. `width` in characters, `height` in points, with both languages in it."""

    first: str
    second: str | None
    width: float
    height: float


def heading_of(field: FormField, language: Language) -> Heading:
    """Both labels and the room they need: the narrowest column in which each takes three lines at most."""
    first, second = both_labels(field, language)
    # A no-break space, so that the star never stands on a line alone.
    first += "\u00a0*" if field.constraints.required else ""
    labels = [label for label in (first, second) if label]
    longest_word = max(len(word) for label in labels for word in label.split(" ")) * _BOLD + 3
    width = max(_LEAST_WIDTH, longest_word, len(example_of(field, language)) + 2.0)
    width = min(width, _MOST_WIDTH)
    while width < _MOST_WIDTH and any(_lines(label, width) > _MOST_LINES for label in labels):
        width += 1
    lines = sum(_lines(label, width) for label in labels)
    return Heading(first, second, round(width, 1), lines * _LINE_HEIGHT + 8)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes when words stay whole."""
    lines, room = 1, width - 2
    used = 0.0
    for word in text.split(" "):
        length = len(word) * _BOLD
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0.0
        lines += ceil(length / room) - 1 if length > room else 0
        used += length + (1 if used else 0)
    return lines


def note_of(field: FormField, demand: Demand, language: Language) -> str:
    """The comment on a heading: what the column means, its type and unit, whether required, what is allowed."""
    said = [
        _sentence((field.description or field.labels).in_language(language)),
        say(f"demand_{demand}", language),
        say("type_said", language, type=type_words(field, language)),
    ]
    if allowed := allowed_words(field, language):
        said.append(say("allowed_said", language, allowed=allowed))
    if example := example_of(field, language):
        said.append(say("example_said", language, example=example))
    return "\n".join(said)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def validation_of(
    field: FormField, language: Language, words: str | None, bounds: tuple[date, date] | None
) -> dict[str, Any]:
    """What Excel checks as one types, and what it says. `words`: the range with the words of a list.

    `bounds`: the first and last day that suit, when narrower than the contract's own.
    """
    criteria = _criteria(field, words, bounds)
    label = field.labels.in_language(language)
    expected = ", ".join(
        part for part in (type_words(field, language), allowed_words(field, language, lists=False)) if part
    )
    hint = [_sentence((field.description or field.labels).in_language(language))]
    if example := example_of(field, language):
        hint.append(say("example_said", language, example=example))
    return {
        **criteria,
        "ignore_blank": True,
        "input_title": _cut(label, _TITLE_LENGTH),
        "input_message": _cut("\n".join(hint), _TEXT_LENGTH),
        "error_title": _cut(say("wrong_value", language), _TITLE_LENGTH),
        "error_message": _cut(say("must_be", language, column=label, expected=expected), _TEXT_LENGTH),
    }


def _criteria(  # noqa: PLR0911 - one answer for each kind of column
    field: FormField, words: str | None, bounds: tuple[date, date] | None
) -> dict[str, Any]:
    limits = field.constraints
    if words:
        return {"validate": "list", "source": words, "error_type": "stop"}
    if field.format in _DIGITS:
        return {"validate": "length", "criteria": "==", "value": _DIGITS[field.format], "error_type": "stop"}
    if field.type in ("integer", "number"):
        least, most = limits.minimum, limits.maximum
        kind = {"validate": "integer" if field.type == "integer" else "decimal", "error_type": "stop"}
        return kind | _between(least, most, (-(10**12), 10**12))
    if field.type == "date":
        least, most = bounds or (limits.minimum, limits.maximum)
        # A warning, no more: where Excel speaks English it takes 07.09.2026 for a text, which is read all the same.
        return {"validate": "date", "error_type": "warning"} | _between(
            least, most, (date(1900, 1, 1), date(2199, 12, 31))
        )
    if field.type in _WIDEST:
        kind = {"validate": "time" if field.type == "time" else "date", "error_type": "warning"}
        return kind | _between(limits.minimum, limits.maximum, _WIDEST[field.type])
    if limits.min_length is not None or limits.max_length is not None:
        return {"validate": "length", "error_type": "stop"} | _between(
            limits.min_length, limits.max_length, (0, 32_767)
        )
    return {"validate": "any"}


def _between(least: Any, most: Any, widest: tuple[Any, Any]) -> dict[str, Any]:
    return {
        "criteria": "between",
        "minimum": widest[0] if least is None else least,
        "maximum": widest[1] if most is None else most,
    }


def _cut(text: str, length: int) -> str:
    """A text that fits, cut behind a word."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"
