"""Whatever character of Unicode a cell holds, it becomes a value or a finding, and never a number by mistake."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.values.identifier import bin_faults, iin_faults, is_kato, meant_identifier
from ingest.schema.values.ignorable import is_ignorable
from ingest.schema.values.letters import folded_text, plain_digits, unseen_characters, white_space
from ingest.schema.values.period import EXAMPLES, Period, PeriodError
from tests.ingest.read import test_properties

EASY = test_properties.EASY
FEW = settings(EASY, max_examples=test_properties.EXAMPLES or 20)
# The last has a column of every type.
FORMS = [
    *(contracts()[name] for name in ("attendance", "learner_roster", "regional_indicators")),
    *contracts(Path(__file__).parents[3] / "conformance" / "field_types").values(),
]
# Digits of every kind, marks, spaces, joiners, and anything else there is.
_odd = st.one_of(
    st.characters(categories=["Nd", "No", "Nl"]),
    st.characters(categories=["Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me", "Sk", "Sc"]),
    st.characters(exclude_categories=["Cs"]),
)
_usual = st.sampled_from(
    [
        "2026-09-07",
        "07.09.2026",
        "20260907",
        "46272",
        "12",
        "1 234,5",
        "1,5e3",
        "50 %",
        "07 қыркүйек 2026",
        "08:30",
        "8 ч 30 мин",
        "0.354166666666667",
        "2026-09-07T08:30:00Z",
        "07.09.2026 2:15 PM",
        "иә",
        "5",
    ]
)


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    text = draw(_usual)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(_odd) + text[place + draw(st.integers(0, 1)) :]
    return text


def _typed(
    contract: Contract, texts: list[str]
) -> tuple[list[dict[str, object]], list[tuple[int, str, str]]]:
    """The typed rows, and of each finding its row, column and code; every column holds the same texts."""
    names = [field.name for field in contract.fields]
    cells = pa.table({name: pa.array(texts, pa.string()) for name in names})
    cells = cells.append_column("_row", pa.array(range(2, len(texts) + 2), pa.int32()))
    columns = {name: place + 1 for place, name in enumerate(names)}
    reading = Reading((LocatedTable(None, columns, 1, cells),), (), len(texts), 0)
    with duckdb.connect(config={"threads": 1}) as con:
        findings = type_batch(con, contract, [(1, reading)])[1]
        rows = con.execute("SELECT * FROM batch ORDER BY _row").to_arrow_table().to_pylist()
    return rows, [(found.row or 0, found.column or "", found.code) for found in findings]


def _is_blank(text: str, contract: Contract) -> bool:
    gone = str.maketrans("", "", unseen_characters())
    return " ".join(text.translate(gone).split()) in {"", *contract.missing_values}


@pytest.mark.parametrize("contract", FORMS, ids=lambda form: form.form)
@FEW
@given(st.lists(st.one_of(_spoilt(), st.text(max_size=8)), min_size=1, max_size=12))
def test_every_text_is_a_value_or_a_finding(contract: Contract, texts: list[str]) -> None:
    rows, findings = _typed(contract, texts)
    said = {(row, name) for row, name, _ in findings}
    assert len(rows) == len(texts)
    for number, (row, text) in enumerate(zip(rows, texts, strict=True), 2):
        for field in contract.fields:
            if row[field.name] is None:
                assert _is_blank(text, contract) or (number, field.name) in said, (field.name, text)


@FEW
@given(st.text("0123456789", min_size=1, max_size=4), st.characters(categories=["No", "Nl"]))
def test_a_raised_or_circled_digit_is_no_digit(number: str, mark: str) -> None:
    rows, _ = _typed(FORMS[0], [number + mark, mark + number, mark])
    assert [row["lessons_missed"] for row in rows] == [None] * 3


@FEW
@given(st.integers(0, 9999), st.sampled_from("٠۰०০０𝟎"))
def test_decimal_digits_of_every_script_are_digits(number: int, zero: str) -> None:
    written = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    rows, _ = _typed(FORMS[0], [written])
    assert rows[0]["lessons_missed"] == number
    assert plain_digits(written) == str(number)


@EASY
@given(st.text(max_size=14))
def test_no_text_breaks_a_reader_of_identifiers_periods_and_marks(text: str) -> None:
    for kind in ("iin", "bin", "kato"):
        meant_identifier(kind, text)  # type: ignore[arg-type]
    assert isinstance(iin_faults(text, demo=True), list)
    assert isinstance(bin_faults(text), list)
    assert isinstance(is_kato(text), bool)
    TemplateStamp.from_rows([("form", "attendance"), ("version", text), ("guide_rows", text)])


@EASY
@given(st.sampled_from(sorted(EXAMPLES)), st.integers(0, 12), _odd, st.sampled_from(["0000", "9999", ""]))
def test_a_period_is_read_or_refused(kind: str, place: int, mark: str, year: str) -> None:
    example = EXAMPLES[kind]  # type: ignore[index]
    for text in (example[:place] + mark + example[place + 1 :], year + example[4:]):
        try:
            assert Period.parse(kind, text).text == text  # type: ignore[arg-type]
        except PeriodError:
            continue


@pytest.mark.parametrize("version", ["inf", "1e999", "nan", "²", "٣"])
def test_a_mark_of_a_template_that_is_no_number_is_none(version: str) -> None:
    TemplateStamp.from_rows([("form", "attendance"), ("version", version)])


def test_what_nobody_sees_is_taken_out_by_its_property() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    unseen = [
        mark
        for mark in every
        if unicodedata.category(mark) == "Cf"
        or is_ignorable(mark)
        or (unicodedata.category(mark) == "Cc" and not mark.isspace())
    ]
    spaces = [mark for mark in every if unicodedata.category(mark)[0] == "Z"]
    assert set(unseen) == set(unseen_characters())
    assert set(spaces) <= set(white_space())
    texts = [f"Айг{mark}үл" for mark in unseen] + [f" {mark}Айгүл{mark}Сейіт{mark}" for mark in spaces]
    rows, findings = _typed(FORMS[1], texts)
    names = [row["first_name"] for row in rows]
    assert set(names[: len(unseen)]) == {"Айгүл"}
    assert set(names[len(unseen) :]) == {"Айгүл Сейіт"}
    assert (2, "first_name", "unseen_in_column") in findings
    assert {folded_text(f"Ай{mark}гүл") for mark in unseen} == {"айгүл"}
