"""The page on the first installation of an oblast: its commands are run as they stand there, in each language."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.cli import app
from tests.warehouse.country import _CALENDAR, _TERRITORIES, SCHOOLS, _opened, csv_of

PROJECT = Path(__file__).parents[2]
PAGES = {
    language: PROJECT / "docs" / "guides" / f"first_oblast.{language}.md" for language in ("kk", "ru", "en")
}
# The page is tried on a day of its own; a clock that stands is for demonstrations alone.
SETTINGS = 'demo = true\nnow = "2026-09-29T05:00:00Z"\n'


def commands_of(language: str) -> list[list[str]]:
    """Every command of the page, as words behind `bbaj`."""
    text = PAGES[language].read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files the page names, where its commands look for them, and a home."""
    territories = [*_TERRITORIES, ("150000000", "oblast", "0", "Актюбинская область", "Ақтөбе облысы")]
    names = ("kato", "level", "type_code", "name_ru", "name_kk")
    (tmp_path / "kato.csv").write_bytes(csv_of([dict(zip(names, row, strict=True)) for row in territories]))
    names = ("segment", "segment_no", "name_kk", "name_ru", "start_date", "end_date")
    (tmp_path / "calendar.csv").write_bytes(csv_of([dict(zip(names, row, strict=True)) for row in _CALENDAR]))
    schools = [_opened(school) for school in SCHOOLS]
    (tmp_path / "schools.csv").write_bytes(csv_of(schools))
    corrected = [school | {"design_capacity": 320} for school in schools]
    (tmp_path / "schools_corrected.csv").write_bytes(csv_of(corrected))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "bbaj.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    monkeypatch.setenv("BBAJ_HOME", str(tmp_path / "home"))
    return tmp_path


def _run(words: list[str], language: str) -> Any:
    said = CliRunner().invoke(app, words, env={"BBAJ_LANG": language})
    assert said.exit_code == 0, (words, said.output)
    return said


def test_the_pages_have_the_same_commands() -> None:
    kk, ru, en = (
        [_without_reason(words) for words in commands_of(language)] for language in ("kk", "ru", "en")
    )
    assert kk == ru == en


def test_every_command_of_the_page_does_what_it_says(files: Path) -> None:
    for words in commands_of("ru"):
        said = _run(words, "ru")
        if "--dry-run" in words:
            assert "Ничего не изменено" in said.stdout
    decided = json.loads(_run(["settings", "--history", "--json"], "ru").stdout)
    kinds = [each["kind"] for each in decided["directives"]]
    # The first is the day of the installation, which the system writes down by itself.
    assert kinds == [
        *("start", "scope", "start", "start", "deadline", "deadline", "deadline", "holiday"),
        *("exemption", "merged", "opened", "taken_back"),
    ]
    assert [each["number"] for each in decided["directives"] if each["taken_back_by"]] == [5]
    due = json.loads(_run(["status", "--json", "--all"], "ru").stdout)["due"]
    forms = {each["form"] for each in due if set(each) - {"form", "period", "not_applicable"}}
    assert "staff_roster" not in forms, "never asked for"
    text = (files / "home" / "ledger.sqlite3").read_bytes()
    assert "медленная связь".encode() in text, "reasons are kept as they were written"


def test_a_scope_lets_the_departments_of_others_off(files: Path) -> None:
    """An installation of one oblast has one oblast's reports due, not the whole country's."""
    before_scope = [words for words in commands_of("en") if words[0] != "scope"][:9]
    for words in before_scope:
        _run(words, "en")
    _run(["start", "2026-07-01", "--reason", "?", "--yes"], "en")
    said = json.loads(_run(["scope", "110000000", "--reason", "?", "--dry-run", "--json"], "en").stdout)
    assert {(each["department"], each["after"]) for each in said["changes"]} == {
        ("150000000", "not_applicable"),
        ("KZ", "not_applicable"),
    }
    done = json.loads(_run(["scope", "110000000", "--reason", "?", "--yes", "--json"], "en").stdout)
    assert done["changes"] == said["changes"]
    back = json.loads(
        _run(["take-back", str(done["directive"]), "--reason", "?", "--yes", "--json"], "en").stdout
    )
    assert [(each["before"], each["after"]) for each in back["changes"]] == [
        (each["after"], each["before"]) for each in said["changes"]
    ]


def _without_reason(words: list[str]) -> list[str]:
    """A reason is in the language of the page."""
    places = {place + 1 for place, word in enumerate(words) if word == "--reason"}
    return [word for place, word in enumerate(words) if place not in places]
