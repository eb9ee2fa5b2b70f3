"""Places of findings beyond the first thousand of a cause: kept on disk, so that memory does not grow with how much
of a file is wrong.

In: the rows of one table that a finding is about, in order. Out: which of them become findings of their own; the rest
goes to a file as it comes, and all of one received file's from there to a csv that anybody can open.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingest.databases import in_memory
from ingest.digests import write_digest
from ingest.read.arrow import pa
from ingest.read.reading import LocatedTable
from ingest.schema.texts.finding import Finding
from ingest.sql import literal

MOST_PLACES = 1000
"""Findings made of one cause in one table."""
_SCHEMA = pa.schema(
    {
        "file": pa.int64(),
        "severity": pa.string(),
        "code": pa.string(),
        "sheet": pa.string(),
        "column": pa.string(),
        "row": pa.int32(),
        "value": pa.string(),
    }
)


class FurtherPlaces:
    """What did not become a finding of its own. `folder`: for its file, which is made when there is something."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._writer: Any = None
        self._path: Path | None = None
        self._files: set[int] = set()

    def add(self, file_no: int, last: Finding, table: LocatedTable, rows: Any, values: Any) -> None:
        """Keep these rows of the sheet, and what stands there: more places of the cause `last` belongs to."""
        count = len(rows)
        columns = [
            pa.repeat(pa.scalar(file_no, pa.int64()), count),
            *(pa.repeat(pa.scalar(said, pa.string()), count) for said in (last.severity, last.code)),
            *(pa.repeat(pa.scalar(said, pa.string()), count) for said in (table.sheet, last.column)),
            pa.array(rows, pa.int32()),
            values,
        ]
        self._open().write_table(pa.table(columns, schema=_SCHEMA))
        self._files.add(file_no)

    def write(self, file_no: int, target: Path) -> bool:
        """Write all of a file's as csv, with its digest; whether there is any."""
        if file_no not in self._files or self._path is None:
            return False
        self._finish()
        target.touch(mode=0o600)  # private, as what it holds
        with in_memory() as con:
            con.execute(
                f"""
                COPY (
                    SELECT severity, code, sheet, "column", "row", value
                    FROM read_parquet({literal(str(self._path))}) WHERE file = {file_no}
                ) TO {literal(str(target))} (FORMAT csv, HEADER, USE_TMP_FILE false)
                """
            )
        write_digest(target)
        return True

    def close(self) -> None:
        """Remove what was kept."""
        self._finish()
        self._files.clear()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None

    def _open(self) -> Any:
        if self._writer is None:
            # Private, as what it holds.
            with tempfile.NamedTemporaryFile(
                dir=self._folder, prefix="bbaj-places-", suffix=".parquet", delete=False
            ) as file:
                self._path = Path(file.name)
            self._writer = pq.ParquetWriter(self._path, _SCHEMA)
        return self._writer

    def _finish(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
