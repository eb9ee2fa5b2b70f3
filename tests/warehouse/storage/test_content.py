"""The hash of what a warehouse says: of its rows in any order, and of nothing else they could be."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.storage.builds.finished import content
from warehouse.storage.builds.finished.content import METHOD, OtherHashError, content_hash, hashes_of

_TYPES = "n BIGINT, t VARCHAR, d DATE, m TIMESTAMP, f DOUBLE, x DECIMAL(9, 2), b BOOLEAN, s SMALLINT"
_VALUES: tuple[tuple[Any, ...], ...] = (
    (0, 1, -1, 2**62, None), ("", "~", "|", "ә", "null", None), ("2026-09-01", "1970-01-01", None),
    ("2026-09-01 00:00:00", "1970-01-01 00:00:00.000001", None), (0.1, 0.0, 1e300, None), ("0.01", "-1.00", None),
    (True, False, None), (0, 7, None),
)  # fmt: skip
Row = tuple[Any, ...]


def _hash(tmp_path: Path, rows: list[Row], method: str | None, types: str = _TYPES) -> str:
    file = tmp_path / "w.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as con:
        con.execute(f'CREATE TABLE "order" ({types})')
        if rows:
            con.executemany(f'INSERT INTO "order" VALUES ({", ".join("?" * len(rows[0]))})', rows)
    return content_hash(hashes_of([file], method=method)[0])


@pytest.mark.parametrize("method", [METHOD, None])
@pytest.mark.parametrize("seed", range(3))
def test_a_hash_is_of_the_rows_in_any_order_and_of_each_cell(
    seed: int, method: str | None, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    rows = [tuple(chance.choice(values) for values in _VALUES) for _ in range(30)]
    rows.append(rows[0])
    shuffled = chance.sample(rows, len(rows))
    true = _hash(tmp_path, rows, method)
    assert _hash(tmp_path, shuffled, method) == true
    others = [rows[1:], [*rows, rows[3]], [*rows[:-1], rows[1]], []]
    for column, values in enumerate(_VALUES):
        number = chance.randrange(len(rows))
        other = chance.choice([value for value in values if value != rows[number][column]])
        others.append([_with(row, column, other) if at == number else row for at, row in enumerate(rows)])
    for other_rows in others:
        assert _hash(tmp_path, other_rows, method) != true, other_rows


@pytest.mark.parametrize("seed", range(20))
def test_cells_that_change_places_are_seen(seed: int, tmp_path: Path) -> None:
    """Every column keeps the values it had; who has which is another thing."""
    chance = random.Random(seed)
    first, second = 1 << chance.randrange(60), 1 << chance.randrange(60)
    rows: list[Row] = [(first, 1), (second, 2), (first, 2), (second, 3)]
    exchanged: list[Row] = [(first, 2), (second, 1), (first, 2), (second, 3)]
    hashes = {_hash(tmp_path, each, METHOD, "a BIGINT, b INTEGER") for each in (rows, exchanged)}
    assert len(hashes) == 2


def _with(row: Row, column: int, value: Any) -> Row:
    return (*row[:column], value, *row[column + 1 :])


def test_names_and_types_are_content_and_the_name_of_the_publication_is_not(tmp_path: Path) -> None:
    one: list[Row] = [(1,)]
    assert len({_hash(tmp_path, one, METHOD, types) for types in ("a INTEGER", "a BIGINT", "b INTEGER")}) == 3
    file = tmp_path / "p.duckdb"
    found = []
    for number in (1, 2):
        with duckdb.connect(str(file)) as con:
            con.execute(f"CREATE OR REPLACE TABLE dim_publication AS SELECT {number} AS publication_number")
        found.append(hashes_of([file]))
    assert found == [[{}], [{}]]


def test_a_duckdb_that_hashes_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade of DuckDB at which this fails, METHOD needs another name, and the old one a way of its own."""
    assert _hash(tmp_path, [(1,)], METHOD, "a INTEGER")
    with pytest.raises(OtherHashError, match="newer program"):
        _hash(tmp_path, [(1,)], "row-hash-9", "a INTEGER")
    monkeypatch.setattr(content, "_PROBED", 1)
    with pytest.raises(OtherHashError, match=duckdb.__version__):
        _hash(tmp_path, [(1,)], METHOD, "a INTEGER")
