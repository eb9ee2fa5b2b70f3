"""The sheet of a register's template that says how to fill it in: what a sign means, what a blank cell means.

In: a workbook being written, the contract, the register, a language, and the period if the template is made for one.
Out: the sheet, and how many of its rows are filled. The signs come from the dictionaries the reader reads them by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.emit.template_guide import column_words, opening, table, write_lines
from ingest.emit.wording import say
from ingest.schema.forms.codelist import Code, codelist
from ingest.schema.forms.contract import Contract, FormField, Language
from ingest.schema.forms.register_layout import LessonCells, MarkCells, PointCells, Register
from ingest.schema.values.period import Period

_STEPS_OF_LESSONS = (
    "register_step_sheet",
    "register_step_present",
    "register_step_letter",
    "register_step_lessons",
    "register_step_learners",
    "step_numbers",
    "step_submit",
    "step_nil",
)
_STEPS_OF_MARKS = (
    "register_step_sheet",
    "register_step_no_mark",
    "register_step_mark",
    "register_step_subjects",
    "register_step_learners",
    "step_numbers",
    "step_submit",
    "step_nil",
)
_STEPS_OF_POINTS = (
    "register_step_subject_sheet",
    "register_step_days",
    "register_step_kind",
    "register_step_maximum",
    "register_step_points",
    "register_step_learners",
    "step_numbers",
    "step_submit",
    "step_nil",
)
_STEPS = {"lessons": _STEPS_OF_LESSONS, "marks": _STEPS_OF_MARKS, "points": _STEPS_OF_POINTS}
_SIGN_HEADS = ("number_head", "sign_head", "sign_meaning_head")
_COLUMN_HEADS = (
    "number_head",
    "column_head",
    "meaning_head",
    "type_head",
    "required_head",
    "where_head",
    "example_head",
    "privacy_head",
)
_ALLOWED = 4
"""The cell of a column's row that says, of a table with a column each, which values are allowed."""


def write_register_guide(
    book: Any, contract: Contract, layout: Register, language: Language, period: Period | None
) -> int:
    """Write the sheet of instructions; how many of its rows are filled."""
    lines = opening(contract, language, period, _STEPS[layout.key_of_cells])
    signs = list(_signs(contract, layout, language))
    heads = [*_SIGN_HEADS, "counted_head" if layout.lessons else "counted_as_head"]
    lines += table(say("signs_heading", language), [say(head, language) for head in heads], signs)
    columns = [
        _with_place(column_words(field, contract.demand(field), language), place, language)
        for field, place in _places(contract, layout)
    ]
    heads = [say(head, language) for head in _COLUMN_HEADS]
    lines += table(say("register_columns_heading", language), heads, columns)
    return write_lines(book, say("guide", language), lines)


def _signs(contract: Contract, layout: Register, language: Language) -> Iterator[list[str]]:
    """What may stand in a cell, what it means and how it counts."""
    blank = say("blank_cell", language)
    if layout.lessons:
        yield [blank, say("blank_is_present", language), say("counts_nothing", language)]
        yield from _absences(layout.lessons, language)
    elif layout.marks:
        yield [blank, say("blank_is_no_result", language), ""]
        yield from _marks(contract, layout.marks, language)
    elif layout.points:
        yield [blank, say("blank_is_no_points", language), ""]
        yield from _points(contract, layout.points, language)


def _absences(cells: LessonCells, language: Language) -> Iterator[list[str]]:
    for entry in _signs_first(cells.words):
        yield [_sign(entry, language), entry.labels.in_language(language), say(_counted(entry), language)]


def _signs_first(words: str) -> list[Code]:
    """The codes in force, those with a letter of their own first: they are what a teacher writes."""
    entries = [entry for entry in codelist(words).codes if entry.valid_to is None]
    return sorted(entries, key=lambda entry: not _letters(entry))


def _sign(entry: Code, language: Language) -> str:
    letters = _letters(entry)
    return ", ".join(reversed(letters) if language == "ru" else letters) or entry.labels.in_language(language)


def _counted(entry: Code) -> str:
    if entry.extra["is_absence"] != "true":
        return "counts_late" if entry.code == "LATE" else "counts_nothing"
    return "counts_valid" if entry.extra["is_valid"] == "true" else "counts_without_reason"


def _letters(entry: Code) -> list[str]:
    """The single letters that stand for a reason: the Kazakh one, then the Russian."""
    return [alias for alias in entry.aliases if len(alias) == 1]


def _marks(contract: Contract, cells: MarkCells, language: Language) -> Iterator[list[str]]:
    limits = contract.field(cells.mark).constraints
    listed = codelist(cells.words).by_code
    usual = listed[cells.usual].labels.in_language(language)
    if limits.minimum is not None and limits.maximum is not None:
        marks = f"{limits.minimum}–{limits.maximum}"
        yield [marks, contract.field(cells.mark).labels.in_language(language), usual]
    for entry in listed.values():
        if entry.code != cells.usual and entry.valid_to is None:
            label = entry.labels.in_language(language)
            yield [label, label, say("counts_no_mark", language)]


def _points(contract: Contract, cells: PointCells, language: Language) -> Iterator[list[str]]:
    limits = contract.field(cells.points).constraints
    label = contract.field(cells.points).labels.in_language(language)
    yield [f"{limits.minimum}–{limits.maximum}", label, say("counts_points", language)]
    for entry in _signs_first(cells.words):
        label = entry.labels.in_language(language)
        yield [_sign(entry, language), label, say("counts_no_points", language)]


def _places(contract: Contract, layout: Register) -> Iterator[tuple[FormField, str]]:
    """The columns of the form that a register fills, and the text that says where each stands."""
    places = dict.fromkeys(layout.cells.fields.values(), "where_in_cell")
    if layout.lessons:
        places[layout.lessons.scheduled] = "where_counted"
    elif layout.points:
        places |= {layout.points.kind: "where_kind_row", layout.points.maximum: "where_maximum_row"}
    places[layout.across] = "where_heading"
    places |= {name: "where_class" for split in layout.splits for name in split.fields}
    if contract.person_field:
        places[contract.person_field.name] = "where_column"
    for field in contract.fields:
        place = places.get(field.name) or ("where_above" if contract.needs(field) else None)
        if place:
            yield field, place


def _with_place(words: list[str], place: str, language: Language) -> list[str]:
    words[_ALLOWED] = say(place, language)
    return words
