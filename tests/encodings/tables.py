"""Tables of learners in Kazakh and Russian, seeded, as text in every case people write in.

In: a source of chance and what the table is like. Out: its text.
"""

from __future__ import annotations

import random
from typing import Literal

Language = Literal["kk", "ru"]
Case = Literal["as written", "capitals", "lower", "mixed"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru")
CASES: tuple[Case, ...] = ("as written", "capitals", "lower", "mixed")
ENCODINGS = (
    "cp1251",
    "kz1048",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp866",
    "koi8-r",
    "mac-cyrillic",
    "iso8859-5",
    "ptcp154",
)
ROWS = (1, 2, 3, 7, 30, 200)

_HEADS = {
    "kk": ("№;Тегі;Аты;Сыныбы;Пәні;Бағасы;Ескерту", "Оқушының аты-жөні;Ұйымның атауы;Сынып;Пән;Балл"),
    "ru": (
        "№;Фамилия;Имя;Класс;Предмет;Оценка;Примечание",
        "ФИО обучающегося;Наименование школы;Кл.;Предмет;Балл",
    ),
}
_SURNAMES = {
    "kk": "Жүнісбек Қырғызбаева Әлімжанұлы Өскенбайқызы Ұзақбай Шоқпарова Ыдырыс Бөкейханова Тұяқбай Іргебай Юсіп",
    "ru": "Воробьёв Щукина Жеребцова Фёдоров Юдин Эйхе Цыганков Чжан Ян Ли Подъяблонская Ульянов Рахимжанов Ахметова",
}
_NAMES = {
    "kk": "Ерсұлтан Күнсұлу Ғазиз Мөлдір Әйгерім Інжу Шыңғыс Жұлдыз Үміт Хақназар Елдос Ару",
    "ru": "Василиса Ярослав Фёкла Эдуард Юлия Жанна Ия Игорь Чингиз Хасан Любовь Ян",
}
_SUBJECTS = {
    "kk": "алгебра|жаһандық құзыреттер|өзін-өзі тану|орыс тілі|құқық негіздері|ән-күй|физика",
    "ru": "алгебра|обществознание|чтение|основы права|черчение|музыка|физкультура",
}
_NOTES = {
    "kk": "|ауырды|үйде оқытылады|№ 5 бұйрық|",
    "ru": "|болел|обучается на дому|приказ № 5|",
}


def table(chance: random.Random, language: Language, case: Case, rows: int, *, header: bool) -> str:
    """The text of a table with so many records, its lines ended by LF."""
    head = chance.choice(_HEADS[language])
    lines = [head] if header else []
    for number in range(1, rows + 1):
        name = f"{chance.choice(_SURNAMES[language].split())};{chance.choice(_NAMES[language].split())}"
        group = f"{chance.randint(1, 11)}{chance.choice('АБВГ')}"
        rest = f"{chance.choice(_SUBJECTS[language].split('|'))};{chance.randint(2, 5)}"
        lines.append(f"{number};{name};{group};{rest};{chance.choice(_NOTES[language].split('|'))}")
    return "\n".join(_in_case(line, case, place) for place, line in enumerate(lines)) + "\n"


def _in_case(line: str, case: Case, place: int) -> str:
    if case == "capitals" or (case == "mixed" and place):
        return line.upper()
    return line.lower() if case == "lower" else line


def encoded(text: str, encoding: str) -> bytes | None:
    """The bytes; None where the encoding lacks a letter of it."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None
