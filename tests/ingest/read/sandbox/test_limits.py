"""What reading a file may cost by its size and what fills it: the last byte that costs nothing, the first that does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ingest.read.sandbox import child
from ingest.read.sandbox.limits import FLOOR_MEMORY, FLOOR_SECONDS, MIB, MOST_MEMORY, WAITING, limits_of

SMALL = 2 * MIB


def _file(path: Path, size: int, begins: bytes = b"", filled: bytes = b"x") -> Path:
    path.write_bytes(begins + filled * (size - len(begins)))
    return path


@pytest.mark.parametrize("begins", [b"", b"PK\x03\x04"])
@pytest.mark.parametrize("size", [4, MIB, SMALL])
def test_a_small_file_costs_the_floor_whatever_it_is(tmp_path: Path, size: int, begins: bytes) -> None:
    found = limits_of(_file(tmp_path / "a", size, begins))
    assert (found.memory, found.seconds, found.is_hopeless) == (FLOOR_MEMORY, FLOOR_SECONDS, False)
    assert found.patience == FLOOR_SECONDS * WAITING
    assert found.mapped == (0 if begins else size)


def test_beyond_that_a_text_costs_ten_bytes_a_byte_and_what_is_packed_forty(tmp_path: Path) -> None:
    text = limits_of(_file(tmp_path / "a", SMALL + 1))
    packed = limits_of(_file(tmp_path / "b", SMALL + 1, b"PK\x03\x04"))
    assert (text.memory, packed.memory) == (FLOOR_MEMORY + 10, FLOOR_MEMORY + 40)
    assert (text.seconds, packed.seconds) == (FLOOR_SECONDS, FLOOR_SECONDS)
    text = limits_of(_file(tmp_path / "a", SMALL + MIB))
    packed = limits_of(_file(tmp_path / "b", SMALL + MIB, b"PK\x03\x04"))
    assert (text.seconds, packed.seconds) == (FLOOR_SECONDS + 1, FLOOR_SECONDS + 4)


def test_separators_are_no_report(tmp_path: Path) -> None:
    found = limits_of(_file(tmp_path / "a", SMALL + MIB, filled=b","))
    assert (found.memory, found.seconds) == (FLOOR_MEMORY, FLOOR_SECONDS)
    path = tmp_path / "b"
    path.write_bytes(b"x\n" * (SMALL // 2 + MIB))
    assert limits_of(path).memory == FLOOR_MEMORY + 10 * MIB  # half of two MiB beyond what is small


@pytest.mark.parametrize(("size", "is_hopeless"), [(256 * MIB, False), (256 * MIB + 1, True)])
def test_a_text_larger_than_may_be_mapped_that_is_nothing_is_hopeless(
    tmp_path: Path, size: int, is_hopeless: bool
) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(size)  # nothing but zeros, which are no report either
    found = limits_of(path)
    assert (found.is_hopeless, found.memory) == (is_hopeless, FLOOR_MEMORY)
    assert found.mapped == 256 * MIB
    with path.open("r+b") as file:
        file.write(b"PK\x03\x04")
    assert not limits_of(path).is_hopeless


def test_nothing_costs_more_than_the_most_there_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(SMALL + (MOST_MEMORY - FLOOR_MEMORY) // 40)
        assert limits_of(path).memory <= MOST_MEMORY
        file.truncate(1 << 30)
    assert limits_of(path).memory == MOST_MEMORY


@pytest.mark.skipif(sys.platform != "linux", reason="limits that the kernel keeps")
@pytest.mark.parametrize(("most", "kept"), [(None, 200), (300, 200), (200, 200), (100, 100)])
def test_no_limit_is_asked_for_beyond_the_one_that_was_given(
    most: int | None, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever began the process may have limited it further: to ask for more would end it."""
    limit = child.resource.RLIM_INFINITY if most is None else most
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(child.resource, "getrlimit", lambda _: (50, limit))
    monkeypatch.setattr(child.resource, "setrlimit", lambda _, pair: asked.append(pair))
    child._set(child.resource.RLIMIT_DATA, 200)
    assert asked == [(kept, limit)]
