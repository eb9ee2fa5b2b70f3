"""What comes of the bytes of a text: the text, and in which encoding it was.

In: nothing. Out: `Decoded`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decoded:
    """`encoding`: Python's name. `sure`: nothing else reads these bytes about as well. `other_lines`: 1-based
    lines written in `other_encoding`. `undecoded`: how many bytes no encoding could make a letter of."""

    text: str
    encoding: str
    sure: bool = True
    other_lines: tuple[int, ...] = field(default=())
    other_encoding: str = ""
    undecoded: int = 0

    @property
    def undecoded_lines(self) -> list[int]:
        """The 1-based lines with bytes that no encoding could make a letter of."""
        if not self.undecoded:
            return []
        return [number for number, line in enumerate(self.text.split("\n"), 1) if "\ufffd" in line]
