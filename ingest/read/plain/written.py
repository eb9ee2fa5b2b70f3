"""What was written of one file that was read without a contract, and files of which nothing was.

In: nothing. Out: `Written` and its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.schema.texts.finding import Finding


@dataclass(frozen=True)
class Sheet:
    """`name`: None for a text. `file`: the name of its csv in the folder."""

    name: str | None
    file: str


@dataclass(frozen=True)
class Written:
    """What was written of a file. `rows_in == rows_written + rows_not_data`, always."""

    sheets: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows_in: int = 0
    rows_written: int = 0
    unreadable: bool = False

    @property
    def rows_not_data(self) -> int:
        return self.rows_in - self.rows_written


def not_written(finding: Finding) -> Written:
    """Nothing was written of the file; why is all that can be said."""
    return Written(findings=(finding,), unreadable=True)


def reader_failed(fault: str) -> Finding:
    """The finding of a file that met a fault of the reader's own. `fault`: its kind, never what the file holds."""
    return Finding("reader_failed", params={"fault": fault})
