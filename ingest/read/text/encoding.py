"""Bytes of a text → the text, in whatever encoding this country writes.

In: the bytes of a file known to be text. Out: a `Decoded`: the text, the name of its encoding, and the lines
that were written in another encoding than the rest. Byte order marks and valid UTF-8 decide by themselves;
elsewhere the readings of the bytes are compared by how much each looks like Kazakh and Russian words, in whatever
case they are written (`letter_pairs`). Each different word counts once, so that a long file is judged by its words
and not by how often it says them, and what is usual here weighs the same in every file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ingest.read.reading import TextForm
from ingest.read.text.foreign_lines import foreign_lines
from ingest.read.text.letter_pairs import likeness, worth_of_words
from ingest.read.text.unicode_marks import UTF8, marked_encoding, wide_encoding
from ingest.read.text.unseen import without_unseen

# What a reading in an encoding is worth before a byte is looked at, in the order of preference where two are alike.
CANDIDATES = {
    "cp1251": 4.0,
    "kz1048": 4.0,
    "koi8-r": 1.0,
    "cp866": 1.0,
    "cp1252": 0.0,
    "iso8859-5": 0.0,
    "mac-cyrillic": 0.0,
}
_SAMPLE = 1 << 16
_LOOKED_AT = 1 << 22
_SURE = 5.0
"""How much more the best reading must be worth than the next: a hundredfold likelier."""
_WORDLIKE = 0.3
"""What a character beyond ASCII of real words is worth at least."""
_FEW = 64
"""So few bytes beyond ASCII may be UTF-8 by chance."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")

# The bytes UTF-8 makes letters beyond ASCII of: the first of two, the first of three, and those that follow.
_FIRST_LEAD, _THREE_BYTES, _FOLLOWING, _FOLLOWING_END = 0xC2, 0xE0, 0x80, 0xC0


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
    return _mixed(content) or _single(content)


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
            return _mixed(content) or _single(content)
        text = content.decode(name, "replace")
        return Decoded(text, name, undecoded=text.count("\ufffd"))


def _doubted(decoded: Decoded, content: bytes) -> Decoded:
    """The same, unless the few bytes beyond ASCII only happen to be UTF-8: then what they are worth decides."""
    beyond = (
        len(content) - len(decoded.text.encode("ascii", "ignore")) if len(content) <= _SAMPLE else _FEW + 1
    )
    if not 0 < beyond <= _FEW or likeness(decoded.text) > _WORDLIKE:
        return decoded
    single = _single(content)
    return single if likeness(single.text) > max(_WORDLIKE, likeness(decoded.text)) else decoded


def _words(content: bytes) -> bytes:
    """The different words with letters beyond ASCII, parted by spaces."""
    lines = (line for line in content[:_LOOKED_AT].splitlines() if not line.isascii())
    words = Counter(
        word for line in islice(lines, 20_000) for word in _WORD.findall(line) if not word.isascii()
    )
    # In the order they come in: the same file is always judged alike.
    return (b" " + b" ".join(words) + b" ")[:_SAMPLE]


def ranked(words: bytes) -> list[tuple[float, str]]:
    """The encodings by what a reading of the words in them is worth, the best first."""
    found = [
        (worth_of_words(words, name) + usual, -place, name)
        for place, (name, usual) in enumerate(CANDIDATES.items())
    ]
    return [(score, name) for score, _, name in sorted(found, reverse=True)]


def _single(content: bytes) -> Decoded:
    name, sure = _chosen(content)
    lines = foreign_lines(content, name) if name in CANDIDATES else None
    if lines:
        # What they are in said nothing about the rest.
        name, sure = _chosen(lines.rest)
        lines = foreign_lines(content, name) or lines
        text = lines.text
        return Decoded(text, name, sure, lines.places, lines.encoding, text.count("\ufffd"))
    text = content.decode(name, "replace")
    return Decoded(text, name, sure=sure, undecoded=text.count("\ufffd"))


def _chosen(content: bytes) -> tuple[str, bool]:
    """The encoding a text is most likely in, and whether nothing else is about as likely."""
    words = _words(content)
    order = ranked(words)
    best, name = order[0]
    beyond = len(words) - len(words.decode("ascii", "ignore"))
    rivals = [score for score, other in order[1:] if not _alike(words, name, other)]
    is_wordlike = worth_of_words(words, name) >= _WORDLIKE * beyond
    if not is_wordlike and (guess := _guessed(content)):
        return guess, False
    return name, is_wordlike and not (rivals and rivals[0] > best - _SURE)


def _guessed(content: bytes) -> str | None:
    """What a library for every language takes it for, where it is no word of this country."""
    from charset_normalizer import from_bytes  # seldom needed, and slow to load

    lines = [line for line in content[:_LOOKED_AT].splitlines() if not line.isascii()]
    guess = from_bytes(b"\n".join(lines)[:_SAMPLE]).best()
    return guess.encoding if guess else None


def _alike(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") == sample.decode(other, "replace")


def _may_hold_utf8(content: bytes) -> bool:
    """Whether any letter beyond ASCII stands as UTF-8 has it. A look at the bytes spares a look at every line."""
    data = np.frombuffer(content + b"   ", dtype=np.uint8)
    begins = np.flatnonzero(data >= _FIRST_LEAD)
    follows = (data[begins + 1] >= _FOLLOWING) & (data[begins + 1] < _FOLLOWING_END)
    is_short = data[begins] < _THREE_BYTES
    goes_on = (data[begins + 2] >= _FOLLOWING) & (data[begins + 2] < _FOLLOWING_END)
    return bool((follows & (is_short | goes_on)).any())


def _mixed(content: bytes) -> Decoded | None:
    """A text mostly in UTF-8 with lines in a one-byte encoding (or the other way round), line by line.

    None where the lines that happen to be UTF-8 are too few to be meant so.
    """
    if not _may_hold_utf8(content):
        return None
    lines = content.split(b"\n")
    utf8: list[str | None] = []
    foreign = []
    for number, line in enumerate(lines):
        try:
            utf8.append(line.decode(UTF8))
        except UnicodeDecodeError:
            utf8.append(None)
            foreign.append(number)
    read = "".join(text + "\n" for text in utf8 if text and not text.isascii())[:_SAMPLE]
    if likeness(read) < _WORDLIKE:
        return None
    rest = _words(b"\n".join(lines[number] for number in foreign))
    name = ranked(rest)[0][1]
    undecoded = 0
    others = []
    for number in foreign:
        damaged = lines[number].decode(UTF8, "replace")
        whole = lines[number].decode(name, "replace")
        # A broken letter or two in a line of UTF-8 is damage, not another encoding.
        is_damage = likeness(damaged.replace("\ufffd", "")) > likeness(whole)
        utf8[number] = damaged if is_damage else whole
        undecoded += (utf8[number] or "").count("\ufffd")
        if not is_damage:
            others.append(number + 1)
    text = "\n".join(line or "" for line in utf8)
    sure = not others or worth_of_words(rest, name) > 0
    return Decoded(text, UTF8, sure, tuple(others), name if others else "", undecoded)
