"""The letter of a class means the same whichever keyboard typed it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unicodedata import name

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.cells.columns.homoglyphs import in_one_alphabet
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.values.letters import LATIN_LOOK_ALIKES
from tests.ingest.read.samples import HEADER, changed, read_whole, typed

CYRILLIC = "АБВГҒДЕЁЖЗИКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШІЭЮЯ"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A", "А"), ("B", "В"), ("b", "в"), ("c", "с"), ("АB", "АВ"), (" A\u00a0", "А"), ("D", "D"), ("AD", "AD"),
        ("S", "S"), ("Ә", "Ә"), ("\u018f", "Ә"), ("\u0259", "ә"), ("\u018e", "Ә"), ("\u01dd", "ә"), ("\u019f", "Ө"),
        ("\u0275", "ө"), ("h", "һ"), ("H", "Н"), ("Аh", "Аһ"), ("", None), ("-", None),
    ],
)  # fmt: skip
def test_a_latin_look_alike_is_read_as_the_letter_it_looks_like(
    write_csv: Callable[..., Path], attendance: Contract, written: str, read: str | None
) -> None:
    path = write_csv([HEADER, changed(letter="Г"), changed(letter=written)])
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert [row["letter"] for row in rows] == ["Г", read]
    assert [row["_bad"] for row in rows] == [0, 0]
    is_other = read is not None and written.strip() != read
    assert [(f.code, f.cell, f.params["count"]) for f in findings] == (
        [("letters_read_as_cyrillic", "E3", 1)] if is_other else []
    )
    assert all("…" not in text for f in findings for text in f.message.values())


def test_a_list_in_latin_look_alikes_throughout_is_asked_about_once(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    path = write_csv([HEADER, *(changed(letter=letter) for letter in "ABBA")])
    rows, findings = typed(read_whole(path, attendance), attendance)
    assert "".join(str(row["letter"]) for row in rows) == "АВВА"
    assert [(f.code, f.severity, f.params["count"]) for f in findings] == [
        ("letters_read_as_cyrillic", "query", 4)
    ]


@given(texts=st.lists(st.none() | st.text(LATIN_LOOK_ALIKES + CYRILLIC + "DFG 1", max_size=2)))
def test_no_text_ends_in_two_alphabets_unless_it_was_meant_so(texts: list[str | None]) -> None:
    column, rows = in_one_alphabet(pa.chunked_array([texts], pa.string()))
    found = column.to_pylist()
    assert [place for place, text in enumerate(found) if text != texts[place]] == rows.tolist()
    for text in found:
        latin = {letter for letter in text or "" if letter.isalpha() and name(letter).startswith("LATIN")}
        assert not latin or latin & set("DFG")


def test_other_texts_keep_their_letters(write_csv: Callable[..., Path], attendance: Contract) -> None:
    rows, _ = typed(read_whole(write_csv([HEADER, changed(iin="ABC")]), attendance), attendance)
    assert rows[0]["iin"] == "ABC"


def test_an_alphabet_belongs_to_free_texts(attendance: Contract) -> None:
    field = attendance.field("letter").model_dump()
    for change in ({"type": "integer", "constraints": {}}, {"format": "kato"}):
        with pytest.raises(ValueError, match="alphabet belongs to a free text"):
            FormField.model_validate(field | change)
