"""Signs of dates, times, addresses and codes are no delimiters, whatever the table is made of."""

from __future__ import annotations

import random
from itertools import chain, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.read.text.batches import cut_of
from ingest.read.text.dialect import candidates
from ingest.schema.forms.load import contracts
from tests.delimiters.tables import KINDS, table, text
from tests.each import each
from tests.ingest.read.samples import HEADER, ROW
from tests.ingest.read.test_properties import EASY


def _rows(written: str) -> list[list[str]]:
    cut = cut_of(written)
    return [row.cells for row in chain.from_iterable(cut.batches(written, len(written) + 1))]


@EASY
@given(
    st.randoms(use_true_random=False),
    st.sampled_from([1, 2, 3, 8, 30]),
    st.integers(2, 7),
    st.sampled_from(",;\t|"),
    st.booleans(),
)
def test_a_table_of_signs_is_cut_at_its_delimiter(
    chance: random.Random, rows: int, columns: int, delimiter: str, quoted: bool
) -> None:
    cells = table(chance, rows, columns)
    written = [[f'"{cell}"' for cell in row] for row in cells] if quoted else cells
    assert _rows(text(written, delimiter)) == cells


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@each("first, second", product(sorted(KINDS), ["Күні", "Сайты", "Время", "Почта", "path", "key"]))
def test_two_columns_of_signs_keep_their_header(first: str, second: str, delimiter: str) -> None:
    for rows in (1, 4, 12):
        chance = random.Random(f"{first} {second} {rows}")
        cells = [[first, second], *([KINDS[first](chance), KINDS[second](chance)] for _ in range(rows))]
        assert _rows(text(cells, delimiter)) == cells


@pytest.mark.parametrize("kind", ["Күні", "Сайты", "Время", "Почта", "link", "day", "Дата"])
def test_one_column_of_signs_stays_one(kind: str) -> None:
    chance = random.Random(kind)
    cells = [[kind], *([KINDS[kind](chance)] for _ in range(10))]
    assert _rows(text(cells, ",")) == cells


@pytest.mark.parametrize("delimiter", [" ", "&"])
def test_an_unusual_delimiter_between_decimals_is_found_all_the_same(delimiter: str) -> None:
    cells = [["a", "b", "c"], *([f"{n},5", f"{n + 1},25", f"{2 * n}"] for n in range(1, 12))]
    assert _rows(text(cells, delimiter)) == cells


def test_a_header_one_cell_short_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text(
        "Тегі;Аты;Балл\n1;Әлиев;Ержан;\n2;Ким;Анна;\n3;Цой;Яна;\n", encoding="utf-8"
    )
    found = [
        finding
        for finding in read_general(tmp_path / "file.csv").findings
        if finding.code == "header_one_short"
    ]
    assert [(finding.row, finding.severity, finding.params["expected"]) for finding in found] == [
        (1, "query", 4)
    ]
    (tmp_path / "file.csv").write_text("Тегі;Аты;Балл;\nӘлиев;Ержан;5;\nКим;Анна;4;\n", encoding="utf-8")
    assert "header_one_short" not in {
        finding.code for finding in read_general(tmp_path / "file.csv").findings
    }


@pytest.mark.parametrize("count", [2, 3, 40])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(
    "record", [["Али", "1", "5", "Алматы"], ["1", "Али", "155", "Астана"], ["Ә", "б", "в", "г"]]
)
def test_a_header_one_name_short_of_filled_records_is_asked_about(
    tmp_path: Path, record: list[str], delimiter: str, count: int
) -> None:
    lines = [["имя", "рост", "город"], *([*record[:3], f"{record[3]}{place}"] for place in range(count))]
    (tmp_path / "file.csv").write_text(text(lines, delimiter), encoding="utf-8")
    reading = read_general(tmp_path / "file.csv")
    assert reading.rows_written == count
    found = [finding for finding in reading.findings if finding.code == "header_one_short"]
    assert [(finding.row, finding.params["expected"]) for finding in found] == [(1, 4)]


def test_a_report_whose_records_end_in_one_cell_more_is_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("\n".join([",".join(HEADER), ",".join(ROW) + ",", ",".join(ROW) + ","]), encoding="utf-8")
    reading = read(file, contracts()["attendance"])
    assert reading.rows_data == 2
    assert "header_one_short" in {finding.code for finding in reading.findings}
    file.write_text("\n".join([",".join(HEADER), ",".join(ROW) + ",", ",".join(ROW)]), encoding="utf-8")
    assert "header_one_short" not in {
        finding.code for finding in read(file, contracts()["attendance"]).findings
    }


@EASY
@given(
    st.randoms(use_true_random=False), st.sampled_from([1, 2, 8]), st.integers(2, 6), st.sampled_from(",;\t")
)
def test_a_bar_around_every_cell_is_a_quote(
    chance: random.Random, rows: int, columns: int, delimiter: str
) -> None:
    cells = table(chance, rows, columns)
    assert _rows(text([[f"|{cell}|" for cell in row] for row in cells], delimiter)) == cells


@pytest.mark.parametrize(
    ("sample", "delimiter", "opens"),
    [
        *(
            (text, ",", True)
            for text in ('"a",b', 'x\n"a"', 'x\n  "a"', 'a,"b"', 'a,  "b"', 'a"b,"c"', '  "a"')
        ),
        *((text, ",", False) for text in ('a"b,c', 'a "b",c', '5"x7"', ' x "y"', 'a"\n', 'аб"в', "a,b")),
        ('a; "b"', "; ", True),
        ('a;  "b"', "; ", True),
        ('a;"b"', "; ", False),
        ('a, "b"', "; ", False),
    ],
)
def test_a_quote_opens_a_cell_at_its_beginning_alone(sample: str, delimiter: str, opens: bool) -> None:
    assert candidates._opens(sample, delimiter, '"') is opens
