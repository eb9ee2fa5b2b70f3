"""What tests of registers are made of: a school, its learners, sheets in a workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl

BIN = "650140000007"
IINS = [f"15010170{place:04}" for place in range(3)]
NAMES = ["Үлгіұлы Әділ", "Үлгіқызы Ғазиза", "Образцов Пример"]
LATIN = str.maketrans("аАВВоОрРсСеЕхХкКНМТуУ", "aABBoOpPcCeExXkKHMTyY")
"""As a keyboard of Latin letters writes the same: nobody sees which."""


def xlsx(path: Path, *sheets: list[list[object]]) -> Path:
    """A workbook of these sheets, row by row."""
    book = openpyxl.Workbook()
    for place, rows in enumerate(sheets):
        sheet = book.worksheets[0] if not place else book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
