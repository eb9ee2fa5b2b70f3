"""The headings of a register: days as people write them above columns.

In: the cells of a row, the texts above the table, a column of dates. Out: column → day; None for a row that heads no
days. `07.09`, `7 сентября` and a bare `7` get their year and month from what stands above the table: «Қыркүйек
2026», «сентябрь 2026–2027 учебного года». A day whose month or year nothing tells is no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ingest.read.cells.written.dates import odd_date
from ingest.schema.forms.contract import FormField
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import folded_text

_FEWEST = 2
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?: 00:00:00)?")
_BARE = re.compile(r"\d{1,2}")
_SHORT = re.compile(r"(\d{1,2})[./](\d{1,2})\.?")
_SHORT_YEAR = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d\d)(?: ?[гж]\.?)?")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"20\d\d")
_MONTH_AND_YEAR = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[./](20\d\d)(?!\d)")
_FIRST_MONTH = 9
"""Of a school year: with two years above the table, months before it lie in the second."""
_LONGEST = 40


@dataclass(frozen=True)
class Above:
    """What the texts above a table say of its days. `years`: in their order; two are a school year."""

    month: int | None = None
    years: tuple[int, ...] = ()

    def year_of(self, month: int) -> int | None:
        """The year in which a month lies."""
        if not self.years:
            return None
        return self.years[-1] if len(self.years) > 1 and month < _FIRST_MONTH else self.years[0]


def said_above(texts: Iterable[str], column: FormField, higher: Above) -> Above:
    """The month and the years that stand above a table; the last said of each holds. `higher`: what stands higher up
    says already."""
    month, years = higher.month, higher.years
    for text in texts:
        if found := _MONTH_AND_YEAR.search(text):
            month, years = int(found[1]), (int(found[2]),)
            continue
        if said := tuple(dict.fromkeys(int(year) for year in _YEAR.findall(text)))[:2]:
            years = said
        named = {number for word in _WORD.findall(text) if (number := _month(word, column))}
        if len(named) == 1:
            month = named.pop()
    return Above(month, years)


def days_of(
    cells: Sequence[str], above: Above, column: FormField, *, is_twice_usual: bool = False
) -> dict[int, date]:
    """Column (from 0) → its day, of a row that heads one, or several, each later than the one before; else empty.
    `is_twice_usual`: a day may have several columns."""
    found: dict[int, date] = {}
    for place, cell in enumerate(cells):
        if (text := cell.strip()) and len(text) <= _LONGEST and (day := _day(text, above, column)):
            found[place] = day
    # A number beside whole dates is the number of a row, never a day.
    if any(not _BARE.fullmatch(cells[place].strip()) for place in found):
        found = {place: day for place, day in found.items() if not _BARE.fullmatch(cells[place].strip())}
    days = list(found.values())
    is_ascending = all(one < other or (is_twice_usual and one == other) for one, other in pairwise(days))
    return found if days and is_ascending and _is_one_run(cells, found) else {}


def _is_one_run(cells: Sequence[str], found: Mapping[int, date]) -> bool:
    """Whether the days stand beside one another: totals of a week may part them, a sentence of texts does not."""
    between = [cell for cell in cells[min(found) : max(found) + 1] if cell.strip()]
    return 2 * len(found) > len(between)


def undated_days(cells: Sequence[str], *, is_one_enough: bool = False) -> dict[int, str]:
    """Column → its text, of a row that may head days whose month and year are not known: `1 2 3 4 5`, `07.09 08.09`,
    `дс сс ср`; else empty. `is_one_enough`: the last of the row alone, `07.09` or `дс`, is one, too."""
    texts = {place: cell.strip() for place, cell in enumerate(cells) if cell.strip()}
    numbers = {place: text for place, text in texts.items() if text.isascii() and _BARE.fullmatch(text)}
    if len(numbers) < 2 * _FEWEST or any(int(a) >= int(b) for a, b in pairwise(numbers.values())):
        numbers = {}
    short = {place: text for place, text in texts.items() if _SHORT.fullmatch(text)}
    week = {place: text for place, text in texts.items() if folded_text(text) in weekdays()}
    found = max(short, week, numbers, key=len)
    if is_one_enough and len(found) == 1 and max(texts) in found:
        return found
    return found if len(found) >= _FEWEST and 2 * len(found) > len(texts) else {}


@lru_cache(maxsize=1)
def weekdays() -> frozenset[str]:
    """The names of the days of the week, also cut short, folded."""
    return frozenset(
        folded_text(word) for words in read_words("written_date")["weekdays"].values() for word in words
    )


def _day(text: str, above: Above, column: FormField) -> date | None:
    if found := _ISO.fullmatch(text):
        return _read(found[1], column)
    if _BARE.fullmatch(text):
        year = above.year_of(above.month) if above.month else None
        return _made(year, above.month, int(text))
    if found := _SHORT.fullmatch(text):
        month = int(found[2])
        return _made(above.year_of(month), month, int(found[1]))
    if _YEAR.search(text):
        return _read(text, column)
    return _of_a_year_near_by(text, above, column)


def _of_a_year_near_by(text: str, above: Above, column: FormField) -> date | None:
    """A day whose year two digits or the texts above tell."""
    if found := _SHORT_YEAR.fullmatch(text):  # parted by strokes, the month may stand first
        return _made(2000 + int(found[3]), int(found[2]), int(found[1]))
    named = {number for word in _WORD.findall(text) if (number := _month(word, column))}
    year = above.year_of(next(iter(named))) if len(named) == 1 else None
    shortened = _SHORT.search(text)
    if year is None and shortened:
        # With the day of the week: «дс 07.09».
        return _made(above.year_of(int(shortened[2])), int(shortened[2]), int(shortened[1]))
    return _read(f"{text} {year}", column) if year else None


def _read(text: str, column: FormField) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        odd = odd_date(text, column)
    return odd.value if odd and isinstance(odd.value, date) else None


def _made(year: int | None, month: int | None, day: int) -> date | None:
    try:
        return date(year, month, day) if year and month else None
    except ValueError:
        return None


_MONTHS: dict[str, int | None] = {}
_SHORTEST_MONTH = 3


def _month(word: str, column: FormField) -> int | None:
    """The month a word names."""
    if len(word) < _SHORTEST_MONTH:
        return None
    if word not in _MONTHS:
        folded = folded_text(word)
        day = _read(f"1 {folded} 2026", column) if len(folded) >= _SHORTEST_MONTH else None
        if len(_MONTHS) > 4096:
            _MONTHS.clear()
        _MONTHS[word] = day.month if day and day.day == 1 else None
    return _MONTHS[word]
