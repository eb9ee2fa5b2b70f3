"""Tables of values full of signs that could be taken for delimiters, seeded: dates, times, addresses, sizes, codes.

In: a source of chance. Out: rows of cells, the header first; each column is of one kind, in Kazakh, Russian or English.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_WORDS = [
    "мектеп",
    "лицей",
    "Алматы",
    "Астана",
    "қала",
    "village",
    "school",
    "отчёт",
    "үлгі",
    "Сейіт",
    "Анна",
    "Ержан",
]


def _word(chance: random.Random) -> str:
    return chance.choice(_WORDS)


def _number(chance: random.Random) -> str:
    return str(chance.randint(1, 99999))


KINDS: dict[str, Callable[[random.Random], str]] = {
    "Күні": lambda c: f"{c.randint(1, 28):02}/{c.randint(1, 12):02}/{c.randint(2020, 2026)}",
    "Дата": lambda c: f"{c.randint(1, 28)}.{c.randint(1, 12):02}.{c.randint(2020, 2026)}",
    "day": lambda c: f"{c.randint(2020, 2026)}-{c.randint(1, 12):02}-{c.randint(1, 28):02}",
    "Время": lambda c: f"{c.randint(0, 23):02}:{c.randint(0, 59):02}:{c.randint(0, 59):02}",
    "Сайты": lambda c: f"https://{c.choice('abcd')}.edu.kz/{c.choice('xyz')}/{c.randint(1, 99)}",
    "link": lambda c: (
        f"http://kz.org/p?id={c.randint(1, 99)}&lang={c.choice(('kk', 'ru'))}&a_b={c.randint(1, 9)}"
    ),
    "Почта": lambda c: f"{c.choice(('info', 'mektep', 'a.b'))}_{c.randint(1, 9)}@mail.kz",
    "Школа": lambda c: f"№{c.randint(1, 99)} {_word(c)}",
    "Аты": lambda c: f"{_word(c)} {_word(c)}",
    "Код": lambda c: f"{c.choice('АБВ')}-{c.randint(10, 99)}/{c.randint(1, 9)}",
    "path": lambda c: f"{_word(c)}/{_word(c)}/{_word(c)}",
    "key": lambda c: f"{c.choice(('a', 'b'))}_{c.randint(1, 9)}_{c.choice('xy')}",
    "ratio": lambda c: f"{c.randint(1, 9)}:{c.randint(1, 9)}",
    "set": lambda c: f"k={c.randint(1, 9)}",
    "Телефон": lambda c: (
        f"+7 (7{c.randint(10, 99)}) {c.randint(100, 999)}-{c.randint(10, 99)}-{c.randint(10, 99)}"
    ),
    "Саны": _number,
    "Қала": _word,
    "Пайызы": lambda c: f"{c.randint(1, 99)}%",
    "Нөмір": lambda c: f"#{c.randint(1, 999)}",
}


def table(chance: random.Random, rows: int, columns: int) -> list[list[str]]:
    """A header and so many records of so many columns, at least one of them with signs."""
    names = chance.sample(sorted(KINDS), columns)
    return [names, *([KINDS[name](chance) for name in names] for _ in range(rows))]


def text(rows: list[list[str]], delimiter: str) -> str:
    return "".join(delimiter.join(cells) + "\n" for cells in rows)
