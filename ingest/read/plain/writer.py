"""One file, read without a contract → plain csv files in a folder, and what is to be said of it.

In: a path and a folder. Out: `Written`: the files, named as those of the reading process are, one for each sheet,
the main one first. A file of which nothing can be read is an outcome too, also where the fault is the reader's
own: then the finding says so. Only a file that cannot be opened, or a folder that cannot be written to, raises
(OSError).
"""

from __future__ import annotations

from pathlib import Path

from ingest.read.files.any_kind import general_kind
from ingest.read.files.text_kind import named_workbook
from ingest.read.plain.output_file import new_file
from ingest.read.plain.stream import write_text
from ingest.read.plain.written import Sheet, Written, not_written
from ingest.schema.texts.finding import Finding


def write_plain(path: Path, folder: Path) -> Written:
    """Read one file and write what it holds into the folder. Raises OSError, MemoryError and RecursionError."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return Written(findings=(kind,), unreadable=kind.code != "empty_file")
    if kind == "text":
        with new_file(folder) as file:
            found = write_text(path.read_bytes(), file)
        sheet = Sheet(None, Path(file.name).name)
        said = (*found.findings, *named_workbook(path))
        return Written((sheet,), said, found.rows_in, found.rows_written)
    from ingest.read.plain.sheets import write_tables  # texts need none of its libraries

    return write_tables(path, kind, folder)


def write_whole(path: Path, folder: Path) -> Written:
    """Write the sheets of a workbook as they stand, row by row from the first on, each as a csv."""
    kind = general_kind(path)
    if isinstance(kind, Finding):
        return not_written(kind)
    if kind == "text":
        raise ValueError("a text has no sheets")
    from ingest.read.plain.sheets import write_grids

    return write_grids(path, kind, folder)
