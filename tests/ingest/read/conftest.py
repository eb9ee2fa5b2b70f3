"""Files as people send them, written by real writers, and the form they are read as."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

# What is loaded when a file first needs it is loaded here, so that no example of a property has to wait for it.
import ingest.read.text.encodings.one_byte_encoding
import ingest.read.text.unseen.in_text  # noqa: F401
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of

Rows = Sequence[Sequence[Any]]


@pytest.fixture(scope="session")
def attendance() -> Contract:
    return contract_of("attendance")


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(
        rows: Rows, *, delimiter: str = ",", mark: bool = False, quoting: int = csv.QUOTE_MINIMAL
    ) -> Path:
        path = tmp_path / "file.csv"
        with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, **sheets: Rows) -> Path:
        book = openpyxl.Workbook()
        first = book.worksheets[0]
        first.title = "Парақ 1"
        for row in rows:
            first.append(list(row))
        for title, others in sheets.items():
            sheet = book.create_sheet(title)
            for row in others:
                sheet.append(list(row))
        path = tmp_path / "file.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def write_text(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
