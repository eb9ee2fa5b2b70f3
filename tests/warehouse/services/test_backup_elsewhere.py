"""Backups in other places than a folder of this machine: a server that speaks restic's language, a remote of rclone.

Debian has no server of restic's own; its rclone speaks the same language (`rclone serve restic`)."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.cli import app
from ingest.home import Home
from ingest.serve import free_port
from ingest.told import told_of
from tests.warehouse.country import Country, new_home
from tests.warehouse.light_repositories import lighten
from warehouse.services.backup import restic
from warehouse.services.backup.repositories import known, ready
from warehouse.services.backup.restic import BackupError, shown
from warehouse.services.backup.restore import chosen, restore
from warehouse.services.backup.take import back_up
from warehouse.services.upkeep.installation import initialise

needs_rclone = pytest.mark.skipif(
    shutil.which("restic") is None or shutil.which("rclone") is None,
    reason="restic or rclone is not installed (apt-get install restic rclone)",
)
SSHD = Path("/usr/sbin/sshd")
SECRET = "s3cret-of-the-server"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    made = new_home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(made.root))
    initialise(made)
    Country(made).submit_file("territory_register", "KZ", "2026-07-17", b"kato\n11\n", "kato.csv")
    yield made
    connections.close_all()


def _set(home: Home, address: str) -> Home:
    with (home.root / "bbaj.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[backup]\nrepository = "{address}"\n')
    return Home(home.root)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A server that keeps repositories below a folder; its address with who may come in."""
    folder.mkdir()
    port = free_port()
    line = ["rclone", "serve", "restic", "--addr", f"127.0.0.1:{port}", "--user", "kept", "--pass", SECRET]
    server = subprocess.Popen(
        [*line, str(folder)], env={**os.environ, "RCLONE_CONFIG": "/dev/null"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            assert server.poll() is None
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                break
            time.sleep(0.1)
        yield f"rest:http://kept:{SECRET}@127.0.0.1:{port}/bbaj"
    finally:
        server.terminate()
        server.wait(60)


def _lighten(home: Home, where: Path) -> None:
    """What restic made there by the address of the settings is opened at once from now on."""
    ready(home)
    for repository, folder in ((known(home).data, where), (known(home).vault, Path(f"{where}-vault"))):
        lighten(folder, repository.password)


def _come_back(home: Home, to: Path) -> None:
    """Two backups, of which the newer one is restored whole."""
    from ingest.ledger.records import Submission

    first = back_up(home)
    second = back_up(home)
    assert second.snapshot != first.snapshot
    repositories = known(home)
    restored = restore(repositories, chosen(repositories), to)
    assert (restored.receipts, restored.damaged, restored.later) == (1, (), ())
    assert Submission.objects.count() == 1
    assert len(list(Home(to).raw.glob("??/??/*"))) >= 1


def _away(home: Home) -> BackupError:
    """What is said where the repository's server is gone."""
    os.environ["BBAJ_HOME"] = str(home.root)
    initialise(home)
    with pytest.raises(BackupError) as away:
        back_up(home)
    assert away.value.code == "backup_away"
    return away.value


@needs_rclone
def test_a_server_keeps_backups_and_its_password_is_not_told(home: Home, tmp_path: Path) -> None:
    with _served(tmp_path / "server") as address:
        home = _set(home, address)
        _lighten(home, tmp_path / "server" / "bbaj")
        said = CliRunner().invoke(app, ["backup"], env={"BBAJ_LANG": "ru"})
        assert said.exit_code == 0, said.output
        assert SECRET not in said.output and "127.0.0.1" in said.output
        _come_back(home, tmp_path / "to")
        assert (tmp_path / "server" / "bbaj-vault" / "config").is_file(), "the vault lies apart"
    away = _away(home)
    told = told_of(away)
    assert told is not None
    for language in ("kk", "ru", "en"):
        assert SECRET not in told.say(language)
    assert SECRET not in str(away) + str(told.to_json())


@needs_rclone
def test_whatever_rclone_reaches_keeps_backups(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    (tmp_path / "rclone.conf").write_text("[kept]\ntype = local\n", encoding="utf-8")
    home = _set(home, f"rclone:kept:{tmp_path}/far/bbaj")
    _lighten(home, tmp_path / "far" / "bbaj")
    _come_back(home, tmp_path / "to")
    assert (tmp_path / "far" / "bbaj" / "config").is_file()


@contextmanager
def _ssh_served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of OpenSSH for its own user, whose key restic's `ssh` finds as by a configuration of that user."""
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "known")
    port = free_port()
    options = {
        "ListenAddress": f"127.0.0.1:{port}", "HostKey": folder / "host", "AuthorizedKeysFile": folder / "known",
        "PidFile": "none", "StrictModes": "no", "UsePAM": "no", "Subsystem": "sftp internal-sftp",
    }  # fmt: skip
    (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    Path("/run/sshd").mkdir(exist_ok=True)
    hosts = f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}"
    (folder / "hosts").write_text(hosts)
    (folder / "ssh").write_text(
        f"#!/bin/sh\nexec {shutil.which('ssh')} -F none -i {folder / 'user'} -o BatchMode=yes"
        f' -o UserKnownHostsFile={folder / "hosts"} "$@"\n'
    )
    (folder / "ssh").chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    log = (folder / "log").open("w")
    server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "log").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                break
            time.sleep(0.1)
        yield f"sftp://{getpass.getuser()}@127.0.0.1:{port}/{folder}/bbaj"
    finally:
        server.terminate()
        server.wait(60)
        log.close()


@pytest.mark.skipif(
    shutil.which("restic") is None or not SSHD.is_file() or os.getuid() != 0,
    reason="restic (make backup) or OpenSSH's server (make ssh) is not installed, or not root's to start",
)
def test_a_machine_reached_by_ssh_keeps_backups(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _ssh_served(tmp_path / "server", monkeypatch) as address:
        home = _set(home, address)
        _lighten(home, tmp_path / "server" / "bbaj")
        _come_back(home, tmp_path / "to")
        assert (tmp_path / "server" / "bbaj-vault" / "config").is_file(), "the vault lies apart"
    _away(home)


@pytest.mark.parametrize(
    "said",
    [
        "ssh: connect to host kept port 22: Connection refused",
        "ssh: Could not resolve hostname kept: Name or service not known",
        "ssh: connect to host kept port 22: No route to host",
        "kex_exchange_identification: read: Connection reset by peer",
        "Fatal: unable to open repository at sftp://u@kept/b: unable to start the sftp session, error: EOF",
        "Fatal: unable to open repository at sftp://u@kept/b: unable to start the sftp session,"
        " error: error receiving version packet from server: unexpected EOF",
    ],
)
def test_of_a_machine_that_no_session_reaches_the_same_is_said(said: str) -> None:
    """Whether or not restic passed on what ssh said before it ended."""
    done = subprocess.CompletedProcess(
        ["restic"], 1, "", f"{said}\nIs there a repository at the following location?\n"
    )
    assert restic._code_of(done) == "backup_away"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("rest:https://kept:s3cret@host:8000/bbaj", "rest:https://kept:…@host:8000/bbaj"),
        ("rest:https://:s3cret@host/bbaj", "rest:https://:…@host/bbaj"),
        ("sftp://user@host:2222//srv/bbaj", "sftp://user@host:2222//srv/bbaj"),
        ("sftp:user@host:/srv/bbaj", "sftp:user@host:/srv/bbaj"),
        ("/mnt/backup/a:b@c", "/mnt/backup/a:b@c"),
        ("Get http://kept:s3cret@host/x: refused", "Get http://kept:…@host/x: refused"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, told: str) -> None:
    assert shown(address) == told
