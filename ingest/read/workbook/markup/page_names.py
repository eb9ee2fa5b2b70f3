"""What the sheets are called that Excel saved as web pages.

In: the text of a page. Out: the names its list of sheets states, and which of them are hidden. A workbook saved as one
page says the name of its sheet there; of several, each is a page of its own, and the list says which.
"""

from __future__ import annotations

import re
from html import unescape
from posixpath import basename
from typing import NamedTuple
from urllib.parse import unquote

_SHEET = "<x:ExcelWorksheet>"
_NAME = re.compile(r"<x:Name>([^<>]{1,400})</x:Name>")
_PAGE = re.compile(r"""<x:WorksheetSource\s+HRef=["']([^"'<>]{1,400})["']""")
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.IGNORECASE)
_MOST = 1_000


class ListedSheet(NamedTuple):
    """`page`: the one it stands on; None where that is the page that lists it."""

    name: str
    page: str | None
    is_hidden: bool


def listed_sheets(text: str) -> list[ListedSheet]:
    """Each sheet that a page lists."""
    found = []
    for piece in text.split(_SHEET)[1 : _MOST + 1]:
        own = piece[: end if (end := piece.find("</x:ExcelWorksheet>")) >= 0 else len(piece)]
        if name := _NAME.search(own):
            page = _PAGE.search(own)
            found.append(
                ListedSheet(
                    unescape(name[1]), page_called(page[1]) if page else None, bool(_HIDDEN.search(own))
                )
            )
    return found


def page_called(address: str) -> str:
    """The name of a page, by its address or the place it was saved at."""
    return basename(unquote(unescape(address)).replace("\\", "/"))


def only_sheet(text: str) -> ListedSheet | None:
    """The one sheet of a page; None where it lists none, several, or one that stands elsewhere."""
    listed = listed_sheets(text)
    return listed[0] if len(listed) == 1 and listed[0].page is None else None
