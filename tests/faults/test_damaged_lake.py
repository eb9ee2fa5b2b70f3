"""Whatever a damaged file of the lake does to what counts rows, the next file is counted as if it had not been."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faults.spoiling import SPOILINGS
from warehouse.services.verify.derived import _RowCounter

SEED = 20261126


@pytest.mark.parametrize("way", SPOILINGS)
def test_a_damaged_file_harms_no_count_of_the_next(tmp_path: Path, way: str) -> None:
    chance = random.Random(f"{SEED} {way}")
    whole = tmp_path / "whole.parquet"
    table = pa.table({"submission_id": [7] * 40 + [8] * 2, "text": [str(each) for each in range(42)]})
    pq.write_table(table, whole)
    with _RowCounter() as counter:
        for nth in range(20):
            spoilt = tmp_path / f"{nth}.parquet"
            spoilt.write_bytes(whole.read_bytes())
            SPOILINGS[way](spoilt, chance)
            told = counter.rows_of(spoilt)
            assert told is None or isinstance(told, dict)
            if way in ("cut", "empty", "fill_with_noise", "remove"):
                assert told is None
            assert counter.rows_of(whole) == {7: 40, 8: 2}
