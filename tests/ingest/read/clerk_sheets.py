"""Sheets as clerks keep them: records of a form with everything that people write between, below and beside them.

In: a contract and a seed. Out: the rows, and what each of them is. Wordings are drawn from parts, so that no test
knows them by heart.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ingest.schema.forms.contract import Contract, FormField

Row = list[str]
_NAMES = ("Сапарова А.", "Ахметов Б. К.", "Ким", "Жүнісова Г.Т.", "Nurlan S.")
_POSTS = ("Директор", "ДИРЕКТОР МЕКТЕПА:", "Мектеп директоры", "Исп.", "Орындаған:", "Зам. директора по УВР", "Есепші",
          "Кл. руководитель", "Сынып жетекшісі", "Head of the school", "Подпись", "Қолы:", "Тексерген")  # fmt: skip
_TOTALS = (
    "Итого",
    "ИТОГО:",
    "Барлығы",
    "Жиыны:",
    "Всего по классу",
    "Total",
    "7 «Б» класс бойынша барлығы",
    "Итого учащихся",
    "Барлығы / Итого",
    "Сынып бойынша барлығы/Итого по классу",
    "Барлық оқушы (всего учащихся)",
)
_CAPTIONS = (
    "7 «А» класс",
    "8Б СЫНЫБЫ", "Казахский класс:", "Класс с русским языком обучения",
    "Бастауыш буын сыныптары", "Grade 5, section B", "9 «Ә»", "Первая смена:")  # fmt: skip
_NOTES = ("* көрсетілген күнге", "Ескертпе: толық емес деректер", "Примечание — сведения на конец месяца",
          "н – отсутствовал без причины", "Note: see above", "Шартты белгілер: ж – жоқ")  # fmt: skip
_LAST = (
    "М.П.",
    "М.О.",
    "М. П.",
    "«___» __________ 2026 г.",
    "тел. 8 (7172) 55-55-55",
    "+7 701 000 00 00",
    "Мөр орны",
)


@dataclass(frozen=True)
class Line:
    """One row and what it is: `record`, `blank`, or the codes of which one must be said of it."""

    cells: Row
    is_record: bool = False
    codes: frozenset[str] = frozenset()


class Clerk:
    """Writes sheets of one form. `lead`: whether a column of running numbers stands before the form's."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self.contract = contract
        self.chance = random.Random(f"{contract.form}{seed}")
        self.lead = self.chance.random() < 0.5
        self.fields = list(contract.fields)
        self.numbers = [
            place for place, field in enumerate(self.fields) if field.type in ("integer", "number")
        ]
        self.language = self.chance.choice(("kk", "ru", "en"))

    @property
    def header(self) -> Row:
        names = [field.labels.in_language(self.language) for field in self.fields]
        return ["№", *names] if self.lead else names

    def lines(self) -> list[Line]:
        """The rows below the header."""
        made: list[Line] = []
        if self.chance.random() < 0.5:
            made.append(self._numbering())
        if self.chance.random() < 0.3:
            made.append(self._hint())
        if len(self.numbers) > 1 and self.chance.random() < 0.3:
            made.append(self._units())
        for block in range(self.chance.randint(1, 3)):
            if self.chance.random() < 0.6:
                made.append(self._words(_CAPTIONS, "caption_row", "signature_row"))
            made += [self._record(number + 1) for number in range(self.chance.randint(2, 6))]
            if self.chance.random() < 0.25:
                made.append(self._struck_out())
            if self.chance.random() < 0.5:
                made.append(self._totals())
            if block and self.chance.random() < 0.5:
                made += [Line(self.header, codes=frozenset({"repeated_header"})), self._numbering()]
                made += [self._record(number + 1) for number in range(3)]
        if self.lead and self.chance.random() < 0.4:
            made += [
                Line([str(90 + n), *[""] * len(self.fields)], codes=frozenset({"numbered_rows"}))
                for n in range(3)
            ]
        if self.chance.random() < 0.7:
            made.append(self._totals())
        ends: list[Callable[[], Line]] = [self._signature, self._note, self._last, self._blank]
        made += [self.chance.choice(ends)() for _ in range(self.chance.randint(0, 5))]
        while made and not any(made[-1].cells):
            made.pop()
        return made

    def _cells(self, cells: Row) -> Row:
        return ["", *cells] if self.lead else cells

    def _record(self, number: int) -> Line:
        cells = [self._value(field) for field in self.fields]
        return Line([str(number), *cells] if self.lead else cells, is_record=True)

    def _value(self, field: FormField) -> str:
        needed = self.contract.needs(field)
        return field.example or "" if needed or self.chance.random() < 0.8 else ""

    def _hint(self) -> Line:
        """What is to be written in each column, or a record marked as an example."""
        if self.chance.random() < 0.3:
            word = self.chance.choice(("мысалы", "Пример", "Үлгі:", "например", "Sample"))
            cells = [self._value(field) for field in self.fields]
            cells[:2] = [f"{word} {cells[0]}", ""] if not self.lead else cells[:2]
            return Line([word, *cells] if self.lead else cells, codes=frozenset({"hint_row"}))
        words = ("текст", "мәтін", "до 50 символов", "введите значение", "varchar(30)", "міндетті")
        days = ("дд.мм.гггг", "кк.аа.жжжж", "YYYY-MM-DD", "ДД/ММ/ГГГГ")
        number = ("число", "сан", "integer", "бүтін сан")
        kinds = {"date": days, "integer": number, "number": number}
        cells = [self.chance.choice(kinds.get(field.type, words)) for field in self.fields]
        return Line(self._cells(cells), codes=frozenset({"hint_row"}))

    def _units(self) -> Line:
        """What is counted in each column of numbers, as people also write it where no numbers stand."""
        units = ("саны", "адам", "чел.", "сағ", "%", "адам/чел.", "мың теңге", "(балл)")
        cells = [
            self.chance.choice(units) if place in self.numbers[:2] or self.chance.random() < 0.4 else ""
            for place in range(len(self.fields))
        ]
        return Line(self._cells(cells), codes=frozenset({"hint_row", "caption_row"}))

    def _struck_out(self) -> Line:
        """Crosses or dashes in place of values."""
        sign = self.chance.choice(("х", "Х", "X", "-", "—", "–", "***", "…", "×"))
        cells = [sign if self.chance.random() < 0.8 else "" for _ in self.fields]
        cells[0] = sign
        lead = [self.chance.choice(("", "7"))] if self.lead else []
        return Line([*lead, *cells], codes=frozenset({"filler_row"}))

    def _numbering(self) -> Line:
        width = len(self.header)
        letters = self.chance.choice(("", "А", "АБ"))
        form = self.chance.choice(("{}", "{}", "({})", "{}.", "гр. {}", "бағ.{}"))
        texts = [*letters, *(form.format(n + 1) for n in range(width - len(letters)))]
        computed = self.chance.choice(("", "", "={}+{}", " ({} + {})", " = гр.{} - гр.{}"))
        if computed and form == "{}":
            texts[-1] += computed.format(width - 2, width - 1)
        if self.chance.random() < 0.3:
            texts[self.chance.randrange(len(letters) + 2, width - 1)] = ""
        return Line(texts, codes=frozenset({"numbering_row"}))

    def _totals(self) -> Line:
        cells = [""] * len(self.fields)
        cells[self.chance.choice((0, 0, 1))] = self.chance.choice(_TOTALS)
        for place in self.numbers:
            if place > 1 and self.chance.random() < 0.8:
                cells[place] = str(self.chance.randint(0, 900))
        return Line(self._cells(cells), codes=frozenset({"totals_row"}))

    def _words(self, words: tuple[str, ...], *codes: str) -> Line:
        cells = [""] * len(self.fields)
        cells[0] = self.chance.choice(words)
        found = self._cells(cells)
        if self.lead and self.chance.random() < 0.5:
            found = [cells[0], *[""] * len(self.fields)]
        return Line(found, codes=frozenset(codes))

    def _signature(self) -> Line:
        post, name = self.chance.choice(_POSTS), self.chance.choice(_NAMES)
        cells = [""] * len(self.fields)
        way = self.chance.randint(0, 2)
        if way == 0:
            cells[0] = f"{post} ______ /{name}/"
        elif way == 1:
            cells[0], cells[1], cells[2] = post, "__________", name
        else:
            cells[0], cells[-1] = post, name
        return Line(self._cells(cells), codes=frozenset({"signature_row", "caption_row"}))

    def _note(self) -> Line:
        return self._words(_NOTES, "signature_row", "caption_row")

    def _last(self) -> Line:
        return self._words(_LAST, "signature_row", "caption_row")

    def _blank(self) -> Line:
        return Line([""] * len(self.header))
