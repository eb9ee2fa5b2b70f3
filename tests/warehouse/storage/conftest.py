"""A home whose first publication is shown."""

from __future__ import annotations

import pytest

from ingest.home import Home
from tests.warehouse.country import Country, new_home
from warehouse.storage.builds.build import build
from warehouse.storage.shown.publish import publish


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Left as it is: what changes it works on a copy."""
    home = new_home(tmp_path_factory.mktemp("shown") / "home")
    country = Country(home)
    country.registers()
    country.rosters()
    country.reports()
    country.judge()
    build(home)
    publish(home)
    return home
