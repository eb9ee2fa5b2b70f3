"""Who only looks reads the ledger alone where nobody writes, and again where somebody did meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.ledger.store import reading
from ingest.ledger.store.database import is_file
from ingest.ledger.store.reading import read_steadily


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each time that the ledger is opened: whether as by the only one."""
    opened: list[bool] = []
    really = reading._read

    def noted(home: Home, work: Callable[[], str], alone: bool) -> str:
        opened.append(alone)
        return really(home, work, alone)

    monkeypatch.setattr(reading, "_read", noted)
    return opened


def _beside(home: Home) -> set[str]:
    return {each.name for each in home.ledger.parent.glob(home.ledger.name + "*")}


def test_where_nobody_writes_it_is_read_once_and_alone(home: Home, ways: list[bool]) -> None:
    from django.db import connections

    connections["default"].close()
    before = _beside(home)
    assert before == ({home.ledger.name} if is_file(home) else set())
    assert read_steadily(home, lambda: "found") == "found"
    assert (ways, _beside(home)) == ([True], before)


# A server keeps readers and writers apart by itself.
@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize("begun", ["before", "meanwhile"])
def test_where_somebody_writes_it_is_read_in_their_company(home: Home, ways: list[bool], begun: str) -> None:
    from django.db import connections

    connections["default"].close()
    log = home.ledger.with_name(home.ledger.name + "-wal")
    found: list[str] = []

    def work() -> str:
        if begun == "meanwhile" and not found:
            os.utime(home.ledger, ns=(1, 1))
        found.append("old" if begun == "meanwhile" and not found else "new")
        return found[-1]

    if begun == "before":
        Path(log).touch()
    assert read_steadily(home, work) == "new"
    assert ways == {"before": [False], "meanwhile": [True, False]}[begun]
