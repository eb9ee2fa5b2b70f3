"""Whether a row numbers its columns, as official forms do below their header.

In: the cells of one row, as written. Out: yes or no. Whether a row that counts so may be a record all the same is for
the readers to say, who know its columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ingest.schema.values.letters import letters_in_cyrillic

_FEWEST_NUMBERED = 3
_MOST_COLUMNS = 1 << 14
# No number of a column is as long, however it is written.
_LONGEST = 1_000
# The number of a column as forms write it: `4`, `(4)`, `4.`, `гр. 4`, `4-баған`, and how it is computed: `8=6+7`,
# `8 (гр.6+гр.7)`.
_WORD = r"(?:графа|гр|баған|бағ|столбец|стлб|column|col|№)"
_NUMBER = re.compile(
    rf"(?:{_WORD}\.? ?)?\(?(\d{{1,3}})[.)]?(?:[ -]?{_WORD}\.?)?"
    r"(?: ?[=(] ?(?:(?:гр|бағ|col)\.? ?)?\d[\d гр.бағ+*/×:–−,()-]{0,80})?"
)
_BETWEEN = re.compile(r"\(?(\d{1,3})[ .-]?[^\W\d_]\)?")
# What official forms head their row labels with, before the numbers begin: some leave out the letters that are no
# numbers in any list, some do not.
_ALPHABETS = (
    "абвгдежзиклмнопрстуфхцчшщэюя",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "аәбвгғдежзикқлмнңоөпрстуұүфхһцчшщыіэюя",
    "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def numbers_columns(cells: Sequence[str]) -> bool:
    """Whether a row numbers columns: `1 2 3`, `А Б 1 2 3`, `(1) (2) (3)`, `I II III`, `A B C`, `8=6+7`.

    Blank cells count for nothing, unless just their own numbers are left out; a number said again beside itself (of a
    merged cell) counts once, as does one with a letter behind it, `2а`.
    """
    stripped = [(column, text) for column, cell in enumerate(cells) if (text := cell.strip())]
    if not _FEWEST_NUMBERED <= len(stripped) <= _MOST_COLUMNS:
        return False
    if any(len(text) > _LONGEST for _, text in stripped):
        return False
    filled = [(column, _plain(text)) for column, text in stripped]
    shown = [
        (column, text)
        for place, (column, text) in enumerate(filled)
        if not place or not _repeats(text, filled[place - 1][1])
    ]
    texts = [text for _, text in shown]
    if len(texts) < _FEWEST_NUMBERED:
        return False
    letters = next((count for count, text in enumerate(texts) if not _is_letter(text, count)), len(texts))
    return letters == len(texts) or _goes_on(shown[letters:], letters) or _goes_on(shown, 0)


def _goes_on(shown: Sequence[tuple[int, str]], letters: int) -> bool:
    """Whether cells count on from nought, one, or the letters before them."""
    texts = [text for _, text in shown]
    if all(letters_in_cyrillic(text.strip("().")) == _roman(at) for at, text in enumerate(texts, start=1)):
        return True
    numbers = [int(found[1]) for text in texts if (found := _NUMBER.fullmatch(text))]
    if len(numbers) != len(texts) or numbers[0] not in {0, 1, letters + 1}:
        return False
    is_run = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return is_run or (
        len(texts) + letters > _FEWEST_NUMBERED and _leaves_out([at for at, _ in shown], numbers)
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _repeats(text: str, before: str) -> bool:
    """Whether a number is that of the cell before it, or stands between that and the next: `2а` behind `2`."""
    if text == before:
        return True
    between = _BETWEEN.fullmatch(text)
    number = between and (_NUMBER.fullmatch(before) or _BETWEEN.fullmatch(before))
    return bool(between and number and between[1] == number[1])


def _leaves_out(columns: Sequence[int], numbers: Sequence[int]) -> bool:
    """Whether numbers count their columns, with a few that blank cells leave out."""
    offset = numbers[0] - columns[0]
    counted = all(number - column == offset for column, number in zip(columns, numbers, strict=True))
    return counted and 4 * len(numbers) >= 3 * (columns[-1] - columns[0] + 1)


def _is_letter(text: str, place: int) -> bool:
    """Whether a letter is the one of its place in some alphabet, or names its column as spreadsheets do, `AA` behind
    `Z`."""
    text = text.strip("().")
    if not text.isalpha() or len(text) > 3:
        return False
    if text == _of_spreadsheets(place):
        return True
    return any(
        place < len(letters) and letters[place] in {text, letters_in_cyrillic(text)} for letters in _ALPHABETS
    )


def _of_spreadsheets(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, len(_LATIN))
        letters = _LATIN[letter] + letters
    return letters


@lru_cache(maxsize=1 << 10)
def _roman(number: int) -> str:
    """A Roman numeral in Cyrillic letters where they look alike: people without a Latin keyboard type those."""
    numeral = ""
    for value, letters in _ROMAN:
        while number >= value:
            numeral, number = numeral + letters, number - value
    return letters_in_cyrillic(numeral)
