"""What reading a text costs grows with the text and no faster, whatever stands in its rows: counted, never timed.

Counted are the calls that a reading makes of any function, at one size and at four times as many rows.
"""

from __future__ import annotations

import cProfile
import io
from collections.abc import Callable
from pstats import Stats

import pytest

from ingest.read.plain.stream import write_text

_FEW, _MANY = 400, 1_600
_MOST_CALLS = 700
"""Of one row more; the rows are of four cells at most."""
_LETTERS = "абвгдежзиклмнопрстуфхц"


def _word(number: int) -> str:
    """A word of its own for each number, without a digit."""
    letters = ""
    while number or not letters:
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"сөз{letters}"


def _words(count: int, width: int) -> str:
    return "".join(
        ";".join(_word(row * width + column) for column in range(width)) + "\n" for row in range(count)
    )


KINDS: dict[str, Callable[[int], str]] = {
    "crosses": lambda n: "ok;note\n" + "х;х\n" * n,
    "dashes": lambda n: "ok;note;day\n" + "—;—;—\n" * n,
    "an open quote": lambda n: 'a;b\n1;"' + "x\n" * n,
    "open quotes": lambda n: "a;b;c\n" + '1;"x;3\n' * n,
    "quotes inside": lambda n: "a;b\n" + '1;x"y"z\n' * n,
    "totals": lambda n: "a;b\n" + "Итого;5\n" * n,
    "subtotals": lambda n: "a;b;c\n" + "х1;2;3\nх2;4;5\nИтого;6;8\n" * (n // 3),
    "notes": lambda n: "a;b\n" + "Примечание: х;\n" * n,
    "signatures": lambda n: "a;b;c\n" + "Директор ____;;\n" * n,
    "blank rows": lambda n: "a;b\n" + "1;2\n\n" * n,
    "one cell of four": lambda n: "a;b;c;d\n" + "x;;;\n" * n,
    "records and single cells": lambda n: "a;b;c;d\n" + "1;2;3;4\nx;;;\n" * (n // 2),
    "one column of numbers": lambda n: "n\n" + "".join(f"{row}\n" for row in range(n)),
    "one column of words": lambda n: "n\n" + _words(n, 1),
    "words alone": lambda n: "Аты;Тегі;Мектебі\n" + _words(n, 3),
    "words and numbers": lambda n: "Аты;Тегі;Жасы\n" + "".join(f"{_words(1, 2)[:-1]};{row}\n" for row in range(n)),
    "words, now and then a number": lambda n: "a;b;c;d\n" + ("x;y;z;\n" * 19 + "x;y;z;5\n") * (n // 20),
    "headers again": lambda n: "a;b\n1;2\n" * (n // 2),
    "captions": lambda n: "a;b;c\n" + "7 «А» класс;;\n1;2;3\n" * (n // 2),
    "numbers of columns": lambda n: "a;b;c\n" + "1;2;3\n" * n,
    "hints": lambda n: "a;b;c\n" + "текст;число;дата\n" * n,
    "ragged": lambda n: "a;b;c\n" + "".join(";".join("x" * (row % 4 + 1)) + "\n" for row in range(n)),
    "tables": lambda n: "a;b\n1;2\n\nc;d;e\n1;2;3\n\n" * (n // 6),
    "carriage returns": lambda n: "a;b\r" + "1;2\r" * n,
    "remarks of programs": lambda n: "a;b\n" + "# x\n" * n + "1;2\n",
    "errors": lambda n: "a;b\n" + "#Н/Д;NULL\n" * n,
    "formulas": lambda n: "a;b\n" + "=1+1;@x\n" * n,
}  # fmt: skip


def _calls(text: str) -> int:
    content = text.encode()
    profile = cProfile.Profile()
    profile.runcall(write_text, content, io.BytesIO())
    return Stats(profile).total_calls  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_more_costs_as_much_as_the_one_before(kind: str) -> None:
    make = KINDS[kind]
    _calls(make(_FEW))  # what is loaded and learnt once
    few, many = _calls(make(_FEW)), _calls(make(_MANY))
    assert many <= 7 * few
    assert many - few <= _MOST_CALLS * (_MANY - _FEW)
