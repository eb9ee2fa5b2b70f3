"""From the bytes of a received file to located tables, typed cells and findings.

`read` finds the form's table in one file; `type_batch` gives the cells of many files their types.
"""

from ingest.read.read import read
from ingest.read.reading import LocatedTable, Reading
from ingest.read.typed import type_batch

__all__ = ["LocatedTable", "Reading", "read", "type_batch"]
