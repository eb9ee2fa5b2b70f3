"""A home of one's own for each test, and a country in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from tests.warehouse.country import Country, new_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A fresh home with ledger, vault and an empty lake."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    yield new_home(tmp_path / "home")
    connections.close_all()


@pytest.fixture
def country(home: Home) -> Country:
    """The home with its registers accepted."""
    found = Country(home)
    found.registers()
    return found
