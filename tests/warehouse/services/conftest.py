"""A country of two schools that has reported for two weeks, made once for all who look what follows from acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals
from ingest.ledger.nodes import node
from ingest.ledger.records import Submission
from tests.warehouse.copies import copied, own_copy
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, Country
from tests.warehouse.services.doings import set_clock
from warehouse.services.building import build


@pytest.fixture(scope="session")
def told(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with registers in effect, rosters and two weeks of attendance judged, one school's approved, and a build
    of that; made once."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        home = copied(registered, tmp_path_factory.mktemp("told") / "home").home
        set_clock(home, NOW)
        made = Country(Home(home.root))
        made.rosters()
        made.reports()
        made.judge()
        for found in Submission.objects.filter(scope__node__code=SCHOOLS[0], state="accepted"):
            approvals.approve(found.pk, account("inspector"), node(DISTRICT), at=made.home.now())
        build(made.home)
        connections.close_all()
    return home.root


@pytest.fixture
def reporting(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A home of one's own in which all that was told."""
    yield from own_copy(told, tmp_path, monkeypatch)
