"""The bytes of a text → the text as it is cut, with what is to be said of its letters and its delimiter.

In: the bytes of a file known to be text. Out: the text without what nobody sees, how it is cut, its encoding, and the
findings begun. The one way in for texts read whole and piece by piece.
"""

from __future__ import annotations

from typing import NamedTuple

from ingest.read.plain.remarks import Remarks
from ingest.read.text.batches import Cut, cut_of
from ingest.read.text.encodings.encoding import decode
from ingest.read.text.unseen.characters import without_unseen

_END_OF_FILE = "\x1a"


class DecodedText(NamedTuple):
    """`encoding`: Python's name."""

    text: str
    cut: Cut
    encoding: str
    remarks: Remarks


def decoded_text(content: bytes) -> DecodedText:
    """Decode a text, take out what nobody sees, and find how it is cut."""
    remarks = Remarks(None)
    decoded = decode(content)
    remarks.say_encoding(decoded)
    cleaned = without_unseen(decoded.text.rstrip(_END_OF_FILE))
    remarks.say_unseen(cleaned)
    cut = cut_of(cleaned.text)
    remarks.say_cut(cut)
    return DecodedText(cleaned.text, cut, decoded.encoding, remarks)
