"""Superset's program is compressed once for all readers, not for each who opens it for the first time.

In: the files a page is made of, as Flask-Compress asks for them. Out: their compressed bytes, kept in the memory of the
process. Only files whose name changes with what is in them: an answer that depends on who asks is never kept.
"""

from __future__ import annotations

import re
from threading import Lock
from typing import Any

BYTES = 32 * 1024 * 1024
"""How much a process keeps; all that dashboards need takes a tenth of it."""
_PROGRAM = re.compile(r"/static/assets/[\w.-]+\.(?:js|css)")


def name_of(request: Any) -> str:
    """The file that is asked for, whole; nothing where the answer may be another the next time."""
    is_whole = request.method == "GET" and "Range" not in request.headers
    return request.path if is_whole and _PROGRAM.fullmatch(request.path) else ""


class Compressed:
    """What Flask-Compress takes for a cache. A key is the way of compressing, `;` and `name_of` the request."""

    def __init__(self, limit: int = BYTES) -> None:
        self._limit, self._size = limit, 0
        self._kept: dict[str, bytes] = {}
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        return self._kept.get(key)

    def set(self, key: str, content: bytes) -> None:
        """Keep it, unless it has no name or there is no room left."""
        if not key.partition(";")[2]:
            return
        with self._lock:
            if key not in self._kept and self._size + len(content) <= self._limit:
                self._kept[key] = content
                self._size += len(content)
