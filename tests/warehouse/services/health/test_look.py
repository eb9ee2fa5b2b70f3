"""Health is told of any installation: without its ledger, damaged, without room; it writes nothing and names nobody."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.cli import app
from ingest.home import Home
from ingest.ledger.store import database
from ingest.schema.forms.contract import LANGUAGES
from tests.faults.test_troubles import _fill, small_disk
from tests.ingest.cli.test_reading import trace
from tests.warehouse.conftest import country, registered
from tests.warehouse.country import SCHOOLS, Country, attendance, planted
from tests.warehouse.services.health.test_gauges import bare, decide, everything
from warehouse.services.health import look
from warehouse.services.health.gauge import Measured, gauge
from warehouse.services.health.gauges import GAUGES
from warehouse.services.health.look import look_at
from warehouse.services.troubles import watched
from warehouse.services.upkeep.installation import initialise

__all__ = ["bare", "country", "registered", "small_disk"]
NAMES = {each.name for each in GAUGES}


def said(home: Home, *words: str) -> tuple[int, str]:
    from django.db import connections

    connections.close_all()
    done = CliRunner().invoke(app, ["health", *words], env={"BBAJ_HOME": str(home.root)})
    assert "Traceback" not in done.output and not isinstance(done.exception, Exception), done.output
    return done.exit_code, done.stdout


@pytest.fixture
def known(country: Country, bare: Home) -> Home:
    """A home that knows itself, with a file nobody has judged; nothing answers on its ports."""
    country.submit("attendance", SCHOOLS[0], "2026-W37", attendance(SCHOOLS[0], "2026-W37"))
    initialise(country.home)
    return country.home


def test_the_exit_code_is_that_of_the_worst(known: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {"well": 0, "attention": 1, "broken": 2}
    for state, code in ways.items():

        @gauge(says="work fails")
        def tasks(sight: object, state: str = state) -> list[Measured]:
            return [Measured("well", "work"), Measured(state, "work")]  # type: ignore[arg-type]

        monkeypatch.setattr(look.look_at, "__defaults__", ((tasks,), None))
        for language in LANGUAGES:
            assert said(known, "--lang", language)[0] == code
        exit_code, text = said(known, "--json")
        assert (exit_code, json.loads(text)["state"]) == (code, state)


@pytest.mark.parametrize("spoil", ["away", "garbage", "emptied", "settings", "folder"])
def test_whatever_is_damaged_all_gauges_are_told_and_nothing_is_written(known: Home, spoil: str) -> None:
    from django.db import connections

    connections.close_all()
    if spoil == "away":
        known.ledger.unlink()
    elif spoil == "garbage":
        known.ledger.write_bytes(random.Random(1).randbytes(4096))
    elif spoil == "emptied":
        known.ledger.write_bytes(b"")
    elif spoil == "settings":
        (known.root / "bbaj.toml").write_bytes(b"\xff[health")
    else:
        shutil.rmtree(known.ledger.parent / "drop")
        known.drop.write_bytes(b"a file where a folder was")
    before = trace(known.root)
    for language in LANGUAGES:
        assert said(known, "--lang", language)[0] == 2
    document = json.loads(said(known, "--json")[1])
    assert {each["gauge"] for each in document["gauges"]} == NAMES
    assert trace(known.root) == before
    by_name = {each["gauge"]: each for each in document["gauges"]}
    assert by_name["disk"]["said"] == "free" and by_name["versions"]["facts"]["bbaj"]
    if spoil in ("away", "garbage", "emptied"):
        assert by_name["ledger"]["state"] == "broken"
        assert by_name["received"]["said"] == "unmeasured"
    if spoil == "settings":
        assert by_name["settings"]["state"] == "broken"


def test_any_files_lost_or_garbled_end_in_words(known: Home, tmp_path: Path) -> None:
    """A seeded choice of what is gone and what is other bytes."""
    from django.db import connections

    connections.close_all()
    for seed in range(8):
        chance = random.Random(seed)
        home = Home(tmp_path / f"copy{seed}")
        shutil.copytree(known.root, home.root, symlinks=True)
        files = sorted(path for path in home.root.rglob("*") if path.is_file() and not path.is_symlink())
        for path in chance.sample(files, k=max(1, len(files) // 3)):
            if chance.random() < 0.5:
                path.unlink()
            else:
                path.write_bytes(chance.randbytes(64))
        before = trace(home.root)
        found = look_at(home)
        assert {name for name, _ in found.measured} == NAMES
        everything(found)
        assert trace(home.root) == before


def test_a_full_disk_is_told_without_writing(small_disk: Path) -> None:
    home = decide(Home(small_disk / "home"))
    home.create()
    _fill(small_disk)
    before = trace(home.root)
    assert said(home)[0] in (2, 64)
    found = dict(look_at(Home(home.root)).measured)
    assert (found["disk"].state, found["disk"].facts["free_bytes"]) == ("broken", 0)
    assert trace(home.root) == before


def test_a_gauge_of_ours_that_fails_stops_none(bare: Home) -> None:
    @gauge(says="work fails")
    def tasks(sight: object) -> list[Measured]:
        raise KeyError("someone's name")

    found = look_at(bare, [tasks, *GAUGES])
    assert found.measured[0][1] == Measured("attention", "unmeasured")
    assert len(found.measured) > len(GAUGES)
    assert "someone" not in everything(found)


def test_it_names_no_file_no_person_and_no_place(known: Home) -> None:
    secret = "Жасырынқызы650101700019"
    for place in (known.drop / secret / "a", known.drop / ".unidentified" / secret):
        place.mkdir(parents=True)
        (place / f"{secret}.csv").write_bytes(b"x")
    for task in ("judge_waiting", "build_warehouse"):
        with pytest.raises(OSError), watched(known, task):
            raise OSError(13, secret, f"/{secret}")
    (known.root / "bbaj.toml").write_text(
        f'tls_certificate = "{secret}"\nalert_command = ["{secret}"]\n', encoding="utf-8"
    )
    found = look_at(Home(known.root))
    shown = everything(found)
    people = planted()
    hidden = {secret, str(known.root), os.uname().nodename, *SCHOOLS, *people.identifiers, *people.names}
    assert [each for each in hidden if each in shown] == []
    for name, each in found.measured:
        for key, fact in each.facts.items():
            assert fact is None or isinstance(fact, int | float) or re.fullmatch(r"[\w.+—-]{1,40}", fact), (
                name,
                key,
            )
        assert re.fullmatch(r"[a-z_ ]*", each.subject)


def test_what_counts_is_shown_with_its_meaning(known: Home) -> None:
    (known.root / "bbaj.toml").write_text("[health]\ndisk_free_gib = 77\n", encoding="utf-8")
    for language in LANGUAGES:
        exit_code, text = said(known, "--limits", "--lang", language)
        assert exit_code == 0
        assert "disk_free_gib\t77\t" in text
    limits = json.loads(said(known, "--limits", "--json")[1])["limits"]
    assert limits["disk_free_gib"] == 77 and limits["drop_hours"] == 2


def test_a_database_server_that_says_nothing_is_told_and_not_waited_for(
    bare: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and never answers."""
    monkeypatch.setattr(database, "_PATIENCE_SECONDS", 2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/l"
        home = decide(bare, f'ledger = "{address}"\n')
        home.create()
        found = dict(look_at(home).measured)
    assert (found["ledger"].state, found["ledger"].said) == ("broken", "away")
    assert found["received"].said == "unmeasured" and found["disk"].said == "free"
