"""What the process that asks and the process that reads say to each other: frames of bytes, one after another.

In: values of this project, or the frame one was pickled into. Out: the other of the two. A frame is read by an
unpickler that knows values of this project alone: the reader has touched what strangers sent and is not believed
blindly. How a whole reading travels: `reading_frames`.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import struct
from collections.abc import Sequence
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

Frames = list[bytes]
T = TypeVar("T")

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


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


def send(stream: IO[bytes], frames: Sequence[bytes]) -> None:
    """Write frames that `receive` gives back. Raises OSError when nobody listens."""
    stream.write(_LENGTH.pack(len(frames)))
    for frame in frames:
        stream.write(_LENGTH.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def receive(stream: Readable) -> Frames:
    """The frames sent. Raises EOFError when the other side has ended."""
    return [_exactly(stream, _number(stream)) for _ in range(_number(stream))]


def _number(stream: Readable) -> int:
    return int(_LENGTH.unpack(_exactly(stream, _LENGTH.size))[0])


def _exactly(stream: Readable, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise EOFError
    return read


def prefix_of(pid: int) -> str:
    """How the names of a reading process's files begin."""
    return f"bbaj-reading-{pid}-"


def sweep(folder: Path, pid: int) -> None:
    """Remove what a reading process that ended has left behind."""
    for left in folder.glob(f"{prefix_of(pid)}*"):
        with contextlib.suppress(OSError):
            left.unlink()


def believed(frame: bytes, *kinds: type[T]) -> T:
    """The one value sent, of one of these kinds. Raises UnpicklingError or ValueError for what no reader sends."""
    value = _Unpickler(io.BytesIO(frame)).load()
    if not isinstance(value, kinds):
        raise ValueError(f"not a {kinds[0].__name__.lower()}")
    return value


class _Unpickler(pickle.Unpickler):
    """Makes values of this project and plain ones; nothing that could be called with effect."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _VALUES:
            return super().find_class(module, name)
        if module.startswith(_ROOMS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (
                is_dataclass(found) or issubclass(found, Enum) or _is_model(found)
            ):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")


def _is_model(found: type) -> bool:
    from pydantic import BaseModel  # a reading without a contract holds no model

    return issubclass(found, BaseModel)
