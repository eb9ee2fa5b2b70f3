"""What a web page saved as a workbook says beside the values of a table: colours, comments, hidden rows, formulas.

In: attributes of its tags, which a reader of tags hands over; the looks of its classes. Out: what stands beside the
cells. A row or column that holds nothing hides nothing: Excel ends each page with such a row.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

from ingest.read.workbook.beside_cells import MOST_NOTED, Annotations, NotShown, Place
from ingest.read.workbook.markup.column_looks import ColumnLooks
from ingest.read.workbook.markup.followed_sheet import FollowedSheet, MarkupCell
from ingest.read.workbook.markup.page_looks import PLAIN, STRIKING_TAGS, Given, Look, look_of
from ingest.schema.values.letters import small_number

_ANCHOR_OF_COMMENT = "msocomanchor"


class PageSheet(FollowedSheet):
    """Follows the cells of one table."""

    def __init__(self, classes: Mapping[str, Look], given: Given) -> None:
        self._classes = classes
        self._table = self._group = self._row = look_of(given, classes)
        self._columns = ColumnLooks(PLAIN)
        self._hidden_columns: set[int] = set()
        self._not_shown, self.noted = NotShown(), Annotations()

    def take_column(self, given: Given) -> None:
        """How columns look, and whether they are hidden."""
        before = self._columns.last
        last = before + max(small_number(given.get("span") or "", 1), 1)
        self._columns.say(before + 1, last, look_of(given, self._classes))

    def take_group(self, given: Given) -> None:
        """Rows begin that belong together."""
        self._group = look_of(given, self._classes).within(self._table)

    def end_group(self) -> None:
        """The rows that belong together have ended."""
        self._group = self._table

    def take_row(self, given: Given, number: int) -> None:
        """A row begins."""
        self._row = look_of(given, self._classes).within(self._group)

    def cell(self, given: Given) -> MarkupCell:
        """A cell begins."""
        has_formula = bool(given.get("x:fmla")) and "x:str" not in given
        return MarkupCell(look=look_of(given, self._classes), has_formula=has_formula)

    def take_within(self, cell: MarkupCell, tag: str, given: Given) -> bool:
        """A tag within a cell; whether a comment begins there, which is no text of the cell."""
        look = look_of(given, self._classes)
        if tag in STRIKING_TAGS or look.is_struck:
            cell.look = Look(cell.look.colour, is_struck=True, is_hidden=cell.look.is_hidden)
        is_comment = tag == "comment" or (
            tag == "a" and _ANCHOR_OF_COMMENT in (given.get("class") or "").lower()
        )
        cell.is_commented = cell.is_commented or is_comment
        return is_comment

    def shown(self, cell: MarkupCell, text: str, place: Place) -> str:
        """The text of a cell as a person sees it; what stands beside it is kept."""
        row, column = place
        if cell.has_formula and not text:
            self._not_shown.uncomputed.setdefault(column, array("i")).append(row)
        if cell.is_commented:
            self.noted.comments.add(place)
        of_column = self._columns.of(column)
        look = cell.look.within(self._row)
        if text and self._row.is_hidden:
            if not self._not_shown.rows.ends_with(row):
                self._not_shown.rows.add(row)
        elif text and (look.is_hidden or of_column.is_hidden):
            self._hidden_columns.add(column)
        colour = of_column.colour if look.colour is None else look.colour
        if colour and len(self.noted.colours) < MOST_NOTED:
            self.noted.colours[place] = colour
        if (look.is_struck or of_column.is_struck) and text and len(self.noted.struck) < MOST_NOTED:
            self.noted.struck.add(place)
        return text

    @property
    def hidden(self) -> NotShown:
        """What is not shown of the rows so far."""
        runs: list[tuple[int, int]] = []
        for column in sorted(self._hidden_columns):
            if runs and runs[-1][1] == column - 1:
                runs[-1] = (runs[-1][0], column)
            else:
                runs.append((column, column))
        self._not_shown.columns = runs
        return self._not_shown
