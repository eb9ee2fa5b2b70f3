"""Every fault that can reach a screen has words of its own in every language, and none of them is English there."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from ingest.cli.frame import faults, language
from ingest.cli.frame.speech import phrase, phrases
from ingest.home import Home, InstallationError, Settings, SettingsError
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.texts.word_files import read_words
from tests.each import each
from tests.ingest.cli.conftest import Call
from tests.ingest.cli.test_words import foreign_words
from warehouse.services.backup import restic

PROJECT = Path(__file__).parents[3]
ROOMS = ("ingest", "expectations", "warehouse")
# Names of programs and forms of files, which are the same in every language.
NAMES = {
    "dbt",
    "DuckDB",
    "Airflow",
    "Superset",
    "Java",
    "Python",
    "Spark",
    "chmod",
    "TOML",
    "pip",
    "install",
    "pipeline",
    "template",
    "approve",
}
NAMES |= {
    "findings",
    "toml",
    "ledger",
    "postgresql",
    "marked",
    "SHA",
    "BBAJ_LEDGER_URL",
    "alias",
    "superset",
    "airflow",
}
# Folders of an installation and settings.
NAMES |= {"raw", "lake", "published", "restricted", "mnt", *(each.name for each in fields(Settings))}
NAMES |= {"alert_command", "repository", "vault", "keep", "backup", "editions"}
NAMES |= {"channels", "certificates", "security", "from", "user", "password_file", "host"}
NAMES |= {"aigul", "edu", "kz", "weekly", "kk", "ru"}  # as addresses, summaries and languages are written
# Commands of other programs that a remedy names, and what the shell tells ours.
NAMES |= {
    "apt",
    "make",
    "restic",
    "check",
    "prune",
    "rebuild",
    "index",
    "snapshots",
    "unlock",
    "kill",
    "CONT",
    "KILL",
}
NAMES |= {
    "createdb",
    "dropdb",
    "ALTER",
    "ROLE",
    "CREATEDB",
    "BBAJ_BACKUP_PASSWORD",
    "BBAJ_BACKUP_VAULT_PASSWORD",
}
NAMES |= {"T10", "W37", "period"}  # as moments and columns are written
WORDLESS = {
    "compared_head",
    "explained_head",
    "version",
    "decision_refused",
    "system_fault_of_file",
    "days_between",
}


@cache
def _trees() -> dict[Path, ast.Module]:
    files = (file for room in ROOMS for file in sorted((PROJECT / room).rglob("*.py")))
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}


def _below(node: ast.AST) -> list[ast.AST]:
    return list(ast.walk(node))


@cache
def _nodes() -> dict[Path, list[ast.AST]]:
    """Everything written in a file."""
    return {file: _below(tree) for file, tree in _trees().items()}


@cache
def _classes() -> dict[str, tuple[ast.ClassDef, tuple[str, ...]]]:
    return {
        each.name: (each, tuple(base.id for base in each.bases if isinstance(base, ast.Name)))
        for nodes in _nodes().values()
        for each in nodes
        if isinstance(each, ast.ClassDef)
    }


def _descends(name: str, from_: str) -> bool:
    return name == from_ or any(_descends(base, from_) for base in _classes().get(name, (None, ()))[1])


@cache
def _of_installation() -> tuple[str, ...]:
    return tuple(
        name
        for name in sorted(_classes())
        if _descends(name, "InstallationError") and not _descends(name, "AuthorError")
    )


@dataclass(frozen=True)
class _Raised:
    """One place where a fault is made. `codes`: the texts its words may be found by; None where none is named."""

    file: Path
    line: int
    name: str
    codes: tuple[str, ...] | None


# Codes that are chosen while the program runs: by what another program says, or told by a process of ours.
CHOSEN = {
    "restic.py": (*restic._SAID, "backup_failed"),
    "drill.py": ("our_fault",),
    "smtp.py": ("mail_away", "mail_certificate", "mail_no_tls"),
}


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _codes_of(node: ast.AST) -> list[str]:
    """Codes that calls of `.of("…")` below a node name."""
    calls = [each for each in _below(node) if isinstance(each, ast.Call)]
    named = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "of"]
    return [text for call in named for text in _texts(call.args[:1])]


@cache
def _raised() -> tuple[_Raised, ...]:
    return tuple(
        raised
        for file, nodes in _nodes().items()
        for function in nodes
        if isinstance(function, ast.FunctionDef)
        for raised in _raised_in(function, file)
    )


def _raised_in(function: ast.FunctionDef, file: Path) -> Iterator[_Raised]:
    for call in _below(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        name = call.func.id
        if name not in _of_installation():
            continue
        own = _codes_of(_classes()[name][0]) or _codes_of(function)
        passed = [text for text in _texts(call.args) if re.fullmatch("[a-z_]+", text)]
        codes = tuple(own or passed or CHOSEN.get(file.name, ()))
        yield _Raised(file.relative_to(PROJECT), call.lineno, name, codes or None)


def test_whatever_keeps_an_installation_from_working_is_raised_with_its_words() -> None:
    assert [each for each in _raised() if not each.codes] == []
    assert [each for each in _raised() if not set(each.codes or ()) <= set(phrases())] == []


def test_the_places_found_are_many_and_of_every_class() -> None:
    """The search above would find nothing wrong if it found nothing."""
    assert len(_raised()) >= 15
    abstract = {"InstallationError", "_CollisionError"}
    assert {each.name for each in _raised()} >= set(_of_installation()) - abstract


# Exceptions whose code names a phrase by a prefix, and the argument that is the code.
BY_CODE = {
    "PublicationError": ("publication_", 0),
    "NotMarkableError": ("not_markable_", 1),
    "NotAllowedError": ("refused_", 0),
    "WrongStateError": ("refused_", 0),
    "ConfirmationNeededError": ("refused_", 0),
    "RefusalError": ("refused_", 0),
    "PackError": ("", 0),
}


@pytest.mark.parametrize("name", BY_CODE)
def test_every_refusal_has_its_words(name: str) -> None:
    prefix, place = BY_CODE[name]
    for file, nodes in _nodes().items():
        for call in nodes:
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name:
                for code in _texts(call.args[place : place + 1]):
                    assert prefix + code in phrases(), f"{file}:{call.lineno}"


def test_every_reason_of_an_address_has_its_words() -> None:
    for file, nodes in _nodes().items():
        for call in nodes:
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "CannotIdentifyError":
                for code in _texts(call.args[:1]):
                    assert code in read_words("address"), f"{file}:{call.lineno}"


@pytest.mark.parametrize("spoken", ["kk", "ru"])
@each("name", sorted(phrases()))
def test_no_phrase_of_the_command_line_is_english_elsewhere(name: str, spoken: str) -> None:
    template = phrases()[name].labels(name).in_language(spoken)  # type: ignore[arg-type]
    said = "".join(text for text, *_ in Formatter().parse(template))
    assert not foreign_words(said.replace("bbaj", " ")) - NAMES, said
    assert name in WORDLESS or re.search("[а-яәғқңөұүһі]", said.lower()), said


@each("name", sorted(phrases()))
def test_a_phrase_takes_the_same_facts_in_every_language(name: str) -> None:
    facts = [
        {fact for _, fact, *_ in Formatter().parse(phrases()[name].labels(name).in_language(each)) if fact}
        for each in LANGUAGES
    ]
    assert facts[0] == facts[1] == facts[2]


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_fault_is_said_with_its_facts(spoken: str) -> None:
    from ingest.locks import BusyError
    from warehouse.storage.builds.build import BuildError

    language.listen(["--lang", spoken], {})
    log = Path("/x/dbt.log")
    for fault in (
        BuildError(7, "build_model_failed", log, ["fct_mark: Binder Error: no such column"]),
        BuildError(7, "build_not_ended", log, exit=2),
        BuildError(7, "build_data_kept_breaking", log),
        BuildError(7, "build_file_differs", log),
        BuildError(7, "spark_lacked_memory", log),
        BuildError(7, "spark_lost", log),
        BusyError(Path("/x/.intake.lock")),
    ):
        said = faults.refusal_of(fault)
        assert said.exit_code == 70 and said.code == fault.code
        assert "Binder" not in said.message and "{" not in said.message
        assert not faults.is_ours(fault)
    assert "fct_mark" in faults.refusal_of(BuildError(7, "build_model_failed", log, ["fct_mark: x"])).message


@pytest.mark.parametrize("content", [b"", b"no database at all" * 400, b"SQLite format 3\0" + b"\xff" * 4000])
@pytest.mark.parametrize("spoken", ["kk", "ru"])
def test_a_damaged_ledger_is_told_in_words(call: Call, tmp_path: Path, content: bytes, spoken: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ledger.sqlite3").write_bytes(content)
    for words in (["status"], ["inbox", "--by", "KZ"], ["show", "1"]):
        said = call(*words, BBAJ_HOME=str(home), BBAJ_LANG=spoken)
        assert said.exit_code == 70, said.output
        assert "Traceback" not in said.output
        assert not foreign_words(said.stderr.replace(str(tmp_path), "")) - {"home", "django", "sqlite3"}


def test_a_locked_database_is_busy_and_our_own_sql_is_our_fault() -> None:
    language.listen(["--lang", "ru"], {})
    locked = sqlite3.OperationalError("database is locked")
    assert faults.refusal_of(locked).code == "database_busy" and not faults.is_ours(locked)
    wrong = sqlite3.IntegrityError("UNIQUE constraint failed")
    assert faults.refusal_of(wrong).code == "our_fault" and faults.is_ours(wrong)


@pytest.mark.parametrize("text", ["a=", "x = 2026-13-01", '"', "[a", "demo = true\ndemo = 1", "я", "\x00"])
@pytest.mark.parametrize("spoken", ["kk", "ru"])
def test_settings_written_wrongly_are_told_in_words(tmp_path: Path, text: str, spoken: str) -> None:
    (tmp_path / "bbaj.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        _ = Home(tmp_path).settings
    said = caught.value.text(spoken).replace(str(tmp_path), "")
    assert not foreign_words(said) - {"bbaj", "toml", "TOML", "syntax", "demo", "collect_from", "now"} - {"x"}


def test_an_installation_error_without_words_would_be_seen() -> None:
    assert faults.refusal_of(InstallationError("English")).code == "unable"
    assert phrase("our_fault", kind="KeyError")
