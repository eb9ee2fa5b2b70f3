"""Bytes of a text → the text, in whatever encoding this country writes.

In: the bytes of a file known to be text. Out: a `Decoded`: the text, the name of its encoding, and the lines
that were written in another encoding than the rest. Byte order marks and valid UTF-8 decide by themselves; what is
written otherwise is found out by `one_byte_encoding`, which is loaded when there is such a text.
"""

from __future__ import annotations

from ingest.read.text.decoded import Decoded
from ingest.read.text.unicode_marks import UTF8, marked_encoding, wide_encoding
from ingest.read.text.unseen import without_unseen
from ingest.read.text_form import TextForm

_SAMPLE = 1 << 16
_FEW = 64
"""So few bytes beyond ASCII may be UTF-8 by chance."""


def decode(content: bytes) -> Decoded:
    """The text of a file. Never raises; what cannot be read is replaced and counted."""
    if marked := marked_encoding(content):
        name, size = marked
        return _strict_or_replaced(content[size:], name)
    if wide := wide_encoding(content[:_SAMPLE]):
        return _strict_or_replaced(content, wide)
    try:
        return _doubted(Decoded(content.decode(UTF8), UTF8), content)
    except UnicodeDecodeError as error:
        # The last letter of a file cut off in transit does not make it another encoding.
        is_cut = error.start >= len(content) - 3 and error.reason == "unexpected end of data"
        if is_cut and not content[: error.start].isascii():
            return Decoded(content.decode(UTF8, "replace"), UTF8, undecoded=1)
    return _otherwise(content)


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
    from ingest.read.text.one_byte_encoding import likelier  # most texts need neither it nor its libraries

    return likelier(decoded, content)


def _otherwise(content: bytes) -> Decoded:
    from ingest.read.text.one_byte_encoding import decode_otherwise

    return decode_otherwise(content)
