"""Counted words and Kazakh suffixes, held against CLDR and against the numbers as they are read aloud."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.texts.message import fill
from ingest.schema.texts.spoken_number import kazakh_suffix, plural_form, written

_FORMS = {"one": 0, "few": 1, "many": 2, "other": 3}


@given(st.integers(-(10**12), 10**12) | st.decimals("-1000", "1000", places=2))
def test_forms_are_those_of_cldr(number: int | Decimal) -> None:
    shown = number if isinstance(number, int) else Decimal(written(number, "en").replace("−", "-"))
    assert plural_form(number, "ru") == _FORMS[Locale("ru").plural_form(shown)]
    assert plural_form(number, "en") == (0 if Locale("en").plural_form(shown) == "one" else 1)


@pytest.mark.parametrize(
    ("number", "source", "target", "place"),
    [
        (0, "ден", "ге", "де"),
        (1, "ден", "ге", "де"),
        (2, "ден", "ге", "де"),
        (3, "тен", "ке", "те"),
        (4, "тен", "ке", "те"),
        (5, "тен", "ке", "те"),
        (6, "дан", "ға", "да"),
        (7, "ден", "ге", "де"),
        (8, "ден", "ге", "де"),
        (9, "дан", "ға", "да"),
        (10, "нан", "ға", "да"),
        (11, "ден", "ге", "де"),
        (20, "дан", "ға", "да"),
        (30, "дан", "ға", "да"),
        (40, "тан", "қа", "та"),
        (50, "ден", "ге", "де"),
        (60, "тан", "қа", "та"),
        (70, "тен", "ке", "те"),
        (80, "нен", "ге", "де"),
        (90, "нан", "ға", "да"),
        (100, "ден", "ге", "де"),
        (340, "тан", "қа", "та"),
        (1000, "нан", "ға", "да"),
        (2_000_000, "нан", "ға", "да"),
        (1.5, "тен", "ке", "те"),
        (2.25, "тен", "ке", "те"),
        (0.1, "ден", "ге", "де"),
        (-6, "дан", "ға", "да"),
    ],
)
def test_suffixes_follow_the_number_as_read_aloud(
    number: float, source: str, target: str, place: str
) -> None:
    assert [kazakh_suffix(number, shape) for shape in ("ден", "қа", "та")] == [source, target, place]


@pytest.mark.parametrize(
    ("number", "possessor", "object_"),
    [
        (1, "дің", "ді"),
        (2, "нің", "ні"),
        (3, "тің", "ті"),
        (6, "ның", "ны"),
        (10, "ның", "ды"),
        (40, "тың", "ты"),
    ],
)
def test_the_other_cases(number: int, possessor: str, object_: str) -> None:
    assert (kazakh_suffix(number, "нің"), kazakh_suffix(number, "ды")) == (possessor, object_)


@pytest.mark.parametrize(
    ("number", "owned"),
    [
        *((0, "і"), (1, "і"), (2, "сі"), (5, "і"), (6, "сы"), (7, "сі"), (9, "ы"), (10, "ы"), (20, "сы")),
        *((30, "ы"), (40, "ы"), (50, "і"), (60, "ы"), (80, "і"), (100, "і"), (1000, "ы"), (1536, "сы")),
    ],
)
def test_what_belongs_to_a_whole(number: int, owned: str) -> None:
    assert {kazakh_suffix(number, shape) for shape in ("ы", "і", "сы", "сі")} == {owned}


@given(st.integers(0, 10**9), st.sampled_from(["дан", "ға", "да", "ның", "ны", "ы"]))
def test_any_shape_of_a_case_gives_the_same_suffix(number: int, shape: str) -> None:
    assert kazakh_suffix(number, kazakh_suffix(number, shape)) == kazakh_suffix(number, shape)


def test_what_is_no_suffix_of_a_case_is_refused() -> None:
    with pytest.raises(ValueError, match="no suffix"):
        kazakh_suffix(3, "лер")


def test_sentences() -> None:
    rows = "В файле {many:# строка|# строки|# строк}."
    assert [fill(rows, "ru", {"many": n}) for n in (1, 22, 11, 1.5)] == [
        "В файле 1 строка.",
        "В файле 22 строки.",
        "В файле 11 строк.",
        "В файле 1,5 строки.",
    ]
    assert fill("{most:#-ден} аспайды", "kk", {"most": 40}) == "40-тан аспайды"
    assert fill("{a} / {b} / {c}", "kk", {"a": None, "b": " ", "c": -0.5}) == "(бос) / (бос) / −0,5"
    assert fill("{a:# строка|# строки|# строк}, {b}", "ru", {}, lenient=True) == "… строк, …"
    with pytest.raises(KeyError):
        fill("{a}", "en", {})
