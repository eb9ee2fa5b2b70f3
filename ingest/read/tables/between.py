"""Rows in the midst of a table or at its end that are no records: captions, subtotals, signatures, crossed-out rows.

In: the header and the rows below it, of a sheet or text without a contract. Out: which rows are aside and why, and
which are kept though they may be no records. No record is given up on a guess: a row is left out where nothing in it
could be a value, or where its numbers are the sums of those beside it; any other that looks so is kept and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from ingest.read.tables.header_rows import ColumnKinds, header_depth, kinds_below
from ingest.read.tables.row_kinds import (
    begins_class,
    gives_examples,
    hints_at,
    is_bare_total,
    is_crossed_out,
    is_signed,
    may_total,
    says_caption,
    says_note,
    says_nothing,
    says_signature,
    says_total,
)
from ingest.read.tables.sums import Sums
from ingest.read.tables.table import GridRow

_LOOKED_AT = 200
_MOST_HEADER_ROWS = 5
_ANY_HINTS = 3
"""Where one in so many rows says how to fill in, they tell of columns: such is what the table is about."""


@dataclass
class Between:
    """`kept`: records; `aside`: reason → rows that are none; `doubted`: reason → records that may be none."""

    kept: list[GridRow] = field(default_factory=list)
    aside: dict[str, list[GridRow]] = field(default_factory=dict)
    doubted: dict[str, list[GridRow]] = field(default_factory=dict)


def aside_below_header(rows: list[GridRow]) -> tuple[int, str]:
    """The place of a row right below the header that says how to fill in its columns, or strikes them out, and the
    reason; 0 where there is none.

    Above each of its cells stands a name of its own: units and parts stand below groups too.
    """
    for place in range(1, min(_MOST_HEADER_ROWS + 1, len(rows) - 1)):
        row, above = rows[place], rows[place - 1]
        crossed = (
            [column for column, cell in enumerate(row.cells) if cell.strip()]
            if is_crossed_out(row.cells)
            else []
        )
        columns = crossed or hints_at(row.cells)
        names = {above.cells[column].strip() for column in columns if column < len(above.cells)} - {""}
        if not columns or len(names) < len(columns) or is_crossed_out(above.cells):
            continue
        below = rows[place + 1 : place + 60]
        said = [
            row.cells[column].strip() == other.cells[column].strip()
            for other in below
            for column in columns
            if column < len(other.cells)
        ]
        others = [other.cells for other in (*rows[:place], *rows[place + 1 :])]
        is_seldom = 2 * sum(said) < len(said) if crossed else not any(said) and not _tell_of_columns(below)
        if is_seldom and header_depth(others) == place:
            return place, "filler_row" if crossed else "hint_row"
    return 0, ""


def _says_how(cells: Sequence[str]) -> bool:
    """Whether a row says how to fill in its columns, or gives an example of it."""
    first = next(filter(None, map(str.strip, cells)), "")
    return bool(hints_at(cells)) or gives_examples(first)


def _tell_of_columns(rows: Sequence[GridRow]) -> bool:
    """Whether so many rows say how to fill in columns that they are the records of a list of columns."""
    looked_at = rows[:_LOOKED_AT]
    return bool(looked_at) and _ANY_HINTS * sum(_says_how(row.cells) for row in looked_at) >= len(looked_at)


def told_apart(
    body: list[GridRow], width: int, *, begins: bool, ends: bool, is_hinted: bool = False
) -> Between:
    """The records among the rows of one table. `begins`: the first stands right below the header, `ends`: nothing
    follows the last; `is_hinted`: a row above has said already how to fill in."""
    found = Between()
    suspects = _suspects(body) if width > 1 else {}
    if not suspects and not (begins and body):
        found.kept = body
        return found
    judge = _Judge(body, width, suspects, begins=begins, ends=ends)
    judge.is_hinted = is_hinted
    reasons = {
        place: reason for place in sorted({*suspects, *judge.below_header}) if (reason := judge.row(place))
    }
    _keep_one(body, reasons)
    found.kept = [row for place, row in enumerate(body) if not _leaves(reasons.get(place))]
    for place, reason in reasons.items():
        into = found.aside if _leaves(reason) else found.doubted
        into.setdefault(reason, []).append(body[place])
    return found


def _leaves(reason: str | None) -> bool:
    return reason is not None and not reason.endswith("_kept")


def _keep_one(body: Sequence[GridRow], reasons: dict[int, str]) -> None:
    """Where no row would be left, totals are what the table holds."""
    if sum(map(_leaves, reasons.values())) < len(body):
        return
    for place, reason in reasons.items():
        if reason.startswith("totals_row"):
            reasons[place] = "totals_kept"


def _suspects(body: Sequence[GridRow]) -> dict[int, str]:
    """Places of the rows worth a look, with the text each begins with."""
    firsts = [next(filter(None, map(str.strip, row.cells)), "") for row in body]
    totals = may_total(firsts)
    return {
        place: first
        for place, (row, first) in enumerate(zip(body, firsts, strict=True))
        if place in totals or _is_thin(row) or says_nothing(first) or is_signed((first,))
    }


def _is_thin(row: GridRow) -> bool:
    """Whether a row may have few cells filled: its ends tell most of them."""
    cells = row.cells
    return not (cells[0].strip() and cells[-1].strip()) and 2 * row.filled <= max(len(cells), 2)


def _begin_of_end(totals: Sequence[int], height: int) -> int:
    """The first of the totals that end a table."""
    end = height
    for place in reversed(totals):
        if place != end - 1:
            break
        end = place
    return end


@dataclass(frozen=True)
class _Texts:
    """What a column says: how many of its cells are filled, how many say nothing, how often each text stands."""

    filled: int
    saying_nothing: int
    counts: Counter[str]

    @classmethod
    def of(cls, rows: Sequence[GridRow], column: int) -> _Texts:
        counts = Counter(
            text for row in rows if column < len(row.cells) and (text := row.cells[column].strip())
        )
        nothing = sum(count for text, count in counts.items() if says_nothing(text))
        return cls(counts.total(), nothing, counts)


_BELOW_HEADER = 2
"""Rows right below a header that are looked at."""


class _Judge:
    def __init__(
        self, body: Sequence[GridRow], width: int, suspects: Mapping[int, str], *, begins: bool, ends: bool
    ) -> None:
        self.body, self.width = body, width
        self._totals = [place for place, text in suspects.items() if says_total(text)]
        self._sums = Sums(body, self._totals)
        self.below_header = range(min(_BELOW_HEADER, len(body))) if begins else range(0)
        self.is_hinted = False
        self._texts: dict[int, _Texts] = {}
        counts = [row.filled for row in body[:_LOOKED_AT]]
        self.usual = median(counts) if counts else 0.0
        self._columns: dict[int, ColumnKinds] = {}
        self._end = _begin_of_end(self._totals, len(body)) if ends else len(body)

    def row(self, place: int) -> str | None:
        """Why a row is no record, or may be none (`…_kept`); None for a record."""
        row = self.body[place]
        texts = [cell.strip() for cell in row.cells if cell.strip()]
        if self._is_crossed_out(place):
            return "filler_row"
        if place in self.below_header and self._is_hint(row, place):
            return self._of_hint(place)
        if place in self._sums:
            return self._of_total(place, row)
        if 2 * row.filled > self.usual or self.usual < 2:
            return None
        return self._of_words(place, row, texts)

    def _kinds(self, column: int) -> ColumnKinds:
        if column not in self._columns:
            others = [row.cells for row in self.body[: 2 * _LOOKED_AT] if row.filled > 1]
            self._columns[column] = kinds_below(others, column)
        return self._columns[column]

    def _texts_of(self, column: int) -> _Texts:
        """What the first rows say in a column, looked at once."""
        if column not in self._texts:
            self._texts[column] = _Texts.of(self.body[:_LOOKED_AT], column)
        return self._texts[column]

    def _is_said_again(self, place: int, column: int) -> bool:
        """Whether another row says the same in a column."""
        text = self.body[place].cells[column].strip()
        return self._texts_of(column).counts[text] > (place < _LOOKED_AT)

    def _is_crossed_out(self, place: int) -> bool:
        """Whether nothing but crosses and dashes stands where others have values."""
        row = self.body[place]
        if not is_crossed_out(row.cells):
            return False
        columns = [self._texts_of(column) for column, cell in enumerate(row.cells) if cell.strip()]
        own = len(columns) if place < _LOOKED_AT else 0
        filled = sum(column.filled for column in columns) - own
        return 2 * (sum(column.saying_nothing for column in columns) - own) < filled

    def _is_hint(self, row: GridRow, place: int) -> bool:
        """Whether a row says how to fill in the columns, and none of its words is said again below."""
        if gives_examples(row.cells[row.first_filled].strip()):
            return True
        said = hints_at(row.cells)
        return bool(said) and not any(self._is_said_again(place, column) for column in said)

    def _of_hint(self, place: int) -> str | None:
        """One row at most says how to fill in, the one right below the header; where others do too, all are records,
        and where there are no others, it may be one."""
        others = [*self.body[:place], *self.body[place + 1 : _LOOKED_AT]]
        if place or self.is_hinted or _tell_of_columns(others):
            return None if 2 * sum(_says_how(row.cells) for row in others) >= len(others) > 0 else "hint_kept"
        return "hint_row" if others else "hint_row_asked"

    def _of_total(self, place: int, row: GridRow) -> str:
        if row.filled == 1 or self._sums.adds_up(place):
            return "totals_row"
        is_bare = is_bare_total(row.cells[row.first_filled].strip())
        if 2 * row.filled <= self.usual and is_bare:
            return "totals_row"
        return "totals_row_asked" if is_bare and place >= self._end else "totals_kept"

    def _of_words(  # noqa: PLR0911 - one answer for each kind
        self, place: int, row: GridRow, texts: Sequence[str]
    ) -> str | None:
        """What a row of few cells is; one with a value of its column is a record that lacks the others."""
        first = row.first_filled
        if is_signed(texts):
            return "signature_row"
        kinds = {column: self._kinds(column) for column, cell in enumerate(row.cells) if cell.strip()}
        if any(kind.is_typed and kind.fits(row.cells[column]) for column, kind in kinds.items()):
            return None
        if row.spans and row.filled == 1:
            return "caption_row"
        if row.is_label(self.width) or (
            row.filled == 1 and (texts[0].endswith(":") or kinds[first].is_typed)
        ):
            return "caption_row"
        if row.filled == 1 and says_note(texts[0]):
            return "signature_row"
        if row.filled == 1 and begins_class(texts[0]) and not self._says_such(row, begins_class):
            return "caption_row"
        if row.filled == 1 or says_signature(texts) or says_note(texts[0]):
            is_one_of = self._is_said_again(place, first)
            return None if is_one_of and not says_caption(texts) else "caption_kept"
        return None

    def _says_such(self, row: GridRow, says: Callable[[str], bool]) -> bool:
        column = row.first_filled
        others = (
            other
            for place, other in enumerate(self.body[:_LOOKED_AT])
            if other.filled > 1 and column < len(other.cells) and place not in self._sums
        )
        return any(says(other.cells[column].strip()) for other in others)
