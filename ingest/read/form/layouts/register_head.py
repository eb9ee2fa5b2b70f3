"""The head of a register: where its days or subjects stand, which column names the learner, what is said above.

In: the rows of a sheet, a register's layout, the contract. Out: a `Head`, or None where the sheet is no such table.
The headings may stand in another row than the words beside them (a group «Дни» over them, the days of the week below).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.read.arrow import pa, pc
from ingest.read.form.header.header_match import HeaderWords, folded
from ingest.read.form.layouts.register_days import Above, days_of, said_above, undated_days
from ingest.read.form.layouts.register_kinds import kind_said
from ingest.read.form.layouts.register_words import codes_of_headings
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.register_layout import Register
from ingest.schema.forms.split import Split

_SEARCHED_ROWS = 60
_NEAR = 2
"""Rows between the headings and the words beside them."""
_LONGEST_CAPTION = 100
_MOST_BESIDE_DAYS = 4
"""Columns of the form beside days that are not said in full: where there are more, it is a table of another kind."""
NAMES = "*names"
"""In place of a field: what heads a column of names in full, which is no field of the form."""


@dataclass(frozen=True)
class Head:
    """`row`: the row of the headings, from 0; `body`: the first row below the head. `headings`: column → the day or
    the subject's code. `person`: the column of the learner's identifier, None where there are names alone. `fields`,
    `splits`: further columns; `captions`: what the texts above say for every learner; `names`: the column of
    names in full, if there is one. `is_dated`: whether it is known
    which days the headings are, where they are days."""

    row: int
    body: int
    headings: Mapping[int, str]
    person: int | None
    fields: Mapping[str, int]
    splits: tuple[tuple[Split, int], ...]
    captions: Mapping[str, Caption]
    names: int | None = None
    is_dated: bool = True


@dataclass(frozen=True)
class Caption:
    """A text above the table that is said of every learner, and the cell it stands in, row and column from 0."""

    text: str
    row: int
    column: int


def head_of(rows: Sequence[Sequence[str]], layout: Register, contract: Contract) -> Head | None:
    """The head of the table; the first row that can be one. Without the learners' identifiers it is one where the
    headings stand beside a column of names: what is lacking can be said then."""
    if contract.person_field is None:
        return None
    words, by = _Words(contract, layout), (contract.person_field.name, NAMES)
    found = (_searched(rows, layout, contract, words, person) for person in by)
    return next(filter(None, found), None) or _without_dates(rows, layout, words, by)


def _without_dates(
    rows: Sequence[Sequence[str]], layout: Register, words: _Words, by: Sequence[str]
) -> Head | None:
    """The head of a register of days that are not said in full: numbers or days of the week beside a column of
    learners, in its row or in one beside it in which nothing else stands above or below them."""
    for row in range(min(len(rows), _SEARCHED_ROWS) if layout.words is None else 0):
        named = words.columns(rows[row], set())
        person = next((each for each in by if each in named), None)
        if person is None or len(named) > _MOST_BESIDE_DAYS:
            continue
        for line in (row, row + 1, row - 1):
            if not 0 <= line < len(rows):
                continue
            taken = {place for place, cell in enumerate(rows[row]) if cell.strip()} if line != row else set()
            cells = [
                "" if at in taken or at in named.values() else cell for at, cell in enumerate(rows[line])
            ]
            if headings := undated_days(cells, is_one_enough=line == row):
                found = _head(rows, line, max(line, row) + 1, headings, named, words, person)
                return replace(found, is_dated=False)
    return None


def _searched(
    rows: Sequence[Sequence[str]], layout: Register, contract: Contract, words: _Words, person: str
) -> Head | None:
    """The first row of headings beside which a column is headed so."""
    above = Above()
    for row in range(min(len(rows), _SEARCHED_ROWS)):
        if row and layout.words is None:
            above = said_above(_captions(rows[row - 1]), contract.field(layout.across), above)
        cells = rows[row]
        headings = _headings(cells, layout, contract, above, words)
        if not headings:
            continue
        near = range(max(0, row - _NEAR), min(len(rows), row + _NEAR + 1))
        named = {number: words.columns(rows[number], set(headings)) for number in near}
        lines = [number for number in near if person in named[number]]
        if not lines:
            continue
        line = min(lines, key=lambda number: abs(number - row))
        if len(headings) == 1 and not _is_headed(rows, row, line, next(iter(headings)), named[line], person):
            continue
        places: dict[str, int] = {}
        for number in range(min(line, row), max(line, row) + 1):
            places = {**named.get(number, {}), **places}
        return _head(rows, row, max(line, row) + 1, headings, places, words, person)
    return None


def _is_headed(
    rows: Sequence[Sequence[str]], row: int, line: int, place: int, named: Mapping[str, int], person: str
) -> bool:
    """Whether one heading alone belongs to the words of that line: it stands among them behind the learners, or by
    itself in the row below or above, where those words name no other column. Any row of a table holds one day, too."""
    if place < named[person]:
        return False
    if row == line:
        return True
    is_alone = abs(row - line) == 1 and sum(1 for cell in rows[row] if cell.strip()) == 1
    words = rows[line][place].strip() if place < len(rows[line]) else ""
    return is_alone and (place not in named.values() if row > line else not words)


def _head(
    rows: Sequence[Sequence[str]],
    row: int,
    body: int,
    headings: Mapping[int, str],
    places: Mapping[str, int],
    words: _Words,
    person: str,
) -> Head:
    fields = {name: place for name, place in places.items() if name.isidentifier() and name != person}
    splits = tuple(
        (words.layout.splits[int(name)], place) for name, place in places.items() if name.isdecimal()
    )
    splits, fields = _borne_out(rows[body : body + 20], splits, fields)
    held = {person, words.layout.across, *fields, *(name for split, _ in splits for name in split.fields)}
    first = min(body - 1, row)
    captions = {name: said for name, said in words.captions(rows[:first]).items() if name not in held}
    if person == NAMES:
        return Head(row, body, headings, None, fields, splits, captions, places[NAMES])
    own = {person: places[person], **fields}
    return Head(row, body, headings, places[person], own, splits, captions, places.get(NAMES))


def _borne_out(
    below: Sequence[Sequence[str]],
    splits: tuple[tuple[Split, int], ...],
    fields: Mapping[str, int],
) -> tuple[tuple[tuple[Split, int], ...], dict[str, int]]:
    """The splits whose cells hold more than one field; the columns of the others hold the first of theirs."""
    kept = []
    own = dict(fields)
    for split, place in splits:
        cells = [cells[place] for cells in below if place < len(cells) and cells[place].strip()]
        if any(sum(map(bool, found.values())) > 1 for found in matches(split.pattern, cells) if found):
            kept.append((split, place))
        else:
            own.setdefault(split.fields[0], place)
    return tuple(kept), own


def matches(pattern: str, cells: Sequence[str]) -> list[Mapping[str, str] | None]:
    """What the groups of a pattern find in each cell."""
    plain = [" ".join(cell.split()) for cell in cells]
    found: list[Mapping[str, str] | None] = pc.extract_regex(
        pa.array(plain, pa.string()), pattern
    ).to_pylist()
    return found


def parted_texts(pattern: str, fields: Sequence[str], cells: Sequence[str]) -> Mapping[str, list[str]]:
    """What cells that hold several fields say; one that does not follow the pattern goes whole into the first."""
    found = matches(pattern, cells)
    return {
        name: [
            (parts.get(name) or "") if parts else (cell if name == fields[0] else "")
            for parts, cell in zip(found, cells, strict=True)
        ]
        for name in fields
    }


def _headings(
    cells: Sequence[str], layout: Register, contract: Contract, above: Above, words: _Words
) -> dict[int, str]:
    if layout.words is None:
        if cells_of := layout.points:
            # What stands beside a day in its heading says of which kind the column is: «СОР 1 (15) 14.09».
            cells = [kind_said(cell, cells_of).rest for cell in cells]
        column = contract.field(layout.across)
        days = days_of(cells, above, column, is_twice_usual=layout.points is not None)
        return {place: day.isoformat() for place, day in days.items()}
    return codes_of_headings(cells, layout.words, words.name)


def _captions(cells: Sequence[str]) -> Iterator[str]:
    return (cell for cell in cells if cell.strip() and len(cell) <= _LONGEST_CAPTION)


def _filled(said: Iterator[tuple[str, str]]) -> dict[str, str]:
    return {name: text for name, text in said if text}


class _Words:
    """How the columns beside the headings, and the texts above the table, are called."""

    def __init__(self, contract: Contract, layout: Register) -> None:
        self.layout = layout
        self._own = HeaderWords(contract)
        self._skipped = {layout.across, *layout.cells.fields.values()}
        self._names = {folded(word) for word in layout.names}
        self._splits = {
            folded(word): str(number) for number, split in enumerate(layout.splits) for word in split.headers
        }

    def name(self, text: str) -> str | None:
        """A field of the form, the number of a split, or `NAMES`; None for none of them."""
        found = self._splits.get(folded(text)) or self._own.field(text)
        if found is None and folded(text) in self._names:
            return NAMES
        return None if found in self._skipped else found

    def columns(self, cells: Sequence[str], besides: set[int]) -> dict[str, int]:
        """Name → column, of one row of the head."""
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if place not in besides and cell.strip() and (name := self.name(cell)):
                found.setdefault(name, place)
        return found

    def captions(self, rows: Sequence[Sequence[str]]) -> dict[str, Caption]:
        """Field → what stands above for all: `БИН: 6501…`, «Сынып» and «7 «Ә»» beside it, «7 «А» класс» alone."""
        found: dict[str, Caption] = {}
        for number, cells in enumerate(rows):
            filled = [(column, cell.strip()) for column, cell in enumerate(cells) if cell.strip()]
            for (column, text), (beside, following) in zip(filled, [*filled[1:], (0, "")], strict=False):
                if len(text) > _LONGEST_CAPTION:
                    continue
                label, sign, value = text.partition(":")
                own = (label, value.strip(), column) if sign else (label, following, beside)
                for said, meant, at in (own, (text, following, beside)):
                    if meant and (name := self.name(said)):
                        for each, told in _filled(self._meant(name, meant)).items():
                            found.setdefault(each, Caption(told, number, at))
                for each, told in _filled(self._alone(text)).items():
                    found.setdefault(each, Caption(told, number, column))
        return found

    def _meant(self, name: str, text: str) -> Iterator[tuple[str, str]]:
        if name == NAMES:
            return
        if not name.isdecimal():
            yield name, text
            return
        split = self.layout.splits[int(name)]
        parts = matches(split.pattern, [text])[0]
        yield from parts.items() if parts else [(split.fields[0], text)]

    def _alone(self, text: str) -> Iterator[tuple[str, str]]:
        """A caption that says itself what it is: it begins or ends with the word that heads such a column."""
        for split in self.layout.splits:
            words = {folded(word) for header in split.headers for word in header.split()} | {
                "сыныбы",
                "класс",
            }
            parts = matches(split.pattern, [text])[0]
            if parts and any(folded(word) in words for word in text.replace(":", " ").split()):
                yield from parts.items()
