"""Guides exist in Kazakh and Russian alike, and name only commands and targets that exist."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from ingest.cli import app
from ingest.ports import _PORTS

PROJECT = Path(__file__).parents[2]
GUIDES = sorted((PROJECT / "docs" / "guides").glob("*.md"))
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_make_explains_itself_in_the_language_of_the_system(language):
    """Every target, each in one line."""
    told = subprocess.run(
        ["make", "-s", "help"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "LANG": f"{language}_KZ.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    explained = re.findall(
        r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [line.split()[0] for line in told] == explained
    letters = {"kk": "[әғқңөұүһі]", "ru": "[а-я]", "en": "[a-z]"}[language]
    assert all(re.search(letters, line.split(maxsplit=1)[1]) for line in told if not line.startswith("wheel"))


def test_each_guide_is_there_in_both_languages_with_the_same_steps():
    names = {guide.name.split(".")[0] for guide in GUIDES}
    assert names
    for name in names:
        kk, ru = (
            (PROJECT / "docs" / "guides" / f"{name}.{language}.md").read_text(encoding="utf-8")
            for language in ("kk", "ru")
        )
        shapes = [re.findall(r"^(#+|\d+\.|\|)", text, re.MULTILINE) for text in (kk, ru)]
        assert shapes[0] == shapes[1], name
        assert re.findall(r"bbaj ([a-z-]+)", kk) == re.findall(r"bbaj ([a-z-]+)", ru), name


def test_the_handbook_is_there_in_english_too_and_leads_to_every_runbook():
    guides = PROJECT / "docs" / "guides"
    texts = {
        tongue: (guides / f"administrator.{tongue}.md").read_text(encoding="utf-8")
        for tongue in ("kk", "ru", "en")
    }
    shapes = [re.findall(r"^(#+|\d+\.|\|)", text, re.MULTILINE) for text in texts.values()]
    assert shapes[0] == shapes[1] == shapes[2]
    commands = [re.findall(r"bbaj ([a-z-]+)", text) for text in texts.values()]
    assert commands[0] == commands[1] == commands[2]
    runbooks = {file.name.split(".")[0] for file in (PROJECT / "docs" / "runbooks").glob("*.md")}
    for tongue, text in texts.items():
        assert set(re.findall(rf"\.\./runbooks/([a-z_]+)\.{tongue}\.md", text)) == runbooks
        ports = dict(re.findall(r"\| (\d+) \| `([A-Z_]+)` \|", text))
        assert ports == {str(usual): variable for variable, usual in _PORTS.values()}


def _anchors(page: Path) -> set[str]:
    """The places of a page that a link may name, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_what_a_guide_tells_to_run_exists(guide):
    text = guide.read_text(encoding="utf-8")
    assert set(re.findall(r"bin/bbaj ([a-z-]+)", text)) <= COMMANDS
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= TARGETS
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (guide.parent / link).exists(), link
    for link, place in re.findall(r"\]\(([^)#]+\.md)#([^)]+)\)", text):
        assert place in _anchors(guide.parent / link), (link, place)
