"""What the process that asks and the one that reads may ask and answer, by the first frame of each message."""

from __future__ import annotations

READY = b"ready"
READ, WRITE, WHOLE = b"read", b"write", b"write the whole"
READING, BEYOND, FAULT, LAST_READING = b"reading", b"beyond its limits", b"fault", b"last reading"

BY_CONTRACT, WORKBOOKS = "ingest.read.sandbox.by_contract", "ingest.read.plain.sheets"
"""Modules that the reading process loads for files of a form, and for whatever is no plain text."""
