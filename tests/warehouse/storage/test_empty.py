"""Files without rows: one for every form, of its columns, whatever lay in their place."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ingest.digests import damage_of, read_digest, write_digest
from ingest.schema.forms.load import contracts
from warehouse.storage.lake.empty import BOOKKEEPING, write_empty


def _place(lake: Path, form: str) -> Path:
    return lake / form / "period=none" / "empty.parquet"


def _states(lake: Path) -> dict[Path, tuple[int, int]]:
    return {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in lake.rglob("*") if file.is_file()}


def _require_right(lake: Path) -> None:
    for form, contract in contracts().items():
        file = _place(lake, form)
        assert damage_of(file) is None
        table = pq.read_table(file, partitioning=None)
        assert table.num_rows == 0
        assert table.column_names == [*(field.lake_name for field in contract.landed_fields), *BOOKKEEPING]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    write_empty(tmp_path)
    return tmp_path


def test_each_form_has_one_of_its_columns_that_stays_untouched(lake: Path) -> None:
    _require_right(lake)
    before = _states(lake)
    write_empty(lake)
    assert _states(lake) == before


@pytest.mark.parametrize("columns_remembered", [True, False])
def test_one_of_other_columns_is_made_anew(lake: Path, *, columns_remembered: bool) -> None:
    """As a form's next version finds it, also where the file is of a time when its digest remembered no columns."""
    for file in map(_place, [lake] * len(contracts()), contracts()):
        file.unlink()
        duckdb.sql(f"COPY (SELECT 1 AS other WHERE false) TO '{file}' (FORMAT parquet)")
        write_digest(file, **({"columns": ["other"]} if columns_remembered else {}))
    write_empty(lake)
    _require_right(lake)


def test_columns_that_no_digest_remembers_are_looked_up_once_and_what_it_remembers_else_stays(
    lake: Path,
) -> None:
    files = [_place(lake, form) for form in contracts()]
    for file in files:
        write_digest(file, once=["submission_id"])
    before = {file: state for file, state in _states(lake).items() if file in files}
    write_empty(lake)
    after = _states(lake)
    assert before.items() <= after.items()
    for file in files:
        digest = read_digest(file)
        assert digest is not None
        assert digest.facts == {"once": ["submission_id"], "columns": pq.read_schema(file).names}
    write_empty(lake)
    assert _states(lake) == after


def test_a_damaged_or_missing_one_is_made_anew(lake: Path) -> None:
    cut, altered, gone = (_place(lake, form) for form in list(contracts())[:3])
    cut.write_bytes(cut.read_bytes()[:-1])
    altered.write_bytes(bytes(altered.stat().st_size))
    gone.unlink()
    write_empty(lake)
    _require_right(lake)
