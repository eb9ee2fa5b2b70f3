"""What a program asked the system to make durable, and what it gave a name without asking.

In: something that is done while it is watched. Out: the places a loss of power could take back or leave empty.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


class Durability:
    """Watches this process. A file must be durable before it gets its final name, and the folder afterwards."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.named: list[Path] = []
        self._events: list[tuple[str, int, Path | None]] = []
        for name in ("rename", "replace"):
            monkeypatch.setattr(os, name, self._watched(getattr(os, name)))
        really = os.fsync

        def fsync(file: Any) -> None:
            really(file)
            number = file if isinstance(file, int) else file.fileno()
            self._events.append(("synced", os.fstat(number).st_ino, None))

        monkeypatch.setattr(os, "fsync", fsync)

    def _watched(self, really: Callable[..., None]) -> Callable[..., None]:
        def give_name(source: Any, target: Any, **named: Any) -> None:
            place, own = Path(target), os.lstat(source).st_ino
            really(source, target, **named)
            self.named.append(place)
            self._events += [("named", own, place), ("within", place.parent.stat().st_ino, place)]

        return give_name

    def lost(self, but: Callable[[Path], bool] = lambda _: False) -> list[str]:
        """What a loss of power could take, in words. `but`: places of which only the name is asked for: somebody else
        wrote the bytes, or they are kept elsewhere."""
        found, durable = [], set[int]()
        for number, (kind, node, place) in enumerate(self._events):
            if place is None:
                durable.add(node)
            elif kind == "named" and place.is_file() and node not in durable and not but(place):
                found.append(f"the bytes of {place}")
            elif kind == "within" and not any(
                later == ("synced", node, None) for later in self._events[number:]
            ):
                found.append(f"the name of {place}")
        return found
