"""Bytes of a text → the text, in whatever encoding this country writes.

In: the bytes of a file known to be text. Out: a `Decoded`: the text, the name of its encoding, and the lines
that were written in another encoding than the rest. Byte order marks and valid UTF-8 decide by themselves; what is
written otherwise is found out by `one_byte_encoding`, which is loaded when there is such a text.
"""

from __future__ import annotations

from dataclasses import replace

from ingest.read.text.encodings.decoded import Decoded
from ingest.read.text.encodings.unicode_marks import UTF8, marked_encoding, wide_encoding
from ingest.read.text.encodings.wide_lines import WideLines, wide_lines
from ingest.read.text.unseen.characters import without_unseen
from ingest.read.text_form import TextForm

_SAMPLE = 1 << 16
_BEYOND = "\u0590"
"""The first letter that is neither Latin nor Greek nor Cyrillic nor Armenian."""
_FEW = 64
"""So few bytes beyond ASCII may be UTF-8 by chance."""


def decode(content: bytes) -> Decoded:
    """The text of a file. Never raises; what cannot be read is replaced and counted."""
    name, size = marked_encoding(content) or (wide_encoding(content[:_SAMPLE]), 0)
    if found := _first_lines(content, name, size) if name else wide_lines(content):
        return _with_lines(decode(found.rest), found)
    if name:
        return _strict_or_replaced(content[size:], name)
    try:
        return _doubted(Decoded(content.decode(UTF8), UTF8), content)
    except UnicodeDecodeError as error:
        # The last letter of a file cut off in transit does not make it another encoding.
        is_cut = error.start >= len(content) - 3 and error.reason == "unexpected end of data"
        if is_cut and not content[: error.start].isascii():
            return Decoded(content.decode(UTF8, "replace"), UTF8, undecoded=1)
    return _otherwise(content)


def _first_lines(content: bytes, name: str, size: int) -> WideLines | None:
    """The lines in UTF-16 of a text that only begins so: what follows has no zeros and makes no words in it."""
    if not name.startswith("utf-16"):
        return None
    sample = content[size : size + _SAMPLE].decode(name, "replace")
    if 2 * sum(letter < _BEYOND for letter in sample) > len(sample):
        return None
    found = wide_lines(content)
    rest = found.rest.strip(b"\r\n\0 ") if found else b""
    return found if rest and b"\0" not in rest else None


def _with_lines(decoded: Decoded, found: WideLines) -> Decoded:
    """A text with its lines in UTF-16 in their places."""
    lines = decoded.text.split("\n")
    for number, text in found.texts.items():
        lines[number] = text
    others = sorted({*decoded.other_lines, *(number + 1 for number in found.texts)})
    other = decoded.other_encoding or found.encoding
    return replace(decoded, text="\n".join(lines), other_lines=tuple(others), other_encoding=other)


def text_of(content: bytes, form: TextForm) -> str:
    """The text of a file as a reading tells that it was read, without what was taken out of it then."""
    if form.other_lines:
        text = decode(content).text
    else:
        marked = marked_encoding(content)
        text = content[marked[1] if marked else 0 :].decode(form.encoding, "replace")
    return text if form.is_plain else without_unseen(text).text


def _strict_or_replaced(content: bytes, name: str) -> Decoded:
    try:
        return Decoded(content.decode(name), name)
    except UnicodeDecodeError:
        if name == UTF8:
            return _otherwise(content)
        text = content.decode(name, "replace")
        return Decoded(text, name, undecoded=text.count("\ufffd"))


def _doubted(decoded: Decoded, content: bytes) -> Decoded:
    """The same, unless the few bytes beyond ASCII only happen to be UTF-8."""
    if content.isascii() or len(content) > _SAMPLE:
        return decoded
    beyond = len(content) - len(decoded.text.encode("ascii", "ignore"))
    if beyond > _FEW:
        return decoded
    from ingest.read.text.encodings.one_byte_encoding import (
        likelier,  # most texts need neither it nor its libraries
    )

    return likelier(decoded, content)


def _otherwise(content: bytes) -> Decoded:
    from ingest.read.text.encodings.one_byte_encoding import decode_otherwise

    return decode_otherwise(content)
