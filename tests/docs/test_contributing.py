"""CONTRIBUTING.md: every example is written into a copy of the project and run as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.copied import copy_rooms
from tests.warm import BBAJ, DBT, JUDGING, MODELLING, PROJECT, run_python

GUIDE = PROJECT / "CONTRIBUTING.md"
ROOMS = ("ingest", "expectations", "warehouse", "dbt_project", "dashboards", "docs", "tests", "dags", "bench")
_FENCE = re.compile(
    r"(?:^`(?P<path>[^`\n]+)`(?: after `(?P<after>[^`\n]+)`| (?P<end>at the end))?\n\n)?"
    r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MODULE = "import runpy; runpy.run_module({!r}, run_name='__main__', alter_sys=True)"
# What runs each program, and what it imports ahead.
_PROGRAMS = {
    "bbaj": (BBAJ, JUDGING),
    "pytest": (
        "import sys, pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', *sys.argv[1:]]))",
        JUDGING,
    ),
    "dbt": (DBT, MODELLING),
    "python": (_MODULE, ()),
}


@dataclass(frozen=True)
class Step:
    """A file to write, text to put in (`after` a line or at the end), or commands with what their answers must hold."""

    kind: str
    text: str
    path: str = ""
    after: str = ""
    end: bool = False


def steps() -> Iterator[Step]:
    for found in _FENCE.finditer(GUIDE.read_text(encoding="utf-8")):
        if found["path"] or found["kind"] == "console":
            yield Step(
                found["kind"], found["text"], found["path"] or "", found["after"] or "", bool(found["end"])
            )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("contributing")
    copy_rooms(root, ROOMS)
    for name in (
        "pyproject.toml",
        "README.md",
        "README.kk.md",
        "README.ru.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
    ):
        shutil.copy(PROJECT / name, root)
    (root / "var").mkdir()
    (root / "var" / "bbaj.toml").write_text("demo = true\n")
    return root


def test_every_example_works_in_the_order_of_the_page(copy: Path) -> None:
    done = list(steps())
    assert {step.kind for step in done} >= {"yaml", "csv", "python", "sql", "console"}
    for step in done:
        if step.kind == "console":
            _run(copy, step.text)
        elif step.after or step.end:
            _put_in(copy / step.path, step)
        else:
            (copy / step.path).parent.mkdir(parents=True, exist_ok=True)
            assert not (copy / step.path).exists(), f"{step.path} is there already"
            (copy / step.path).write_text(step.text, encoding="utf-8")


def _put_in(path: Path, step: Step) -> None:
    old = path.read_text(encoding="utf-8")
    if step.end:
        path.write_text(old + step.text, encoding="utf-8")
        return
    line = f"{step.after}\n"
    assert line in old, f"{step.path} has no line {step.after!r}"
    path.write_text(old.replace(line, line + step.text, 1), encoding="utf-8")


def _run(copy: Path, text: str) -> None:
    for command in text.split("$ ")[1:]:
        line, *expected = command.strip().splitlines()
        program, *words = shlex.split(line)
        environment = {**os.environ, "PYTHONPATH": str(copy), "BBAJ_HOME": str(copy / "var")}
        environment |= {
            "PYTHONDONTWRITEBYTECODE": "1",
            "DO_NOT_TRACK": "1",
            "BBAJ_LAKE": str(copy),
            "BBAJ_LANG": "en",
        }
        environment |= {"BBAJ_INPUTS": str(copy), "BBAJ_WAREHOUSE": str(copy / "w.duckdb")}
        code, ahead = _PROGRAMS[program]
        if words[0] == "-m":
            code, words = code.format(words[1]), words[2:]
        inside = copy / ("dbt_project" if program == "dbt" else ".")
        ran = run_python(code, *words, cwd=inside, env=environment, ahead=ahead)
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
        for said in expected:
            assert said in ran.stdout, f"{line}: {said!r} not in {ran.stdout}"


def test_every_page_and_folder_it_names_is_there() -> None:
    for page in (GUIDE, PROJECT / "ARCHITECTURE.md"):
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (PROJECT / link).exists(), f"{page.name}: {link}"
        for path in re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./*-]*)`", text):
            made_by_the_page = any(step.path == path for step in steps())
            assert made_by_the_page or list(PROJECT.glob(path.rstrip("/"))), f"{page.name}: {path}"
