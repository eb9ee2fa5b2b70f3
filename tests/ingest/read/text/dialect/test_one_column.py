"""A list of one column stays one: what stands equally often in each of its cells parts words, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.batches import cut_of
from ingest.read.text.dialect.choice import find_dialect
from tests.ingest.read.test_properties import EASY

LISTS: dict[str, Callable[[int], str]] = {
    "classes": lambda n: f"{n} «{'АӘБВГ'[n % 5]}»",
    "classes with a hyphen": lambda n: f"{n}-{'абвг'[n % 4]}",
    "addresses": lambda n: f"Абай көшесі, {n} үй",
    "streets": lambda n: f"ул. Сатпаева {n}",
    "phones": lambda n: f"8 (7172) 55-{10 + n}-22, 55-{10 + n}-23",
    "persons": lambda n: f"Серікұлы {'Асан' if n % 2 else 'Болат'} Ержанұлы",
    "rooms": lambda n: f"№ {n} (кабинет)",
    "sections": lambda n: f"{n}.1. Тарау",
    "shares": lambda n: f"{n} / {n + 3}",
    "addresses with a town": lambda n: f"г. Астана, ул. {('Абая', 'Сатпаева', 'Жамбыла')[n % 3]}, д. {n}",
    "addresses in Kazakh": lambda n: f"{('Абай', 'Сәтбаев')[n % 2]} көшесі, {n} үй, {n + 1} пәтер",
    "organisations": lambda n: f"КГУ «Школа № {n}», село {('Абай', 'Кенесары')[n % 2]}, Бурабайский район",
    "lessons": lambda n: f"математика, физика, {('химия', 'тарих', 'география')[n % 3]}",
    "addresses by semicolons": lambda n: f"Астана қаласы; Абай көшесі; {n} үй",
    "routes": lambda n: f"{n} → {n + 1}",
}
NAMES = ("Мекенжайы", "Сыныбы", "ФИО", "Телефон", "Наименование")


def _rows(written: str) -> list[list[str]]:
    cut = cut_of(written)
    return [row.cells for row in chain.from_iterable(cut.batches(written, len(written) + 1))]


@pytest.mark.parametrize("kind", LISTS)
@EASY
@given(
    name=st.sampled_from(NAMES), numbers=st.lists(st.integers(1, 99), min_size=3, max_size=40, unique=True)
)
def test_a_list_below_one_name_is_not_cut(kind: str, name: str, numbers: Sequence[int]) -> None:
    cells = [name, *(LISTS[kind](number) for number in numbers)]
    assert _rows("".join(f"{cell}\n" for cell in cells)) == [[cell] for cell in cells]


SURNAMES = ("Иванов", "Серікұлы", "Ким", "Әл-Фараби", "O'Neil")
FIRST_NAMES = ("Иван", "Аружан", "Иван Петрович", "И. П.", "Анна-Мария")
FULL = ("ФИО", "Ф.И.О.", "Оқушы", "Аты-жөні", "Full name", "СПИСОК УЧАЩИХСЯ")
PARTED = (("Фамилия", "Имя"), ("Тегі", "Аты"), ("Last name", "First name"))

_persons = st.lists(
    st.tuples(st.sampled_from(SURNAMES), st.sampled_from(FIRST_NAMES)), min_size=1, max_size=40
)


@EASY
@given(head=st.sampled_from(FULL), persons=_persons, sign=st.sampled_from([", ", "; "]))
def test_names_below_a_heading_of_full_names_are_one_column(
    head: str, persons: list[tuple[str, str]], sign: str
) -> None:
    cells = [head, *map(sign.join, persons)]
    assert _rows("".join(f"{cell}\n" for cell in cells)) == [[cell] for cell in cells]


@EASY
@given(
    title=st.sampled_from([None, *FULL]),
    head=st.sampled_from(PARTED),
    persons=_persons,
    sign=st.sampled_from([",", ";", ", "]),
)
def test_names_below_the_parts_of_a_name_are_two(
    title: str | None, head: tuple[str, str], persons: list[tuple[str, str]], sign: str
) -> None:
    lines = [sign.join(pair) for pair in (head, *persons)]
    rows = _rows("".join(f"{line}\n" for line in ([title] if title else []) + lines))
    assert [[cell.strip() for cell in row] for row in rows[-len(persons) :]] == [
        list(pair) for pair in persons
    ]


_PLACES = st.lists(
    st.sampled_from(
        [
            "ул. Абая",
            "Сәтбаев көшесі",
            "д. 5",
            "12 үй",
            "кв. 7",
            "мкр. Самал-2",
            "корпус 1",
            "б/н",
            "индекс 010000",
        ]
    ),
    max_size=4,
    unique=True,
)


@pytest.mark.parametrize("sign", [", ", "; "])
@EASY
@given(name=st.sampled_from(NAMES), places=st.lists(_PLACES, min_size=5, max_size=40))
def test_a_list_of_now_more_commas_now_fewer_is_not_cut(
    sign: str, name: str, places: list[list[str]]
) -> None:
    cells = [sign.join(["г. Астана" if n % 2 else "Алматы қ.", *each]) for n, each in enumerate(places)]
    widths = Counter(len(each) for each in places if each)
    if not widths or max(widths.values()) >= 0.8 * len(places):
        return
    assert _rows("".join(f"{cell}\n" for cell in [name, *cells])) == [[name], *([cell] for cell in cells)]


@pytest.mark.parametrize("sign", [", ", "; "])
@EASY
@given(
    title=st.sampled_from(("Есеп", "Список школ", "2026 ж. тізім")),
    head=st.sampled_from(("Мекенжай|Сынып|Саны", "Школа|Адрес школы|Класс", "Көше|Үй|Қала")),
    numbers=st.lists(st.integers(1, 99), min_size=3, max_size=40, unique=True),
)
def test_a_table_below_a_title_is_cut(sign: str, title: str, head: str, numbers: list[int]) -> None:
    rows = [head.split("|"), *([f"Школа №{n}", f"улица Абая {n}", f"{n % 11} «А»"] for n in numbers)]
    assert _rows("".join(f"{line}\n" for line in [title, *map(sign.join, rows)]))[1:] == [
        [cell.strip() for cell in row] for row in rows
    ]


@EASY
@given(st.lists(st.integers(1, 3), min_size=3, max_size=40))
def test_a_ragged_table_with_spaces_behind_its_commas_is_a_table(lengths: list[int]) -> None:
    lines = ["Сынып, Ұлдар, Қыздар", *(", ".join(["5А", "12", "13"][:length]) for length in [3, *lengths])]
    assert all(len(row) >= 3 for row in _rows("\n".join(lines))[:2])


@EASY
@given(
    st.lists(st.text("абвгд ", min_size=3, max_size=30).map(str.strip).filter(bool), min_size=2, max_size=9)
)
def test_lines_of_prose_keep_the_full_stops_they_end_in(lines: list[str]) -> None:
    written = "".join(f"{line}.\n" for line in lines)
    assert "".join("".join(row) for row in _rows(written)).count(".") == len(lines)


@pytest.mark.parametrize("delimiter", [" ", "^", "~", "#", ":"])
def test_an_odd_delimiter_that_parts_the_names_too_parts_the_cells(delimiter: str) -> None:
    lines = ["аты тегі саны", *(f"а{n} б{n} {n}" for n in range(9))]
    written = "\n".join(line.replace(" ", delimiter) for line in lines)
    assert find_dialect(written).dialect.delimiter == delimiter


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("heading", ["Фамилия, имя", "Тегі, аты, әкесінің аты", "Баға, балл"])
@EASY
@given(height=st.integers(8, 30), titles=st.integers(1, 3))
def test_a_comma_in_the_name_of_a_column_parts_no_prose(
    sign: str, heading: str, height: int, titles: int
) -> None:
    """Above a table stand lines of one cell: its records are told by the sign that most lines have."""
    above = ["Класс: 1 «А»", "БИН: 650940000016", "Сентябрь 2026"][:titles]
    table = [
        sign.join(("№", heading, "7", "8")),
        *(sign.join((str(n), "Ким Анна", "", "н")) for n in range(height)),
    ]
    choice = find_dialect("\n".join([*above, "", *table, "", "Кл. руководитель"]))
    assert choice.dialect.delimiter == sign
