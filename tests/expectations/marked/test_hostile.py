"""A damaged workbook comes back too, marked or written anew: whatever its parts hold, nothing raises."""

from __future__ import annotations

import random
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from expectations.marked import marked_workbook
from ingest.schema.forms.load import contract
from tests.expectations.marked.books import found, rich_book

FINDINGS = [found("A4"), found("B5", value="7"), found("D7"), found("D10")]
ODD = (b"-1", b"99999999999", b"x", b"", b"1e9", b"A0", b"ZZZ99")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with ZipFile(rich_book(tmp_path_factory.mktemp("rich") / "rich.xlsx")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _scratched(part: bytes, chance: random.Random) -> bytes:
    """The part with a byte changed, a piece lost or repeated, or the value of an attribute replaced."""
    place, other = chance.randrange(len(part)), chance.randrange(len(part))
    values = list(re.finditer(rb'"([^"]*)"', part))
    way = chance.choice(["byte", "lost", "repeated", "value"] if values else ["byte", "lost", "repeated"])
    if way == "byte":
        return part[:place] + bytes([chance.randrange(256)]) + part[place + 1 :]
    if way == "lost":
        return part[:place] + part[place + chance.randint(1, 40) :]
    if way == "repeated":
        return part[:place] + part[other : other + chance.randint(1, 60)] + part[place:]
    value = chance.choice(values)
    return part[: value.start(1)] + chance.choice(ODD) + part[value.end(1) :]


@pytest.mark.parametrize("seed", range(60))
def test_no_scratch_in_a_part_raises(parts: dict[str, bytes], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    damaged = dict(parts)
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([each for each in damaged if each.endswith((".xml", ".rels", ".vml"))])
        damaged[name] = _scratched(damaged[name], chance) or b"<"
    path = tmp_path / "damaged.xlsx"
    with ZipFile(path, "w") as archive:
        for name, content in damaged.items():
            archive.writestr(name, content)

    content = marked_workbook(path, FINDINGS, contract("attendance"), "kk")

    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        listed = [name for name in archive.namelist() if name.startswith("xl/worksheets/findings")]
        assert sum(archive.read(name).decode().count("<row ") for name in listed) > len(FINDINGS)
