"""How much letters side by side look like Kazakh and Russian words, whatever their case.

In: characters, as text or as the bytes of an encoding. Out: a sum over all pairs of neighbours, in natural logarithms
against chance: above 0 for words, far below for gibberish. The table beside (`letter_pairs.csv`, made by
`bench/reading/letter_pairs.py`) says how likely a letter follows another; what is no letter of the two languages has
a price by its kind.
"""

from __future__ import annotations

import csv
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

_TABLE = Path(__file__).parent / "letter_pairs.csv"
_EDGE = "_"
# What people type beyond letters: dashes and quotes, which stand beside words; others, which do so seldom.
_QUOTES = frozenset("–—«»“”„’‘…\u00a0\u00ad")
_SIGNS = frozenset("№°§±€₸•×²³©®·½")
_WESTERN = frozenset("áàâäãåæçéèêëíìîïñóòôöõøœßúùûüýÿÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ¿¡£")


class _Kind(IntEnum):
    """What a character is."""

    OTHER_ASCII, LATIN, LOWER, UPPER, QUOTE, SIGN, RARE, WESTERN, SYMBOL, NONE = range(10)


# What a character of a kind costs wherever it stands.
_ALONE = {
    _Kind.QUOTE: -1.0,
    _Kind.SIGN: -1.0,
    _Kind.RARE: -6.0,
    _Kind.WESTERN: -1.0,
    _Kind.SYMBOL: -5.0,
    _Kind.NONE: -8.0,
}
# What two kinds side by side cost or bring.
_BESIDE = {
    (_Kind.LOWER, _Kind.UPPER): -2.5,
    (_Kind.LATIN, _Kind.LOWER): -3.0,
    (_Kind.LATIN, _Kind.UPPER): -3.0,
    (_Kind.LOWER, _Kind.LATIN): -3.0,
    (_Kind.UPPER, _Kind.LATIN): -3.0,
    (_Kind.LATIN, _Kind.WESTERN): 1.0,
    (_Kind.WESTERN, _Kind.LATIN): 1.0,
    (_Kind.WESTERN, _Kind.WESTERN): -2.0,
    **dict.fromkeys(
        (
            pair
            for letter in (_Kind.LOWER, _Kind.UPPER)
            for pair in ((_Kind.SIGN, letter), (letter, _Kind.SIGN))
        ),
        -2.5,
    ),
}

_LEAST = -8.0

Scores = np.ndarray[Any, np.dtype[np.float32]]


@lru_cache(maxsize=1)
def _letters() -> tuple[dict[str, int], Scores]:
    """Each letter's place in the table, the edge's last, and the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    places = {letter: place for place, letter in enumerate(head[1:]) if letter != _EDGE}
    # Written without its dots as often as not, in the texts of the table too.
    places["ё"] = places["е"]
    return places, np.array([[int(cell) / 10 for cell in row[1:]] for row in rows], dtype=np.float32)


@lru_cache(maxsize=1)
def _by_kind() -> tuple[Scores, Scores]:
    alone = np.zeros(len(_Kind), dtype=np.float32)
    beside = np.zeros((len(_Kind), len(_Kind)), dtype=np.float32)
    for kind, price in _ALONE.items():
        alone[kind] = price
    for (first, second), price in _BESIDE.items():
        beside[first, second] = price
    return alone, beside


@lru_cache(maxsize=4096)
def _seen_as(character: str) -> tuple[int, _Kind]:  # noqa: PLR0911 - one answer for each kind
    """A character's place in the table and its kind."""
    places, table = _letters()
    edge = len(table) - 1
    if character.isascii():
        if character < " " and character not in "\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f":
            return edge, _Kind.NONE
        return edge, _Kind.LATIN if character.isalpha() else _Kind.OTHER_ASCII
    if (place := places.get(character.lower())) is not None:
        return place, _Kind.UPPER if character.isupper() else _Kind.LOWER
    if character in _QUOTES:
        return edge, _Kind.QUOTE
    if character in _SIGNS:
        return edge, _Kind.SIGN
    if character in _WESTERN:
        return edge, _Kind.WESTERN
    if character == "\ufffd" or "\x80" <= character <= "\x9f" or "\ue000" <= character <= "\uf8ff":
        return edge, _Kind.NONE
    return edge, _Kind.RARE if "\u0400" <= character <= "\u052f" else _Kind.SYMBOL


def _prices(characters: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    seen = [_seen_as(character) for character in characters]
    return np.array([place for place, _ in seen], dtype=np.intp), np.array([kind for _, kind in seen])


@lru_cache(maxsize=16)
def pair_scores(encoding: str) -> Scores:
    """256 × 256: what each pair of bytes says, read in a one-byte encoding."""
    places, kinds = _prices(bytes(range(256)).decode(encoding, "replace"))
    table = _letters()[1]
    alone, beside = _by_kind()
    scores: Scores = table[np.ix_(places, places)] * _is_word(places, places)
    return np.asarray(scores + beside[np.ix_(kinds, kinds)] + alone[kinds], dtype=np.float32)


def _is_word(first: Any, second: Any) -> Any:
    """1 where at least one of two is a letter of the table; the edge beside the edge says nothing."""
    edge = len(_letters()[1]) - 1
    return ((first[:, None] != edge) | (second[None, :] != edge)).astype(np.float32)


def worth(content: bytes, encoding: str) -> float:
    """The sum over a stretch of bytes."""
    data = np.frombuffer(content, dtype=np.uint8)
    return float(pair_scores(encoding)[data[:-1], data[1:]].sum()) if len(data) > 1 else 0.0


def worth_of_words(words: bytes, encoding: str) -> float:
    """The sum over words parted by spaces, of which none takes away more than a word may: a few in another encoding
    than the rest do not decide over it."""
    data = np.frombuffer(words, dtype=np.uint8)
    begins = np.flatnonzero(data[:-1] == ord(" "))
    if not len(begins):
        return 0.0
    each = np.add.reduceat(pair_scores(encoding)[data[:-1], data[1:]], begins)
    return float(np.maximum(each, _LEAST).sum())


def likeness(text: str) -> float:
    """The sum over a text for each of its characters beyond ASCII: about 1 for words, below 0 for noise."""
    count = len(text) - len(text.encode("ascii", "ignore"))
    if not count:
        return 0.0
    places, kinds = _prices(f" {text} ")
    table = _letters()[1]
    alone, beside = _by_kind()
    edge = len(table) - 1
    is_word = (places[:-1] != edge) | (places[1:] != edge)
    pairs = table[places[:-1], places[1:]] * is_word + beside[kinds[:-1], kinds[1:]] + alone[kinds[1:]]
    return float(pairs.sum()) / count
