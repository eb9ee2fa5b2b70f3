"""The words of the command line: every page and complaint in the language asked, none of the libraries' English."""

from __future__ import annotations

import errno
import json
import re
import string
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from ingest.cli import GROUPS, app
from ingest.cli.frame import faults
from ingest.cli.frame.help_page import help_words
from ingest.cli.frame.speech import phrases
from ingest.cli.frame.usage import MEANT, nearest
from ingest.progress import Kind
from ingest.schema.forms.load import contracts
from ingest.schema.texts.language import of_environment
from ingest.schema.texts.word_files import files_of, read_words
from ingest.schema.values.period import PERIOD_KINDS, Period, PeriodError, PeriodKind
from tests.ingest.cli.conftest import Call

PROJECT = Path(__file__).parents[3]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
# What is Latin in every language: names of the program, its commands, options and forms, of files and formats.
NAMES = {
    "Superset",
    *("SQL", "Lab"),
    "Airflow",
    "Java",
    "Spark",
    "duckdb",
    "spark",
    "PostgreSQL",
    "SQLite",
    *(
        "bbaj",
        "BBAJ_HOME",
        "BBAJ_LANG",
        "LANGUAGE",
        "LC_ALL",
        "LANG",
        "long",
        "register",
        "kk",
        "ru",
        "en",
        "KZ",
        "JSON",
        "csv",
        "xlsx",
        "xls",
    ),
    *(
        "ods",
        "zip",
        "findings",
        "jsonl",
        "bash",
        "zsh",
        "fish",
        "whole",
        "drop",
        "bashrc",
        "zshrc",
        "attendance",
    ),
    *("PDF", "weekly", "monthly", "term"),
    *("W36", "Q3", "end", "never", "current", "built", "as", "of"),
}


def foreign_words(text: str) -> set[str]:
    """Latin words that are no names; lines that show a command as it is written are left out."""
    shown = [line for line in text.splitlines() if not re.match(r"\s+(\S+=\S+ )?(bbaj|source) ", line)]
    plain = re.sub(r"--?[a-z-]+|`[^`]*`|bbaj [a-z-]+ --help", " ", "\n".join(shown))
    words = set(re.findall(r"[A-Za-z][A-Za-z0-9_]+", plain))
    return words - NAMES - {part for name in COMMANDS for part in name.split("-")}


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_page_of_help_holds_a_word_of_another_language(call: Call, command: str, language: str) -> None:
    shown = call(*command.split(), "--help", "--lang", language)
    assert shown.exit_code == 0
    assert not foreign_words(shown.stdout)
    assert re.search("[әғқңөұүһі]", shown.stdout) if language == "kk" else "Примеры" in shown.stdout


def test_every_command_stands_in_a_group_with_its_line_and_examples(call: Call) -> None:
    words = help_words()
    assert set(words.commands) == set(COMMANDS)
    assert list(words.groups) == list(GROUPS)
    for language in ("kk", "ru", "en"):
        page = call("--help", "--lang", language).stdout
        places = [page.index(f"\n  {name} ") for name in COMMANDS]
        assert places == sorted(places)
        for group in words.groups.values():
            assert group.title.in_language(language) in page  # type: ignore[arg-type]


def test_every_text_of_help_is_used(call: Call) -> None:
    parameters = {param.name for command in COMMANDS.values() for param in command.params} | {
        "help",
        "version",
        "lang",
    }
    assert set(help_words().parameters) <= parameters
    for name, command in help_words().commands.items():
        assert set(command.parameters) <= {param.name for param in COMMANDS[name].params}, name


def test_examples_are_commands_that_exist() -> None:
    for name, command in help_words().commands.items():
        for example in command.examples:
            assert f"bbaj {name}" in example.run, name
            written = set(re.findall(r"(?<= )--[a-z-]+", example.run.partition("&&")[0]))
            assert written <= {option for param in COMMANDS[name].params for option in param.opts}, name


def test_examples_are_in_the_language_of_their_page() -> None:
    for name, command in help_words().commands.items():
        for example in command.examples:
            assert example.run.isascii(), (name, example.run)
            assert ("{words}" in example.run) == (example.words is not None), (name, example.run)


def test_examples_name_forms_and_periods_that_exist() -> None:
    for name, command in help_words().commands.items():
        for example in command.examples:
            named = dict(re.findall(r"--(form|period) (\S+)", example.run))
            if name == "template":
                named["form"] = example.run.split()[2]
            if "form" in named:
                assert named["form"] in contracts(), (name, example.run)
            if "period" in named:
                kinds = [contracts()[named["form"]].period] if "form" in named else PERIOD_KINDS
                assert any(_is_period(kind, named["period"]) for kind in kinds), (name, example.run)


def _is_period(kind: PeriodKind, text: str) -> bool:
    try:
        return Period.parse(kind, text).text == text
    except PeriodError:
        return False


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_shown_to_their_end(name: str, call: Call) -> None:
    """However long an example is: whoever copies it must get all of it."""
    shown = " ".join(call(name, "--help", COLUMNS="80").stdout.split())
    for example in help_words().commands[name].examples:
        assert " ".join(example.written("kk").split()) in shown


WRONG = [
    (["chek", "x"], "check"),
    (["check", "x", "--from", "attendance"], "--form"),
    (["check"], ""),
    (["check", "x", "--form"], "--form"),
    (["approve", "one", "--by", "KZ"], "one"),
    (["approve", "0", "--by", "KZ"], "0"),
    (["status", "--lang", "de"], "kk, ru, en"),
    (["completion", "tcsh"], "bash"),
    (["status", "extra"], "extra"),
    (["build", "--force=yes"], "--force"),
    (["check", __file__, "--form", "atendance"], "attendance"),
]


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(
    "words, named", WRONG, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_a_command_written_wrongly_is_told_in_the_language_asked(
    call: Call, words: list[str], named: str, language: str
) -> None:
    told = call(*words, BBAJ_LANG=language)
    assert told.exit_code == 64
    assert not told.stdout
    assert named in told.stderr
    known = {word for each in words for word in re.findall(r"\w+", each)}
    assert not foreign_words(told.stderr.partition("Бар нысандар")[0].partition("Есть формы")[0]) - known
    assert re.search("[а-яәғқңөұүһі]", told.stderr)


@pytest.mark.parametrize(
    "words, named", WRONG, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_a_refusal_is_a_document_too(call: Call, words: list[str], named: str) -> None:
    told = call(words[0], "--json", *words[1:], BBAJ_LANG="en")
    if words[0] in COMMANDS and any("--json" in param.opts for param in COMMANDS[words[0]].params):
        error = json.loads(told.stdout)["error"]
        assert (error["exit"], set(error)) == (64, {"code", "message", "exit"})
        assert named in error["message"]


def test_every_fault_of_the_system_is_told_in_the_language_asked(call: Call) -> None:
    for number in errno.errorcode:
        for language in ("kk", "ru"):
            call("--version", BBAJ_LANG=language)
            said = faults.refusal_of(OSError(number, "Some English", "файл")).message
            assert not set(re.findall(r"[A-Za-z]\w+", said)) - {errno.errorcode[number]}, said


@given(st.text(alphabet=string.ascii_lowercase + "_", min_size=1, max_size=12))
def test_what_is_suggested_exists(name: str) -> None:
    assert set(nearest(name, list(COMMANDS))) <= set(COMMANDS)


def test_what_people_mean_by_words_that_are_no_commands_is_suggested(call: Call) -> None:
    meant = yaml.safe_load(MEANT.read_text(encoding="utf-8"))
    words = [word for each in meant.values() for word in each]
    assert meant.keys() <= COMMANDS.keys()
    assert len(set(words)) == len(words) and not set(words) & COMMANDS.keys()
    for command, given_words in meant.items():
        told = call(given_words[0].upper(), BBAJ_LANG="en")
        assert told.exit_code == 64
        assert told.stderr.splitlines()[0].endswith(f"{command}?") or f" {command}" in told.stderr


@given(st.sampled_from(sorted(COMMANDS)), st.data())
def test_one_letter_wrong_still_finds_the_command(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    for wrong in (name[:place] + name[place + 1 :], name[:place] + name[place] + name[place:]):
        if len(wrong) > 3 and wrong not in COMMANDS:
            assert name in nearest(wrong, list(COMMANDS))


@pytest.mark.parametrize(
    "environment, language",
    [
        ({}, "kk"),
        ({"LANG": "C.UTF-8"}, "kk"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "kk_KZ.UTF-8"}, "kk"),
        ({"LANG": "ru_RU", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "ru_RU", "LC_ALL": ""}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "kk"),
        ({"BBAJ_LANG": "ru", "LC_ALL": "en_US.UTF-8"}, "ru"),
        ({"BBAJ_LANG": "de", "LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru@euro"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LANGUAGE": "kk:ru"}, "kk"),
        ({"LANG": "ru_RU.UTF-8", "LANGUAGE": "de:en_GB:kk"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LANGUAGE": "de"}, "ru"),
        ({"LANG": "C", "LANGUAGE": "ru"}, "kk"),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8", "LANGUAGE": "ru"}, "kk"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "ru"}, "kk"),
        ({"LANG": "", "LC_ALL": "", "LANGUAGE": "de:ru_RU.UTF-8:kk"}, "ru"),
        ({"LANGUAGE": "ru"}, "ru"),
        ({"BBAJ_LANG": "kk", "LANG": "ru_RU", "LANGUAGE": "en"}, "kk"),
    ],
)
def test_the_language_is_that_of_bbaj_else_of_the_system(environment: dict[str, str], language: str) -> None:
    assert of_environment(environment) == language


def test_every_fault_of_an_installation_has_its_words() -> None:
    """Each kind is told by a phrase of its own, in every language, however it came about."""
    named = set()
    for room in ("ingest", "warehouse"):
        for file in (PROJECT / room).rglob("*.py"):
            named |= set(re.findall(r"""\.of\(["'](\w+)["']""", file.read_text(encoding="utf-8")))
    assert named
    assert named <= set(phrases())


def test_a_fault_of_the_system_behind_one_of_the_installation_is_told_in_words(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for language in ("kk", "ru"):
        said = call("init", BBAJ_HOME=str(tmp_path / "file" / "home"), BBAJ_LANG=language)
        assert said.exit_code == 70
        assert not foreign_words(said.stderr.replace(str(tmp_path), "")) - {"file", "home"}


def test_a_crash_is_no_rejection(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyError("boom")

    monkeypatch.setattr("ingest.emit.template.template", crash)
    said = call("template", "attendance", "-o", "never.xlsx", "--json", BBAJ_LANG="ru")
    assert said.exit_code == 70
    assert "ошибка самой программы" in said.stderr and "boom" in said.stderr
    assert json.loads(said.stdout)["error"]["exit"] == 70


def test_every_kind_of_long_work_has_its_words() -> None:
    assert {f"work_{kind}" for kind in get_args(Kind)} <= set(phrases())


def test_a_phrase_stands_in_one_file_alone() -> None:
    names = [name for file in files_of("commands") for name in read_words(file)]
    assert sorted(set(names)) == sorted(names)
    pages = [name for group in GROUPS for name in read_words(f"help/{group}")]
    assert sorted(pages) == sorted(COMMANDS)


def test_every_phrase_is_said_somewhere() -> None:
    folder = Path(faults.__file__).parent.parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    # Names of what keeps an installation from working stand where it is raised.
    for room in ("home.py", "digests.py", "told.py", "ledger", "receive", "demo", "serve"):
        place = folder.parent / room
        for file in [place] if place.is_file() else place.rglob("*.py"):
            written += file.read_text(encoding="utf-8")
    for file in (folder.parent.parent / "warehouse").rglob("*.py"):
        written += file.read_text(encoding="utf-8")
    built = (
        r"(refused|publication|not_markable|system|installation|ledger|say|says|step|store"
        r"|lost|adopted|damage|mend|task|purpose|line|role|whole|contradiction)_.*"
    )
    known = built + r"|(accepted|rejected|unreadable)(_beforehand)?|error|query|note|no_pack|newer_pack"
    said = set(re.findall(r"""["'](\w+)["']""", written)) | {f"work_{kind}" for kind in get_args(Kind)}
    assert [name for name in phrases() if name not in said and not re.fullmatch(known, name)] == []
