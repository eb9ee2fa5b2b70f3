"""Clean tables to pollute, seeded: of sales with long prose, and of a school in Kazakh and Russian."""

from __future__ import annotations

import random
from dataclasses import dataclass

_PROSE = (
    "warm light cotton jacket trail shoe ideal for cold wet weather made of soft wool great comfort walking "
    "running hiking with two pockets and durable construction that lasts all day"
)
_WORDS = _PROSE.split()
_FIRST = ("Айгүл", "Нұрлан", "Ғалия", "Өмірбек", "Әсем", "Қайрат", "Ұлжан", "Бауыржан", "Мария", "Сергей")
_LAST = ("Қасымова", "Әбдіғали", "Төлегенұлы", "Иванова", "Ким", "Оразбекқызы", "Петров", "Сүлейменова")
_NOTES = (
    "",
    "үздік оқушы",
    "новый ученик",
    "ауыстырылды, 2-топ",
    "болен",
    "қатысады",
    "освобождён от физ-ры",
)


@dataclass(frozen=True)
class Clean:
    """`header` and `rows`, all of one width."""

    header: list[str]
    rows: list[list[str]]

    @property
    def width(self) -> int:
        return len(self.header)


def sales(seed: int, rows: int = 40) -> Clean:
    """Dates, times, codes, prices, and prose with commas, apostrophes and now and then an inch sign."""
    chance = random.Random(seed)
    made = []
    for number in range(rows):
        words = [chance.choice(_WORDS) for _ in range(chance.randint(6, 20))]
        words[chance.randrange(len(words))] += ","
        prose = " ".join(words).capitalize() + "."
        product = chance.choice(
            ("Men's Boots", "Kids' Hat", 'Table, Round 48"', "Wool Coat", "Tee, Long-Sleeve")
        )
        made.append(
            [
                f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/2018",
                f"{number % 24:02d}:{chance.choice((0, 15, 30, 45)):02d}",
                str(chance.randint(0, 30)),
                f"{chance.choice(('MG', 'RI', 'BH'))}-{chance.randint(1000, 9999)}",
                f"{chance.randint(1, 99)}.{chance.randint(0, 99):02d}",
                product,
                prose,
            ]
        )
    return Clean(["DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "Description"], made)


def school(seed: int, rows: int = 30) -> Clean:
    """Learners: an impossible identifier, a name, a class, a date, a mark with decimal comma, a remark."""
    chance = random.Random(seed)
    made = [
        [
            f"99{chance.randint(10**9, 10**10 - 1)}",
            f"{chance.choice(_LAST)} {chance.choice(_FIRST)}",
            f"{chance.randint(1, 11)}{chance.choice('АӘБВ')}",
            f"{chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.20{chance.randint(10, 18)}",
            f"{chance.randint(2, 4)},{chance.randint(0, 9)}",
            chance.choice(_NOTES),
        ]
        for _ in range(rows)
    ]
    return Clean(["ЖСН", "Аты-жөні", "Сынып", "Туған күні", "Орташа балл", "Ескерту"], made)


def cities(seed: int, rows: int = 30) -> Clean:
    """Words alone: a table without any number or date."""
    chance = random.Random(seed)
    towns = ("Astana", "Almaty", "Taraz", "Oral", "Semey", "Shymkent", "Pavlodar", "Kostanay")
    tongues = ("kazakh", "russian", "english", "german")
    states = ("open", "closed", "planned")
    made = [
        [chance.choice(towns), chance.choice(tongues), chance.choice(states), chance.choice(_WORDS)]
        for _ in range(rows)
    ]
    return Clean(["town", "tongue", "state", "remark"], made)


def measurements(seed: int, rows: int = 30) -> Clean:
    """Numbers alone."""
    chance = random.Random(seed)
    made = [
        [str(number), str(chance.randint(1, 500)), f"{chance.random():.3f}", f"-{chance.randint(1, 9)}.5"]
        for number in range(1, rows + 1)
    ]
    return Clean(["id", "count", "share", "change"], made)
