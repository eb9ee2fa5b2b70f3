"""Whether a file holds some words anywhere, whatever it is: the bytes of it, and of what is packed in it.

In: a path and words. Out: which of them stand there, in any spelling of capitals and any usual encoding. Nothing is
parsed: this only says which of many files are worth being read. A file too large to be unpacked is one of those.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "cp1251",
    "ptcp154",
    "kz1048",
    "cp866",
    "koi8-r",
    "mac-cyrillic",
)
_UNICODE = ("utf-8", "utf-16-le", "utf-16-be")
_FULL_WIDTH = 0xFEE0
_MOST_UNPACKED = 1 << 28
_PIECE = 1 << 22
_RUN = re.compile(rb"[0-9]+(?:[^0-9]{1,3}[0-9]+)*")
_BAR = b"|"
_NEITHER_DIGIT_NOR_BAR = bytes(set(range(256)) - set(b"0123456789|"))


class TooLargeError(Exception):
    """More would have to be unpacked than a look is worth."""


def spellings_of(word: str) -> frozenset[bytes]:
    """The bytes a word may be in a file. Digits may be a number, which loses zeros before it; in old workbooks the
    eight bytes of one."""
    if word.isdigit():
        bare = word.lstrip("0") or word
        wide = "".join(chr(ord(digit) + _FULL_WIDTH) for digit in bare)
        texts = {each.encode(encoding) for each in (bare, wide) for encoding in _UNICODE}
        return frozenset({*texts, struct.pack("<d", float(bare))})
    found = set()
    for text in {word, word.upper(), word.lower(), word.title()}:
        for encoding in _ENCODINGS:
            try:
                found.add(text.encode(encoding))
            except UnicodeEncodeError:
                continue
    return frozenset(found)


def words_in(file: Path, words: Iterable[str]) -> frozenset[str]:
    """Those of the words that the file holds; all of them where it is too large to tell. Raises OSError."""
    wanted = {word: spellings_of(word) for word in words}
    found: set[str] = set()
    try:
        for content in _contents(file):
            found |= {word for word in wanted.keys() - found if _stands_in(content, word, wanted[word])}
            if len(found) == len(wanted):
                break
    except TooLargeError:
        return frozenset(wanted)
    return frozenset(found)


def is_locked_away(file: Path) -> bool:
    """Whether a file is encrypted, so that nobody can say what it holds."""
    with file.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "EncryptedPackage".encode("utf-16-le") in file.read_bytes()
    try:
        with zipfile.ZipFile(file) as packed:
            return any(entry.flag_bits & 1 for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _stands_in(content: bytes, word: str, spellings: frozenset[bytes]) -> bool:
    """Whether one of the spellings is there; of digits also with blanks, dashes and the like between them."""
    if any(each in content for each in spellings):
        return True
    return word.isdigit() and (word.lstrip("0") or word).encode() in _digits_of(content)


def _digits_of(content: bytes) -> bytes:
    """The digits alone, with a bar wherever more than three other bytes stand between two of them."""
    runs = _RUN.findall(content.replace(_BAR, b" "))
    return _BAR.join(runs).translate(None, _NEITHER_DIGIT_NOR_BAR)


def _contents(file: Path) -> Iterator[bytes]:
    """The bytes of a file, and of each file packed in it, whole: a word may lie across any border."""
    if file.stat().st_size > _MOST_UNPACKED:
        raise TooLargeError
    yield file.read_bytes()
    room = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(file) as packed:
            for entry in packed.infolist():
                unpacked = bytearray()
                try:
                    with packed.open(entry) as stream:
                        while piece := stream.read(_PIECE):
                            unpacked += piece
                            room -= len(piece)
                            if room < 0:
                                raise TooLargeError
                except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
                    pass  # encrypted or damaged: what came out of it is looked at
                yield bytes(unpacked)
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return
