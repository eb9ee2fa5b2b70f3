"""Bytes of a text that are not plainly UTF-8 → the text, in the encoding of one byte a letter that makes words of them.

In: the bytes of a file known to be text. Out: a `Decoded`. The readings of the bytes are compared by how much each
looks like Kazakh and Russian words, in whatever case they are written (`letter_pairs`). Each different word counts
once, so that a long file is judged by its words and not by how often it says them, and what is usual here weighs the
same in every file. A text may be in UTF-8 but for some of its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from unicodedata import category

import numpy as np

from ingest.read.text.encodings.decoded import Decoded
from ingest.read.text.encodings.foreign_lines import foreign_lines
from ingest.read.text.encodings.letter_pairs import likeness, worth_of_words
from ingest.read.text.encodings.unicode_marks import UTF8

# What a reading in an encoding is worth before a byte is looked at, in the order of preference where two are alike.
CANDIDATES = {
    "cp1251": 4.0,
    "kz1048": 4.0,
    "koi8-r": 1.0,
    "cp866": 1.0,
    "cp1252": 0.0,
    "iso8859-5": 0.0,
    "mac-cyrillic": 0.0,
    "ptcp154": 0.0,
}
_SAMPLE = 1 << 16
_LOOKED_AT = 1 << 22
_SURE = 5.0
"""How much more the best reading must be worth than the next: a hundredfold likelier."""
_WORDLIKE = 0.3
"""What a character beyond ASCII of real words is worth at least."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_NOT_ASCII = re.compile(r"([0-9]?)([^\x00-\x7f]+)([0-9]?)")
_LONE = re.compile(r"([0-9A-Za-z]?)([^\x00-\x7f]+)([0-9A-Za-z]?)")
_ALPHABET = frozenset("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
_USUAL_HERE = ("cp1251", "kz1048")
_BEHIND_WORDS = "»’”–—№…"
_USUAL_SIGNS = frozenset(map(chr, range(0x2000, 0x2300)))
"""Spaces, dashes, quotes, signs of money, of letters and of sums, arrows: what stands among ASCII in any text."""

# The bytes UTF-8 makes letters beyond ASCII of: the first of two, the first of three, and those that follow.
_FIRST_LEAD, _THREE_BYTES, _FOLLOWING, _FOLLOWING_END = 0xC2, 0xE0, 0x80, 0xC0


def decode_otherwise(content: bytes) -> Decoded:
    """The text of a file that is not in UTF-8 as a whole."""
    return _mixed(content) or _single(content)


def likelier(decoded: Decoded, content: bytes) -> Decoded:
    """The same, unless what is UTF-8 only happens to be: then what its letters are worth decides."""
    if likeness(decoded.text) > _WORDLIKE or any(map(_is_unseen, decoded.text)):
        return decoded
    if all(letter.isascii() or letter.casefold() in _ALPHABET for letter in decoded.text):
        return decoded
    single = _single(content)
    if likeness(single.text) <= max(_WORDLIKE, likeness(decoded.text)) or not _may_be_words(single.text):
        return replace(decoded, sure=False) if _may_be_chance(content) else decoded
    # Bytes make UTF-8 by chance more often than a word, so what both readings make sense of is asked about.
    is_usual = all(letter < "\u0100" or letter in _USUAL_SIGNS for letter in decoded.text)
    return replace(decoded if is_usual else single, sure=False)


def _is_unseen(letter: str) -> bool:
    """Whether it is a character nobody sees, whose bytes no word of another encoding has beside each other. Those of
    Arabic and its neighbours are two bytes that make «Ық» as well."""
    return category(letter) == "Cf" and not "\u0590" <= letter < "\u0900"


def _may_be_words(text: str) -> bool:
    """Whether all that is not ASCII are words as people write them: letters alone, in one case, by no digit."""
    found = [*_NOT_ASCII.finditer(text)]
    return all(
        run[2].isalpha()
        and (run[2].islower() or run[2].isupper() or run[2].istitle())
        and not (run[1] or run[3])
        for run in found
    )


def _may_be_chance(content: bytes) -> bool:
    """Whether all that is not ASCII may as well be lone words in the usual encodings of one byte a letter: «Ең», «Д–».

    Two letters make UTF-8 by chance so often that nobody can be sure of what stands alone.
    """
    for name in _USUAL_HERE:
        runs = [*_LONE.finditer(content.decode(name, "replace"))]
        if runs and all(_is_word(run) for run in runs):
            return True
    return False


def _is_word(run: re.Match[str]) -> bool:
    word = run[2].rstrip(_BEHIND_WORDS)
    is_alone = not (run[1] or run[3])
    return is_alone and word.isalpha() and (word.islower() or word.isupper() or word.istitle())


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
        again, sure = _chosen(lines.rest)
        if again in CANDIDATES:
            name = again
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
