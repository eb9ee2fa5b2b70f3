"""Headers as people write them → fields of the form.

In: the first rows of a sheet or csv as text, and the contract. Out: the row that is the header, or the two or three
that are together, and which column holds which field. A header may be a field's name, label or alias in any
language, in any order, in any case, with line breaks, no-break spaces, stars for required columns, a number before
it, a remark in brackets after it, two languages in one cell, Latin letters that look like Cyrillic ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ingest.read.form.header.abbreviated_header import meant_by_abbreviation
from ingest.read.form.header.name_initials import initials_of, name_initials
from ingest.read.tables.multi_row_header import MOST_ROWS, Cells, name_of, ways, windows
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import Rearranged
from ingest.schema.values.letters import folded_text

# How far down a header is looked for: titles, order numbers and stamps stand above it, data does not.
SEARCHED_ROWS = 60

# So many letters has no name of a column, the remark behind it included.
_LONGEST = 10_000
_NUMBER = re.compile(r"^\d{1,3}\s*[.)]\s*")
# A run of white space is looked at from its beginning alone: from each of its characters would be by the square.
_REMARK = re.compile(r"(?<!\s)\s*\([^()]*\)\s*$")
_AROUND = ".,:;()[]-–—«»\"'"
_LANGUAGES = re.compile(r"(?<!\s)\s+/\s+|\n+|\|")


@dataclass(frozen=True)
class Header:
    """The rows that name columns: `index` is the 0-based place of the last among the rows searched, `levels` are
    all of them.

    `columns`: field → 0-based column, in the file's order. `duplicates`: field → all its columns where it has
    several. `unknown`: column → header that no field answers to. `cells`: the name of each column as written,
    those of several rows joined. `layout`: the layout besides the contract that the names follow, `rivals` others
    that would do as well.
    """

    index: int
    columns: dict[str, int]
    duplicates: dict[str, list[int]]
    unknown: dict[int, str]
    cells: Cells
    levels: tuple[Cells, ...]
    layout: Rearranged | None = None
    rivals: tuple[Rearranged, ...] = ()

    @property
    def top(self) -> int:
        """The 0-based place of the first row."""
        return self.index - len(self.levels) + 1

    def is_whole(self, contract: Contract) -> bool:
        """Whether it names every column the form needs."""
        return all(field.name in self.columns for field in contract.fields if contract.needs(field))


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """A header without what tells no headers apart, stars of required columns included."""
    return folded_text(text.replace("*", " ").replace("＊", " "))


class HeaderWords:
    """Every way to write the headers of one form, also by another layout, whose words go first.

    A column of several fields answers with the place of its split in the layout: `0`, `1`; one of several side by
    side with `=` and what it stands for: no names of fields.
    """

    def __init__(self, contract: Contract, layout: Rearranged | None = None) -> None:
        self._field_of: dict[str, str] = {}
        for place, split in enumerate(layout.splits if layout else ()):
            self._field_of |= {folded(word): str(place) for word in split.headers}
        if layout and layout.across:
            self._field_of |= {folded(word): f"={value}" for word, value in layout.across.headed.items()}
        for name, words in (layout.headers if layout else {}).items():
            self._field_of |= {folded(word): name for word in words}
        for field in contract.fields:
            labels = field.labels
            for word in (field.name, labels.kk, labels.ru, labels.en, *field.aliases):
                self._field_of.setdefault(folded(word), field.name)
        self._by_words = _by_words(self._field_of)
        self._initials = initials_of(contract)

    def field(self, text: str) -> str | None:
        """The field a header cell names, None for none."""
        if len(text) > _LONGEST:
            return None
        for candidate in _ways_to_read(text):
            if candidate and (found := self._field_of.get(candidate)):
                return found
        if found := self._by_words.get(_words(folded(text))):
            return found
        is_short = "." in text or "-" in text
        return meant_by_abbreviation(text, self._field_of) if is_short else None

    def matched(self, cells: Cells) -> int:
        """How many different fields a row of cells names."""
        named = {column: field for column, cell in enumerate(cells) if cell and (field := self.field(cell))}
        return len({*named.values(), *self.initials(cells, named).values()})

    def initials(self, cells: Cells, named: Mapping[int, str]) -> dict[int, str]:
        """The columns of a row whose cell is the first letter of a part of a name; `named`: those of its words."""
        return name_initials(cells, named, self._initials)


def _words(text: str) -> frozenset[str]:
    """The words of a folded text, without the signs around each."""
    return frozenset(word.strip(_AROUND) for word in text.split()) - {""}


def _by_words(field_of: Mapping[str, str]) -> dict[frozenset[str], str]:
    """Headers of several words by those words in any order, but for words that name several fields."""
    found: dict[frozenset[str], set[str]] = {}
    for text, name in field_of.items():
        found.setdefault(_words(text), set()).add(name)
    return {words: names.pop() for words, names in found.items() if len(words) > 1 and len(names) == 1}


def _ways_to_read(text: str) -> Iterator[str]:
    yield folded(text)
    unnumbered = _NUMBER.sub("", text.strip())
    # Brackets may be part of the name as well as a remark on it.
    yield folded(unnumbered)
    bare = _REMARK.sub("", unnumbered)
    yield folded(bare)
    for part in _LANGUAGES.split(bare):
        yield folded(part)
        yield folded(_REMARK.sub("", part))


def find_header(rows: Iterable[Cells], contract: Contract, words: HeaderWords | None = None) -> Header | None:
    """The row that names most fields, the upper one of equals; None where no row names two.

    A form of one column needs one. A row of which every cell is a header, and which names half of the fields,
    ends the search: nothing below can be more of a header. Two or three rows together are the header where
    they name more fields than any of them.
    """
    words = words or HeaderWords(contract)
    best: tuple[int, int] | None = None
    seen: list[Cells] = []
    rest = iter(rows)
    for index, cells in enumerate(rest):
        seen.append(cells)
        score = words.matched(cells)
        filled = sum(1 for cell in cells if cell and cell.strip())
        if score >= min(2, len(contract.fields)) and (best is None or score > best[0]):
            best = (score, index)
            if score == filled and 2 * score >= len(contract.fields):
                break
    if best is None:
        return _of_several(None, seen, words, len(contract.fields))
    if best[0] < len(contract.fields):
        seen.extend(islice(rest, max(0, best[1] + MOST_ROWS - len(seen))))
        if header := _of_several(best, seen, words, len(contract.fields)):
            return header
    return _header(best[1], (seen[best[1]],), words)


def _of_several(
    best: tuple[int, int] | None, rows: list[Cells], words: HeaderWords, fields: int
) -> Header | None:
    """The header of two or three rows that names more fields than the best single row; None for none."""
    score, around = best or (1, None)
    places = range(len(rows)) if around is None else (around,)
    found: Header | None = None
    for place in places:
        for top, bottom in windows(place, rows):
            header = _header(bottom, tuple(rows[top : bottom + 1]), words)
            if len(header.columns) > score and len(header.columns) >= min(2, fields):
                found, score = header, len(header.columns)
        if found and around is None:
            break
    return found


def _header(index: int, levels: tuple[Cells, ...], words: HeaderWords) -> Header:
    cells = levels[0] if len(levels) == 1 else [name_of(levels, at) for at in range(max(map(len, levels)))]
    filled = {column: cell for column, cell in enumerate(cells) if cell and cell.strip()}
    named = {
        column: field for column, cell in filled.items() if (field := _field_of(levels, column, cell, words))
    }
    for level in levels:
        named |= words.initials(level, named)
    places: dict[str, list[int]] = {}
    for column in sorted(named):
        places.setdefault(named[column], []).append(column)
    unknown = {column: cell for column, cell in filled.items() if column not in named}
    return Header(
        index=index,
        columns={field: columns[0] for field, columns in places.items()},
        duplicates={field: columns for field, columns in places.items() if len(columns) > 1},
        unknown=unknown,
        cells=cells,
        levels=levels,
    )


def _field_of(levels: tuple[Cells, ...], column: int, cell: str, words: HeaderWords) -> str | None:
    written = (cell,) if len(levels) == 1 else ways(levels, column)
    return next((field for text in written if (field := words.field(text))), None)
