"""Countries that are made once and copied for each test that goes on from there.

In: the home of a country. Out: a copy of it, in this process's ledger; the home of one in which something was done.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import ingest.ledger
from ingest.digests import write_digest
from ingest.home import Home
from tests.ingest.ledger.conftest import require_all_sealed
from tests.warehouse.country import NOW, Country
from tests.warm import models

if TYPE_CHECKING:
    from ingest.ledger.decisions.manifest import Manifest


@contextmanager
def building_by(begun: type[models.Begun]) -> Iterator[None]:
    """Builds of this process ask `begun` for dbt meanwhile."""
    from warehouse.storage.builds.engines import dbt_process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_process, "subprocess", SimpleNamespace(Popen=begun))
        yield


def copied(start: Path, to: Path) -> Country:
    """A country of the same content elsewhere, its ledger that of this process."""
    from django.db import connections

    connections.close_all()
    shutil.copytree(start, to, symlinks=True)
    home = Home(to)
    ingest.ledger.setup(home)
    return Country(home)


def built_alike(home: Home, manifest: Manifest | None = None, of: int = 1) -> int:
    """One more build that succeeded, of the same files as an earlier one; its number."""
    from ingest.ledger import builds
    from ingest.ledger.decisions.manifest import counting
    from warehouse.storage.builds.build import persons_of, warehouse_of
    from warehouse.storage.builds.finished.warehouse_file import rows_of_tables

    build = builds.start(counting() if manifest is None else manifest, NOW)
    shutil.copytree(home.builds / str(of), home.builds / str(build.pk))
    for file in (warehouse_of(home, build.pk), persons_of(home, build.pk)):
        write_digest(file, tables=rows_of_tables(file))
    builds.finish(build.pk, "succeeded", NOW)
    return build.pk


def further(start: Path, to: Path, *acts: Callable[[Country], object]) -> Path:
    """The home of a copy that knows itself and in which these acts were done, each judged."""
    from django.db import connections

    from warehouse.storage.identity import recognise

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        country = copied(start, to)
        recognise(country.home)
        for act in acts:
            act(country)
            country.judge()
        recognise(country.home)
        connections.close_all()
    return to


def own_copy(start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """What a fixture yields that gives each test a copy of its own."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    country = copied(start, tmp_path / "home")
    yield country
    require_all_sealed(country.home)
    connections.close_all()
