"""No pattern takes more than linear time, whatever a stranger writes into a cell.

Each is run on growing hostile texts by the ways it is applied, against processor time, which other processes do not
use up. A linear one takes about a millisecond for the longest; one that grows by the square takes a second, one that
grows exponentially never ends: `re` looks for signals while it works, so that it can be stopped. Of a text that is
harmless at a third of the length, the whole length is not tried: what grows by the square would be slow there too.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from typing import Any

import pytest

from dashboards.words.failures import Failure, failures
from tests.patterns.found import ROOT, Used, every_pattern, sources
from tests.patterns.hostile import hostile_texts

SECONDS = 0.15
"""Of the processor, for one text by one way: a hundred times what a linear pattern needs."""
SUSPECT_SECONDS = 0.01
"""For a third of the text. What takes as long as SECONDS for the whole and grows by the square takes a ninth of that,
0.017; a linear pattern takes a third of a millisecond."""
LENGTHS = (40, 30_000)
OF_BYTES = (40, 120_000)
"""Patterns of bytes look through whole parts of workbooks; one that goes on to the next bracket is fast, so that
only a longer text shows that it does so from everywhere."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no timer of processor time")


class _TooSlowError(Exception):
    pass


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# Methods that go through the whole of a text: each looks from every place for the next match.
_THROUGHOUT = {"findall", "finditer", "sub", "subn", "split"}


def _told_apart(ways: frozenset[str]) -> list[str]:
    """Of the ways those that differ: whatever goes through all of a text does what a search does and then goes on, and
    a search does first what a match does."""
    if ways & _THROUGHOUT:
        return sorted({"findall"} | ways & {"fullmatch"})
    return sorted(ways - ({"match"} if "search" in ways else set()))


def slow_on(used: Used) -> list[str]:
    """The ways and texts on which a pattern takes too long, the first of each way."""
    found: dict[str, str] = {}
    ways = _told_apart(used.ways)
    for first, seconds, whole in _tried(used.pattern):
        for way in ways:
            if (
                way not in found
                and _is_slow(used, way, first, seconds)
                and _is_slow(used, way, text := whole())
            ):
                found[way] = f"{way} of {len(text)}: {text[:40]!r}…{text[-5:]!r}"
        if len(found) == len(ways):
            break
    return list(found.values())


def _tried(pattern: re.Pattern[Any]) -> Iterator[tuple[Any, float, Callable[[], Any]]]:
    """What is tried first, how long it may take, and what makes the text that decides where it takes longer."""
    short, long = OF_BYTES if isinstance(pattern.pattern, bytes) else LENGTHS
    for nth, text in enumerate(hostile_texts(pattern, short)):
        yield text, SECONDS, partial(_nth_of, pattern, short, nth)
    for nth, third in enumerate(hostile_texts(pattern, long // 3)):
        yield third, SUSPECT_SECONDS, partial(_nth_of, pattern, long, nth)


def _nth_of(pattern: re.Pattern[Any], length: int, nth: int) -> Any:
    return next(islice(hostile_texts(pattern, length), nth, None))


def _is_slow(used: Used, way: str, text: Any, seconds: float = SECONDS) -> bool:
    try:
        with _limited(seconds):
            getattr(used.pattern, way)(text)
    except _TooSlowError:
        return True
    return False


@cache
def _patterns() -> dict[str, list[Used]]:
    """All of them by their file."""
    found: dict[str, list[Used]] = {}
    for used in every_pattern():
        found.setdefault(used.where.partition(":")[0], []).append(used)
    return found


# By file, which costs a look at each; the search itself is made where the tests run, not wherever they are counted.
FILES = [
    path.relative_to(ROOT).as_posix()
    for path in sources()
    if re.search(r"^\s*import .*\bre\b", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("file", FILES)
def test_no_pattern_takes_more_than_linear_time(file: str) -> None:
    slow = {used.where: found for used in _patterns().get(file, []) if (found := slow_on(used))}
    assert not slow


def test_no_file_with_patterns_is_left_out() -> None:
    assert set(_patterns()) <= set(FILES)


@pytest.mark.parametrize(
    "pattern",
    [
        re.compile(r"^[\w]+([-_./№#]*[\w]+)*$"),
        re.compile(r"(\s*(\d+\)|\*+))+$"),
        re.compile(r"\s+$"),
        re.compile(r"(\w*)(\w*)-"),
        re.compile(r"\w*\d\w*"),
        re.compile(rb"<(?:\w+:)?row\b[^>]*>"),
        re.compile(rb"<c.*?</c>", re.DOTALL),
    ],
    ids=lambda pattern: str(pattern.pattern),
)
@pytest.mark.parametrize("way", ["search", "sub"])
def test_this_room_finds_those_that_do(pattern: re.Pattern[Any], way: str) -> None:
    assert slow_on(Used("here", pattern, frozenset({way})))


@pytest.mark.parametrize("failure", failures(), ids=lambda failure: str(failure.pattern.pattern)[:40])
def test_those_of_the_catalogue_of_messages_take_no_more_either(failure: Failure) -> None:
    assert not slow_on(Used("dashboards/words/failures.yml", failure.pattern, frozenset({"search"})))


def test_patterns_of_all_rooms_are_found() -> None:
    places = {file.rsplit("/", 1)[0] for file in _patterns()}
    assert {
        "ingest/read/cells",
        "ingest/read/text",
        "ingest/read/workbook",
        "expectations/rules/values",
    } <= places
