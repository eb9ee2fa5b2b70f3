"""A form is read from every encoding, dialect and kind of workbook alike."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.read import Reading
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, codes, read_whole

SOFFICE = shutil.which("soffice")
ROWS = [HEADER, *(changed(letter=letter, iin=f"09010170000{place}") for place, letter in enumerate("АӘБВ"))]
PLAIN = [row for row in ROWS if "Ә" not in row]


def _text(rows: list[tuple[str, ...]], **dialect: str) -> str:
    made = io.StringIO()
    csv.writer(made, **dialect).writerows(rows)  # type: ignore[arg-type]
    return made.getvalue()


def _cells(reading: Reading) -> list[tuple[str, ...]]:
    table = reading.tables[0].text
    return [tuple(row[name] for name in HEADER) for row in table.to_pylist()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "kz1048"])
def test_every_encoding_with_kazakh_letters(
    write_text: Callable[[bytes], Path], attendance: Contract, encoding: str, delimiter: str
) -> None:
    reading = read_whole(write_text(_text(ROWS, delimiter=delimiter).encode(encoding)), attendance)
    assert _cells(reading) == ROWS[1:]
    assert set(codes(reading)) <= {"text_recoded", "encoding_unsure"} and "text_recoded" in codes(reading)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_encodings_of_russian(
    write_text: Callable[[bytes], Path], attendance: Contract, encoding: str
) -> None:
    labels = tuple(field.labels.ru.replace("№", "N") for field in attendance.fields)
    names = [field.name for field in attendance.fields]
    rows = [
        labels,
        *(tuple(dict(zip(HEADER, row, strict=True)).get(n, "") for n in names) for row in PLAIN[1:]),
    ]
    reading = read_whole(write_text(_text(rows, delimiter=";").encode(encoding)), attendance)
    assert reading.tables[0].text.column("letter").to_pylist() == [
        row[HEADER.index("letter")] for row in PLAIN[1:]
    ]


@pytest.mark.parametrize(
    "dialect",
    [
        {"delimiter": ":"},
        {"delimiter": "^"},
        {"quotechar": "'", "quoting": csv.QUOTE_ALL},
        {"delimiter": " "},
    ],
    ids=str,
)
def test_unusual_dialects(
    write_text: Callable[[str], Path], attendance: Contract, dialect: dict[str, str]
) -> None:
    reading = read_whole(write_text(_text(ROWS, **dialect)), attendance)
    assert _cells(reading) == ROWS[1:]
    assert "text_read_as" in codes(reading)


def test_a_web_page_saved_as_a_workbook(write_text: Callable[[str], Path], attendance: Contract) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    reading = read_whole(write_text(f"<html><body><table>{rows}</table></body></html>"), attendance)
    assert (_cells(reading), codes(reading)) == (ROWS[1:], ["web_page_read"])


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (make office)")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_workbooks_of_other_programs(
    write_xlsx: Callable[..., Path], attendance: Contract, tmp_path: Path, kind: str
) -> None:
    source = write_xlsx(ROWS)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [str(SOFFICE), profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path)]
    subprocess.run([*words, str(source)], check=True, capture_output=True)
    reading = read_whole(tmp_path / f"file.{kind}", attendance)
    assert [tuple(cell or "" for cell in row) for row in _cells(reading)] == ROWS[1:]
    assert codes(reading) == []
    assert ROW[0] == _cells(reading)[0][0]
