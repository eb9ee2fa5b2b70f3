"""Columns whose texts are kept once each mean what they mean written out: in typing, in correcting, on their way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.arrow import pa
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.cells.columns import repeated_texts
from ingest.read.cells.columns.repeated_texts import is_kept_once, values_in, with_repeated_once, written_out
from ingest.read.reading import LocatedTable, Reading
from ingest.read.sandbox import reading_frames
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract
from tests.ingest.read.samples import HEADER, ROW

# What stands in cells of reports, right and wrong, in every column alike: the worst a typist does.
WRITTEN = (
    *ROW, "", " ", "-", "—", "5 ", "05", "5,0", "1 234", "1.234", "12 сабақ", "1О", "07.09.2026", "09/13/2026",
    "05/09/2026", "2026-13-31", "#REF!", "N/A", "null", "иә", "Нет", "true", "ILL", "болезнь", "A", "а", "Ә", "Б\u00a0",
    "x\u200by", "й", "090101-700000", "9,01E+11", "'090101700000", "әлі емес",
)  # fmt: skip
CELL = st.one_of(st.sampled_from(WRITTEN), st.none(), st.text(max_size=4))
FORMS = ("attendance", "staff_roster", "regional_indicators")


def _table(cells: Sequence[Sequence[str | None]], names: Sequence[str], first: int = 2) -> LocatedTable:
    columns = {name: pa.array([row[at] for row in cells], pa.string()) for at, name in enumerate(names)}
    rows = pa.array(range(first, first + len(cells)), pa.int32())
    return LocatedTable(
        None, {name: at for at, name in enumerate(names, 1)}, 1, pa.table({**columns, "_row": rows})
    )


def _kept_once(reading: Reading) -> Reading:
    tables = tuple(replace(table, text=with_repeated_once(table.text)) for table in reading.tables)
    return replace(reading, tables=tables)


def _typed(form: Contract, readings: Sequence[Reading], folder: Path) -> tuple[Any, ...]:
    """Everything typing says: the rows, the findings, the places beyond them."""
    further = FurtherPlaces(folder)
    with duckdb.connect(config={"threads": 1}) as con:
        found = type_batch(con, form, list(enumerate(readings, 1)), further)
        rows = con.execute("SELECT * FROM batch ORDER BY _file, _table, _row").fetchall()
        columns = con.execute("DESCRIBE batch").fetchall()
    target = folder / "further.csv"
    beyond = [target.read_text() if further.write(number, target) else "" for number in found]
    further.close()
    return rows, columns, found, beyond


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(FORMS))
def test_typing_says_the_same(tmp_path: Path, data: st.DataObject, form: str) -> None:
    chosen = contract(form)
    names = [field.name for field in chosen.fields]
    heights = data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    here = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    tables = [
        _table([data.draw(st.tuples(*[CELL] * len(here))) for _ in range(height)], here) for height in heights
    ]
    plain = [Reading((table,)) for table in tables]
    once = [_kept_once(reading) for reading in plain]
    mixed = [
        kept if nth % 2 else reading for nth, (reading, kept) in enumerate(zip(plain, once, strict=True))
    ]
    assert (
        _typed(chosen, once, tmp_path) == _typed(chosen, plain, tmp_path) == _typed(chosen, mixed, tmp_path)
    )


def test_thousands_of_faults_of_one_kind_are_said_the_same(tmp_path: Path, attendance: Contract) -> None:
    at = HEADER.index("lessons_missed")
    cells = [[*ROW[:at], "көп", *ROW[at + 1 :]] for _ in range(2_500)]
    plain = Reading((_table(cells, HEADER),))
    assert _typed(attendance, [_kept_once(plain)], tmp_path) == _typed(attendance, [plain], tmp_path)


@settings(deadline=None)
@given(texts=st.lists(CELL), chunks=st.integers(1, 4))
def test_written_out_is_what_was_there(texts: list[str | None], chunks: int) -> None:
    size = max(1, -(-len(texts) // chunks))
    column = pa.chunked_array([texts[at : at + size] for at in range(0, len(texts), size)], pa.string())
    kept = with_repeated_once(pa.table({"x": column})).column("x")
    assert is_kept_once(kept) == bool(texts)
    in_cells = [text for chunk in kept.chunks for text in values_in(chunk).to_pylist()]
    assert written_out(kept).to_pylist() == kept.to_pylist() == in_cells == texts


@pytest.mark.parametrize(
    ("different", "kept"), [(1, True), (256, True), (257, True), (2_000, True), (4_000, False)]
)
def test_a_column_of_many_texts_stays_as_it_is(different: int, kept: bool) -> None:
    column = pa.array([str(number % different) for number in range(40_000)], pa.string())
    found = with_repeated_once(pa.table({"x": column})).column("x")
    assert is_kept_once(found) == kept
    assert written_out(found).to_pylist() == column.to_pylist()


def test_more_texts_than_the_samples_showed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_texts, "_MOST", 300)
    texts = ["1"] * 300_000
    texts[3_000:3_400] = map(str, range(400))
    found = with_repeated_once(pa.table({"x": pa.array(texts)})).column("x")
    assert not is_kept_once(found)


def test_a_large_table_arrives_as_it_was_sent(tmp_path: Path, attendance: Contract) -> None:
    rows = [[*ROW[:1], f"{number:012}", *ROW[2:]] for number in range(20_000)]
    sent = Reading((_table(rows, HEADER),))
    frames = reading_frames.pack(sent, tmp_path)
    arrived = reading_frames.unpack(frames, tmp_path, os.getpid())
    text = arrived.tables[0].text
    assert [name for name in text.column_names if is_kept_once(text.column(name))] == [
        name for name in HEADER if name != "iin"
    ]
    assert text.to_pylist() == sent.tables[0].text.to_pylist()


@settings(deadline=None)
@given(
    texts=st.lists(st.text(st.characters(max_codepoint=0x7F), min_size=1, max_size=1), min_size=1),
    cut=st.integers(0, 3),
)
def test_texts_of_one_sign_are_looked_up_in_a_table(texts: list[str], cut: int) -> None:
    whole, cut = pa.array(["x", *texts, "ә"], pa.string()), min(cut, len(texts))
    column = pa.chunked_array([whole.slice(1, cut), whole.slice(1 + cut, len(texts) - cut)])
    known = repeated_texts._in_a_table(column)
    assert known is not None
    assert repeated_texts.pointing_at(*known).to_pylist() == column.to_pylist()
    assert known[0].to_pylist() == sorted(set(column.to_pylist()))


@pytest.mark.parametrize("texts", [["1", ""], ["1", None], ["1", "10"], ["1", "ә"], []])
def test_other_texts_are_not(texts: list[str | None]) -> None:
    assert repeated_texts._in_a_table(pa.chunked_array([pa.array(texts, pa.string())])) is None
