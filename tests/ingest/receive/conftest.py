"""A home with a small country in its ledger and files to put into its drop folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home

SCHOOL, OTHER_SCHOOL, CLOSED_SCHOOL = "650140000011", "650140000022", "650140000033"
PUT_THERE = datetime(2026, 9, 14, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def country_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(tmp_path_factory.mktemp("country"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        ingest.ledger.migrate(home)
        from ingest.ledger import nodes

        nodes.apply_territories(
            [
                nodes.Territory("110000000", "oblast", "Ақмола облысы", "Акмолинская область"),
                nodes.Territory("113200000", "district", "Ақкөл ауданы", "Аккольский район"),
            ]
        )
        opened = [
            nodes.OrganisationEvent(code, "opened", date(2020, 8, 1), "М", "Ш", "113220100")
            for code in (SCHOOL, OTHER_SCHOOL, CLOSED_SCHOOL)
        ]
        closed = nodes.OrganisationEvent(CLOSED_SCHOOL, "closed", date(2026, 9, 1))
        nodes.apply_organisation_events(nodes.node("113200000"), [*opened, closed])
        _close()
    return home.ledger


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, country_ledger: Path) -> Iterator[Home]:
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    home = Home(tmp_path / "home")
    home.create()
    shutil.copyfile(country_ledger, home.ledger)
    ingest.ledger.setup(home)
    yield home
    _close()


@pytest.fixture
def put(home: Home) -> Callable[..., Path]:
    """Put a file into the drop folder as somebody would, an hour or so ago."""

    def put(place: str, content: str = "bin;iin\n", at: datetime = PUT_THERE) -> Path:
        path = home.drop / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    return put


def _close() -> None:
    from django.db import connections

    connections.close_all()
