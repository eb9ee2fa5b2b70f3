"""A store of another installation, an emptied or an older one: every command that writes stops and writes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import NOTE, OWNER, Home, InstallationError
from ingest.ledger.accounts import account
from ingest.ledger.records import Installation, InstallationEvent
from tests.warehouse.country import PROJECT, Country, new_home
from tests.warm import BBAJ, run_python
from warehouse.services.upkeep.installation import adopt, initialise
from warehouse.storage.builds.build import build
from warehouse.storage.identity import StrangerError, owner_of, recognise
from warehouse.storage.keys.vault import Vault
from warehouse.storage.keys.vault_file import standing_of

Spoil = Callable[[Home, Home, Home], None]


@pytest.fixture
def other(tmp_path: Path, registered: Path) -> Home:
    """Another installation, with registers of its own."""
    shutil.copytree(registered, tmp_path / "other", symlinks=True)
    home = Home(tmp_path / "other")
    ingest.ledger.setup(home)
    recognise(home)
    return home


def _replace(path: Path, by: Path) -> None:
    from django.db import connections

    connections.close_all()
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        each.unlink(missing_ok=True)
    shutil.copyfile(by, path)


def _digest(root: Path) -> dict[str, str]:
    """Every file's content, but for locks and what SQLite keeps beside a database that is open."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm"))
    }


def _fresh_ledger(home: Home, earlier: Home, other: Home) -> None:
    fresh = Home(home.root.parent / "fresh")
    fresh.root.mkdir()
    ingest.ledger.migrate(fresh)
    _replace(home.ledger, fresh.ledger)


def _fresh_vault(home: Home, earlier: Home, other: Home) -> None:
    home.vault.unlink()
    with Vault(home):
        pass


def _of(name: str, which: str) -> Spoil:
    def spoil(home: Home, earlier: Home, other: Home) -> None:
        source: Path = getattr({"earlier": earlier, "other": other}[which], name)
        target: Path = getattr(home, name)
        if source.is_dir():
            shutil.rmtree(target)
            shutil.copytree(source, target)
        else:
            _replace(target, source)

    return spoil


def _gone(name: str) -> Spoil:
    def spoil(home: Home, earlier: Home, other: Home) -> None:
        from django.db import connections

        connections.close_all()
        path: Path = getattr(home, name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil


SPOILT: dict[str, tuple[Spoil, str, str]] = {
    "the ledger's file is gone": (_gone("ledger"), "ledger", "emptied"),
    "a new ledger": (_fresh_ledger, "ledger", "emptied"),
    "another's ledger": (_of("ledger", "other"), "ledger", "another"),
    "an older ledger": (_of("ledger", "earlier"), "ledger", "older"),
    "the vault is gone": (_gone("vault"), "vault", "emptied"),
    "a new vault": (_fresh_vault, "vault", "emptied"),
    "another's vault": (_of("vault", "other"), "vault", "another"),
    "an older vault": (_of("vault", "earlier"), "vault", "older"),
    "the raw store is gone": (_gone("raw"), "raw", "emptied"),
    "another's raw store": (_of("raw", "other"), "raw", "another"),
    "an older raw store": (_of("raw", "earlier"), "raw", "older"),
    "another's lake": (_of("lake", "other"), "lake", "another"),
    "another's publications": (_of("published", "other"), "published", "another"),
    "the note is gone": (lambda home, *_: (home.root / NOTE).unlink(), "home", "emptied"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_whatever_is_not_the_installations_stops_every_command_that_writes(
    filled: Country, earlier_of_filled: Home, other: Home, name: str
) -> None:
    home = filled.home
    spoil, store, problem = SPOILT[name]
    spoil(home, earlier_of_filled, other)
    home.create()
    before = _digest(home.root)

    for _ in range(2):  # nor does asking twice help
        with pytest.raises(StrangerError) as refused:
            initialise(home)
        assert (refused.value.store, refused.value.problem) == (store, problem)
    assert _digest(home.root) == before


def test_whatever_is_changed_in_the_note_by_hand_is_seen(filled: Country) -> None:
    """A level that became lower would hide an older ledger or an older vault."""
    home, note = filled.home, filled.home.root / NOTE
    kept = note.read_text()
    said = json.loads(kept)
    for number in (0, 1, 10**6):
        for level, value in said["levels"].items():
            if value != number:
                note.write_text(json.dumps({**said, "levels": {**said["levels"], level: number}}))
                with pytest.raises(InstallationError) as told:
                    initialise(home)
                assert told.value.code == "note_damaged", (level, number)
    for change in ({"uid": "0" * 32}, {"digest": "0" * 32}, {"digest": ""}, {"state": "begun"}):
        note.write_text(json.dumps({**said, **change}))
        with pytest.raises(InstallationError) as told:
            initialise(home)
        assert told.value.code == "note_damaged", change
    del said["digest"]
    note.write_text(json.dumps(said))
    initialise(home)  # it was written by a program from before
    assert note.read_text() == kept


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_said_in_one_line_with_what_to_do(filled: Country, language: str) -> None:
    home = filled.home
    _gone("vault")(home, home, home)
    before = _digest(home.root)
    ended = run_python(BBAJ, "rebuild", "--lang", language, env={**os.environ, "BBAJ_HOME": str(home.root)})
    assert ended.returncode == 70
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert {"kk": "қойма", "ru": "хранилище", "en": "vault"}[language] in ended.stderr
    assert _digest(home.root) == before


@pytest.fixture
def earlier_of_filled(filled: Country, tmp_path: Path, registered: Path) -> Home:
    """The filled installation's stores as they were before its rosters and reports came: of the same id."""
    shutil.copytree(registered, tmp_path / "earlier", symlinks=True)
    home = Home(tmp_path / "earlier")
    uid = recognise(filled.home)
    ingest.ledger.setup(home)
    recognise(home)
    Installation.objects.update(uid=uid)
    with Vault(home) as vault:
        vault.belong_to(uid)
    for folder in (home.raw, home.lake, home.published):
        (folder / OWNER).write_text(uid)
    ingest.ledger.setup(filled.home)
    return home


def test_whoever_restored_an_older_copy_knowingly_goes_on_with_it(
    filled: Country, earlier_of_filled: Home
) -> None:
    home = filled.home
    _of("vault", "earlier")(home, earlier_of_filled, earlier_of_filled)
    with pytest.raises(StrangerError):
        initialise(home)

    assert adopt(home, "cli:administrator", "қалпына келтірілді") == [("vault", "older")]

    initialise(home)
    event = InstallationEvent.objects.get(kind="adopted")
    assert (event.kind, event.actor, event.details["reason"]) == (
        "adopted",
        account("cli:administrator"),
        "қалпына келтірілді",
    )


def test_a_lake_that_is_gone_keeps_nobody_from_handing_in_and_is_never_built_from(filled: Country) -> None:
    from ingest.home import InstallationError
    from warehouse.services.upkeep.rebuild import relay

    home = filled.home
    lost = next(
        file for file in home.lake.rglob("*.parquet") if "period=" in str(file) and "attendance" in str(file)
    )
    lost.unlink()
    initialise(home)
    with pytest.raises(InstallationError) as refused:
        build(home)
    assert refused.value.code == "lake_lacks"
    relay(home)
    assert lost.parent.exists()
    initialise(home)
    assert owner_of(home.lake) == owner_of(home.raw)


def test_an_installation_from_before_gets_its_id_with_all_it_has(country: Country) -> None:
    assert not (country.home.root / NOTE).exists()
    initialise(country.home)
    uid = recognise(country.home)
    assert standing_of(country.home) == (uid, 0)
    assert {owner_of(folder) for folder in (country.home.raw, country.home.lake, country.home.published)} == {
        uid
    }
    assert Installation.objects.get().uid == uid


def test_who_died_while_beginning_is_continued(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    home = country.home
    for step in ("keys.vault.Vault", "identity.claim_folder", "identity._remember"):

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(f"warehouse.storage.{step}", dies)
            recognise(home)
        assert json.loads((home.root / NOTE).read_text())["state"] == "begun"
    uid = recognise(home)
    assert recognise(home) == uid


def test_many_begin_at_once_and_agree(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    code = (
        "import sys; from pathlib import Path; from ingest.home import Home\n"
        "from warehouse.services.upkeep.installation import initialise\n"
        "home = Home(Path(sys.argv[1])); initialise(home)\n"
        "from warehouse.storage.identity import recognise; print(recognise(home))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home.root)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate()[0].strip() for process in started]
    assert len(set(said)) == 1
    assert len(said[0]) == 32
