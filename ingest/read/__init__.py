"""From the bytes of a received file to located tables, typed cells and findings.

`read` finds the form's table in one file; `type_batch` gives the cells of many files their types. Each is loaded when
it is asked for: a file read without a contract needs neither, nor the libraries they stand on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.read.cells.batch.typed_batch import type_batch
    from ingest.read.form.read import read
    from ingest.read.reading import LocatedTable, Reading

__all__ = ["LocatedTable", "Reading", "read", "type_batch"]

_ROOMS = {
    "LocatedTable": "ingest.read.reading",
    "Reading": "ingest.read.reading",
    "read": "ingest.read.form.read",
    "type_batch": "ingest.read.cells.batch.typed_batch",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
