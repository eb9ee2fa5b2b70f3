"""Texts that make a backtracking pattern try as much as it can, made from the pattern's own structure.

In: a compiled pattern. Out: texts of a given length: for each of its repeats, what stands before it, then what it
repeats over and over, then something that follows nowhere. Besides, long runs of what people and programs write:
words in Cyrillic and Latin, digits, spaces, separators, brackets, quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_POOL = "аЯәзо aZ09\t\u00a0-—_./,;:'’`«\"()[]{}<>=+*#@!?&|\\%№²¹٣\n\r\0²ǅ"
_RUNS = (
    "Профориентационно-",
    "аб ",
    "1 ",
    "1.",
    "a.",
    "a@",
    "<a ",
    '"" ',
    "()",
    " /",
    "\\.",
    "00",
    "1)",
    "x=",
)
_ENDS = ("", "\0", "\n\u2603")
_MOST_HEADS, _MOST_BODIES = 12, 30


def hostile_texts(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Texts of about that length; bytes for a pattern of bytes."""
    is_bytes = isinstance(pattern.pattern, bytes)
    tree = list(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    repeats = list(_repeats(tree, ""))
    heads = _different(head for head, _ in repeats)[:_MOST_HEADS]
    own = _different([*(body for _, body in repeats), *_characters(tree)])[:_MOST_BODIES]
    # A beginning over and over makes a search begin anew everywhere.
    anywhere = _different([*own, *heads, *_POOL, *_RUNS])
    tried = [("", body) for body in anywhere] + [(head, body) for head in heads for body in own]
    for head, body in tried:
        for end in _ENDS:
            text = head + body * (length // len(body)) + end
            yield text.encode("utf-8", "replace") if is_bytes else text


def _different(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def _characters(items: list[Any]) -> Iterator[str]:
    for code, value in items:
        if code is codes.LITERAL:
            yield chr(value)
        elif code is codes.IN:
            yield from _of_set(value)
        else:
            for inner in _inside(code, value):
                yield from _characters(list(inner))


def _of_set(members: list[Any]) -> list[str]:
    """Some characters of a set; of one that leaves out, some of the pool that it has."""
    if members and members[0][0] is codes.NEGATE:
        out = set(_members(members[1:]))
        return [mark for mark in _POOL if mark not in out][:4]
    return _members(members)[:6]


def _members(members: list[Any]) -> list[str]:
    found: list[str] = []
    for code, value in members:
        if code is codes.LITERAL:
            found.append(chr(value))
        elif code is codes.RANGE:
            found += [chr(value[0]), chr(value[1])]
        elif code is codes.CATEGORY:
            found += _CATEGORIES.get(value, [])
    return found


_CATEGORIES: dict[Any, list[str]] = {
    codes.CATEGORY_DIGIT: ["1"],
    codes.CATEGORY_NOT_DIGIT: ["a", " "],
    codes.CATEGORY_SPACE: [" ", "\n"],
    codes.CATEGORY_NOT_SPACE: ["a", "-"],
    codes.CATEGORY_WORD: ["a", "1", "_", "а"],
    codes.CATEGORY_NOT_WORD: ["-", " "],
}


def _inside(code: Any, value: Any) -> list[Any]:
    """The parts a part of a pattern is made of."""
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return [value] if code is codes.ATOMIC_GROUP else []


def _repeats(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """What stands before each repeat, and what it repeats: once as it is, once its own repeats twice."""
    for code, value in items:
        inside = _inside(code, value)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and value[1] > 3:
            yield before, _sample(list(value[2]), 1)
            yield before, _sample(list(value[2]), 2)
        for part in inside:
            yield from _repeats(list(part), before)
        before += _sample([(code, value)], 1)


def _sample(items: list[Any], most: int) -> str:
    """A text that the parts match, or nearly."""
    text = ""
    for code, value in items:
        if code is codes.LITERAL:
            text += chr(value)
        elif code is codes.NOT_LITERAL:
            text += "b" if value == ord("a") else "a"
        elif code is codes.ANY:
            text += "a"
        elif code is codes.IN:
            text += (_of_set(value) or ["a"])[0]
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            text += _sample(list(value[2]), most) * min(max(value[0], most), max(value[1], 0), 40)
        elif code is codes.BRANCH:
            text += _sample(list(value[1][0]), most)
        elif code not in (codes.ASSERT, codes.ASSERT_NOT):
            text += "".join(_sample(list(part), most) for part in _inside(code, value))
    return text
