"""Headers in every way people write them."""

from __future__ import annotations

import pytest

from ingest.read.form.header.header_match import HeaderWords, find_header, folded
from ingest.schema.forms.contract import LANGUAGES, Contract
from ingest.schema.forms.load import contracts
from tests.ingest.read.samples import HEADER


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_every_form_are_found_in_each_language_and_any_order(language: str) -> None:
    for contract in contracts().values():
        labels = [field.labels.in_language(language) for field in reversed(contract.fields)]  # type: ignore[arg-type]
        header = find_header([labels], contract)
        assert header
        assert list(header.columns) == [field.name for field in reversed(contract.fields)]


def test_aliases_and_field_names_are_headers_too(attendance: Contract) -> None:
    cells = [field.aliases[0] if field.aliases else field.name for field in attendance.fields]
    header = find_header([cells], attendance)
    assert header
    assert set(header.columns) == {*HEADER, "lessons_missed_invalid"}


@pytest.mark.parametrize(
    "written",
    [
        "ЖСН", " жсн ", "ЖСН*", "*ЖСН", "ЖСН\u00a0", "ЖСН:", "ЖCН", "2. ЖСН", "2) ЖСН", "ЖСН (12 сан)",
        "ЖСН / ИИН", "ЖСН\nИИН", "ИИН\r\n(12 цифр)",
    ],
)  # fmt: skip
def test_a_header_is_known_however_it_is_decorated(attendance: Contract, written: str) -> None:
    header = find_header([[written, "Күні"]], attendance)
    assert header
    assert header.columns == {"iin": 0, "date": 1}


def test_a_label_broken_into_lines_is_one_label(attendance: Contract) -> None:
    header = find_header([["Кесте бойынша\nсабақ саны", "Күні"]], attendance)
    assert header
    assert "lessons_scheduled" in header.columns


def test_latin_look_alikes_in_a_cyrillic_word_do_not_hide_it() -> None:
    assert folded("Пoл") == folded("Пол")  # Latin o
    assert folded("Kүнi") == folded("Күні")  # Latin K and i
    assert folded("Cынып əдісі") == folded("Сынып әдісі")  # Latin C, Latin schwa
    assert folded("code") == "code"


def test_the_row_naming_most_columns_is_the_header(attendance: Contract) -> None:
    rows = [["Есеп"], ["БСН", "650140000007", "Күні", "07.09.2026"], [], list(HEADER), ["1", "2"]]
    header = find_header(rows, attendance)
    assert header
    assert header.index == 3


def test_data_is_no_header(attendance: Contract) -> None:
    assert find_header([["650140000007", "090101700000", "5"], ["", None]], attendance) is None


def test_a_column_there_twice_and_one_nobody_knows_are_kept_apart(attendance: Contract) -> None:
    header = find_header([["ИИН", "Дата", "Телефон", "ЖСН", "", None]], attendance)
    assert header
    assert header.duplicates == {"iin": [0, 3]}
    assert header.unknown == {2: "Телефон"}


@pytest.mark.parametrize("number", ["{}. ", "{}) ", "{}.", " {} . "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_every_form_are_found_behind_their_numbers(language: str, number: str) -> None:
    for contract in contracts().values():
        labels = [field.labels.in_language(language) for field in contract.fields]  # type: ignore[arg-type]
        cells = [number.format(place) + label for place, label in enumerate(labels, 1)]
        header = find_header([cells], contract)
        assert header
        assert list(header.columns) == [field.name for field in contract.fields], contract.form


@pytest.mark.parametrize(("letters", "is_known"), [(9_000, True), (20_000_000, False)])
def test_a_remark_behind_a_name_may_be_long_and_a_cell_of_millions_is_none(
    attendance: Contract, letters: int, is_known: bool
) -> None:
    words = HeaderWords(attendance)
    assert (words.field(f"Күні ({'а' * letters})") == "date") is is_known
    assert words.field("а" * letters) is None
