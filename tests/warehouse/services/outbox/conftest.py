"""A home with a small country in its ledger, whose clock the test turns, and a mail server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ingest.ledger
from ingest.home import Home
from tests.ingest.ledger.conftest import empty_ledger, require_all_sealed, settled_ledger
from tests.ingest.ledger.outbox import NOW
from tests.warehouse.services.outbox.server import Post, mail_server, make_certificate

__all__ = ["empty_ledger", "settled_ledger"]


@dataclass
class Clock:
    """What the home takes for now."""

    at: datetime = NOW

    def goes_on(self, **more: float) -> None:
        self.at += timedelta(**more)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(Home, "now", lambda self: made.at)
    return made


@pytest.fixture
def root(tmp_path: Path, settled_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    monkeypatch.delenv("BBAJ_SMTP_PASSWORD", raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(settled_ledger, folder / "ledger.sqlite3")
    yield folder
    require_all_sealed(Home(folder))
    connections.close_all()


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as found:
        yield found


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def set_up(root: Path, clock: Clock) -> Callable[..., Home]:
    """The home with these settings of its outbox."""

    def made(port: int | None, **more: Any) -> Home:
        told = {"from": "bbaj@edu.example", "security": "none", "timeout_seconds": 5} | more
        if port is not None:
            told = {"host": "127.0.0.1", "port": port} | told
        lines = [f"{name} = {_toml(value)}" for name, value in told.items()]
        (root / "bbaj.toml").write_text("\n".join(["[outbox]", *lines]), encoding="utf-8")
        home = Home(root)
        ingest.ledger.setup(home)
        return home

    return made


@pytest.fixture
def home(set_up: Callable[..., Home], post: Post) -> Home:
    return set_up(post.port)


@pytest.fixture
def country(root: Path) -> SimpleNamespace:
    """The oblast, a district and who acts."""
    from ingest.ledger import accounts, nodes

    ingest.ledger.setup(Home(root))
    return SimpleNamespace(
        oblast=nodes.node("110000000"), district=nodes.node("113200000"), actor=accounts.account("operator")
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else repr(value)
