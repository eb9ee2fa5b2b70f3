"""Fixtures: an empty installation, a small country written into one, and the warehouse dbt built from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt_project.country import Country, populate
from tests.dbt_project.installation import Installation
from tests.once import made_once


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An empty installation."""
    return Installation(tmp_path)


@pytest.fixture(scope="session")
def new_installation() -> type[Installation]:
    """For fixtures of a wider scope: an empty installation in a folder of their own."""
    return Installation


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A country of seven organisations and two weeks, with everything that can go wrong in it, after a whole
    `dbt build`, unit tests included; made once for all processes."""

    def make(root: Path) -> None:
        root.mkdir()
        result = populate(Installation(root)).installation.dbt("build")
        assert result.returncode == 0, result.stdout + result.stderr

    root = made_once("dbt-built", tmp_path_factory.mktemp("built") / "country", make)
    return populate(Installation(root))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The same country after the statements of the model, without dbt and what it checks; made once as well."""

    def make(root: Path) -> None:
        root.mkdir()
        populate(Installation(root)).installation.build()

    root = made_once("dbt-made", tmp_path_factory.mktemp("made") / "country", make)
    return populate(Installation(root))
