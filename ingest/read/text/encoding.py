"""Bytes of a text → the text, in whatever encoding this country writes.

In: the bytes of a file known to be text. Out: a `Decoded`: the text, the name of its encoding, and the lines
that were written in another encoding than the rest. Byte order marks and valid UTF-8 decide by themselves;
elsewhere the readings of the bytes are compared by how much each looks like words: letters of one script side
by side, capitals only at the beginning of words, common letters more often than rare ones.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

import numpy as np
from charset_normalizer import from_bytes

from ingest.read.text.utf16 import wide_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# In order of preference where two read the bytes alike.
CANDIDATES = ("cp1251", "kz1048", "koi8-r", "cp866", "cp1252", "iso8859-5", "mac-cyrillic")
_SAMPLE = 1 << 16
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё" + "ОЕАИНТСРВЛКМДПУЯЫЬГЗБЧЙХЖШЮЦЩЭФЪЁ")
_FREQUENT = frozenset("оеаинтсрвлкмдпуыяі")
_KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
# What people type beyond letters: dashes, quotes, the number sign, no-break space, degree, euro, tenge.
_SIGNS = frozenset("–—«»“”„’‘…№\u00a0°§±€₸•×²³©®")
_WESTERN = frozenset("áàâäãåæçéèêëíìîïñóòôöõøœßúùûüýÿÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ¿¡£")
_GOOD_ENOUGH = 0.3
_USUAL = ("cp1251", "kz1048")
"""What Windows writes here; a few single letters are not enough to believe in anything else."""
_FEW = 12
_ASCII = tuple(bytes([code]) for code in range(128))


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


def decode(content: bytes) -> Decoded:
    """The text of a file. Never raises; what cannot be read is replaced and counted."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strict_or_replaced(content[len(mark) :], name)
    if wide := wide_encoding(content[:_SAMPLE]):
        return _strict_or_replaced(content, wide)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        # The last letter of a file cut off in transit does not make it another encoding.
        if error.start >= len(content) - 3 and error.reason == "unexpected end of data":
            return Decoded(content.decode("utf-8", "replace"), "utf-8", undecoded=1)
    return _mixed(content) or _single(content)


def _strict_or_replaced(content: bytes, name: str) -> Decoded:
    try:
        return Decoded(content.decode(name), name)
    except UnicodeDecodeError:
        if name == "utf-8":
            return _mixed(content) or _single(content)
        text = content.decode(name, "replace")
        return Decoded(text, name, undecoded=text.count("\ufffd"))


def likeness(text: str) -> float:
    """How much the letters beyond ASCII look like words of this country: about 1 for prose, below 0 for noise."""
    score, count = 0.0, 0
    before = " "
    for letter in text:
        if letter > "\x7f":
            count += 1
            score += _worth(letter, before)
        elif before > "\x7f" and before.isalpha() and letter.isalpha() and _is_cyrillic(before):
            score -= 1.0
        before = letter
    return score / count if count else 0.0


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"


def _worth(letter: str, before: str) -> float:  # noqa: PLR0911 - one answer for each case
    if letter in _SIGNS:
        return 0.5
    if letter in _COMMON or letter in _KAZAKH:
        if before.isascii() and before.isalpha():
            return -1.0
        if letter.isupper() and before.islower():
            return -1.5
        if letter.islower():
            return 1.2 if letter in _FREQUENT else 0.7
        return 0.6
    if letter in _WESTERN:
        alone = before.isascii()
        if letter.isupper() and before.islower():
            return -1.0
        return 0.5 if alone and (before.isalpha() or letter.isupper()) else -0.5 if not alone else 0.1
    return -2.0


def _sample(content: bytes) -> bytes:
    """The stretches with letters beyond ASCII, enough of them to judge by."""
    lines = [line for line in content[: 1 << 22].splitlines() if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE] or content[:_SAMPLE]


def _best(sample: bytes) -> list[tuple[float, str]]:
    """The encodings that can read a sample, most word-like first; of equals the usual one."""
    found = []
    letters = len(sample) - sum(map(sample.count, _ASCII)) if len(sample) < _FEW * 100 else _FEW * 100
    # Where what is usual makes no words at all, there is nothing to prefer it for.
    usual = max(likeness(sample.decode(name, "replace")) for name in _USUAL)
    doubt = 0.8 * min(1.0, _FEW / max(1, letters)) if usual >= 0 else 0.0
    for place, name in enumerate(CANDIDATES):
        text = sample.decode(name, "replace")
        rare = 0.0 if name in _USUAL else doubt
        found.append((likeness(text) - text.count("\ufffd") / len(text) - rare, -place, name))
    return [(score, name) for score, _, name in sorted(found, reverse=True)]


def _single(content: bytes) -> Decoded:
    sample = _sample(content)
    ranked = _best(sample)
    score, name = ranked[0]
    if score < _GOOD_ENOUGH and (guess := from_bytes(sample).best()) is not None:
        score, name = 0.0, guess.encoding
    text = content.decode(name, "replace")
    rivals = [rival for rival, other in ranked if other != name and not _alike(sample, name, other)]
    sure = score >= _GOOD_ENOUGH and not (rivals and rivals[0] > score - 0.15)
    return Decoded(text, name, sure=sure, undecoded=text.count("\ufffd"))


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
            utf8.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            utf8.append(None)
            foreign.append(number)
    read = "".join(text for text in utf8 if text and not text.isascii())[:_SAMPLE]
    if likeness(read) < _GOOD_ENOUGH:
        return None
    rest = b"\n".join(lines[number] for number in foreign)
    score, name = _best(rest[:_SAMPLE])[0]
    undecoded = 0
    for number in foreign:
        damaged = lines[number].decode("utf-8", "replace")
        whole = lines[number].decode(name, "replace")
        # A broken letter or two in a line of UTF-8 is damage, not another encoding.
        is_damage = likeness(damaged.replace("\ufffd", "")) > likeness(whole)
        utf8[number] = damaged if is_damage else whole
        undecoded += (utf8[number] or "").count("\ufffd")
    others = tuple(number + 1 for number in foreign)
    text = "\n".join(line or "" for line in utf8)
    return Decoded(text, "utf-8", score > 0, others, name, undecoded)
