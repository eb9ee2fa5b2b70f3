"""A part of a workbook that is empty, cut short or another's: damage with its name, and never a fault of ours."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.read.folder import inputs_of, read_all
from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.read.workbook.copies import mended_copy
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW
from tests.ingest.read.writers import WRITERS

_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "one byte": lambda content: content[:1],
    "zeros": lambda content: bytes(len(content)),
    "another's": lambda content: b"\xff\xff\xff\x7f" + content[::-1],
}


def _damaged(sound: Path, made: Path) -> Iterator[str]:
    """Each damage to each part of a package, written to the same place; yields what it is."""
    with zipfile.ZipFile(sound) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for part in parts:
        for damage, change in _DAMAGES.items():
            with zipfile.ZipFile(made, "w") as archive:
                for name, content in parts.items():
                    archive.writestr(name, change(content) if name == part else content)
            yield f"{part}: {damage}"


@pytest.mark.parametrize("writer", ["openpyxl", "xlsb", "odfpy"])
def test_a_damaged_part_is_damage_of_the_file(writer: str, tmp_path: Path, attendance: Contract) -> None:
    sound = WRITERS[writer](tmp_path / "sound", [HEADER, ROW, ROW], [])
    made = tmp_path / f"damaged{sound.suffix}"
    refused = 0
    for what in _damaged(sound, made):
        for reading in (read_general(made), read(made, attendance)):
            assert not reading.unreadable or reading.findings, what
            refused += reading.unreadable
    assert refused > 2


def test_damage_in_the_middle_of_a_batch_is_said_of_its_file_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.csv", "c.csv"):
        (folder / name).write_text("a;b\n1;2\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "b.xlsb", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", "x")
    first, damaged, last = read_all(inputs_of([folder]), tmp_path / "out")
    assert [finding.code for finding in damaged.written.findings] == ["damaged_file"]
    assert damaged.written.unreadable
    assert first.written.rows_written == last.written.rows_written == 1


@pytest.mark.parametrize(
    ("number", "is_the_files"),
    [(errno.EINVAL, True), (errno.EIO, False), (errno.ENOSPC, False), (errno.EACCES, False)],
)
def test_what_the_machine_refuses_is_no_damage_of_the_file(
    number: int, is_the_files: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place before the beginning of a file cannot be gone to; a disk that fails is a fault of the disk."""
    sound = WRITERS["openpyxl"](tmp_path / "sound", [HEADER, ROW], [])

    def refuse(*_: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(mended_copy, "main_part", refuse)
    if is_the_files:
        assert mended_copy.mended_copy(sound) is None
    else:
        with pytest.raises(OSError, match="refused"):
            mended_copy.mended_copy(sound)
