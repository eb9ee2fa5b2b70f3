"""A ledger of one's own for each test, with a small country in it.

Every test runs on both engines: on SQLite, and on a PostgreSQL server started for this session from Debian's
package, or on the one BBAJ_TEST_POSTGRES_URL names (databases are made on it and dropped again). Where there
is neither, the tests on PostgreSQL are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ingest.ledger
from ingest.home import Home
from tests.ingest.ledger import cluster
from tests.ingest.ledger.databases import Databases, create_database, drop_database, url_of
from tests.once import made_once

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server for tests that ask for it."""
    if named := os.environ.get("BBAJ_TEST_POSTGRES_URL"):
        yield named
        return
    programs = cluster.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql): SQLite alone is tested")
    with cluster.server(programs) as url:
        yield url


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with its tables and nothing in them: copying it is faster than migrating again."""

    def make(root: Path) -> None:
        root.mkdir()
        ingest.ledger.migrate(Home(root))
        _close()

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        return Home(made_once("empty_ledger", tmp_path_factory.mktemp("empty") / "home", make)).ledger


@pytest.fixture(scope="session")
def settled_ledger(empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the country in it."""
    home = Home(tmp_path_factory.mktemp("settled"))
    shutil.copyfile(empty_ledger, home.ledger)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        ingest.ledger.setup(home)
        _settle_country()
        _close()
    return home.ledger


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[str]:
    """The same on the PostgreSQL server, as the name of a database to copy."""
    name = create_database(server)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BBAJ_LEDGER_URL", url_of(server, name))
        ingest.ledger.migrate(Home(tmp_path_factory.mktemp("empty")))
        _close()
    yield name
    drop_database(server, name)


@pytest.fixture(scope="session")
def empty_databases(server: str, empty_database: str) -> Iterator[Databases]:
    """Databases as that one."""
    found = Databases(server, empty_database)
    yield found
    found.close()


@pytest.fixture(scope="session")
def settled_databases(
    server: str, empty_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Databases with the country in them."""
    name = create_database(server, empty_database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BBAJ_LEDGER_URL", url_of(server, name))
        ingest.ledger.setup(Home(tmp_path_factory.mktemp("settled")))
        _settle_country()
        _close()
    found = Databases(server, name)
    yield found
    found.close()
    drop_database(server, name)


@pytest.fixture(params=ENGINES)
def home(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    begun = "settled" if "country" in request.fixturenames else "empty"
    name = ""
    if request.param == "postgresql":
        databases: Databases = request.getfixturevalue(f"{begun}_databases")
        name = databases.lend()
        monkeypatch.setenv("BBAJ_LEDGER_URL", url_of(databases.server, name))
    else:
        monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
        shutil.copyfile(request.getfixturevalue(f"{begun}_ledger"), home.ledger)
    ingest.ledger.setup(home)
    yield home
    require_all_sealed(home)
    _close()
    if name:
        databases.take_back(name)


def require_all_sealed(home: Home) -> None:
    """Whatever was done to the ledger, and by whichever way it was written: each row is what its seal says, and each
    table holds what was written to it.

    Of a ledger that the test took away, spoiled, or gave the tables of an earlier version nothing is compared.
    """
    from django.db import ProgrammingError

    from ingest.ledger.seals.broken import broken_rows, other_tables, sealed_models

    try:
        broken = [
            str(each) for looked in (broken_rows, other_tables) for each in looked(home, sealed_models())
        ]
    except (sqlite3.DatabaseError, ProgrammingError) as error:
        assert "locked" not in str(error)
        return
    assert not broken, broken


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _settle_country() -> None:
    from ingest.ledger import accounts, nodes

    nodes.apply_territories(
        [
            nodes.Territory("110000000", "oblast", "Ақмола облысы", "Акмолинская область"),
            nodes.Territory("113200000", "district", "Ақкөл ауданы", "Аккольский район"),
            nodes.Territory("113800000", "district", "Атбасар ауданы", "Атбасарский район"),
            nodes.Territory("113220100", "sub_district", "Ақкөл қ.", "г.Акколь"),
            nodes.Territory("710000000", "oblast", "Астана қ.", "г.Астана"),
            nodes.Territory("711110000", "sub_district", "Алматы ауданы", "район Алматы"),
        ]
    )
    district = nodes.node("113200000")
    nodes.apply_organisation_events(
        district,
        [
            nodes.OrganisationEvent(
                bin_, "opened", date(2020, 8, 1), f"№{no} мектеп", f"Школа №{no}", "113220100"
            )
            for no, bin_ in enumerate(("650140000011", "650140000022"), start=1)
        ],
    )
    accounts.account("operator")


@pytest.fixture
def country(home: Home) -> SimpleNamespace:
    """KZ → an oblast → two districts, two schools in the first; and the city of Astana with one district."""
    from ingest.ledger import accounts, nodes

    return SimpleNamespace(
        republic=nodes.republic(),
        oblast=nodes.node("110000000"),
        district=nodes.node("113200000"),
        neighbour=nodes.node("113800000"),
        city_district=nodes.node("711110000"),
        school=nodes.node("650140000011"),
        other_school=nodes.node("650140000022"),
        actor=accounts.account("operator"),
    )


@pytest.fixture
def submit(country: SimpleNamespace) -> Callable[..., Any]:
    """Record one receipt (and, with `outcome`, its verdict) and give back what `record_receipt` gave."""
    from ingest.ledger.decisions import nil_returns
    from ingest.ledger.receipts import submissions
    from ingest.schema.values.period import Period

    def submit(
        content: str | None,
        *,
        outcome: str | None = None,
        form: str = "attendance",
        node: Any = None,
        period: str = "2026-W37",
        part: str = "whole",
        received_at: datetime = datetime(2026, 9, 14, 4, tzinfo=UTC),
        key: str | None = None,
    ) -> Any:
        kind: Any = "week" if "W" in period else "month" if len(period) == 7 else "as_of"
        scope = submissions.scope_of(form, node or country.school, Period.parse(kind, period), part)
        handover = submissions.Handover(received_at, "cli", country.actor, "a.csv", receipt_key=key)
        if content is None:
            return nil_returns.record(scope, handover, contract_version=1)
        received = submissions.record_receipt(scope, (content.ljust(64, "0"), 10), handover)
        if outcome is not None:
            rows = {"rows_accepted": 5} if outcome == "accepted" else {"rows_rejected": 5}
            judgement = submissions.Judgement(outcome, 1, rows_in=5, batch_id=f"b-{content}", **rows)  # type: ignore[arg-type]
            submissions.record_verdict(received.submission.pk, judgement, received_at)
        return received

    return submit
