"""Every text of the program, in every language, with numbers and blanks of every kind: grammar and completeness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import get_args

import pytest

from ingest.schema.forms.contract import LANGUAGES, Labels, Language, Severity
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.finding import Finding
from ingest.schema.texts.message import fill
from ingest.schema.texts.word_files import WORDS, read_words
from tests.each import each

NUMBERS = (0, 1, 2, 5, 11, 21, 22, 101, 1.5, -1, "1", "5", "2,5")
BLANKS = (None, "", " ")
CODES = sorted(catalogue())
# What stands for words of its own language or names a row and counts nothing: any noun may follow it.
WORDED = frozenset(
    {
        *("build", "domain", "folder", "line", "process", "repository", "table", "until", "user", "variable"),
        "address",
        "age",
        "held",
        "allowed",
        "asked_by",
        "by",
        "column",
        "columns",
        "condition",
        "condition_column",
        "date",
        "day",
        "days",
        "delimiter",
        "due",
        "encoding",
        "ending",
        "example",
        "fault",
        "file",
        "first_day",
        "first_row",
        "form",
        "home",
        "keys",
        "kind",
        "known",
        "letter",
        "lines",
        "listed",
        "months",
        "name",
        "receipt",
        "cell",
        "received_at",
        "node",
        "number",
        "other",
        "output",
        "owner",
        "path",
        "period",
        "reason",
        "reference",
        "row",
        "sheet",
        "source",
        "state",
        "title",
        "type",
        "unit",
        "weekday",
        "what",
        "why",
    }
)
# Verbs and the like, which follow a value whatever it is.
FREE = frozenset(
    {
        "begins",
        "differs",
        "disagrees",
        "does",
        "lasts",
        "more",
        "stays",
        "сейчас",
        "carry",
        "falls",
        "stands",
        "overlaps",
        "приходится",
        "сведён",
        "указан",
        "указана",
    }
)
# Names of programs, formats and commands: the same in every language.
LATIN = frozenset(
    {
        "a",
        # Programs, folders of an installation and names of its settings.
        *("airflow", "superset", "duckdb", "python", "django", "dbt", "great", "expectations"),
        "dag",
        *("bbaj", "toml", "health", "logs", "log", "raw", "restricted", "docs", "runbooks", "backup"),
        *("systemd", "root", "chown", "r", "tls"),
        "apple",
        "chmod",
        "postgresql",
        *("vcard", "icalendar", "uuencode", "binhex", "sql", "tex"),
        "dbase",
        "dif",
        "sas",
        "stata",
        "dbf",
        "init",
        "lotus",
        "numbers",
        "slk",
        "sylk",
        "ctrl",
        "reference",
        "zip",
        "airflow",
        "b",
        "bbaj",
        "c",
        "csv",
        "dde",
        "e",
        "excel",
        "home",
        "html",
        "https",
        "json",
        "kz",
        "libreoffice",
        "linux",
        "ods",
        "opendocument",
        "pdf",
        "sha",
        "superset",
        "utf",
        "windows",
        "word",
        "xls",
        "xlsm",
        "xlsx",
        "xml",
    }
)
# Settings and programs that commands name beside them.
LATIN_OF_COMMANDS = LATIN | {
    *(
        "aigul",
        "edu",
        "kz",
        "channels",
        "outbox",
        "kk",
        "ru",
        "bbaj",
        "toml",
        "certificates",
        "security",
        "user",
    ),
    *("from", "o", "weekly", "editions"),
    *(
        "alias",
        "apt",
        "built",
        "check",
        "client",
        "createdb",
        "current",
        "drop",
        "erasures",
        "findings",
        "get",
    ),
    *("index", "install", "java", "keep", "kill", "lab", "lake", "ledger", "make", "mnt", "period", "prune"),
    *(
        "published",
        "rebuild",
        "repository",
        "restic",
        "secret",
        "snapshots",
        "spark",
        "sqlite",
        "t",
        "unlock",
    ),
    *("v", "w"),
}
SHELL = re.compile(
    r"\b(alert_command|password_file)\b|"
    r"`[^`]*`|\bbbaj [a-z]+|--[a-z-]+|\b[A-Z_]{4,}\b|\([^()]*pip install[^()]*\)|\([a-z]+(?:, [a-z]+)+\)"
)
CASES = "дан|ден|тан|тен|нан|нен|ға|ге|қа|ке|да|де|та|те|ның|нің|дың|дің|тың|тің|ны|ні|ды|ді|ты|ті"


def _texts() -> Iterator[tuple[str, Labels]]:
    for code, kind in catalogue().items():
        yield from ((f"{code}.{part}", labels) for part, labels in kind.texts().items())
    for file in sorted([*WORDS.glob("*.yml"), *WORDS.glob("commands/*.yml")]):
        room = file.relative_to(WORDS).with_suffix("").as_posix()
        for name, text in read_words(room).items():
            if isinstance(text, dict) and all(isinstance(text.get(language), str) for language in LANGUAGES):
                yield f"{room}/{name}", Labels.model_validate(text)


TEXTS = dict(_texts())


def _placeholders(text: str) -> list[tuple[str, str]]:
    return [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name]


def _facts(template: str, value: object, language: Language) -> dict[str, object]:
    word = {"kk": "сөз", "ru": "слово", "en": "word"}[language]
    return {
        name: "" if spec == "?" else word if name in WORDED else value
        for name, spec in _placeholders(template)
    }


@each("name", TEXTS)
def test_every_language_tells_the_same_facts(name: str) -> None:
    told = {
        language: {fact for fact, _ in _placeholders(TEXTS[name].in_language(language))}
        for language in LANGUAGES
    }
    assert told["kk"] == told["ru"] == told["en"]


@each("name", TEXTS)
def test_a_noun_behind_a_number_takes_its_form_from_it(name: str) -> None:
    for language in ("ru", "en"):
        text = TEXTS[name].in_language(language)
        nouns = re.findall(r"(?<!№ )(?<!-)\{(\w+)\} (?=[a-zа-яё]{4})(\w+)", text)
        assert [noun for noun in nouns if noun[0] not in WORDED and not _is_free(noun[1])] == [], text


def _is_free(word: str) -> bool:
    """Whether a word follows a value whatever it is: a verb, by its ending, or no English plural."""
    if word.isascii() and not word.endswith("s") and word not in ("such", "other", "different"):
        return True
    return word in FREE or bool(re.search("(ся|ет|ёт|ит|ют|ят|ён|но)$", word))


@each("name", TEXTS)
def test_russian_forms_are_three_or_four_and_english_two(name: str) -> None:
    for language, allowed in (("kk", (1,)), ("ru", (3, 4)), ("en", (2,))):
        for _, spec in _placeholders(TEXTS[name].in_language(language)):
            assert spec in ("", "?") or len(spec.split("|")) in allowed, (language, spec)


def test_no_ending_stands_in_brackets() -> None:
    """«қолхат(тар)», `file(s)`: a number asks for its form, and a Kazakh noun behind a number stays as it is."""
    endings = r"[^\W\d_]\((?:[тдл][ае]р|ы|и|а|я|ов|ев|ей|e?s)\)"
    for file in sorted([*WORDS.rglob("*.yml"), *(WORDS.parent / "schema" / "findings").rglob("*.yml")]):
        assert re.findall(endings, file.read_text(encoding="utf-8")) == [], file


def test_what_may_be_left_out_is_left_out_whole() -> None:
    """A sentence that follows another without a blank brings its own, and nothing stands there where it is empty."""
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(WORDS.rglob("*.yml"))}
    assert len(texts) > len(list(WORDS.glob("*.yml")))
    for file, text in texts.items():
        assert re.findall(r"[.!?…][»”]?\{\w+(?!:\?)\}", text) == [], file
    for language in LANGUAGES:
        for empty in ("", None):
            assert fill("Ол жоқ.{perhaps:?} Тағы.", language, {"perhaps": empty}) == "Ол жоқ. Тағы."
        assert fill("Ол жоқ.{perhaps:?}", language, {"perhaps": " Мүмкін, бұл?"}) == "Ол жоқ. Мүмкін, бұл?"


@each("name", TEXTS)
def test_a_suffix_behind_a_number_is_chosen_by_it(name: str) -> None:
    assert not re.search(rf"\{{\w+\}}[-–]?(?:{CASES})\b", TEXTS[name].kk)


@each("name", TEXTS)
def test_nothing_is_left_open_or_foreign(name: str) -> None:
    for language in LANGUAGES:
        template = TEXTS[name].in_language(language)
        for value in (*NUMBERS, *BLANKS):
            said = fill(template, language, _facts(template, value, language))
            assert said == said.strip(" ") or name == "commands/decide/gone_by"  # follows another
            assert not re.search(r"[{}|#]|None|nan|\b[a-z]+_[a-z_]+\b", SHELL.sub("", said)), said
            assert not re.search(r"  | [,.;:!?](?!\w)|«»|\(\)|\"\"", said), said
            assert not re.search(r"(?<![\w-])-\d", said) or "-1" in template, said
            if language != "en":
                words = re.findall(r"[A-Za-z]+", SHELL.sub("", said))
                latin = LATIN_OF_COMMANDS if name.startswith("commands/") else LATIN
                assert {word.lower() for word in words} <= latin, said


@each("code", CODES)
def test_every_severity_is_answered_as_it_must_be(code: str) -> None:
    """An error is corrected, only a query may be explained."""
    for severity in get_args(Severity):
        finding = Finding(code, severity_override=severity)
        kk, ru, en = (finding.text(language) for language in LANGUAGES)
        said = (
            ("үсіндірме (бер|қажет)|үсіндіріңіз", kk),
            ("дайте пояснение|Пояснение не|оясните", ru),
            ("[Ee]xplain[,.: ]|planation is", en),
        )
        asks = [bool(re.search(words, text)) for words, text in said]
        if severity == "query" and catalogue()[code].emitter == "judge":
            assert all(asks), (kk, ru, en)
        elif severity != "query":
            assert not any(asks), (kk, ru, en)


@each("code", CODES)
def test_what_stands_in_a_file_is_told_to_whoever_has_not_handed_it_in(code: str) -> None:
    """A finding of the reader and the judge is said by a check beforehand too: nothing was submitted yet."""
    kind = catalogue()[code]
    if kind.emitter in ("reader", "judge"):
        again = {
            "kk": r"қайта (жібер|тапсыр)|қайтадан (жібер|тапсыр)",
            "ru": r"(отправ\w+|сда\w+|пришл\w+)( \w+)? (снова|повторно|заново)|(снова|повторно) (отправ|сда|пришл)",
            "en": r"(submit|send|hand)\b[^.]* again",
        }
        for labels in kind.texts().values():
            for language in LANGUAGES:
                assert not re.search(again[language], labels.in_language(language)), labels


@each("code", CODES)
def test_what_needs_no_answer_is_no_query(code: str) -> None:
    """A query stays open until somebody answers it: it never says that nothing need be done."""
    if catalogue()[code].severity == "query":
        text = Finding(code)
        assert not re.search("қажет(і)? (жоқ|емес)", text.text("kk")), text.text("kk")
        assert not re.search("не нужно|не требуется", text.text("ru")), text.text("ru")
        assert not re.search("[Nn]othing need|is needed|do nothing", text.text("en")), text.text("en")


@pytest.mark.parametrize("code", [code for code in CODES if catalogue()[code].if_dashed])
def test_a_dash_is_not_called_empty(code: str) -> None:
    for severity in get_args(Severity):
        title = catalogue()[code].titled(severity)
        assert "пуст" not in title.ru.casefold() and " бос" not in title.kk
        for value in ("-", "—", "–"):
            finding = Finding(code, value=value, severity_override=severity)
            assert value in finding.text("kk") and " бос" not in finding.text("kk")
            assert value in finding.text("ru") and "пуст" not in finding.text("ru").casefold()
        assert "пуст" in Finding(code, severity_override=severity).text("ru").casefold()


def test_whose_cell_is_empty_may_hold_a_dash() -> None:
    """Every rule that speaks of an empty cell says something else of one that holds a sign for no value."""
    for code, kind in catalogue().items():
        if kind.emitter == "judge" and re.search("ячейка пуста", kind.message.ru):
            assert kind.if_dashed, code
