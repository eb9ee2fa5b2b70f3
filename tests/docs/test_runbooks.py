"""The runbooks: their commands are run as they stand there, and are the same in each language."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ingest.cli import app
from ingest.cli.frame import language
from ingest.home import Home
from tests.warehouse.country import new_home

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
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


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings are those of the page, its disks those of this test."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    home = new_home(tmp_path / "home")
    [settings] = _blocks(_text("backup", "en"), "toml")
    with (home.root / "bbaj.toml").open("a", encoding="utf-8") as file:
        file.write(settings.replace("/mnt", f"{tmp_path}/mnt"))
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    connections.close_all()
    return tmp_path


@pytest.mark.skipif(shutil.which("restic") is None, reason="restic is not installed (make backup)")
def test_every_command_of_backup_and_restore_does_what_the_page_says(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: Any = None
    for words in commands_of("backup", "ru"):
        said = _run(words, machine)
        first = first or said.stdout
    passwords = re.findall(r"\): (\S+)$", first, re.MULTILINE)
    assert len(passwords) == 2, "the passwords are said by the first backup"
    kept = [json.loads(line) for line in (machine / "home" / "backups.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["succeeded"]) for line in kept] == [
        ("backup", True),
        ("backup", True),
        ("drill", True),
    ]
    # The machine is wiped: what is left are the repositories and two sheets of paper.
    shutil.rmtree(machine / "home")
    monkeypatch.delenv("BBAJ_HOME")
    monkeypatch.chdir(machine)
    monkeypatch.setenv("BBAJ_BACKUP_PASSWORD", passwords[0])
    monkeypatch.setenv("BBAJ_BACKUP_VAULT_PASSWORD", passwords[1])
    skipped = []
    for words in commands_of("restore", "ru"):
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            monkeypatch.setenv(name, value.replace("/srv", f"{machine}/srv"))
        elif words[1] in ("build", "publish"):
            skipped.append(words[1])  # long, and run by the page on the first installation
        else:
            _run(words, machine)
    assert skipped == ["build", "publish"]
    assert Home(machine / "srv" / "earlier").ledger.exists()


def _run(words: list[str], machine: Path) -> Any:
    assert words[0] == "bbaj"
    placed = [word.replace("/mnt", f"{machine}/mnt").replace("/srv", f"{machine}/srv") for word in words[1:]]
    said = CliRunner().invoke(app, placed, env={"BBAJ_LANG": "ru"})
    assert said.exit_code == 0, (words, said.output)
    language.listen([])
    return said
