"""Words of codelists as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.cells.written.codes import code_of
from ingest.schema.forms.codelist import CODELISTS, codelist

NAMES = sorted(file.stem for file in CODELISTS.glob("*.csv"))
LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХаеосрху", "ABEKMHOPCTXaeocpxy")
WORDS = sorted({(name, word) for name in NAMES for word in codelist(name).by_word})


@pytest.mark.parametrize("name", NAMES)
def test_a_word_as_the_list_writes_it_means_its_own_code(name: str) -> None:
    for word, code in codelist(name).by_word.items():
        assert code_of(name, word) in (code, None)
        assert code_of(name, f" {word.upper()}. ") in (code, None)


@given(word=st.sampled_from(WORDS), letter=st.integers(0, 40))
def test_one_look_alike_letter_changes_nothing(word: tuple[str, str], letter: int) -> None:
    name, written = word
    place = letter % len(written)
    typed = written[:place] + written[place].translate(LOOK_ALIKES) + written[place + 1 :]
    if any("\u0400" <= character <= "\u04ff" for part in typed.split() for character in part):
        assert code_of(name, typed) == code_of(name, written)


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("sex", "Mужской", "m"), ("sex", "Женский ", "f"), ("sex", "кыз бала", "f"), ("sex", "ЭЙЕЛ", None),
        ("sex", "к", None),
        ("region", "Қapaғaнды облысы", "350000000"), ("region", "Караганды облысы", "350000000"),
        ("region", "Карагандинская обл.", "350000000"), ("region", "ВКО", "630000000"),
        ("teaching_language", "казак тили", "kk"), ("teaching_language", "Казакша", "kk"),
        ("position", "Учитель предметник", "teacher"), ("position", "Зам.директора", "deputy"),
        ("subject", "Казак тiлi", "kazakh_language"), ("subject", "Дене шыныктыру", "physical_education"),
        ("yes_no", "Да.", "yes"), ("yes_no", "жок", "no"), ("yes_no", "-1", None), ("yes_no", "да?", None),
        ("yes_no", "1.0", "yes"), ("yes_no", "0,00", "no"), ("mark", "5.0", "5"), ("mark", "5.5", None),
        ("mark", "4 (хор)", "4"),
        ("region", "110000000.0", "110000000"), ("yes_no", "АҚИҚАТ", "yes"),
    ],
)  # fmt: skip
def test_words_as_they_arrive(name: str, written: str, code: str | None) -> None:
    assert code_of(name, written) == code


def test_a_word_for_two_codes_is_left_alone() -> None:
    """«Алматы» the city and «Алматы облысы» stay apart in every way to compare."""
    assert code_of("region", "AЛМATЫ.") == "750000000"
    assert code_of("region", "Aлматы обл.") == "190000000"
