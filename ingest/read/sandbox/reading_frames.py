"""A reading on its way from the process that reads to the process that asked.

In: a `Reading`, or the frames it was packed into. Out: the other of the two. Tables go as Arrow: a small one
inside the frames, a large one, texts that repeat kept once each, as a file that the asker maps and unlinks, so that
nothing is copied and no row is ever a Python object.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.read.arrow import pa
from ingest.read.cells.columns.repeated_texts import with_repeated_once
from ingest.read.reading import Reading
from ingest.read.sandbox.protocol import Frames, believed, prefix_of

_INLINE = 1 << 20
# At the end, for Arrow wants its bytes to begin where words of the machine do.
_INSIDE, _IN_FILE = b"=", b"@"


def pack(reading: Reading, folder: Path) -> Frames:
    """The frames of a reading; large tables become files in `folder`."""
    without: Any = None
    bare = replace(reading, tables=tuple(replace(table, text=without) for table in reading.tables))
    tables = [_packed(table.text, folder) for table in reading.tables]
    return [pickle.dumps(bare, protocol=5), *tables]


def _packed(table: Any, folder: Path) -> bytes:
    if table.nbytes <= _INLINE:
        sink = pa.BufferOutputStream()
        _write(sink, table)
        return bytes(sink.getvalue().to_pybytes()) + _INSIDE
    table = with_repeated_once(table)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=prefix_of(os.getpid()), delete=False) as file:
        _write(file, table)
    return Path(file.name).name.encode() + _IN_FILE


def _write(sink: Any, table: Any) -> None:
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def unpack(frames: Frames, folder: Path, pid: int) -> Reading:
    """The reading the process `pid` sent. Raises UnpicklingError or ValueError for what no reader sends."""
    bare = believed(frames[0], Reading)
    texts = [_unpacked(frame, folder, pid) for frame in frames[1:]]
    return replace(
        bare,
        tables=tuple(replace(table, text=text) for table, text in zip(bare.tables, texts, strict=True)),
    )


def _unpacked(frame: bytes, folder: Path, pid: int) -> Any:
    if frame.endswith(_INSIDE):
        source = pa.py_buffer(memoryview(frame)[:-1])
    else:
        path = folder / Path(frame[:-1].decode()).name
        if not path.name.startswith(prefix_of(pid)):
            raise ValueError("not a file of this reading")
        with path.open("rb") as file:
            source = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        # Its name is not needed any longer; Windows keeps it until the pages are let go.
        with contextlib.suppress(PermissionError):
            path.unlink()
    return pa.ipc.open_file(source).read_all()
