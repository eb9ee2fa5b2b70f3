"""Any table written in any supported dialect and encoding reads back equal; any bytes read without a fault."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from tests.polluter.kinds import Case, Style, cases
from tests.polluter.tables import Clean

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""How many examples each property is tried on; without it a few, the same in every run."""
EASY = settings(
    deadline=None,
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
)
CORPUS = Path(__file__).parent / "corpus"

_words = st.sampled_from(
    ("Алматы", "Ақтөбе", "Өскемен", "лицей", "мектеп", "сынып", "ғылым", "үлгі", "Иванова")
)
_prose = st.lists(_words, min_size=2, max_size=5).map(" ".join)
_marked = st.tuples(_prose, st.sampled_from([", ", "; ", ' "', "\n", " | ", "\t", "'", '"" ']), _words).map(
    "".join
)
_records = st.tuples(
    st.integers(1, 10**6).map(str),
    st.one_of(_words, _prose, _marked),
    st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.decimals(0, 999, places=1).map(lambda number: str(number).replace(".", ",")),
).map(list)
_styles = st.builds(
    Style,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quote=st.sampled_from(['"', "'"]),
    end=st.sampled_from(["\n", "\r\n"]),
    everything=st.booleans(),
)


def _read(content: bytes) -> tuple[list[list[str]], set[str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_bytes(content)
        reading = read_general(file)
    assert reading.rows_in == reading.rows_written + reading.rows_not_data
    rows = list(reading.sheets[0].csv_rows()) if reading.sheets else []
    return rows, {finding.code for finding in reading.findings}


@EASY
@given(
    st.lists(_records, min_size=4, max_size=12),
    _styles,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "kz1048"]),
)
def test_a_table_in_any_dialect_and_encoding_reads_back_equal(
    records: list[list[str]], style: Style, encoding: str
) -> None:
    table = Clean(["Нөмірі", "Атауы", "Күні", "Балл"], records)
    rows, _ = _read(style.text(table).encode(encoding))
    assert rows == [table.header, *table.rows]


@EASY
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(content: bytes) -> None:
    rows, said = _read(content)
    assert rows or said


@EASY
@given(
    st.sampled_from([case for case in cases(3) if len(case.content) < 6000]),
    st.integers(0, 6000),
    st.binary(max_size=3),
    st.integers(0, 3),
)
def test_a_damaged_table_loses_no_row(case: Case, place: int, extra: bytes, removed: int) -> None:
    content = case.content
    place = min(place, len(content))
    _read(content[:place] + extra + content[place + removed :])


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*")), ids=lambda file: file.name)
def test_the_corpus_is_read_without_a_fault(file: Path) -> None:
    rows, said = _read(file.read_bytes())
    assert rows or said
