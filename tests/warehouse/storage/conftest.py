"""A home whose first publication is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home
from tests.warehouse.copies import building_by, copied
from tests.warm import models
from warehouse.storage.builds.build import build
from warehouse.storage.shown.publish import publish


@pytest.fixture(scope="session")
def shown(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Left as it is: what changes it works on a copy. Its build asks everything that a build asks."""
    country = copied(registered, tmp_path_factory.mktemp("shown") / "home")
    home = country.home
    country.rosters()
    country.reports()
    country.judge()
    with building_by(models.Begun):
        build(home)
    publish(home)
    return home
