"""How much of what is shown a publication may lack: the bounds, with warehouses of a table each."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.ledger.records import Build
from warehouse.storage.shown.loss import Loss, loss_beyond


def _warehouse(path: Path, rows: int) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE TABLE fct_attendance AS SELECT range AS n FROM range({rows})")
        con.execute("CREATE TABLE dim_other AS SELECT 1 AS n")
    return path


def _build(submissions: int, organisations: int) -> Build:
    return Build(submissions=submissions, organisations=organisations)


@pytest.mark.parametrize(
    ("rows", "submissions", "organisations", "lost"),
    [
        (20_000, 100, 50, None),
        (40_000, 200, 100, None),
        (18_000, 90, 45, None),  # a tenth is what is accepted
        (17_999, 100, 50, Loss("fct_attendance", 20_000, 17_999)),
        (20_000, 89, 50, Loss("submissions", 100, 89)),
        (20_000, 100, 39, Loss("organisations", 50, 39)),
        (20_000, 100, 40, None),  # ten may go of few
        (0, 100, 50, Loss("fct_attendance", 20_000, 0)),
        (17_999, 1, 1, Loss("submissions", 100, 1)),
    ],
)
def test_the_largest_loss_is_named(
    tmp_path: Path, rows: int, submissions: int, organisations: int, lost: Loss | None
) -> None:
    shown, new = _warehouse(tmp_path / "a.duckdb", 20_000), _warehouse(tmp_path / "b.duckdb", rows)
    found = loss_beyond(0.1, [shown], _build(100, 50), [new], _build(submissions, organisations))
    assert found == lost


def test_a_small_country_that_goes_empty_is_lost_too(tmp_path: Path) -> None:
    shown, new = _warehouse(tmp_path / "a.duckdb", 3), _warehouse(tmp_path / "b.duckdb", 0)
    found = loss_beyond(1.0, [shown], _build(1, 1), [new], _build(0, 0))
    assert found is not None
    assert found.after == 0
    with duckdb.connect(str(new)) as con:
        con.execute("DROP TABLE fct_attendance")
    assert loss_beyond(1.0, [shown], _build(1, 1), [new], _build(1, 1)) == Loss("fct_attendance", 3, 0)


def test_what_was_empty_cannot_be_lost(tmp_path: Path) -> None:
    shown, new = _warehouse(tmp_path / "a.duckdb", 0), _warehouse(tmp_path / "b.duckdb", 0)
    assert loss_beyond(0.0, [shown], _build(0, 0), [new], _build(0, 0)) is None
