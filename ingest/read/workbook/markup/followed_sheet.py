"""What follows the tags of a sheet in markup, whichever kind of markup it is.

In: attributes of tags. Out: `FollowedSheet`, what is asked of every kind; `MarkupCell`, what the tags of a cell say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ingest.read.workbook.beside_cells import Annotations, NotShown, Place
from ingest.read.workbook.markup.page_looks import PLAIN, Given, Look


@dataclass
class MarkupCell:
    """What the tags of a cell say. `style`, `kind` of its value: of Excel's XML; `look`: of a web page."""

    style: str = ""
    look: Look = PLAIN
    has_formula: bool = False
    kind: str = ""
    is_commented: bool = False


class FollowedSheet(Protocol):
    """Follows the cells of one sheet."""

    noted: Annotations

    @property
    def hidden(self) -> NotShown:
        """What is not shown of the rows so far."""

    def take_column(self, given: Given) -> None:
        """How columns look, and whether they are hidden."""

    def take_group(self, given: Given) -> None:
        """Rows begin that belong together."""

    def end_group(self) -> None:
        """The rows that belong together have ended."""

    def take_row(self, given: Given, number: int) -> None:
        """A row begins."""

    def cell(self, given: Given) -> MarkupCell:
        """A cell begins."""

    def take_within(self, cell: MarkupCell, tag: str, given: Given) -> bool:
        """A tag within a cell; whether a comment begins there, which is no text of the cell."""

    def shown(self, cell: MarkupCell, text: str, place: Place) -> str:
        """The text of a cell as a person sees it; what stands beside it is kept."""
