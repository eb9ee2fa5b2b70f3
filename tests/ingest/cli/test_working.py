"""How long work is shown while it goes on: on stderr alone, moving on a terminal, in lines where they are asked for."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from ingest.cli.frame import language, working
from ingest.progress import Step
from tests.ingest.cli.conftest import Call

PROJECT = Path(__file__).parents[3]
STEPS = [
    Step("judging", 0, 3, "attendance", Step("reading", 0, 2, "attendance")),
    Step("judging", 0, 3, "attendance", Step("reading", 1, 2, "attendance")),
    Step("judging", 0, 3, "attendance", Step("applying_rules", 0, 9, "attendance")),
    Step("judging", 2, 3, "attendance"),
    Step("building", 3, 87, "fct_attendance"),
]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(working, "err", Console(file=written, force_terminal=False, highlight=False))
    return written


def _shown(screen: io.StringIO, words: list[str], verbose: bool) -> list[str]:
    language.listen(words, {})
    language.tell_steps(verbose)
    with working.working("work_judging") as work:
        for step in STEPS:
            work.tell(step)
    language.tell_steps(False)
    return screen.getvalue().splitlines()


def test_each_step_is_a_line_where_lines_are_asked_for(screen: io.StringIO) -> None:
    assert _shown(screen, ["--lang", "ru"], verbose=True) == [
        "[0/3] Проверка файлов: Посещаемость обучающихся",
        "[2/3] Проверка файлов: Посещаемость обучающихся",
        "[3/87] Построение модели: fct_attendance",
    ]


@pytest.mark.parametrize("name", ["kk", "ru", "en"])
def test_nothing_is_shown_where_nobody_looks(screen: io.StringIO, name: str) -> None:
    assert _shown(screen, ["--lang", name], verbose=False) == []


def test_several_files_read_are_several_steps_and_the_answer_stays_clean(call: Call, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    files = [str(tmp_path / f"{name}.csv") for name in ("a", "b", "c")]
    quiet = call("read", *files, "--out-dir", tmp_path / "out", "--lang", "en")
    told = call("read", *files, "--out-dir", tmp_path / "out", "--verbose", "--lang", "en")
    assert quiet.stderr == ""
    assert told.stdout == quiet.stdout
    assert told.stderr.splitlines() == [f"[{n}/3] {name}.csv" for n, name in enumerate("abc", start=1)]


def test_a_terminal_sees_a_line_that_moves_and_is_gone_at_the_end(tmp_path: Path) -> None:
    """In a terminal of its own, as a person has one; what is left on the screen is the answer."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    here, there = pty.openpty()
    words = ["read", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--out-dir", str(tmp_path / "out")]
    with subprocess.Popen(
        [sys.executable, "-m", "ingest.cli", *words, "--lang", "ru"],
        cwd=PROJECT,
        env=os.environ | {"TERM": "xterm", "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=there,
    ) as child:
        os.close(there)
        shown = b""
        try:
            while piece := os.read(here, 4096):
                shown += piece
        except OSError:  # the other end is closed
            pass
        answer = child.stdout.read().decode() if child.stdout else ""
        assert child.wait() == 0
    os.close(here)
    assert "Чтение файлов" in shown.decode()
    assert "\x1b[2K" in shown.decode()  # the line is taken away again
    assert "Чтение" not in answer and "a.csv" in answer
