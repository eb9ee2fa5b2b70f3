"""One small change to one file: what is replaced, by what, and how it looks to a reader.

In: a file's text and a place in it. Out: the changed text, a diff.
"""

from __future__ import annotations

import difflib
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, order=True)
class Change:
    """`file`: relative to the project. `start`: offset of `before` in its text. `kind`: what was done."""

    file: str
    start: int
    before: str
    after: str
    kind: str

    def applied(self, text: str) -> str:
        """The text after the change. Raises ValueError where something else stands at its place."""
        end = self.start + len(self.before)
        if text[self.start : end] != self.before:
            raise ValueError(f"{self.file}: {self.before!r} does not stand at {self.start}")
        return text[: self.start] + self.after + text[end:]

    def diff(self, text: str) -> str:
        """The change as a unified diff without context."""
        lines = difflib.unified_diff(
            text.splitlines(), self.applied(text).splitlines(), self.file, self.file, n=0, lineterm=""
        )
        return "\n".join(lines)


def listed_files() -> list[str]:
    """The files of the project that git knows or would take, by name."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (PROJECT / name).is_file()]
