"""From the bytes of a received file to located tables, typed cells and findings.

`read` finds the form's table in one file; `type_batch` gives the cells of many files their types.
"""

from ingest.read.cells.typed_batch import type_batch
from ingest.read.form.read import read
from ingest.read.reading import LocatedTable, Reading

__all__ = ["LocatedTable", "Reading", "read", "type_batch"]
