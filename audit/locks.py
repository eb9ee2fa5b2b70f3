"""The locks of the project and the environments made of them.

In: the project's folder. Out: each lock's pinned packages; which environment says what their licences are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")


@dataclass(frozen=True)
class Pin:
    """One package of a lock; `marker`: on which systems it is wanted, empty for all."""

    name: str
    version: str
    marker: str = ""


@dataclass(frozen=True)
class Lock:
    """`name`: what it is called here; `ships`: whether it is part of what is installed at a user's."""

    name: str
    file: Path
    environment: Path
    ships: bool

    def pins(self) -> list[Pin]:
        """Its packages, in order."""
        return pins_of(self.file.read_text(encoding="utf-8"))


LOCKS = (
    Lock("pipeline", PROJECT / "requirements.lock", PROJECT / ".venv", True),
    Lock("checker", PROJECT / "requirements-check.lock", PROJECT / ".venv", True),
    Lock("dashboards", PROJECT / "dashboards" / "requirements.lock", PROJECT / ".venv-dashboards", True),
    Lock("spark", PROJECT / "requirements-spark.lock", PROJECT / ".venv-spark", True),
    Lock("development", PROJECT / "requirements-dev.lock", PROJECT / ".venv", False),
    Lock("benchmarks", PROJECT / "bench" / "peers" / "requirements.lock", PROJECT / ".venv-peers", False),
    Lock("audit", PROJECT / "audit" / "requirements.lock", PROJECT / ".venv-audit", False),
)


def pins_of(text: str) -> list[Pin]:
    """The packages that a lock pins. Raises ValueError for a line that is neither a pin nor one of its hashes."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", "--hash=")):
            continue
        pin = _PIN.match(line.strip())
        if pin is None:
            raise ValueError(f"not a pinned package: {line!r}")
        found.append(Pin(canonical(pin[1]), pin[2], (pin[3] or "").strip()))
    return found


def canonical(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
