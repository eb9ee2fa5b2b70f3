"""A reading on its way from the process that reads to the process that asked.

In: a `Reading`, or the frames it was packed into. Out: the other of the two. Tables go as Arrow: a small one
inside the frames, a large one as a file that the asker maps and unlinks, so that nothing is
copied and no row is ever a Python object. Everything else is pickled, and read by an unpickler that knows
values of this project alone: the reader has touched what strangers sent and is not believed blindly.
"""

from __future__ import annotations

import contextlib
import io
import mmap
import os
import pickle
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import BaseModel

from ingest.read.arrow import pa
from ingest.read.reading import Reading

Frames = list[bytes]
T = TypeVar("T")

_INLINE = 1 << 20
# At the end, for Arrow wants its bytes to begin where words of the machine do.
_INSIDE, _IN_FILE = b"=", b"@"
_LENGTH = struct.Struct("<Q")
_ROOMS = ("ingest.read.", "ingest.schema.")
_VALUES = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("collections", "OrderedDict"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("decimal", "Decimal"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "scalar"),
}


def send(stream: IO[bytes], frames: Sequence[bytes]) -> None:
    """Write frames that `receive` gives back. Raises OSError when nobody listens."""
    stream.write(_LENGTH.pack(len(frames)))
    for frame in frames:
        stream.write(_LENGTH.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes]) -> Frames:
    """The frames sent. Raises EOFError when the other side has ended."""
    return [_exactly(stream, _number(stream)) for _ in range(_number(stream))]


def _number(stream: IO[bytes]) -> int:
    return int(_LENGTH.unpack(_exactly(stream, _LENGTH.size))[0])


def _exactly(stream: IO[bytes], size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise EOFError
    return read


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
    with tempfile.NamedTemporaryFile(dir=folder, prefix=prefix_of(os.getpid()), delete=False) as file:
        _write(file, table)
    return Path(file.name).name.encode() + _IN_FILE


def _write(sink: Any, table: Any) -> None:
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def prefix_of(pid: int) -> str:
    """How the names of a reading process's files begin."""
    return f"bbaj-reading-{pid}-"


def sweep(folder: Path, pid: int) -> None:
    """Remove what a reading process that ended has left behind."""
    for left in folder.glob(f"{prefix_of(pid)}*"):
        with contextlib.suppress(OSError):
            left.unlink()


def unpack(frames: Frames, folder: Path, pid: int) -> Reading:
    """The reading the process `pid` sent. Raises UnpicklingError or ValueError for what no reader sends."""
    bare = believed(frames[0], Reading)
    texts = [_unpacked(frame, folder, pid) for frame in frames[1:]]
    return replace(
        bare,
        tables=tuple(replace(table, text=text) for table, text in zip(bare.tables, texts, strict=True)),
    )


def believed(frame: bytes, *kinds: type[T]) -> T:
    """The one value sent, of one of these kinds. Raises as `unpack`."""
    value = _Unpickler(io.BytesIO(frame)).load()
    if not isinstance(value, kinds):
        raise ValueError(f"not a {kinds[0].__name__.lower()}")
    return value


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


class _Unpickler(pickle.Unpickler):
    """Makes values of this project and plain ones; nothing that could be called with effect."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _VALUES:
            return super().find_class(module, name)
        if module.startswith(_ROOMS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, BaseModel | Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")
