"""Whatever command is asked whatever way, it answers in its language, as one document, with a code that is known.

Words are made of the parameters a command has, so that a new command is asked without being listed.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from itertools import cycle
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from tests.ingest.cli.conftest import Call
from tests.ingest.cli.test_reading import COMMANDS
from tests.ingest.cli.test_words import foreign_words

CODES = {0, 1, 2, 64, 70}
# Value of a parameter by its name: what a person would write, and what none should.
PLAUSIBLE = {"form": "attendance", "node": "KZ", "by": "KZ", "period": "2026-W36", "where": "a=b"}
AWKWARD = cycle(
    ["", "-5", "[b]{x}%s", "нет", "99999999999999999999", "\u200b", "2026-02-30", "я" * 300, "a\tb"]
)
LANGUAGES = cycle(["kk", "ru"])
# What a text says is to be written as it stands.
TO_WRITE = ("repository", "/mnt/backup/bbaj", "restic")
DAYS = {"first_day", "last_day", "on_day", "due_day", "start_day", "until", "born"}


def _kind(param: Any) -> Any:
    return param.type_descriptor.annotation


def _choices(param: Any) -> list[str]:
    """What it may be, where that is a list."""
    kind = _kind(param)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return [str(each) for each in get_args(kind)] if get_origin(kind) is Literal else []


def _plausible(param: Any, folder: Path) -> str:
    if chosen := _choices(param):
        return chosen[0]
    if "Path" in str(_kind(param)):
        return str(folder / "file.xlsx")
    if "int" in str(_kind(param)):
        return "1"
    return "07.09.2026" if param.name in DAYS else PLAUSIBLE.get(param.name, "x")


def words_for(command: str, folder: Path, *, is_awkward: bool) -> list[str]:
    """All parameters with awkward values, or those that must be given with plausible ones. Paths lie in the folder."""
    words = [command]
    for param in COMMANDS[command].params:
        is_left = getattr(param, "is_flag", False) or not (is_awkward or param.required)
        if is_left or param.name in ("lang", "as_json", "help"):
            continue
        is_bad = is_awkward and "Path" not in str(_kind(param))
        value = next(AWKWARD) if is_bad else _plausible(param, folder)
        is_argument = param.param_type_name == "argument"
        words.append(value if is_argument else f"{max(param.opts, key=len)}={value}")
    return [*words, "--check"] if command == "generate" else words


@pytest.mark.parametrize("is_awkward", [False, True], ids=["plausible", "awkward"])
@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"generate"}))
def test_where_no_home_can_be_every_command_answers_with_one_document(
    call: Call, tmp_path: Path, command: str, is_awkward: bool
) -> None:
    if command == "demo" and not is_awkward:
        return  # it would begin
    home = tmp_path / "a file"
    home.write_text("", encoding="utf-8")
    words = words_for(command, tmp_path, is_awkward=is_awkward)
    told = call(*words, "--json", BBAJ_HOME=str(home), BBAJ_LANG=next(LANGUAGES))
    answered = json.loads(told.stdout)
    assert told.exit_code in CODES, (words, told.output)
    assert "Traceback" not in told.stderr
    if told.exit_code in (64, 70):
        assert answered["error"]["exit"] == told.exit_code
        assert re.search("[а-яәғқңөұүһі]", answered["error"]["message"])
        listed = [choice for param in COMMANDS[command].params for choice in _choices(param)]
        given = {word for each in (*words, *listed, *TO_WRITE) for word in re.findall(r"\w+", each)}
        said = re.sub(rf"\n  \w+ — .*|{re.escape(str(tmp_path))}[^:.,]*[\w/.]*", "", told.stderr)
        assert not foreign_words(said) - given
    assert home.read_text(encoding="utf-8") == ""


def test_a_day_is_written_as_programs_and_as_people_write_it(call: Call, tmp_path: Path) -> None:
    taken = [
        (name, max(param.opts, key=len))
        for name, command in COMMANDS.items()
        for param in command.params
        if param.name in DAYS and _kind(param) is not str and param.param_type_name == "option"
    ]
    assert {option for _, option in taken} >= {"--born", "--until"}
    for name, option in taken:
        words = words_for(name, tmp_path, is_awkward=False)
        words = [word for word in words if not word.startswith(f"{option}=")]
        for written, is_day in (("2026-09-07", True), ("07.09.2026", True), ("7 сентября", False)):
            told = call(*words, f"{option}={written}", "--json", BBAJ_LANG="en")
            message = json.loads(told.stdout)["error"]["message"]
            assert (written in message) is not is_day, (name, option, message)
