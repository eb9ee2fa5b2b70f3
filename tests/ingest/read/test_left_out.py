"""Tables with everything that people write into them: each record is read once, nothing else is, and all is said.

Drawn from parts by a seed, for both ways of reading: captions, subtotals, numbers of columns, hints, crosses, legends,
signatures, repeated headers, blank rows, invisible characters and merged cells, in csv and in workbooks.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.schema.forms.load import contracts
from tests.ingest.read.clerk_sheets import Clerk, Line
from tests.ingest.read.writers import WRITERS

_CAPTIONS = ("7 «{}» класс", "{} сыныбы:", "Казахские классы {}:", "Бастауыш сыныптар {}", "Смена {}:")
_TOTALS = ("Итого", "Барлығы", "Всего:", "Жиыны", "Total", "ИТОГО по классу", "Сынып бойынша барлығы")
_SIGNED = ("Директор ________ /{}./", "Сынып жетекшісі: ________", "Исп. {} ______", "Head ________ {}")
_NOTES = ("* {} бойынша", "Ескертпе: {}", "Примечание — {}", "Note: {}")
_CROSSES = ("х", "Х", "x", "-", "–", "—", "***", "…")
_HINTS = (
    ("текст", "число", "дд.мм.гггг"),
    ("мәтін", "сан", "кк.аа.жжжж"),
    ("varchar(40)", "int", "YYYY-MM-DD"),
)
_UNSEEN = ("\ufeff", "\u200b", "\u00ad", "\u2060", "\u200e", "\u2028", "\x0b")
_LETTERS = "АБВГДЕКНС"


@dataclass
class Made:
    """`rows`: of the sheet; `records`: their 1-based numbers; `merged`: 0-based ranges."""

    rows: list[list[str]] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    header: int = 0

    def add(self, cells: list[str], *, is_record: bool = False) -> None:
        self.rows.append(cells)
        if is_record:
            self.records.append(len(self.rows))


class _Table:
    """A table of a learner's name, a day, counts and a remark that no contract knows."""

    def __init__(self, seed: int, *, has_merges: bool) -> None:
        self.chance = random.Random(f"left out {seed}")
        self.has_merges = has_merges
        self.made = Made()
        self.counts = self.chance.randint(2, 4)
        self.width = self.counts + 3
        self.group: list[list[int]] = []
        self.everyone: list[list[int]] = []

    def table(self) -> Made:
        names = [
            f"{word} {place}"
            for place, word in enumerate(("Ұлдар", "Қыздар", "Сабақ", "Балл")[: self.counts], 1)
        ]
        header = ["Аты-жөні", "Күні", *names, "Ескерту"]
        if self._does(0.5):
            self.made.add(["Есеп", *[""] * (self.width - 1)])
        self.made.add(header)
        self.made.header = len(self.made.rows)
        if self._does(0.25):
            texts, numbers, days = self.chance.choice(_HINTS)
            self.made.add([texts, days, *[numbers] * self.counts, texts])
        if self._does(0.3):
            self.made.add([str(place + 1) for place in range(self.width)])
        for _ in range(self.chance.randint(1, 4)):
            self._block()
            if self._does(0.2):
                self.made.add(list(header))
        if self._does(0.6):
            self._total(self.everyone)
        for texts in self.chance.sample((_SIGNED, _NOTES), self.chance.randint(0, 2)):
            self.made.add([self._word(texts), *[""] * (self.width - 1)])
        return self.made

    def _does(self, share: float) -> bool:
        return self.chance.random() < share

    def _word(self, texts: tuple[str, ...]) -> str:
        return self.chance.choice(texts).format(self.chance.choice(_LETTERS))

    def _block(self) -> None:
        self.group = []
        if self._does(0.6):
            self.made.add([self._word(_CAPTIONS), *[""] * (self.width - 1)])
            if self.has_merges and self._does(0.5):
                at = len(self.made.rows) - 1
                self.made.merged.append((at, 0, at, self.width - 1))
        for _ in range(self.chance.randint(2, 7)):
            self._record()
            if self._does(0.08):
                cross = self.chance.choice(_CROSSES)
                self.made.add([cross, *[cross if self._does(0.7) else "" for _ in range(self.width - 1)]])
            if self._does(0.05):
                self.made.add([""] * self.width)
        if self._does(0.6):
            self._total(self.group)

    def _record(self) -> None:
        counts = [self.chance.randint(0, 40) for _ in range(self.counts)]
        self.group.append(counts)
        self.everyone.append(counts)
        letters = self.chance.sample("абвгдеклмнорст", 6)
        name = "".join(letters).capitalize() + f" {self.chance.choice(_LETTERS)}."
        if self._does(0.1):
            place = self.chance.randrange(len(name))
            name = name[:place] + self.chance.choice(_UNSEEN) + name[place:]
        day = f"{self.chance.randint(10, 28)}.09.2026"
        remark = self.chance.choice(("", "", "ауысты", "болел"))
        self.made.add([name, day, *map(str, counts), remark], is_record=True)

    def _total(self, counted: list[list[int]]) -> None:
        sums = [str(sum(counts)) for counts in zip(*counted, strict=True)]
        self.made.add([self.chance.choice(_TOTALS), "", *sums, ""])


@pytest.mark.parametrize("writer", ["csv", "xlsxwriter", "xlwt", "odfpy", "html"])
@pytest.mark.parametrize("seed", range(30))
def test_plain_reading_keeps_each_record_and_names_all_it_leaves_out(
    tmp_path: Path, seed: int, writer: str
) -> None:
    made = _Table(seed, has_merges=writer != "csv").table()
    reading = read_general(WRITERS[writer](tmp_path / "file", made.rows, made.merged))
    tables = [table for sheet in reading.sheets for table in sheet.contents.tables]
    found = [row.number for table in tables for row in table.body]
    assert sorted(found) == made.records
    said = {finding.row for finding in reading.findings}
    silent = [
        number
        for number, cells in enumerate(made.rows, 1)
        if number not in said and number not in made.records and number != made.header and any(cells)
    ]
    assert silent == []
    assert reading.rows_in == reading.rows_written + reading.rows_not_data == len(made.rows)


def _polluted(lines: list[Line], chance: random.Random) -> list[list[str]]:
    """The rows with invisible characters and spaces put into some of their words."""
    rows = []
    for line in lines:
        cells = list(line.cells)
        for column, cell in enumerate(cells):
            if cell and not line.is_record and chance.random() < 0.1:
                place = chance.randrange(len(cell) + 1)
                cells[column] = cell[:place] + chance.choice(_UNSEEN[:5]) + cell[place:]
            elif cell and chance.random() < 0.05:
                cells[column] = chance.choice((f" {cell}", f"{cell} ", f"\u00a0{cell}"))
        rows.append(cells)
    return rows


@pytest.mark.parametrize("writer", ["csv", "xlsxwriter", "odfpy"])
@pytest.mark.parametrize("form", sorted(contracts()))
def test_a_report_keeps_each_record_and_names_all_it_leaves_out(
    tmp_path: Path, form: str, writer: str
) -> None:
    contract = contracts()[form]
    for seed in range(100, 106):
        clerk = Clerk(contract, seed)
        lines = clerk.lines()
        rows = [clerk.header, *_polluted(lines, random.Random(seed))]
        reading = read(WRITERS[writer](tmp_path / f"file{seed}", rows, []), contract)
        found = [row for table in reading.tables for row in table.text.column("_row").to_pylist()]
        assert found == [number for number, line in enumerate(lines, 2) if line.is_record]
        said = {finding.row for finding in reading.findings}
        told = " ".join(str(finding.params.get("rows", "")) for finding in reading.findings)
        for number, line in enumerate(lines, 2):
            if not line.is_record and any(line.cells) and line.codes != {"numbered_rows"}:
                assert number in said, (seed, number, line.cells, told)
