"""Answers for programs: one document with the documented keys; plain lines into a pipe, never cut."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ingest.cli.answers.reports import days_late
from ingest.cli.frame import answer, language
from ingest.cli.frame.answer import Answer, Sheet
from ingest.cli.frame.speech import Screen, phrases
from ingest.cli.frame.usage import nearest
from ingest.schema.texts.language import LANGUAGES
from tests.ingest.cli.conftest import Call
from tests.ingest.cli.test_reading import COMMANDS, READING, outside, words_of, working_home

__all__ = ["outside", "working_home"]
PROJECT = Path(__file__).parents[3]
BBAJ = [sys.executable, "-m", "ingest.cli"]
PAGE = (PROJECT / "docs" / "answers.md").read_text(encoding="utf-8")


def documented() -> dict[str, list[str]]:
    """Command → the keys its document is said to have."""
    keys = {}
    for commands, said in re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \| (.+) \|$", PAGE, re.MULTILINE):
        for command in re.findall("`([a-z-]+)`", commands):
            keys[command] = re.findall(r"`([a-z_0-9]+)`", said.partition(";")[0])
    return keys


def test_every_command_that_says_something_is_documented() -> None:
    spoken = {
        name for name, found in COMMANDS.items() if any("--json" in param.opts for param in found.params)
    }
    assert spoken - set(documented()) == {"obligations"}
    assert spoken == set(COMMANDS)


# A home without messages has none to show.
@pytest.mark.parametrize("command", sorted(set(READING) - {"outbox-show"}))
def test_a_document_has_the_keys_that_are_documented(
    call: Call, working_home: Path, outside: Path, command: str
) -> None:
    said = call(*words_of(command, outside), "--json", BBAJ_HOME=str(working_home))
    assert sorted(json.loads(said.stdout)) == sorted(documented()[command])


@pytest.mark.parametrize("command", ["inbox", "status", "show", "queries"])
def test_nothing_is_cut_in_a_narrow_pipe(call: Call, working_home: Path, outside: Path, command: str) -> None:
    words = words_of(command, outside)
    wide, narrow = (
        call(*words, BBAJ_HOME=str(working_home), COLUMNS=columns).stdout for columns in ("300", "20")
    )
    assert wide == narrow
    assert "\x1b" not in narrow and "…" not in narrow and "│" not in narrow


def on_terminal(words: list[str], columns: int, **environment: str) -> str:
    """What a terminal of that width shows."""
    parent, child = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [*BBAJ, *words],
        cwd=PROJECT,
        stdin=child,
        stdout=child,
        stderr=child,
        env=os.environ | {"TERM": "xterm-256color"} | environment,
    )
    os.close(child)
    shown = b""
    while select.select([parent], [], [], 120)[0]:
        try:
            read = os.read(parent, 65536)
        except OSError:
            break
        if not read:
            break
        shown += read
    process.wait(timeout=60)
    os.close(parent)
    return shown.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_tables_that_fit_and_lose_no_word(working_home: Path, columns: int) -> None:
    shown = on_terminal(["inbox", "--by", "KZ", "--lang", "ru"], columns, BBAJ_HOME=str(working_home))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert max(map(len, plain.splitlines())) <= columns
    letters = re.sub(r"[\s─]", "", plain)
    assert "Ждутутверждения" in letters and "2026-07-17" in letters and "\x1b[1m" in shown


LONG = "Ұ" * 90


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_one_long_word_leaves_the_other_columns_their_room(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    language.listen(["--lang", "kk"], {})
    shown = io.StringIO()
    screen = Screen(file=shown, force_terminal=True, width=columns, highlight=False, no_color=True)
    monkeypatch.setattr(answer, "out", screen)
    rows = [
        (LONG, "650940000016", "Қатысу", "2026-W36", 12),
        ("Мектеп", "650940000026", "Қатысу", f"2026-W36 · {LONG}", 3),
    ]
    headings = ("who", "node_code", "form", "period", "days_late_head")
    answer.show(Answer({}, [Sheet("late", headings, rows, whole=("node_code", "period"))]))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert max(map(cell_len, lines)) <= columns
    # Nothing of a word is lost, and a code that must stay whole stands on one line.
    assert shown.getvalue().count("Ұ") == 2 * len(LONG)
    assert any("650940000016" in line for line in lines)
    assert any("Мектеп" in line for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("spoken", ["kk", "ru", "en"])
def test_no_day_is_broken_in_its_middle(monkeypatch: pytest.MonkeyPatch, columns: int, spoken: str) -> None:
    language.listen(["--lang", spoken], {})
    shown = io.StringIO()
    screen = Screen(file=shown, force_terminal=True, width=columns, highlight=False, no_color=True)
    monkeypatch.setattr(answer, "out", screen)
    at = "15.10.2026 23:59"
    rows = [("Қазақстан Республикасы", "110000000", "Өңірлік көрсеткіштер", "2026-2027-T1", at, 42)] * 3
    headings = ("who", "node_code", "form", "period", "due_head", "days_late_head")
    answer.show(Answer({}, [Sheet("late", headings, rows, whole=("node_code", "period"))]))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert max(map(cell_len, lines)) <= columns
    for word in (*at.split(), "110000000", "2026-2027-T1"):
        assert sum(line.count(word) for line in lines) == len(rows), word


def test_into_a_pipe_of_several_sheets_every_line_names_what_it_is(call: Call, working_home: Path) -> None:
    """In the language asked: names that never change stand in the JSON."""
    for tongue in LANGUAGES:
        told = call("status", BBAJ_HOME=str(working_home), BBAJ_LANG=tongue)
        names = {line.partition("\t")[0] for line in told.stdout.splitlines()}
        assert all("\t" in line for line in told.stdout.splitlines())
        assert phrases()["line_published"].say("line_published", tongue) in names
        if tongue != "en":
            assert not [name for name in names if re.search("[A-Za-z]", name)]


@given(st.timedeltas(timedelta(0), timedelta(400)))
def test_what_is_overdue_is_a_day_late_at_least(since: timedelta) -> None:
    now = datetime(2026, 9, 29, 5, tzinfo=UTC)
    late = days_late(now - since, now)
    assert (late == 0) == (since == timedelta(0))
    assert timedelta(days=late) >= since > timedelta(days=late - 1)
    assert days_late(now + since, now) == 0


def test_whoever_stops_reading_is_no_fault(working_home: Path) -> None:
    # The pipe's reader is gone before the first line is written.
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*BBAJ, "status"],
        cwd=PROJECT,
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=os.environ | {"BBAJ_HOME": str(working_home)},
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    "typed, offered",
    [("bbaj appr", "approve"), ("bbaj check --form atten", "attendance"), ("bbaj status --la", "--late")],
)
def test_a_shell_is_told_what_completes_a_word(typed: str, offered: str) -> None:
    words = typed.split()
    done = subprocess.run(
        BBAJ,
        cwd=PROJECT,
        env=os.environ
        | {"_BBAJ_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert offered in done.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_of_shells_name_the_program(call: Call, shell: str) -> None:
    script = call("completion", shell).stdout
    assert "_BBAJ_COMPLETE" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_the_version_is_that_of_the_package(call: Call) -> None:
    assert re.fullmatch(r"bbaj \d+\.\d+\.\d+\n", call("--version").stdout)


# The checker is a page in a browser: its guides tell nothing to type.
GUIDES = [file for file in (PROJECT / "docs" / "guides").glob("*.md") if not file.name.startswith("checker.")]
READMES = sorted(PROJECT.glob("README*.md")) + sorted(GUIDES)


def commands_in(text: str) -> list[list[str]]:
    """Every `bbaj …` a page tells to run, as words; placeholders stand for what they name."""
    import shlex

    found = []
    shown = re.sub(
        r"#.*$", "", "\n".join(re.findall(r"```(?:console)?\n(.*?)```", text, re.DOTALL)), flags=re.MULTILINE
    )
    spans = [
        *shown.splitlines(),
        *re.findall(r"`([^`\n]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)),
    ]
    for span in spans:
        for one in span.split("&&"):
            command = re.match(r"\s*(?:\$ |\.venv/bin/|\./)bbaj (.+)", one)
            if command:
                words = shlex.split(command[1])
                found.append(["12" if word in ("RECEIPT", "ҚОЛХАТ", "РАСПИСКА") else word for word in words])
    return found


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_what_a_page_tells_to_type_is_understood(page: Path) -> None:
    commands = commands_in(page.read_text(encoding="utf-8"))
    assert commands
    for first, *rest in commands:
        # Two words may be one name.
        name, *words = (first, *rest) if first in COMMANDS else (f"{first}-{rest[0]}", *rest[1:])
        if words or (COMMANDS[name].params and not any(param.required for param in COMMANDS[name].params)):
            context: Any = COMMANDS[name].make_context(name, list(words))
            assert context.command is COMMANDS[name]


_SHORT_WORDS = st.text("абвгдеЖҚұ", min_size=1, max_size=14)
_CELLS = st.lists(_SHORT_WORDS, min_size=0, max_size=5).map(" ".join)


@given(
    rows=st.lists(st.tuples(_CELLS, _CELLS, st.integers(0, 10**6), _CELLS), min_size=1, max_size=4),
    width=st.integers(28, 160),
)
def test_no_word_is_broken_however_narrow_the_terminal(
    rows: list[tuple[str, str, int, str]], width: int, monkeypatch_once: pytest.MonkeyPatch
) -> None:
    """Where a table has no room for whole words, each row stands by itself, its cells behind their names."""
    screen = Screen(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    monkeypatch_once.setattr(answer, "out", screen)
    answer.show(Answer(parts=[Sheet("rows", ("form", "state", "rows_head", "reason_head"), rows)]))

    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert max(map(cell_len, shown.splitlines())) <= width
    seen = set(shown.split())
    assert {word for row in rows for cell in row for word in str(cell).split()} <= seen


@pytest.fixture(scope="module")
def monkeypatch_once() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.parametrize(("name", "known", "meant"), [
    ("--by", ["--form", "--node", "--period", "--replace"], []),
    ("--fom", ["--form", "--node", "--period", "--replace"], ["--form"]),
    ("--perod", ["--form", "--node", "--period", "--replace"], ["--period"]),
    ("aprove", ["approve", "status", "show"], ["approve"]),
    ("xyz", ["approve", "status", "show"], []),
])  # fmt: skip
def test_what_is_suggested_is_near(name: str, known: list[str], meant: list[str]) -> None:
    assert nearest(name, known) == meant
