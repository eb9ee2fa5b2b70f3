"""Contract and register → the workbook as paper has it: a sheet a class, a row a learner, a column a day or subject.

In: a contract, the register it may come as, a language, for a prefilled one what is known: learners by class with
their names, the days, the lessons of each. Out: the bytes of an xlsx that the reader reads back as that register; a
teacher types only the letters of who was not there, or the marks. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from ingest.emit.register_guide import write_register_guide
from ingest.emit.template import PAGE_WIDTH, Lists, Prefill, Row, stamp_of, write_stamp
from ingest.emit.template_looks import FONT, HINT, OPTIONAL, REQUIRED, TITLE
from ingest.emit.wording import say, span_words
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField, Language
from ingest.schema.forms.register_layout import Register
from ingest.schema.template_stamp import REGISTER
from ingest.schema.values.letters import kazakh_order

HEADER_ROW = 7
"""The 1-based row of the headings; the captions the reader looks for stand above."""

_FIRST = 3
"""Columns before the first day or subject, from 0: number, name, identifier."""
_WIDTHS = (5, 34, 16)
_SUBJECT_HEIGHT = 130
"""Points for the longest name of a subject on two lines."""
_SUBJECT = "subject"
_HINTS = {"lessons": "register_letters", "marks": "register_marks", "points": "register_points"}
_BLANK_ROWS = 40
_SCHOOL_DAYS = 5
_LONGEST_SHEET = 31
_UNFIT = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class _Class:
    """One sheet: a class and its learners, identifiers in the order of the list."""

    grade: int | None
    letter: str
    learners: tuple[str, ...]

    @property
    def title(self) -> str:
        """The class as people write it: 7 «Ә»."""
        if self.grade is None:
            return ""
        return f"{self.grade} «{self.letter}»" if self.letter else str(self.grade)


def register_template(
    contract: Contract, layout: Register, language: Language, prefill: Prefill | None = None
) -> bytes:
    """The workbook of a register in one language."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    title = contract.labels.in_language(language)
    book.set_properties({"title": title, "created": datetime.combine(contract.valid_from, time())})
    lists = Lists(contract, language, prefill.period.start if prefill else None)
    sheets = _Sheets(book, contract, layout, language, prefill, lists)
    for each in _classes(contract, prefill):
        sheets.write(each)
    guide_rows = write_register_guide(book, contract, layout, language, prefill.period if prefill else None)
    stamp = replace(stamp_of(contract, language, prefill), guide_rows=guide_rows, layout=REGISTER)
    write_stamp(book, stamp, lists)
    book.close()
    return buffer.getvalue()


def _classes(contract: Contract, prefill: Prefill | None) -> list[_Class]:
    """The classes known, by grade and letter; one without learners where none is."""
    person = contract.person_field
    rows = prefill.rows if prefill and person else ()
    found: dict[tuple[Any, Any], dict[str, None]] = {}
    for row in rows:
        assert person is not None
        found.setdefault((row.get("grade"), row.get("letter") or ""), {})[str(row[person.name])] = None
    if not found:
        return [_Class(None, "", ())]
    names = prefill.names_of_learners if prefill else {}
    return [
        _Class(grade, letter, tuple(sorted(iins, key=lambda iin: (kazakh_order(names.get(iin, "")), iin))))
        for (grade, letter), iins in sorted(
            found.items(), key=lambda own: (own[0][0] or 0, kazakh_order(own[0][1]))
        )
    ]


class _Sheets:
    def __init__(
        self,
        book: Any,
        contract: Contract,
        layout: Register,
        language: Language,
        prefill: Prefill | None,
        lists: Lists,
    ) -> None:
        self.book, self.contract, self.layout = book, contract, layout
        self.language, self.prefill, self.lists = language, prefill, lists
        self._looks: dict[str, Any] = {
            "title": book.add_format(TITLE),
            "hint": book.add_format(HINT),
            "label": book.add_format({**FONT, "bold": True}),
            "text": book.add_format({**FONT, "num_format": "@", "locked": False}),
            "line": book.add_format({**FONT, "border": 1, "locked": False}),
            "number": book.add_format({**FONT, "border": 1, "align": "center", "locked": False}),
            "counts": book.add_format({**OPTIONAL, "bold": True, "align": "right"}),
            "id": book.add_format({**FONT, "border": 1, "num_format": "@", "locked": False}),
            "head": book.add_format({**REQUIRED, "bold": True}),
            "day": book.add_format({**REQUIRED, "bold": True, "num_format": "dd.mm.yyyy", "locked": False}),
            "subject": book.add_format({**REQUIRED, "bold": True, "rotation": 90, "locked": False}),
            "count": book.add_format({**OPTIONAL, "num_format": "0", "locked": False}),
            "cell": book.add_format(
                {**FONT, "border": 1, "align": "center", "num_format": "@", "locked": False}
            ),
        }

    def write(self, own: _Class) -> None:
        """One class."""
        sheet = self.book.add_worksheet(self._name(own))
        self._captions(sheet, own)
        headings = self._headings(own)
        self._head(sheet, own, headings)
        first = HEADER_ROW + len(self._labelled)
        names = self.prefill.names_of_learners if self.prefill else {}
        for place in range(max(len(own.learners), 0 if own.learners else _BLANK_ROWS)):
            iin = own.learners[place] if place < len(own.learners) else ""
            row = first + place
            sheet.write_number(row, 0, place + 1, self._looks["number"])
            sheet.write_string(row, 1, names.get(iin, ""), self._looks["line"])
            sheet.write_string(row, 2, iin, self._looks["id"])
            for column in range(_FIRST, _FIRST + max(len(headings), _SCHOOL_DAYS)):
                sheet.write_blank(row, column, None, self._looks["cell"])
        sheet.freeze_panes(first, _FIRST)
        sheet.set_landscape()
        sheet.set_paper(9)
        width = sum(_WIDTHS) + max(len(headings), _SCHOOL_DAYS) * self._width
        sheet.fit_to_pages(ceil(width / PAGE_WIDTH), 0)
        sheet.repeat_rows(HEADER_ROW - 1, first - 1)
        sheet.repeat_columns(0, _FIRST - 1)

    def _name(self, own: _Class) -> str:
        """What the sheet is called: the class, in letters Excel takes there; no two alike but for capitals."""
        plain = _UNFIT.sub(" ", own.title.replace("«", "").replace("»", "")).strip(" '")
        name = (plain or self.contract.layout.sheet.in_language(self.language))[:_LONGEST_SHEET]
        taken = {sheet.name.casefold() for sheet in self.book.worksheets()}
        others = (f"{name[: _LONGEST_SHEET - 4]} {number}" for number in range(2, 1000))
        return next(each for each in (name, *others) if each.casefold() not in taken)

    def _captions(self, sheet: Any, own: _Class) -> None:
        contract, language = self.contract, self.language
        hint = say(_HINTS[self.layout.key_of_cells], language)
        sheet.write_string(0, 0, contract.labels.in_language(language), self._looks["title"])
        sheet.write_string(1, 0, hint, self._looks["hint"])
        node = self.prefill.node if self.prefill else ""
        lines = [(contract.field("bin").labels.in_language(language), node)]
        lines.append((self._class_label(), own.title))
        if self.layout.points:
            # One sheet is one subject: whoever teaches another copies the sheet.
            lines.append((contract.field(_SUBJECT).labels.in_language(language), ""))
        for row, (label, value) in enumerate(lines, start=2):
            sheet.write_string(row, 1, label, self._looks["label"])
            sheet.write_string(row, 2, value, self._looks["text" if value or not self.prefill else "line"])
        if self.layout.points:
            self._choice(sheet, (1 + len(lines), 2), (1 + len(lines), 2), contract.field(_SUBJECT))
        if self.prefill:
            facts = {"node": self.prefill.named(language), "period": span_words(self.prefill.period)}
            sheet.write_string(2 + len(lines), 0, say("made_for", language, **facts), self._looks["label"])

    def _class_label(self) -> str:
        headers = self.layout.splits[0].headers
        wanted = "Класс" if self.language == "ru" else "Сынып"
        return next((header for header in headers if header == wanted), headers[0])

    def _head(self, sheet: Any, own: _Class, headings: Sequence[date | str]) -> None:
        row, person = HEADER_ROW - 1, self.contract.person_field
        assert person is not None
        texts = ("№", say("learner_name", self.language), person.labels.in_language(self.language))
        for column, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(row, column, text, self._looks["head"])
        count = max(len(headings), _SCHOOL_DAYS)
        sheet.set_column(_FIRST, _FIRST + count - 1, self._width)
        if self.layout.words:
            sheet.set_row(row, _SUBJECT_HEIGHT)
        for place in range(count):
            heading = headings[place] if place < len(headings) else None
            column = _FIRST + place
            if isinstance(heading, date):
                sheet.write_datetime(row, column, datetime.combine(heading, time()), self._looks["day"])
            elif heading:
                sheet.write_string(row, column, heading, self._looks["subject"])
            else:
                sheet.write_blank(row, column, None, self._looks["day"])
        if self._labelled:
            hint = {"validate": "any", "input_message": say("register_day_hint", self.language)}
            sheet.data_validation(row, _FIRST, row, _FIRST + count - 1, hint)
        for number, label in enumerate(self._labelled, start=row + 1):
            for column in range(_FIRST):
                sheet.write_string(number, column, label if column == 1 else "", self._looks["counts"])
            for place in range(count):
                heading = headings[place] if place < len(headings) else None
                self._count(sheet, number, _FIRST + place, own, heading)
        if cells := self.layout.points:
            last = (row + 1, _FIRST + count - 1)
            self._choice(sheet, (row + 1, _FIRST), last, self.contract.field(cells.kind))

    def _choice(self, sheet: Any, first: tuple[int, int], last: tuple[int, int], field: FormField) -> None:
        """Offer the words of a column's list in some cells; other words may be typed."""
        if source := self.lists.source(field):
            offer = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(*first, *last, offer)

    @property
    def _width(self) -> float:
        """Of a column of days; those of subjects are as narrow as on paper, their names stand upright."""
        return 6.5 if self.layout.words else 12

    @cached_property
    def _labelled(self) -> tuple[str, ...]:
        """How the rows below the headings begin that say something of every column."""
        if self.layout.lessons:
            return (self._label("register_lessons_row", self.layout.lessons.counted_by),)
        if cells := self.layout.points:
            return (
                self._label("register_kind_row", cells.kind_by),
                self._label("register_maximum_row", cells.maximum_by),
            )
        return ()

    def _label(self, text: str, words: Sequence[str]) -> str:
        """The word of the language, if the reader knows it."""
        wanted = say(text, self.language)
        return wanted if wanted in words else words[0]

    def _count(self, sheet: Any, row: int, column: int, own: _Class, heading: date | str | None) -> None:
        known: Mapping[tuple[int, str, int], int] = (
            self.prefill.lessons if self.prefill and self.layout.lessons else {}
        )
        lessons = None
        if isinstance(heading, date) and own.grade is not None:
            lessons = known.get((own.grade, own.letter, heading.isoweekday()))
        if lessons:
            sheet.write_number(row, column, lessons, self._looks["count"])
        else:
            sheet.write_blank(row, column, None, self._looks["count"])

    def _headings(self, own: _Class) -> list[date | str]:
        """The days known, those of the period, or the subjects of the class."""
        if self.layout.words is None:
            return list(self._days(own))
        fits = [
            entry
            for entry in codelist(self.layout.words).codes
            if entry.valid_to is None and _is_of_grade(entry.extra, own.grade)
        ]
        return [entry.labels.in_language(self.language) for entry in fits]

    def _days(self, own: _Class) -> list[date]:
        if self.prefill is None:
            return []
        rows: Sequence[Row] = [
            row
            for row in self.prefill.rows
            if (row.get("grade"), row.get("letter") or "") == (own.grade, own.letter)
        ]
        known = sorted({day for row in rows if isinstance(day := row.get(self.layout.across), date)})
        if known:
            return known
        span = (self.prefill.period.end - self.prefill.period.start).days
        every = (self.prefill.period.start + timedelta(days=number) for number in range(span + 1))
        days = [day for day in every if day.isoweekday() <= _SCHOOL_DAYS]
        return days if self.layout.points else days[: 2 * _SCHOOL_DAYS]


def _is_of_grade(extra: Mapping[str, str], grade: int | None) -> bool:
    """Whether a subject is taught in a grade and marked there; all are where no grade is known."""
    if extra.get("is_marked", "true") != "true":
        return False
    if grade is None:
        return True
    least, most = extra.get("grade_from") or "0", extra.get("grade_to") or "12"
    return int(least) <= grade <= int(most)
