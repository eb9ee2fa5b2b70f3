"""The search for persons finds them wherever they are planted, and nothing where they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.storage.shown.leak import Planted, leaks_in

IIN, NAME, BORN = "140103700018", "Жасырынқызы", date(2014, 1, 3)
PLANTED = Planted(frozenset({IIN}), frozenset({NAME}), frozenset({BORN}))

HIDING_PLACES = {
    "text": pa.array([IIN]),
    "text inside text": pa.array([f"see {IIN}, please"]),
    "name in capitals": pa.array([NAME.upper()]),
    "number": pa.array([int(IIN)]),
    "floating number": pa.array([float(IIN)]),
    "decimal": pa.array([Decimal(IIN)]),
    "unsigned number": pa.array([int(IIN)], pa.uint64()),
    "date": pa.array([BORN]),
    "moment": pa.array([datetime(2014, 1, 3, 4, tzinfo=UTC)]),
    "date as text": pa.array(["03.01.2014"]),
    "date as number": pa.array([20140103]),
    "bytes": pa.array([IIN.encode()]),
    "bytes of wide text": pa.array([NAME.encode("utf-16-le")]),
    "list": pa.array([["x", IIN]]),
    "struct": pa.array([{"a": {"b": [int(IIN)]}}]),
    "map key": pa.array([[(IIN, 1)]], pa.map_(pa.string(), pa.int32())),
    "dictionary": pa.array([IIN]).dictionary_encode(),
}


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_a_person_is_found_in_a_column_of_any_type(tmp_path: Path, place: str) -> None:
    file = tmp_path / "x.parquet"
    pq.write_table(pa.table({"column": HIDING_PLACES[place]}), file, compression="zstd")

    assert [leak.place for leak in leaks_in(file, PLANTED) if leak.place == "column"] == ["column"]


def test_a_person_is_found_in_any_table_of_a_database(tmp_path: Path) -> None:
    file = tmp_path / "x.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE SCHEMA scratch")
        con.execute(f"CREATE TABLE scratch.fact AS SELECT {IIN}::HUGEINT AS big, 1 AS small")
        con.execute("CREATE TABLE clean AS SELECT 1 AS a")

    assert [leak.place for leak in leaks_in(file, PLANTED)] == ["scratch.fact.big"]


def test_a_person_is_found_in_the_name_and_the_bytes_of_a_file(tmp_path: Path) -> None:
    named, log = tmp_path / f"{IIN}.txt", tmp_path / "dbt.log"
    named.write_bytes(b"")
    log.write_text(f"could not cast {IIN}", encoding="utf-8")

    assert [leak.place for leak in leaks_in(named, PLANTED)] == ["name of the file"]
    assert [leak.place for leak in leaks_in(log, PLANTED)] == ["bytes of the file"]


def test_nothing_is_found_where_nobody_is(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    pq.write_table(
        pa.table({"day": [date(2026, 1, 3)], "count": [20140104], "key": [10**15], "text": ["01400"]}), file
    )

    assert list(leaks_in(file, PLANTED)) == []
