"""A home of one's own for each test, and a country in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from tests.warehouse.country import Country, new_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A fresh home with ledger, vault and an empty lake."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    yield new_home(tmp_path / "home")
    connections.close_all()


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its registers in effect, made once; what is to change works on a copy."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        home = new_home(tmp_path_factory.mktemp("registered") / "home")
        Country(home).registers()
        connections.close_all()
    return home.root


@pytest.fixture
def country(registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A home of one's own with its registers in effect."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    connections.close_all()
    shutil.copytree(registered, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    ingest.ledger.setup(home)
    yield Country(home)
    connections.close_all()
