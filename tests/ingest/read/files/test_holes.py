"""A file whose copy broke off has room in it that nobody filled: the rest is read, and the damage is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.files.binary import is_binary
from ingest.read.files.file_kind import kind_of
from ingest.read.plain.reader import read_general
from ingest.schema.texts.finding import Finding

LINES = [f"Мектеп {number};{number * 7}" for number in range(1, 400)]


@given(
    at=st.integers(0, 300),
    size=st.sampled_from([64, 512, 4096, 20_000]),
    encoding=st.sampled_from(["utf-8", "cp1251"]),
)
def test_room_that_was_never_filled_makes_no_text_a_program_s_own_format(
    at: int, size: int, encoding: str
) -> None:
    text = "\n".join(["Аты;Саны", *LINES]).encode(encoding)
    assert not is_binary(text[:at] + b"\0" * size + text[at:])


@given(st.binary(min_size=200, max_size=2000))
def test_bytes_of_every_kind_are_no_text_for_a_hole_among_them(content: bytes) -> None:
    every = bytes(range(256))
    assert is_binary(every + content + b"\0" * 512 + every)


@pytest.mark.parametrize("encoding", ["utf-8", "kz1048"])
@pytest.mark.parametrize("at", [0, 100, 399])
def test_the_rest_of_a_file_with_a_hole_is_read(at: int, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "hole.csv"
    head, tail = ("\n".join(part) for part in (["Аты;Саны", *LINES][:at], ["Аты;Саны", *LINES][at:]))
    path.write_bytes((head + "\n" if head else "").encode(encoding) + b"\0" * 4096 + tail.encode(encoding))
    reading = read_general(path)
    assert len(list(reading.sheets[0].csv_rows())) == 1 + len(LINES)
    assert "control_characters" in {finding.code for finding in reading.findings}


@pytest.mark.parametrize("size", [1, 4096, 65_536, 70_000])
@pytest.mark.parametrize("name", ["report.csv", "report.xlsx", "report"])
def test_room_alone_is_a_damaged_file(size: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\0" * size)
    assert [finding.code for finding in read_general(path).findings] == ["damaged_file"]
    assert kind_of(path) == Finding("damaged_file")
