"""Cells of a csv that a spreadsheet program computes when the csv is opened, though they are text to everybody else.

In: the text of a cell, or of many. Out: whether it is one, and the text that is computed no longer. Signs in front of
numbers, telephone numbers and dashes compute nothing (OWASP, CSV Injection); before the address of a cell one does.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\t\r\n ]*(?:[=＝]\s*[^\s=＝]|[@＠]\w)")
_SIGNED = re.compile(r"[\t\r\n ]*[+\-＋－]")
_LETTER = re.compile(r"[^\W\d_]")
_CALL = re.compile(r"[(|!]")
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_SUM_OF_CELLS = re.compile(
    rf"[\t\r\n ]*[+\-＋－](?=[^A-Za-z]*{_CELL}) *(?:{_CELL}|{_NUMBER})(?: *[-+*/^&:<>=] *(?:{_CELL}|{_NUMBER}))* *"
)
"""What a sign before the addresses of cells makes of them; numbers alone stay what they are."""
_SIGNS = re.compile("[=@+\\-＝＠＋－]")


def may_be_live(text: str) -> bool:
    """Whether looking at the cells of a text is worth it."""
    return _SIGNS.search(text) is not None


def is_live(cell: str) -> bool:
    """Whether a spreadsheet program computes what stands in the cell of a csv."""
    if _FORMULA.match(cell):
        return True
    if not _SIGNED.match(cell):
        return False
    if _SUM_OF_CELLS.fullmatch(cell):
        return True
    # A sign begins a formula where a name is called or asked: `-SUM(A1)`, `+cmd|…`, `-Лист1!A1`.
    letter = _LETTER.search(cell)
    return letter is not None and _CALL.search(cell, letter.end()) is not None


def disarmed(cell: str) -> str:
    """The cell as it is shown and no longer computed: with an apostrophe before it."""
    return f"'{cell}" if is_live(cell) else cell
