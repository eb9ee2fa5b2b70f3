"""Lines of UTF-16 in a text of one byte a character: what a program added to a file that another had begun.

In: the bytes of a text that is not UTF-16 as a whole. Out: its lines in UTF-16, read, and the bytes without them. Such
a line ends in a line feed of two bytes, of which the zero stands before the next line, or behind this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.read.text.encodings.unicode_marks import marked_encoding, wide_encoding

_SHORTEST = 6
"""Bytes: three characters."""
_TELLTALES = (b"\0", b"\x04")
"""The halves of which UTF-16 has many and other texts none."""


@dataclass(frozen=True)
class WideLines:
    """`texts`: 0-based line → what it says; `rest`: the bytes with those lines empty; `encoding`: of the first."""

    texts: dict[int, str]
    rest: bytes
    encoding: str


def wide_lines(content: bytes) -> WideLines | None:
    """The lines in UTF-16; None where there are none."""
    if not any(telltale in content for telltale in _TELLTALES):
        return None
    lines = content.split(b"\n")
    texts: dict[int, str] = {}
    encoding = ""
    for number, written in enumerate(lines):
        if not any(telltale in written for telltale in _TELLTALES):
            continue
        is_behind_one = number - 1 in texts and written.startswith(b"\0")
        line = written[1:] if is_behind_one else written
        name = _encoding_of(line)
        if name:
            mark = marked_encoding(line)
            body = line[mark[1] if mark else 0 :]
            texts[number] = body[: len(body) // 2 * 2].decode(name, "replace").rstrip("\r")
            encoding = encoding or name
            lines[number] = b""
        elif is_behind_one:
            lines[number] = line
    return WideLines(texts, b"\n".join(lines), encoding) if texts else None


def _encoding_of(line: bytes) -> str | None:
    mark = marked_encoding(line)
    if mark and mark[0].startswith("utf-16") and len(line) >= _SHORTEST:
        return mark[0]
    bare = line.rstrip(b"\0") if len(line) % 2 else line
    return wide_encoding(bare if len(bare) % 2 == 0 else line) if len(line) >= _SHORTEST else None
