"""The home and the country of the warehouse's tests, and countries further on, each made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from tests.faults.forked import Forked
from tests.warehouse.conftest import country, home, registered
from tests.warehouse.country import Country
from warehouse.services.apart import parent

__all__ = ["country", "filled", "forked", "home", "registered", "rostered"]


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test changes in this process holds in the process apart, too."""
    import warehouse.services.apart.ahead  # noqa: F401

    worker = parent.Worker(Forked())
    monkeypatch.setattr(parent, "_worker", worker)
    yield
    worker.close()


def _further(start: Path, to: Path, *acts: Callable[[Country], object]) -> Path:
    """A copy of a home in which these acts were done, each judged."""
    from django.db import connections

    from warehouse.storage.identity import recognise

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        further = _copy(start, to)
        recognise(further.home)
        for act in acts:
            act(further)
            further.judge()
        recognise(further.home)
        connections.close_all()
    return to


def _copy(start: Path, to: Path) -> Country:
    from django.db import connections

    connections.close_all()
    shutil.copytree(start, to, symlinks=True)
    copied = Home(to)
    ingest.ledger.setup(copied)
    return Country(copied)


@pytest.fixture(scope="session")
def _rostered(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _further(registered, tmp_path_factory.mktemp("rostered") / "home", Country.rosters)


@pytest.fixture(scope="session")
def _filled(_rostered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _further(_rostered, tmp_path_factory.mktemp("filled") / "home", Country.reports)


@pytest.fixture
def rostered(_rostered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A country whose lists of learners are accepted, and which knows itself."""
    yield from _own(_rostered, tmp_path, monkeypatch)


@pytest.fixture
def filled(_filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """The same with two weeks of reports."""
    yield from _own(_filled, tmp_path, monkeypatch)


def _own(start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    yield _copy(start, tmp_path / "home")
    connections.close_all()
