"""A country of two schools whose week was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.home import Home
from tests.once import made_once
from tests.warehouse import country as countries
from tests.warehouse.copies import copied, own_copy
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance

WEEK = WEEKS[1]


def later(home: Home, time: timedelta) -> Home:
    """From here on it is later in that home."""
    settings = home.root / "bbaj.toml"
    text = settings.read_text(encoding="utf-8")
    changed = text.replace(home.now().isoformat(), (home.now() + time).isoformat())
    settings.write_text(changed, encoding="utf-8")
    return Home(home.root)


def publish(home: Home) -> int:
    """Build and show what counts now."""
    from warehouse.services.building import build
    from warehouse.storage.shown.publish import publish as show

    return show(home, build(home).build_id, accept_loss=True).number


def hand_in(country: Country, school: str, week: str, missed: int = 2) -> int:
    number = country.submit("attendance", school, week, attendance(school, week, missed))
    country.judge()
    return number


@pytest.fixture(scope="session")
def reported(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a country both of whose schools reported two weeks, published once."""

    def make(root: Path) -> None:
        from django.db import connections

        country = copied(listed, root)
        with (root / "bbaj.toml").open("a", encoding="utf-8") as settings:
            settings.write("least_persons = 5\nleast_organisations = 1\n")
        country = Country(Home(root))
        country.reports()
        country.judge()
        publish(country.home)
        connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        return made_once("summaries", tmp_path_factory.mktemp("summaries") / "home", make)


@pytest.fixture
def week(reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A copy of one's own."""
    yield from own_copy(reported, tmp_path, monkeypatch)


__all__ = ["SCHOOLS", "WEEK", "countries"]
