"""A home whose first publication is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from tests.once import made_once
from tests.warehouse.copies import building_by, copied
from tests.warm import models
from warehouse.storage.builds.build import build
from warehouse.storage.shown.publish import publish


@pytest.fixture(scope="session")
def shown(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Left as it is: what changes it works on a copy. Its build asks everything that a build asks."""
    from django.db import connections

    def make(root: Path) -> None:
        country = copied(registered, root)
        country.rosters()
        country.reports()
        country.judge()
        with building_by(models.Begun):
            build(country.home)
        publish(country.home)
        connections.close_all()

    home = Home(made_once("shown", tmp_path_factory.mktemp("shown") / "home", make))
    ingest.ledger.setup(home)
    return home
