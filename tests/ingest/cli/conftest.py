"""The command line called inside this process: for the many questions of words; exit codes of a real process are
asked in `test_commands`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingest.cli import app

Call = Callable[..., Result]
_LOCALE = ("BBAJ_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """`bbaj` with these words and environment; its home is a folder that does not exist."""
    for name in _LOCALE:
        monkeypatch.delenv(name, raising=False)

    def run(*words: object, **environment: str) -> Result:
        home = {"BBAJ_HOME": str(tmp_path / "no home")}
        return CliRunner().invoke(app, [str(word) for word in words], env=home | environment)

    return run


@pytest.fixture
def outbox_home(tmp_path: Path, call: Call) -> Path:
    """A home with an oblast and a district of it, for what is sent to them."""
    from django.db import connections

    from ingest.ledger.nodes import Territory, apply_territories

    root = tmp_path / "home"
    assert call("init", BBAJ_HOME=str(root)).exit_code == 0
    apply_territories(
        [
            Territory("110000000", "oblast", "Ақмола облысы", "Акмолинская область"),
            Territory("113800000", "district", "Атбасар ауданы", "Атбасарский район"),
        ]
    )
    connections.close_all()
    return root
