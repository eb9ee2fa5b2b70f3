"""A workbook spoilt on its way is called damaged, or read whole: never less of it without a word."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from ingest.read.plain.reader import read_general
from ingest.read.sandbox.ends import EndedError, blamed_on_the_file
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding
from tests.ingest.read.book_writers import BOOKS, Sheet
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole

ROWS = [HEADER, *[(*ROW[:1], f"09010170{place:04}", *ROW[2:]) for place in range(40)]]
_SEED = 20260907


def _written(kind: str, folder: Path) -> Path:
    return BOOKS[kind](folder / "book", [Sheet("Парақ", ROWS)])


def _said(path: Path, attendance: Contract) -> set[str]:
    """The codes of both readings, of one that lost rows `rows_lost`."""
    reading, plain = read_whole(path, attendance), read_general(path)
    found = {*codes(reading), *(finding.code for finding in plain.findings)}
    is_less = (not reading.unreadable and reading.rows_data < 40) or (
        not plain.unreadable and plain.rows_written < 40
    )
    return found | ({"rows_lost"} if is_less else set())


@pytest.mark.parametrize("kind", ["fods", "xml of 2003"])
def test_a_document_of_one_text_cut_off_anywhere_is_damaged(
    tmp_path: Path, attendance: Contract, kind: str
) -> None:
    path = _written(kind, tmp_path)
    whole = path.read_bytes().rstrip()
    places = random.Random(_SEED)
    between_tags = [place + 1 for place in range(1_000, len(whole) - 1) if whole[place] == ord(">")]
    for end in [
        len(whole) - 1,
        *between_tags[:2],
        *places.sample(between_tags, 4),
        *(places.randrange(1_000, len(whole)) for _ in range(8)),
    ]:
        path.write_bytes(whole[:end])
        assert _said(path, attendance) == {"damaged_file"}, end


@pytest.mark.parametrize("kind", ["web page", "web archive"])
def test_a_page_cut_off_within_its_table_is_asked_about(
    tmp_path: Path, attendance: Contract, kind: str
) -> None:
    path = (
        _written(kind, tmp_path)
        if kind == "web page"
        else BOOKS["web archive"](tmp_path / "book", [Sheet("Парақ", ROWS), Sheet("Екі", [["бос"]])])
    )
    whole = path.read_bytes()
    assert "page_breaks_off" not in _said(path, attendance)
    begin, end = whole.index(b"<tr>"), whole.index(b"</table>")
    places = random.Random(_SEED)
    for cut in [end, *(places.randrange(begin, end) for _ in range(8))]:
        path.write_bytes(whole[:cut])
        assert "page_breaks_off" in _said(path, attendance), cut


@pytest.mark.parametrize("kind", ["openpyxl", "ods", "xlsb"])
def test_a_part_with_other_bytes_than_were_put_into_it_is_damaged(
    tmp_path: Path, attendance: Contract, kind: str
) -> None:
    """Stored and not packed, so that nothing but the digest of the part tells of it."""
    with zipfile.ZipFile(_written(kind, tmp_path)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    content, path = stored.getvalue(), tmp_path / "stored"
    path.write_bytes(content)
    assert _said(path, attendance) == set()
    value = ROWS[20][1].encode("utf-16-le" if kind == "xlsb" else "utf-8")
    path.write_bytes(content.replace(value, value[:-2] + b"x\0" if kind == "xlsb" else value[:-1] + b"x"))
    assert _said(path, attendance) == {"damaged_file"}


@pytest.mark.parametrize("kind", ["openpyxl", "ods", "xlsb"])
def test_a_package_without_its_beginning_is_damaged(tmp_path: Path, attendance: Contract, kind: str) -> None:
    path = _written(kind, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(bytes(range(256)) * 2 + whole[512:])
    assert _said(path, attendance) == {"damaged_file"}


def test_an_old_workbook_that_asks_for_more_than_there_is_is_broken_not_large(tmp_path: Path) -> None:
    """A library ends its process where a size that is stated leads it to ask for a terabyte."""
    ended = EndedError(-6, stopped=False)
    for kind, code in [("xls", "breaks_the_reader"), ("openpyxl", "too_expensive_to_read")]:
        found = blamed_on_the_file(ended, _written(kind, tmp_path))
        assert isinstance(found, Finding) and found.code == code
