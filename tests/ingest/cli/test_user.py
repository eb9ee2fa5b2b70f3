"""`bbaj user`: accounts of readers from the command line, in three languages, told to the dashboards at once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dashboards.access.readers import file_for, readers
from dashboards.places import Places
from ingest.home import Home
from ingest.ledger.nodes import Territory, apply_territories
from tests.ingest.cli.conftest import Call


@pytest.fixture
def home(tmp_path: Path, call: Call) -> Path:
    from django.db import connections

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


def test_an_account_is_opened_changed_listed_and_ended(home: Path, call: Call) -> None:
    def said(*words: str) -> tuple[int, dict[str, object]]:
        answer = call("user", *words, "--json", BBAJ_HOME=str(home))
        return answer.exit_code, json.loads(answer.stdout) if answer.exit_code == 0 else {}

    places = Places(home)
    for reading in ("110000000", "113800000", "none"):
        (places.reading).mkdir(parents=True, exist_ok=True)
        (places.reading / f"{reading}.duckdb").touch()

    def reads() -> str:
        return file_for(places, "aigul", False).stem

    code, told = said("add", "aigul", "--role", "oblast", "--node", "110000000")
    assert (code, told["synchronised"], reads()) == (0, False, "110000000")
    assert stat.S_IMODE(places.accounts.stat().st_mode) == 0o600
    assert said("add", "aigul", "--role", "ministry")[0] == 64
    assert said("change", "aigul", "--role", "district")[0] == 64, "a district's reader needs a district"
    assert said("change", "aigul", "--role", "district", "--node", "113800000")[0] == 0
    assert (reads(), readers(places)["aigul"].oblast) == ("113800000", "110000000")
    assert said("end", "aigul")[0] == 64, "nobody agreed"
    assert said("end", "aigul", "--yes")[0] == 0
    assert reads() == "none"
    assert said("list") == (0, {"users": []})
    _, told = said("list", "--all")
    [kept] = told["users"]  # type: ignore[misc]
    assert (kept["name"], kept["ended"]) == ("aigul", True)
    assert Home(home).ledger.exists()


@pytest.mark.parametrize(
    ("language", "waits", "refused"),
    [
        ("kk", "бірінші рет іске қосылғанда", "берілмеген код"),
        ("ru", "при первом запуске", "отсутствие кода"),
        ("en", "for the first time", "no code"),
    ],
)
def test_it_is_said_in_the_language_asked(
    home: Path, call: Call, language: str, waits: str, refused: str
) -> None:
    environment = {"BBAJ_HOME": str(home), "BBAJ_LANG": language}
    answer = call("user", "add", "serik", "--role", "ministry", **environment)
    assert waits in answer.stdout and "serik" in answer.stdout and "{" not in answer.stdout
    answer = call("user", "add", "dana", "--role", "oblast", **environment)
    assert answer.exit_code == 64 and refused in answer.stderr
