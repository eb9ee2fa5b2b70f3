"""Fixtures: an empty installation, a small country written into one, and the warehouse dbt built from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt_project.country import Country, populate
from tests.dbt_project.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An empty installation."""
    return Installation(tmp_path)


@pytest.fixture(scope="session")
def new_installation() -> type[Installation]:
    """For fixtures of a wider scope: an empty installation in a folder of their own."""
    return Installation


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A country of seven organisations and two weeks, with everything that can go wrong in it."""
    return populate(Installation(tmp_path_factory.mktemp("country")))


@pytest.fixture(scope="session")
def built(country: Country) -> Country:
    """The country after a whole `dbt build`, unit tests included."""
    result = country.installation.dbt("build")
    assert result.returncode == 0, result.stdout + result.stderr
    return country


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The same country after the statements of the model, without dbt and what it checks."""
    country = populate(Installation(tmp_path_factory.mktemp("made")))
    country.installation.build()
    return country
