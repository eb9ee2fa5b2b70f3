"""The home and the country of the warehouse's tests, and one further on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ingest.read.sandbox import parent as reading
from tests.faults.forked import Forked
from tests.once import made_once
from tests.warehouse.conftest import country, home, listed, registered, rostered, warm_models
from tests.warehouse.copies import further, own_copy
from tests.warehouse.country import Country
from tests.warm import readers
from warehouse.services.apart import parent

__all__ = ["country", "filled", "forked", "home", "listed", "registered", "rostered", "warm_models"]


@cache
def _prepare() -> None:
    """Here and once what every process forked from this one would do anew: a class for each rule of what is judged."""
    import warehouse.services.apart.ahead  # noqa: F401
    from expectations.gx.suite import suite_of
    from expectations.suite import rules_for
    from ingest.schema.forms.load import contracts

    for form in ("attendance", "learner_roster"):
        suite_of(form, rules_for(contracts()[form]))


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test changes in this process holds in the process apart, too; what that reads by is forked as well."""
    _prepare()
    readers.control()  # before any fork: all of them ask at the same place
    monkeypatch.setattr(reading, "subprocess", readers.WARM)
    worker = parent.Worker(Forked())
    monkeypatch.setattr(parent, "_worker", worker)
    yield
    worker.close()


@pytest.fixture(scope="session")
def reported(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a country whose lists and two weeks of reports are accepted."""

    def make(root: Path) -> None:
        further(listed, root, Country.reports)

    return made_once("faults", tmp_path_factory.mktemp("reported") / "home", make)


@pytest.fixture
def filled(reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A country whose lists and two weeks of reports are accepted, and which knows itself."""
    yield from own_copy(reported, tmp_path, monkeypatch)
