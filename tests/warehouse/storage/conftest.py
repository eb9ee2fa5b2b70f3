"""A home whose first publication is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home
from tests.warehouse.copies import copied
from warehouse.storage.builds.build import build
from warehouse.storage.shown.publish import publish


@pytest.fixture(scope="session")
def shown(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Left as it is: what changes it works on a copy."""
    country = copied(registered, tmp_path_factory.mktemp("shown") / "home")
    home = country.home
    country.rosters()
    country.reports()
    country.judge()
    build(home)
    publish(home)
    return home
