"""What is left of a file from which somebody was erased: its tables, without the rows about that person.

In: a reading and which rows and cells go. Out: a file that is read in place of the original for ever after, and the
reading it gives: the other rows under their own numbers, texts as they were written. Nothing else of the original is
kept: what stood beside the tables, and findings that quoted it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.read.arrow import pa, pc
from ingest.read.cells.columns.repeated_texts import written_out
from ingest.read.reading import LocatedTable, Reading
from ingest.read.sandbox.protocol import receive, send

_VERSION = 1
Place = tuple[int, int]
"""The number of a table in its file, the row of its sheet."""
CellPlace = tuple[int, int, str]


@dataclass(frozen=True)
class Left:
    """What is left of a file. `rows_erased`: how many data rows went, of all who were erased from it."""

    reading: Reading
    rows_erased: int


def without(left: Left, rows: Collection[Place], cells: Collection[CellPlace]) -> Left:
    """The same without these rows, and with nothing in these cells."""
    tables: list[LocatedTable] = []
    erased = 0
    for number, table in enumerate(left.reading.tables):
        gone = [row for place, row in rows if place == number]
        text = table.text
        for field in {field for place, _, field in cells if place == number}:
            here = [row for place, row, named in cells if (place, named) == (number, field)]
            text = _blanked(text, field, here)
        stays = pc.invert(pc.is_in(text["_row"], value_set=pa.array(gone, text["_row"].type)))
        text = text.filter(stays)
        erased += table.text.num_rows - text.num_rows
        tables.append(replace(table, text=text))
    reading = replace(
        left.reading,
        tables=tuple(tables),
        findings=(),
        explanations=(),
        stamp=None,
        corrections=(),
        rows_in=left.reading.rows_in - erased,
    )
    return Left(reading, left.rows_erased + erased)


def write_left(file: Path, left: Left) -> None:
    """Write it to a file that is there already. Raises OSError."""
    reading = left.reading
    head: dict[str, Any] = {
        "version": _VERSION,
        "rows_erased": left.rows_erased,
        "rows_in": reading.rows_in,
        "rows_not_data": reading.rows_not_data,
        "unreadable": reading.unreadable,
        "tables": [
            {
                "sheet": table.sheet,
                "columns": table.columns,
                "header_row": table.header_row,
                "merged": {name: list(ranges) for name, ranges in table.merged.items()},
            }
            for table in reading.tables
        ],
    }
    frames = [json.dumps(head, ensure_ascii=False).encode()]
    for table in reading.tables:
        sink = pa.BufferOutputStream()
        plain = pa.table({name: _whole(table.text[name]) for name in table.text.column_names})
        with pa.ipc.new_file(sink, plain.schema) as writer:
            writer.write_table(plain)
        frames.append(bytes(sink.getvalue().to_pybytes()))
    with file.open("wb") as stream:
        send(stream, frames)


def read_left(file: Path) -> Left:
    """What `write_left` wrote. Raises OSError, ValueError."""
    with file.open("rb") as stream:
        head_frame, *frames = receive(stream)
    head = json.loads(head_frame)
    if head["version"] != _VERSION:
        raise ValueError(f"{file.name}: version {head['version']}")
    tables = tuple(
        LocatedTable(
            said["sheet"],
            said["columns"],
            said["header_row"],
            pa.ipc.open_file(pa.py_buffer(frame)).read_all(),
            {name: tuple((first, last) for first, last in ranges) for name, ranges in said["merged"].items()},
        )
        for said, frame in zip(head["tables"], frames, strict=True)
    )
    reading = Reading(
        tables,
        rows_in=head["rows_in"],
        rows_not_data=head["rows_not_data"],
        unreadable=head["unreadable"],
    )
    return Left(reading, head["rows_erased"])


def _whole(column: Any) -> Any:
    """A column without what its buffers hold beside its cells: a filtered one may still carry the texts that went."""
    plain = written_out(column) if not pa.types.is_integer(column.type) else column
    return pa.array(plain.to_pylist(), plain.type)


def _blanked(text: Any, field: str, rows: Collection[int]) -> Any:
    """The table with nothing in some cells of a column."""
    if field not in text.column_names:
        return text
    here = pc.is_in(text["_row"], value_set=pa.array(list(rows), text["_row"].type))
    column = pc.if_else(here, pa.scalar(None, pa.string()), written_out(text[field]))
    return text.set_column(text.column_names.index(field), field, column)
