"""How old the locks are: which packages a resolution of today would take newer, under the same bounds.

In: a lock and the line of the `Makefile` that makes it. Out: name → locked version and today's. The index is asked
by uv, as it is when a lock is made. What the bounds themselves hold back, and why, is told in `docs/supply_chain.md`.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audit.locks import PROJECT, Lock, Pin, pins_of

_LINE = re.compile(r"^\t\$\(UV\) pip compile (.+?) -o (\S+)\s*$", re.MULTILINE)
_LONGEST = 600


@dataclass
class Ages:
    """`older`: name → (locked, today's). `failed`: why nobody could be asked, empty where somebody was."""

    older: dict[str, tuple[str, str]] = field(default_factory=dict)
    failed: str = ""


def ages_of(lock: Lock, uv: Sequence[str]) -> Ages:
    """What of a lock is older than it must be. `uv`: the words that start it."""
    recipe = recipe_of(lock, (PROJECT / "Makefile").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "today.lock"
        line = [*uv, "pip", "compile", *recipe, "-o", str(made)]
        try:
            done = subprocess.run(
                line, cwd=PROJECT, capture_output=True, text=True, timeout=_LONGEST, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            return Ages(failed=str(fault))
        if done.returncode:
            return Ages(failed=(done.stderr.strip().splitlines() or ["uv said nothing"])[-1])
        return Ages(older_of(lock.pins(), pins_of(made.read_text(encoding="utf-8"))))


def older_of(locked: Sequence[Pin], today: Sequence[Pin]) -> dict[str, tuple[str, str]]:
    """Packages whose version is another today. One that is in one of the two alone comes or goes with the others."""
    now = {pin.name: pin.version for pin in today}
    return {
        pin.name: (pin.version, now[pin.name])
        for pin in locked
        if pin.name in now and now[pin.name] != pin.version
    }


def recipe_of(lock: Lock, makefile: str) -> list[str]:
    """The words by which `make lock` resolves it. Raises ValueError where the Makefile does not make it."""
    target = str(lock.file.relative_to(PROJECT))
    for words, made in _LINE.findall(makefile.replace("\\\n", " ")):
        if made == target:
            return str(words).split()
    raise ValueError(f"the Makefile does not make {target}")
