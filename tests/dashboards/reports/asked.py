"""A published file asked by hand, and cells of a content by their codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.reports.content import Cell, Content, Row, Section


class Published:
    """The file, asked by hand."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = duckdb.connect(str(file), read_only=True)

    def one(self, query: str) -> Any:
        """The only value of the only row; None where there is no row."""
        found = self.connection.execute(query).fetchall()
        assert len(found) < 2, query
        return found[0][0] if found else None

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """All rows."""
        return self.connection.execute(query).fetchall()


def section(content: Content, code: str) -> Section:
    """A section by its code."""
    [found] = [each for each in content.sections if each.code == code]
    return found


def cell(of: Section, row: Row, column: str) -> Cell:
    """A cell by the code of its column."""
    return row.cells[[each.code for each in of.table.columns].index(column)]


def near(value: object, wanted: object) -> None:
    """The same number, or none in both."""
    if wanted is None:
        assert value is None
    else:
        assert value == pytest.approx(float(wanted), abs=1e-9)  # type: ignore[arg-type]
