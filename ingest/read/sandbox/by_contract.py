"""A file read by a contract, in the process that reads: with all its libraries, loaded when the first is asked for.

In: a path, the means to read it by, a folder for large tables. Out: the frames of its reading.
"""

from __future__ import annotations

import os
from pathlib import Path

from ingest.read.arrow import pa
from ingest.read.files.active_content import examined, refusal
from ingest.read.form.read import read
from ingest.read.sandbox.protocol import Frames
from ingest.read.sandbox.reading_frames import pack
from ingest.schema.forms.means import Means, reading_by

MOST_THREADS = 8

pa.set_cpu_count(min(MOST_THREADS, os.cpu_count() or 1))
pa.set_io_thread_count(2)


def read_packed(path: Path, means: Means, folder: Path) -> Frames:
    """Read the file and pack what it holds; large tables become files in `folder`."""
    with reading_by(means):
        reading = refusal(path) or examined(path, read(path, means.contract), means.contract)
    return pack(reading, folder)


def release_memory() -> None:
    """Give back what Arrow keeps for later."""
    pa.default_memory_pool().release_unused()
