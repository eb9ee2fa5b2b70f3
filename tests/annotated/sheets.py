"""Annotated sheets, made from a seed: a grid, its merged ranges, and what each of its rows is.

In: a style and a seed. Out: a `Sheet`. Rows that may as well be data as not, captions and subtotals among the
records, are `neutral`: they count neither way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from tests.annotated.words import STYLES, Style

Cell = str | int | float
Row = list[Cell]
What = Literal["title", "header", "data", "neutral", "aside", "blank"]


@dataclass
class Sheet:
    """`rows`: cells as a workbook holds them; `what`: of each row; `tables`: rows of each table's header, from 1;
    `merged`: 0-based top, left, bottom, right."""

    style: str
    seed: int
    rows: list[Row] = field(default_factory=list)
    what: list[What] = field(default_factory=list)
    tables: list[tuple[int, ...]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def add(self, row: Row, what: What) -> int:
        """Put a row below; its number."""
        self.rows.append(row)
        self.what.append(what)
        return len(self.rows)

    @property
    def data(self) -> set[int]:
        return {number for number, what in enumerate(self.what, 1) if what == "data"}

    @property
    def neutral(self) -> set[int]:
        return {number for number, what in enumerate(self.what, 1) if what == "neutral"}


def sheet(style: str, seed: int) -> Sheet:
    """The sheet of that seed."""
    return _Maker(style, seed).made()


class _Maker:
    def __init__(self, style: str, seed: int) -> None:
        self.words: Style = STYLES[style]
        self.chance = random.Random(f"{style}/{seed}")
        self.sheet = Sheet(style, seed)
        self.left = 1 if self.chance.random() < 0.12 else 0

    def _does(self, share: float) -> bool:
        return self.chance.random() < share

    def made(self) -> Sheet:
        for number in range(self.chance.choices((1, 2, 3), (78, 16, 6))[0]):
            if number:
                for _ in range(self.chance.choice((0, 1, 1, 2))):
                    self.sheet.add([], "blank")
            self._table(first=number == 0)
        self._ends()
        while self.sheet.what and self.sheet.what[-1] == "blank":
            self.sheet.rows.pop()
            self.sheet.what.pop()
        return self.sheet

    def _table(self, *, first: bool) -> None:
        self.numeric = self._does(0.7)
        self.lead = self._does(0.25)
        names, header = self._header()
        self.width = len(names)
        if first or self._does(0.5):
            self._titles(first=first)
        self._write_header(header)
        if self._does(0.25):
            numbers: Row = [place + 1 for place in range(self.width)]
            if self._does(0.2):
                numbers = ["А", *numbers[:-1]]
            self.sheet.add(self._moved([str(cell) for cell in numbers]), "aside")
        self._body()

    def _moved(self, cells: Row) -> Row:
        return [*[""] * self.left, *cells]

    def _titles(self, *, first: bool) -> None:
        if first and self._does(0.15):
            for text in ("УТВЕРЖДАЮ", "Директор ________", "«__» ______ 2025 г."):
                self.sheet.add([*[""] * max(2, self.width - 2), text], "title")
        for text in [
            self.chance.choice(self.words.titles),
            *self.chance.sample(self.words.lines, self.chance.randint(0, 3)),
        ]:
            number = self.sheet.add(self._moved([text]), "title")
            if self._does(0.35) and self.width > 2:
                self.sheet.merged.append((number - 1, self.left, number - 1, self.left + self.width - 1))
        if self._does(0.15):
            unit = self.chance.choice(self.words.units)
            self.sheet.add([*[""] * (self.left + self.width - 1), unit], "title")
        if self._does(0.12):
            for label in self.chance.sample(("Мектеп:", "Период:", "Date:", "Жауапты:"), 2):
                value = self.chance.choice((*self.words.subjects, "2025", "01.02.2025"))
                self.sheet.add(self._moved([label, value]), "title")
        if self._does(0.6):
            self.sheet.add([], "blank")

    def _header(self) -> tuple[list[str], list[tuple[list[str], list[tuple[int, int, int, int]]]]]:
        """The columns' names, and the rows of the header with what is merged in them (row and column from 0)."""
        names = [self.chance.choice(self.words.stubs) if self._does(0.9) else ""]
        if self.lead:
            names.insert(0, self.chance.choice(("№", "№ п/п", "р/с", "No.")))
        if not self.numeric:
            texts = self.chance.sample(self.words.texts, self.chance.randint(2, len(self.words.texts)))
            names += [name for name, _ in texts]
            self.texts = dict(texts)
            if self._does(0.5):
                names.append(self.chance.choice(self.words.measures))
            if self._does(0.2) and len(names) > 3:
                top = ["" if len(names) - 2 < place else name for place, name in enumerate(names)]
                top[-2:] = [self.chance.choice(self.words.groups), ""]
                low = [*[""] * (len(names) - 2), *names[-2:]]
                last = len(names) - 1
                merged = [(0, column, 1, column) for column in range(last - 1)]
                return names, [(top, [*merged, (0, last - 1, 0, last)]), (low, [])]
            return names, [(names, [])]
        return self._numeric_header(names)

    def _numeric_header(
        self, stubs: list[str]
    ) -> tuple[list[str], list[tuple[list[str], list[tuple[int, int, int, int]]]]]:
        depth = self.chance.choices((1, 2, 3), (45, 40, 15))[0]
        leaves = self._leaves()
        if depth == 1:
            rows: list[tuple[list[str], list[tuple[int, int, int, int]]]] = [([*stubs, *leaves], [])]
        else:
            count = self.chance.randint(2, 3)
            groups = self.chance.sample(self.words.groups, count)
            fixed = len(stubs)
            top, low = list(stubs), [""] * fixed
            merged = [(0, column, depth - 1, column) for column in range(fixed)]
            for group in groups:
                begin = len(top)
                top += [group, *[""] * (len(leaves) - 1)]
                low += leaves
                merged.append((0, begin, 0, begin + len(leaves) - 1))
            rows = [(top, merged), (low, [])]
            if depth == 3:
                title = self.chance.choice(self.words.measures)
                whole = ["", *[""] * (fixed - 1), title, *[""] * (len(top) - fixed - 1)]
                whole[:fixed] = stubs
                rows = [
                    (whole, [*merged[:fixed], (0, fixed, 0, len(top) - 1)]),
                    (
                        [*[""] * fixed, *top[fixed:]],
                        [(0, left, 0, right) for _, left, _, right in merged[fixed:]],
                    ),
                    (low, []),
                ]
        width = len(rows[-1][0])
        if self._does(0.18):
            unit = self.chance.choice(self.words.units)
            units = [
                *[""] * len(stubs),
                *[unit if self._does(0.9) else "%" for _ in range(width - len(stubs))],
            ]
            rows.append(([f"({unit})" if unit and self._does(0.5) else unit for unit in units], []))
        return [str(place) for place in range(width)], rows

    def _leaves(self) -> list[str]:
        way = self.chance.random()
        if way < 0.06:
            begin = self.chance.choice((1, 5, 9))
            unit = self.chance.choice(("-сынып", " класс", " қабат", " cat."))
            return [f"{begin + place}{unit}" for place in range(3)]
        count = self.chance.randint(2, 4)
        if way < 0.35:
            begin = self.chance.randint(2008, 2022)
            form = self.chance.choice(self.words.years)
            return [form.format(y=begin + place, z=begin + place + 1) for place in range(count)]
        if way < 0.7:
            return self.chance.sample(self.words.parts, min(count, len(self.words.parts)))
        return self.chance.sample(self.words.measures, count)

    def _write_header(self, header: list[tuple[list[str], list[tuple[int, int, int, int]]]]) -> None:
        has_merges = self._does(0.75)
        self.as_numbers = self._does(0.5)
        numbers = []
        for cells, merged in header:
            as_numbers = self.as_numbers
            row: Row = [int(cell) if as_numbers and cell.isdecimal() else cell for cell in cells]
            number = self.sheet.add(self._moved(row), "header")
            numbers.append(number)
            for top, left, bottom, right in merged if has_merges else ():
                if (bottom, right) != (top, left):
                    place = (number - 1 + top, left + self.left, number - 1 + bottom, right + self.left)
                    self.sheet.merged.append(place)
        self.sheet.tables.append(tuple(numbers))
        if self._does(0.05):
            self.sheet.add([], "blank")

    def _body(self) -> None:
        subjects = self.chance.sample(
            self.words.subjects, min(len(self.words.subjects), self.chance.randint(3, 10))
        )
        style = self.chance.choice(("whole", "comma", "mixed"))
        for place, subject in enumerate(subjects):
            if self._does(0.12):
                caption = self.sheet.add(self._moved([self.chance.choice(self.words.captions)]), "neutral")
                if self._does(0.4):
                    self.sheet.merged.append(
                        (caption - 1, self.left, caption - 1, self.left + self.width - 1)
                    )
            lead: Row = [place + 1] if self.lead else []
            self.sheet.add([*self._moved([*lead, subject, *self._values(style)]), *self._side_note()], "data")
            if place and self._does(0.05):
                self.sheet.add(self._sum(style), "neutral")
        if self._does(0.4):
            self.sheet.add(self._sum(style), "aside")

    def _side_note(self) -> Row:
        """A few words beside the table."""
        return ["", self.chance.choice(self.words.notes)] if self._does(0.01) else []

    def _sum(self, style: str) -> Row:
        lead: Row = [""] if self.lead else []
        values = self._values(style) if self.numeric else [""] * (self.width - 1 - len(lead) - 1) + [17]
        return self._moved([*lead, self.chance.choice(self.words.totals), *values][: self.width])

    def _values(self, style: str) -> Row:
        count = self.width - 1 - self.lead
        if not self.numeric:
            texts = [self.chance.choice(values) for values in self.texts.values()]
            return [*texts, *[self.chance.randint(1, 99) for _ in range(count - len(texts))]]
        return [self._value(style) for _ in range(count)]

    def _value(self, style: str) -> Cell:
        if self._does(0.05):
            return self.chance.choice(("-", "…", "x", ""))
        value = self.chance.randint(0, 9000)
        if style == "whole" or (style == "mixed" and self._does(0.5)):
            return value
        return f"{value / 10:.1f}".replace(".", ",") if style == "comma" else value / 10

    def _ends(self) -> None:
        ends: list[str] = []
        if self._does(0.35):
            ends += self.chance.sample(self.words.notes, self.chance.randint(1, 2))
        if self._does(0.25):
            ends += self.chance.sample(self.words.ends, self.chance.randint(1, 2))
        if ends and self._does(0.6):
            self.sheet.add([], "blank")
        for text in ends:
            self.sheet.add(self._moved([text]), "aside")
