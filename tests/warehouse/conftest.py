"""A home of one's own for each test, and a country in it. What many begin with is made once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from tests.once import made_once
from tests.warehouse.copies import building_by, further, own_copy
from tests.warehouse.country import Country, new_home
from tests.warm import models


@pytest.fixture(scope="session", autouse=True)
def warm_models() -> Iterator[None]:
    """Builds of this process find a dbt that is loaded and knows the model, and ask nothing of the tables they make;
    programs of their own start one."""
    with building_by(models.TablesAlone):
        yield


@pytest.fixture(scope="module")
def carried() -> Iterator[None]:
    """For tests that ask how a build comes by its tables: one that begins with the last is changed by dbt."""
    with building_by(models.TablesCarried):
        yield


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Databases of these processes work by themselves: to wake another thread for a few rows costs a third more. What
    several threads may do to the order of rows, the demo country and the builds of `tests/dbt_project` would show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.settings.databases.processors", lambda: 1)
        yield


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

    def make(root: Path) -> None:
        Country(new_home(root)).registers()
        connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        return made_once("registered", tmp_path_factory.mktemp("registered") / "home", make)


@pytest.fixture(scope="session")
def listed(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a country that knows itself, whose lists of learners are accepted."""

    def make(root: Path) -> None:
        further(registered, root, Country.rosters, Country.officers)

    return made_once("listed", tmp_path_factory.mktemp("listed") / "home", make)


@pytest.fixture
def country(registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A home of one's own with its registers in effect."""
    yield from own_copy(registered, tmp_path, monkeypatch)


@pytest.fixture
def rostered(listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A country whose lists of learners are accepted, and which knows itself."""
    yield from own_copy(listed, tmp_path, monkeypatch)
