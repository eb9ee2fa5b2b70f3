"""Changes that people thought of, each once unnoticed: a file, what stands there, what would be wrong instead.

In: `named.yml`. Out: `Change`s. What is replaced must stand in its file exactly once, or the list has to be mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutants.change import PROJECT, Change
from tests.mutants.rooms import asked_of, room_of

FILE = Path(__file__).with_name("named.yml")


@dataclass(frozen=True)
class Named:
    """`what`: what would be wrong. `tests`: those to be asked; where none are named, as for any change of the file."""

    what: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...] = ()

    def change(self) -> Change:
        """Raises ValueError where the text does not stand in the file exactly once."""
        text = (PROJECT / self.file).read_text(encoding="utf-8")
        if text.count(self.before) != 1:
            raise ValueError(
                f"{self.what}: {self.before!r} stands {text.count(self.before)} times in {self.file}"
            )
        return Change(self.file, text.index(self.before), self.before, self.after, self.what)

    def asked(self) -> list[str]:
        """The tests to be asked, in their order."""
        return list(self.tests) or asked_of(self.file, room_of(self.file))


def named() -> list[Named]:
    """All of them, in the order of the file."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [Named(**{**entry, "tests": tuple(entry.get("tests", ()))}) for entry in entries]
