"""Dictionaries: every list loads, speaks three languages and never means two things by one word."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ingest.authored import AuthorError
from ingest.schema.forms.codelist import CODELISTS, codelist
from tests.each import each

NAMES = sorted(file.stem for file in CODELISTS.glob("*.csv"))
OWN = ["code", "label_kk", "label_ru", "label_en", "valid_from", "valid_to", "aliases"]
# Two regions are called by their Kazakh names in Russian too, as the classifier has them.
KAZAKH_IN_RUSSIAN = {"область Жетісу", "область Ұлытау"}
# A name of its own, written alike in every language.
LATIN_IN_EVERY_LANGUAGE = {"API"}


def _rows(name: str) -> list[dict[str, str]]:
    with (CODELISTS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@each("name", NAMES)
def test_it_has_the_agreed_columns(name: str) -> None:
    assert list(_rows(name)[0])[:7] == OWN


@each("name", NAMES)
def test_every_code_is_said_in_three_languages(name: str) -> None:
    for entry in codelist(name).codes:
        if entry.labels.en in LATIN_IN_EVERY_LANGUAGE:
            continue
        assert re.search("[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]", entry.labels.kk), entry.code
        assert re.search("[А-Яа-я]", entry.labels.ru), entry.code
        assert not re.search("[А-Яа-я]", entry.labels.en), entry.code
        if entry.labels.ru not in KAZAKH_IN_RUSSIAN:
            assert not re.search("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]", entry.labels.ru), entry.code


@each("name", NAMES)
def test_no_text_holds_a_look_alike_letter_or_a_stray_space(name: str) -> None:
    for entry in codelist(name).codes:
        for text in (entry.labels.kk, entry.labels.ru, entry.labels.en, *entry.aliases):
            assert text == " ".join(text.split())
            assert not re.search("[ќѓјѕќђћџ]", text)
            for word in re.findall(r"[^\W\d_]+", text):
                alphabets = {"latin" if letter.isascii() else "cyrillic" for letter in word}
                assert len(alphabets) == 1, word


@each("name", NAMES)
def test_a_column_of_its_own_holds_one_type(name: str) -> None:
    """The lists are seeds too: a column of numbers and words would become text in one engine only."""
    rows = _rows(name)
    for column in [column for column in rows[0] if column not in OWN]:
        values = {row[column] for row in rows if row[column]}
        kinds = {
            "boolean" if value in {"true", "false"} else "integer" if value.isdigit() else "text"
            for value in values
        }
        assert len(kinds) == 1, column


def test_schools_spellings_are_understood() -> None:
    spellings = {
        "yes_no": {"Иә": "yes", "да": "yes", "ЖОҚ": "no", "нет": "no", "1": "yes", "0": "no"},
        "sex": {"ұл": "m", "Қыз": "f", "м": "m", "Ж": "f", "мужской": "m", "әйел": "f"},
        "absence_reason": {"а": "ILL", "Б": "ILL", "ж": "INV", "н": "INV", "п": "VAL", "к": "LATE"},
        "teaching_language": {"қазақ": "kk", "Русский": "ru", "аралас": "mixed"},
        "ownership": {"коммунальная": "13", "Жеке меншік": "15"},
        "organisation_kind": {"СШ": "general_school", "мектеп-лицей": "school_lyceum"},
    }
    for name, words in spellings.items():
        for word, code in words.items():
            assert codelist(name).by_word[word.casefold()] == code, (name, word)


def _written(folder: Path, text: str) -> Path:
    (folder / "colour.csv").write_text("code,label_kk,label_ru,label_en,valid_from,valid_to,aliases\n" + text)
    return folder


def test_validity_and_aliases_are_read(tmp_path: Path) -> None:
    _written(tmp_path, "r,қызыл,красный,red,2020-01-01,2026-08-31,ал қызыл|алый\n")

    (red,) = codelist("colour", tmp_path).codes

    assert (red.valid_from, red.valid_to) == (date(2020, 1, 1), date(2026, 8, 31))
    assert red.aliases == ("ал қызыл", "алый")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("r,қызыл,красный,red,,,\nr,көк,синий,blue,,,\n", "a code twice"),
        ("r,қызыл,красный,red,,,\nb,көк,синий,blue,,,красный\n", "'красный' could mean r or b"),
        ("r,қызыл,,red,,,\n", "ru"),
        ("r,қызыл,красный,red,soon,,\n", "soon"),
    ],
)
def test_a_list_that_cannot_be_followed_says_why(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(AuthorError, match=problem):
        codelist("colour", _written(tmp_path, text))


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(AuthorError, match=r"colours.csv: .*: there is no file colours\.csv"):
        codelist("colours")
