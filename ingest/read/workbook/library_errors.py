"""What the libraries say of a workbook they cannot follow: anything else is a fault of ours and no finding.

In: nothing. Out: the exceptions, and whether one of any kind is such (a panic in a library of Rust is no Exception).
"""

from __future__ import annotations

import zipfile
import zlib

import fastexcel
from python_calamine import CalamineError

from ingest.read.arrow import pa

LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    CalamineError,
    fastexcel.FastExcelError,
    pa.ArrowInvalid,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
)


def is_of_library(error: BaseException) -> bool:
    """Whether the error says that the workbook is damaged.

    An OSError without the system's number never came from the system: a library says so that a part ends too early.
    """
    if isinstance(error, OSError):
        return not error.errno
    return isinstance(error, LIBRARY_ERRORS) or type(error).__name__ == "PanicException"
