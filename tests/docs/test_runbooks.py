"""The runbooks: their commands are run as they stand there, and are the same in each language."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ingest.cli import app
from ingest.cli.frame import language
from ingest.home import Home
from tests.ingest.ledger.conftest import server
from tests.warehouse.country import Country, new_home
from tests.warehouse.light_repositories import light_repositories
from warehouse.services.upkeep.installation import initialise

__all__ = ["light_repositories", "server"]
PROJECT = Path(__file__).parents[2]
RUNBOOKS = PROJECT / "docs" / "runbooks"
NAMES = sorted({page.name.split(".")[0] for page in RUNBOOKS.glob("*.md")})
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]
LANGUAGES = ("kk", "ru", "en")


def _text(name: str, tongue: str) -> str:
    return (RUNBOOKS / f"{name}.{tongue}.md").read_text(encoding="utf-8")


def _blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands_of(name: str, tongue: str) -> list[list[str]]:
    """Every command of a page, as words."""
    lines = [line for block in _blocks(_text(name, tongue), "console") for line in block.splitlines()]
    assert all(line.startswith("$ ") for line in lines)
    return [shlex.split(line.removeprefix("$ ")) for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_is_the_same_in_each_language(name: str) -> None:
    texts = {tongue: _text(name, tongue) for tongue in LANGUAGES}
    shapes = [re.findall(r"^(#+ |\d+\.|\||- |```\w*)", text, re.MULTILINE) for text in texts.values()]
    assert shapes[0] == shapes[1] == shapes[2]
    for kind in ("console", "toml", "sh"):
        assert len({tuple(_blocks(text, kind)) for text in texts.values()}) == 1, kind
    for tongue, text in texts.items():
        assert set(re.findall(r"`bbaj ([a-z-]+)", text)) <= COMMANDS
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            assert (RUNBOOKS / link).exists(), (tongue, link)


# Run by the page on the first installation, and long.
LONG = ("build", "publish")
# What each program of a block of the shell is tried by; a command that stands nowhere here fails the test.
ELSEWHERE = {
    "apt-get": "packages of Debian that the Makefile or the page on PostgreSQL names",
    "adduser": "Debian's own",
    "curl": "tests/deploy/test_nginx.py asks the same",
    "nginx": "tests/deploy/proxy.py has the configuration tested by it",
    "systemctl": "the units are looked for here",
    "journalctl": "the units are looked for here",
    "sudo": "what stands behind it is looked at here",
}
PACKAGES = {"git", "make", "python3.11-venv", "restic", "nginx", "postgresql"}
needs_restic = pytest.mark.skipif(
    shutil.which("restic") is None, reason="restic is not installed (make backup)"
)


@dataclass
class Machine:
    """A machine below a folder: what the pages call /srv, /mnt, /etc and /opt/bbaj lies there."""

    root: Path
    passwords: tuple[str, str]
    skipped: list[str]
    codes: dict[tuple[str, ...], int]

    @property
    def home(self) -> Home:
        return Home(self.root / "srv" / "bbaj")

    def placed(self, word: str) -> str:
        word = word.replace("/opt/bbaj", str(PROJECT))
        for folder in ("srv", "mnt", "etc"):
            word = re.sub(rf"(^|=)/{folder}\b", rf"\g<1>{self.root}/{folder}", word)
        return word

    def placed_in_line(self, line: str) -> str:
        return " ".join(self.placed(word) if " " not in word else word for word in line.split(" "))

    def play(self, page: str, may_fail: tuple[str, ...] = ()) -> None:
        """Type every command of a page, in its order."""
        for words in commands_of(page, "ru"):
            self.type(words, may_fail)

    def type(self, words: list[str], may_fail: tuple[str, ...] = ()) -> Any:
        placed = [self.placed(word) for word in words]
        if words[0] == "export":
            name, _, value = placed[1].partition("=")
            os.environ[name] = value
            return None
        if words[0] != "bbaj":
            return subprocess.run(placed, check=True, capture_output=True, text=True).stdout
        if words[1] in LONG:
            self.skipped.append(words[1])
            return None
        said = CliRunner().invoke(app, placed[1:], env={"BBAJ_LANG": "ru"})
        language.listen([])
        self.codes[tuple(words[1:])] = said.exit_code
        # Health tells by its code how it stands; here no service runs.
        assert said.exit_code == 0 or words[1] in ("health", *may_fail), (words, said.output)
        assert said.exit_code in (0, 1, 2), (words, said.output)
        return said


@pytest.fixture(scope="module")
def backed_up(light_repositories: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A machine with a home whose settings are those of the page, one receipt, and a first backup."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        root = tmp_path_factory.mktemp("machine")
        home = new_home(root / "srv" / "bbaj")
        [settings] = _blocks(_text("backup", "en"), "toml")
        with (home.root / "bbaj.toml").open("a", encoding="utf-8") as file:
            file.write(settings.replace("/mnt", f"{root}/mnt"))
        patch.setenv("BBAJ_HOME", str(home.root))
        initialise(Home(home.root))
        Country(home).submit_file("territory_register", "KZ", "2026-07-17", b"kato\n11\n", "kato.csv")
        if shutil.which("restic"):
            said = CliRunner().invoke(app, ["backup", "--json"])
            assert said.exit_code == 0, said.output
            (root / "passwords.json").write_text(json.dumps(json.loads(said.stdout)["passwords"]))
        connections.close_all()
        yield root


@pytest.fixture
def machine(backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A copy of it for one page, which knows no other place than its own."""
    from django.db import connections

    root = tmp_path / "machine"
    shutil.copytree(backed_up, root, symlinks=True)
    for file in (root / "srv" / "bbaj" / "bbaj.toml", *(root / "srv/bbaj/restricted/backup").glob("*.made")):
        file.write_text(file.read_text("utf-8").replace(str(backed_up), str(root)), "utf-8")
    said = json.loads((root / "passwords.json").read_text()) if shutil.which("restic") else []
    passwords = {each["part"]: each["password"] for each in said}
    for name in ("BBAJ_LEDGER_URL", "BBAJ_BACKUP_PASSWORD", "BBAJ_BACKUP_VAULT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BBAJ_HOME", str(root / "srv" / "bbaj"))
    monkeypatch.chdir(root)
    if passwords:
        monkeypatch.setenv("BBAJ_BACKUP_PASSWORD", passwords["data"])
        monkeypatch.setenv("BBAJ_BACKUP_VAULT_PASSWORD", passwords["vault"])
    yield Machine(root, (passwords.get("data", ""), passwords.get("vault", "")), [], {})
    connections.close_all()


def test_every_runbook_says_when_how_and_whom_to_call() -> None:
    expected = {
        *("backup", "restore", "daily", "disk_full", "damaged_file", "wiped_host", "moving", "upgrade"),
        *("postgresql", "tls", "systemd", "key_rotation", "leaked_account"),
    }
    assert expected <= set(NAMES)
    for name in expected - {"backup", "restore"}:
        headings = re.findall(r"^## (.*)$", _text(name, "en"), re.MULTILINE)
        assert headings[0].startswith("How you notice") or name == "daily", name
        assert headings[-1] == "Whom to call", name
        assert any("know" in heading for heading in headings), name
        assert commands_of(name, "en"), name


@pytest.mark.parametrize("name", NAMES)
def test_no_command_of_the_shell_is_one_that_nothing_tries(name: str) -> None:
    units = {"bbaj.target", "nginx", "bbaj@.service", "bbaj@airflow", "bbaj@superset", "bbaj@health"}
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for line in "".join(_blocks(_text(name, "en"), "sh")).splitlines():
        words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z][A-Z_]*=.*", word)]
        if not words or words[0] in RUN:
            continue
        program, *rest = words
        assert program in ELSEWHERE, line
        if program == "apt-get":
            assert set(rest[1:]) <= PACKAGES, line
        elif program in ("systemctl", "journalctl"):
            named = [word for word in rest if "bbaj" in word or "nginx" in word]
            assert set(named) <= units, line
        elif program == "sudo" and "make" in rest:
            assert set(rest[rest.index("make") + 3 :]) <= targets, line
        elif program == "sudo" and rest[-2].endswith("bin/bbaj"):
            assert rest[-1] in COMMANDS, line


RUN = {"install", "cd", "openssl", "restic", "mv", "rm", "createdb", "bbaj"}
"""What the tests below type, or those of the same page in another form."""


def test_the_daily_look(machine: Machine) -> None:
    machine.play("daily")


@needs_restic
def test_room_is_made_on_a_full_disk(machine: Machine) -> None:
    scratch = [
        machine.home.root / folder / "left"
        for folder in ("restricted/judge", "superset/cache", "backup/cache")
    ]
    for file in scratch:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    machine.play("disk_full")
    assert not any(file.exists() for file in scratch)


@needs_restic
def test_a_damaged_file_is_found_and_comes_back_from_a_backup(machine: Machine) -> None:
    (raw,) = (each for each in machine.home.raw.glob("??/??/*") if each.suffix == "")
    before = raw.read_bytes()
    raw.chmod(0o600)
    raw.write_bytes(before[:-1] + b"?")
    codes: list[int] = []
    for words in commands_of("damaged_file", "ru"):
        said = machine.type(words, may_fail=("verify",))
        if words[:2] == ["bbaj", "verify"]:
            codes.append(said.exit_code)
    assert codes[0] and codes[1] and not codes[-1], codes
    assert raw.read_bytes() == before
    assert not (machine.root / "srv" / "beside").exists()


@needs_restic
def test_a_wiped_host_works_again(machine: Machine) -> None:
    shutil.rmtree(machine.home.root)
    machine.play("wiped_host")
    assert machine.home.ledger.exists()
    assert machine.codes[("verify", "--full")] == 0


@needs_restic
def test_a_home_moves_to_another_place(machine: Machine) -> None:
    machine.play("moving")
    moved = Home(machine.root / "srv" / "moved")
    assert moved.ledger.exists() and os.environ["BBAJ_HOME"] == str(moved.root)


@needs_restic
def test_an_upgrade_and_the_way_back(machine: Machine) -> None:
    machine.play("upgrade")
    assert machine.skipped == ["build", "publish"]
    assert Home(machine.root / "srv" / "former").ledger.exists()


def test_units_and_configuration_are_where_the_pages_say(machine: Machine) -> None:
    machine.play("systemd")
    machine.play("tls")
    (machine.root / "etc" / "systemd" / "system").mkdir(parents=True)
    (machine.root / "etc" / "nginx" / "conf.d").mkdir(parents=True)
    for page in ("systemd", "tls"):
        for line in "".join(_blocks(_text(page, "ru"), "sh")).splitlines():
            if line.startswith("install "):
                machine.type(shlex.split(line))
    etc = machine.root / "etc"
    assert (etc / "bbaj" / "environment").stat().st_mode & 0o777 == 0o600
    assert (etc / "systemd" / "system" / "bbaj@.service").is_file() and (
        etc / "nginx/conf.d/bbaj.conf"
    ).is_file()
    said = (etc / "bbaj" / "environment").read_text(encoding="utf-8")
    variables = [
        line for line in "".join(_blocks(_text("tls", "ru"), "sh")).splitlines() if line.startswith("BBAJ_")
    ]
    assert variables and all(line in said for line in variables)
    [certificate] = _blocks(_text("tls", "ru"), "toml")
    machine.home.root.joinpath("bbaj.toml").write_text(certificate, encoding="utf-8")
    assert Home(machine.home.root).settings.watching.tls_certificate == Path("/etc/ssl/bbaj/fullchain.pem")


@needs_restic
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_keys_are_rotated_and_backups_open_with_the_new_passwords(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service, names in (
        ("airflow", ("jwt_secret", "api_secret")),
        ("superset", ("secret_key", "installed.json")),
    ):
        (machine.home.root / service).mkdir()
        for name in names:
            (machine.home.root / service / name).write_text("old", encoding="utf-8")
    for name in ("BBAJ_BACKUP_PASSWORD", "BBAJ_BACKUP_VAULT_PASSWORD"):
        monkeypatch.delenv(name)
    commands = commands_of("key_rotation", "ru")
    for words in commands[:3]:
        machine.type(words)
    lines = "".join(_blocks(_text("key_rotation", "ru"), "sh")).splitlines()
    script = "\n".join(machine.placed_in_line(line) for line in lines if not line.startswith("systemctl"))
    subprocess.run(["bash", "-e", "-c", script], check=True, capture_output=True, text=True)
    kept = machine.home.restricted / "backup"
    assert (kept / "data.password").read_text().strip() not in ("", machine.passwords[0])
    assert not (machine.home.root / "airflow" / "jwt_secret").exists()
    for words in commands[3:]:
        machine.type(words)
    versions = {key.name for key in machine.home.keys.iterdir()}
    assert len(versions) >= 3, versions


def test_a_leaked_account_is_shut_out_at_every_door(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the doors do themselves is tried before Airflow (tests/signin) and Superset (tests/dashboards)."""
    from signin import first_password

    asked: list[tuple[str, str | None]] = []

    def renew(home: Home, service: str, user: str | None = None) -> bool:
        asked.append((service, user))
        if (service, user) in (("superset", "aigul"), ("airflow", "aigul")):
            first_password.keep(home.root, service, "aigul", f"new-{service}")
        return user == "aigul" or (service, user) == ("airflow", "bbaj")

    monkeypatch.setattr("ingest.serve.renew_password", renew)
    refused = CliRunner().invoke(app, ["password", "--leaked", "aigul", "--yes"], env={"BBAJ_LANG": "ru"})
    assert refused.exit_code == 64 and "aigul" in refused.stderr, "no service was ever started"
    for service in ("airflow", "superset"):
        (machine.home.root / service).mkdir(exist_ok=True)
        (machine.home.root / service / "signin.sqlite3").touch()
    said = [machine.type(words) for words in commands_of("leaked_account", "ru")]
    assert "new-airflow" in said[0].stdout and "new-superset" in said[0].stdout
    assert "new-" not in said[-1].stdout
    assert {("superset", "aigul"), ("airflow", "aigul"), ("airflow", "bbaj")} <= set(asked)
    unknown = CliRunner().invoke(app, ["password", "--leaked", "nobody", "--yes"], env={"BBAJ_LANG": "ru"})
    assert unknown.exit_code == 64 and "Superset" in unknown.stderr


@pytest.fixture
def postgresql(server: str, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The databases of the page, made by its own commands; the address up to the name of one."""
    from django.db import connections

    parts = urlsplit(server)
    for variable, value in (
        ("PGHOST", parts.hostname), ("PGPORT", parts.port), ("PGUSER", parts.username), ("PGPASSWORD", parts.password),
    ):  # fmt: skip
        monkeypatch.setenv(variable, str(value))
    lines = "".join(_blocks(_text("postgresql", "ru"), "sh")).splitlines()
    made = [shlex.split(line)[3:] for line in lines if " createdb " in line]
    assert [words[-1] for words in made] == ["bbaj", "bbaj_airflow", "bbaj_superset"]
    for words in made:
        subprocess.run(["createdb", "-O", str(parts.username), words[-1]], check=True, capture_output=True)
    yield f"{parts.username}:{parts.password}@{parts.hostname}:{parts.port}"
    connections.close_all()
    for words in made:
        subprocess.run(["dropdb", "--force", words[-1]], check=True, capture_output=True)


@needs_restic
@pytest.mark.skipif(shutil.which("createdb") is None, reason="PostgreSQL's programs are not installed")
def test_a_ledger_moves_to_postgresql_and_a_new_one_begins_there(postgresql: str, machine: Machine) -> None:
    from django.db import connections

    def addressed(text: str) -> str:
        return text.replace("bbaj:PASSWORD@127.0.0.1", postgresql)

    first, *moving = commands_of("postgresql", "ru")
    assert first == ["bbaj", "init"]
    for words in moving:
        machine.type([addressed(word) for word in words])
    assert machine.home.settings.ledger == addressed("postgresql://bbaj:PASSWORD@127.0.0.1/bbaj")
    connections.close_all()
    for name in ("bbaj",):
        subprocess.run(["dropdb", "--force", name], check=True, capture_output=True)
        subprocess.run(["createdb", name], check=True, capture_output=True)
    beginning, executors = _blocks(_text("postgresql", "ru"), "toml")
    new = machine.root / "srv" / "new"
    new.mkdir()
    (new / "bbaj.toml").write_text(addressed(beginning), encoding="utf-8")
    os.environ["BBAJ_HOME"] = str(new)
    machine.type(first)
    assert not (new / "ledger.sqlite3").exists() and (new / "raw").is_dir()
    (machine.root / "bbaj.toml").write_text(addressed(executors), encoding="utf-8")
    assert Home(machine.root).settings.services.executor == "CeleryExecutor"


@needs_restic
def test_every_command_of_backup_and_restore_does_what_the_page_says(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BBAJ_BACKUP_PASSWORD", "BBAJ_BACKUP_VAULT_PASSWORD"):
        monkeypatch.delenv(name)
    shutil.rmtree(machine.root / "mnt")
    shutil.rmtree(machine.home.restricted / "backup")
    (machine.home.root / "backups.jsonl").unlink()
    first: Any = None
    for words in commands_of("backup", "ru"):
        said = machine.type(words)
        first = first or said.stdout
    passwords = re.findall(r"\): (\S+)$", first, re.MULTILINE)
    assert len(passwords) == 2, "the passwords are said by the first backup"
    kept = [json.loads(line) for line in (machine.home.root / "backups.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["succeeded"]) for line in kept] == [
        ("backup", True),
        ("backup", True),
        ("drill", True),
    ]
    # The machine is wiped: what is left are the repositories and two sheets of paper.
    shutil.rmtree(machine.home.root)
    monkeypatch.setenv("BBAJ_BACKUP_PASSWORD", passwords[0])
    monkeypatch.setenv("BBAJ_BACKUP_VAULT_PASSWORD", passwords[1])
    machine.play("restore")
    assert machine.skipped == ["build", "publish"]
    assert Home(machine.root / "srv" / "earlier").ledger.exists()
