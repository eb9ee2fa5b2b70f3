"""What judging may cost: the floor of a batch, what its files add, and the most there is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.read.sandbox.limits import FLOOR_MEMORY, MIB, MOST_MEMORY
from warehouse.services.apart import limits
from warehouse.services.apart.limits import limits_for


def _costing(monkeypatch: pytest.MonkeyPatch, beyond: list[int]) -> list[Path]:
    """Files that cost so many MiB beyond the floor each; None of them has to exist."""
    costs = {Path(str(number)): FLOOR_MEMORY + more * MIB for number, more in enumerate(beyond)}
    monkeypatch.setattr(limits, "limits_of", lambda path: SimpleNamespace(memory=costs[path]))
    return list(costs)


def test_small_files_share_one_floor_and_have_a_second_each(monkeypatch: pytest.MonkeyPatch) -> None:
    none, three = limits_for([]), limits_for(_costing(monkeypatch, [0, 0, 0]))
    assert (none.memory, none.seconds) == (FLOOR_MEMORY, 8)
    assert (three.memory, three.seconds) == (FLOOR_MEMORY, 11)
    assert three.patience == 11 * limits.WAITING
    assert three.database == FLOOR_MEMORY // 2 * 2 // 5
    assert three.spilled == 4 * FLOOR_MEMORY


def test_what_files_add_is_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = limits_for(_costing(monkeypatch, [100, 9, 10]))
    assert found.memory == FLOOR_MEMORY + 119 * MIB
    assert found.seconds == 8 + 3 + 10 + 0 + 1
    assert found.spilled == 4 * found.memory
    assert found.database == int((found.memory - FLOOR_MEMORY // 2) * 0.4)


def test_nothing_costs_more_than_the_most_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    most = (MOST_MEMORY - FLOOR_MEMORY) // MIB
    assert limits_for(_costing(monkeypatch, [most - 1])).memory == MOST_MEMORY - MIB
    assert limits_for(_costing(monkeypatch, [most])).memory == MOST_MEMORY
    assert limits_for(_costing(monkeypatch, [most, most])).memory == MOST_MEMORY
    assert limits_for(_costing(monkeypatch, [0] * 3591)).seconds == 3599
    assert limits_for(_costing(monkeypatch, [0] * 3592)).seconds == 3600
    assert limits_for(_costing(monkeypatch, [0] * 3593)).seconds == 3600


def test_a_file_that_is_not_there_costs_nothing(tmp_path: Path) -> None:
    assert limits_for([tmp_path / "gone"]) == limits_for([])
