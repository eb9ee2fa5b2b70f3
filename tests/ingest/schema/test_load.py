"""Contract files: what is wrong with one is said with its file, its key and what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.authored import AuthorError
from ingest.schema.forms.load import CONTRACTS, contract, contracts

Edit = Callable[[str], str]


def _replaced(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the contracts to spoil."""
    for file in CONTRACTS.glob("*.yml"):
        shutil.copy(file, tmp_path)
    shutil.copytree(CONTRACTS / "shared", tmp_path / "shared")
    return tmp_path


DATE_FIELD = "  - name: date\n"
MISTAKES: dict[str, tuple[str, Edit, str, str]] = {
    # what is wrong: (file, how it comes about, key, words of the message)
    "broken yaml": ("attendance.yml", _replaced("form: ", "form: ["), "(syntax)", "Correct the YAML"),
    "a key twice": (
        "attendance.yml",
        _replaced("version: 1\n", "version: 1\nversion: 2\n"),
        "version",
        "stands there twice",
    ),
    "no mapping": (
        "attendance.yml",
        lambda _: "- one\n- two\n",
        "(file)",
        "must be a mapping of keys to values",
    ),
    "fields no list": (
        "attendance.yml",
        lambda text: text[: text.index("fields:")] + "fields: {}\n",
        "fields",
        "must be a list",
    ),
    "unknown key": (
        "attendance.yml",
        _replaced("period: week", "period: week\ncolour: red"),
        "colour",
        "unknown key. Remove it or correct its spelling. Known: form, version",
    ),
    "unknown key of a field": (
        "attendance.yml",
        _replaced(DATE_FIELD, f"{DATE_FIELD}    width: 3\n"),
        "fields.date.width",
        "unknown key",
    ),
    "missing key": ("attendance.yml", _replaced("period: week\n", ""), "period", "missing. Add it"),
    "no privacy": (
        "attendance.yml",
        _replaced("    type: date\n    privacy: plain\n", "    type: date\n"),
        "fields.date.privacy",
        "missing. Add it; it has no default on purpose",
    ),
    "unknown word": (
        "attendance.yml",
        _replaced("privacy: plain", "privacy: secret"),
        "fields.date.privacy",
        "'secret' is none of the values that may stand here. Write one of: identifier, quasi, special, plain",
    ),
    "a language missing": (
        "attendance.yml",
        _replaced("labels: {kk: Күні, ru: Дата, en: Date}", "labels: {kk: Күні, en: Date}"),
        "fields.date.labels.ru",
        "missing",
    ),
    "an empty label": (
        "attendance.yml",
        _replaced("labels: {kk: Күні, ru: Дата", 'labels: {kk: Күні, ru: ""'),
        "fields.date.labels.ru",
        "at least 1 character",
    ),
    "yes taken for true": (
        "attendance.yml",
        _replaced('example: "no"', "example: no"),
        "fields.is_late.example",
        "put it in quotes",
    ),
    "no such shared column": (
        "attendance.yml",
        _replaced("use: bin", "use: bim"),
        "fields[0].use",
        "bim is no shared column. Did you mean bin? Known: bin, ",
    ),
    "no such form to depend on": (
        "attendance.yml",
        _replaced("learner_roster]", "learners]"),
        "depends_on",
        "learners is no form. Did you mean learner_roster? Use one of",
    ),
    "no such codelist": (
        "attendance.yml",
        _replaced("codelist: absence_reason", "codelist: reasons"),
        "fields.absence_reason.constraints.codelist",
        "there is no file reasons.csv. Did you mean region? Add the codelist",
    ),
    "file not named after its form": (
        "attendance.yml",
        _replaced("form: attendance", "form: presence"),
        "form",
        "is presence. Name the file after the form",
    ),
    "key of no field": (
        "attendance.yml",
        _replaced("primaryKey: [iin, date]", "primaryKey: [iin, day]"),
        "primaryKey",
        "the form has no column day. Did you mean date?",
    ),
    "check of no field": (
        "attendance.yml",
        _replaced("other: lessons_scheduled", "other: lessons"),
        "checks.not_above.other",
        "the form has no column lessons. Did you mean lessons_missed?",
    ),
    "a field twice": ("attendance.yml", _replaced(DATE_FIELD, "  - name: bin\n"), "(file)", "bin"),
    "one heading for two fields": (
        "attendance.yml",
        _replaced("aliases: [Кешігу, ", "aliases: [СЕБЕБІ, "),
        "(file)",
        "is_late and absence_reason both answer to 'Себебі'. Leave it to one",
    ),
    "key that never lands": (
        "learner_roster.yml",
        _replaced("primaryKey: [iin]", "primaryKey: [iin, last_name]"),
        "(file)",
        "never reach the lake: last_name",
    ),
    "no mart": ("attendance.yml", _replaced("mart: fct_attendance\n", ""), "mart", "missing. Add it"),
    "mart of another form": (
        "attendance.yml",
        _replaced("mart: fct_attendance", "mart: stg_other"),
        "(file)",
        "stg_attendance",
    ),
    "grain without a row": (
        "attendance.yml",
        _replaced("grain: One row per", "grain: Rows by"),
        "(file)",
        'Begin with "One row per "',
    ),
    "format of another type": (
        "shared/columns.yml",
        _replaced("  format: bin", "  format: kato\n  lands_as: person_key"),
        "bin",
        "lands_as person_key belongs to a column of format iin",
    ),
    "a plain person's number": (
        "shared/columns.yml",
        _replaced("privacy: identifier", "privacy: plain"),
        "iin",
        "a column of format iin has privacy identifier",
    ),
    "a shared column without privacy": (
        "shared/columns.yml",
        _replaced("  type: integer\n  privacy: plain\n", "  type: integer\n"),
        "grade.privacy",
        "missing",
    ),
    "a shared column that is no mapping": (
        "shared/columns.yml",
        lambda text: f"{text}\nspare: text\n",
        "spare",
        "must be a mapping of keys to values (found 'text')",
    ),
    "age of no date": (
        "attendance.yml",
        _replaced(
            "type: integer\n    privacy: plain", "type: integer\n    lands_as: age\n    privacy: plain"
        ),
        "fields.lessons_scheduled",
        "lands_as age belongs to a column of type date",
    ),
    "bound of another type": (
        "attendance.yml",
        _replaced("minimum: 1, maximum: 12", "minimum: 2026-01-01"),
        "fields.lessons_scheduled",
        "minimum 2026-01-01 does not suit type integer",
    ),
    "bound that is no bound": (
        "attendance.yml",
        _replaced("minimum: 1, maximum: 12", "minimum: few"),
        "fields.lessons_scheduled.constraints.minimum",
        "found 'few'",
    ),
    "bounds crossed": (
        "attendance.yml",
        _replaced("minimum: 1, maximum: 12", "minimum: 13, maximum: 12"),
        "fields.lessons_scheduled.constraints",
        "the lower bound 13 is above the upper bound 12",
    ),
    "pattern on a number": (
        "attendance.yml",
        _replaced("minimum: 1, maximum: 12", 'pattern: "[0-9]"'),
        "fields.lessons_scheduled",
        "pattern belongs to type string, not integer",
    ),
    "pattern that is none": (
        "organisation_register.yml",
        _replaced("[.][^@ ]+$", "[.][^@ +$"),
        "fields.email.constraints",
        "pattern: unterminated character set",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_with_file_key_and_remedy(folder: Path, mistake: str) -> None:
    name, edit, key, words = MISTAKES[mistake]
    file = folder / name
    file.write_text(edit(file.read_text()))

    with pytest.raises(AuthorError) as caught:
        contracts(folder)

    error = caught.value
    assert error.key == key
    assert words in str(error)
    assert error.remedy
    assert error.file == file
    assert str(error).startswith(f"{error.file}: {key}: ")
    assert error.text("kk") != error.text("ru") != error.text("en")
    assert "\n" not in error.text("kk")


def test_forms_that_wait_for_each_other_are_named(folder: Path) -> None:
    file = folder / "organisation_register.yml"
    edit = _replaced("depends_on: [territory_register]", "depends_on: [attendance]")
    file.write_text(edit(file.read_text()))

    with pytest.raises(AuthorError, match=r"wait for each other: .*attendance.*organisation_register"):
        contracts(folder)


def test_every_form_follows_those_it_depends_on() -> None:
    seen: set[str] = set()
    for found in contracts().values():
        assert set(found.depends_on) <= seen
        seen.add(found.form)


def test_a_field_lays_its_own_keys_over_the_shared_column() -> None:
    shared, own = (
        contract("organisation_register").field("kato"),
        contract("territory_register").field("kato"),
    )

    assert shared.labels == own.labels
    assert not shared.constraints.required
    assert own.constraints.required


def test_an_older_version_is_found_among_the_past(folder: Path) -> None:
    (folder / "past").mkdir()
    (folder / "past" / "attendance.v1.yml").write_text((folder / "attendance.yml").read_text())
    current = folder / "attendance.yml"
    current.write_text(current.read_text().replace("version: 1\n", "version: 2\n"))

    assert contract("attendance", directory=folder).version == 2
    assert contract("attendance", 1, folder).version == 1
    with pytest.raises(KeyError, match="attendance version 7"):
        contract("attendance", 7, folder)


def test_changed_files_are_read_anew_when_asked(folder: Path) -> None:
    assert contracts(folder)["attendance"].version == 1
    file = folder / "attendance.yml"
    file.write_text(file.read_text().replace("version: 1\n", "version: 2\n"))

    assert contracts(folder)["attendance"].version == 1
    assert contracts(folder, anew=True)["attendance"].version == 2
