"""Kazakh and Russian in every case, encoding and length is read exactly or said to be doubtful."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.text.encodings.encoding import decode
from tests.encodings.tables import CASES, ENCODINGS, LANGUAGES, ROWS, Case, Language, encoded, table

# What is usual here: there a doubt must be rare, too.
_USUAL = ("cp1251", "kz1048", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_MOST_DOUBTED = 0.02


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_text_is_read_exactly_or_doubted(encoding: str, case: Case) -> None:
    tried = doubted = 0
    for seed in range(4):
        for language in LANGUAGES:
            for rows in ROWS:
                for header in (True, False):
                    chance = random.Random(f"{seed} {language} {rows} {header}")
                    text = table(chance, language, case, rows, header=header)
                    content = encoded(text, encoding)
                    if content is None:
                        continue
                    found = decode(content)
                    assert found.text == text or not found.sure, (found.encoding, text[:80])
                    tried += 1
                    doubted += not found.sure
    assert tried > 10
    assert encoding not in _USUAL or doubted <= _MOST_DOUBTED * tried


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from(LANGUAGES),
    st.sampled_from(CASES),
    st.integers(1, 60),
    st.booleans(),
    st.sampled_from(ENCODINGS),
)
def test_no_text_is_read_wrongly_without_a_doubt(
    chance: random.Random, language: Language, case: Case, rows: int, header: bool, encoding: str
) -> None:
    text = table(chance, language, case, rows, header=header)
    content = encoded(text, encoding)
    if content is not None:
        found = decode(content)
        assert found.text == text or not found.sure


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("other", ["cp866", "koi8-r"])
@pytest.mark.parametrize("count", [1, 5])
def test_lines_of_another_encoding_are_noticed_and_read(other: str, count: int, case: Case) -> None:
    text = table(random.Random(f"{other} {count} {case}"), "ru", case, 60, header=True)
    lines = text.splitlines(keepends=True)
    strange = sorted(random.Random(3).sample(range(1, 60), count))
    content = b"".join(
        line.encode(other if n in strange else "cp1251", "replace") for n, line in enumerate(lines)
    )
    found = decode(content)
    assert found.other_lines == tuple(number + 1 for number in strange)
    assert (found.encoding, found.other_encoding) == ("cp1251", other)
    assert [line for n, line in enumerate(found.text.splitlines()) if n not in strange] == [
        line.rstrip("\n") for n, line in enumerate(lines) if n not in strange
    ]


def test_a_long_text_of_few_words_is_read_as_a_short_one() -> None:
    """What is usual weighs the same: one word a thousand times is no more evidence than once."""
    for word in ("ИВАНОВ;НУРЛАН;5А", "ӘЛИЕВ;ӨМІР;1Б", "МЕКТЕП;ЛИЦЕЙ;СШ"):
        content = encoded(word + "\n", "kz1048")
        assert content is not None
        once, often = decode(content), decode(content * 1000)
        assert (often.encoding, often.sure) == (once.encoding, once.sure)
        assert often.text == (word + "\n") * 1000


@pytest.mark.parametrize("text", ["José;Müller\nÉlodie;Strauß\n", "naïve café\n"])
def test_western_letters_are_no_words_of_this_country(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


def test_a_text_without_an_ascii_character_is_utf_16_all_the_same() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode("ИВАНОВ".encode(encoding)).text == "ИВАНОВ"


_SIGNS = "«»“”„–—−…•№€₸°±×·½¼²³§©®→≤≥≠Δαβ中文日हि\u00a0\u2009\u202f"
_ACCENTED = "áàâäãåæçéèêëíìîïñóòôöõøúùûüýÿßÁÉÍÓÚÄÖÜÇÑ"


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 99),
            st.sampled_from(_SIGNS + _ACCENTED),
            st.integers(0, 99),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["name;value", "kato;pupils;teachers", "x"]),
)
def test_signs_of_utf_8_beside_digits_stay_what_they_are(
    records: list[tuple[int, str, int]], head: str
) -> None:
    text = head + "\n" + "".join(f"{first}{sign}{second};1\n" for first, sign, second in records)
    found = decode(text.encode())
    assert (found.text, found.encoding, found.sure) == (text, "utf-8", True)


@pytest.mark.parametrize("sign", _SIGNS + _ACCENTED)
def test_a_sign_of_utf_8_that_stands_alone_is_read_or_doubted(sign: str) -> None:
    for text in (f"a;b\n{sign};1\n", f"a;b\n{sign}1,2{sign};1\n", f"{sign}\n"):
        found = decode(text.encode())
        assert found.text == text
        assert found.encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("тип", "cp866"), ("ТА", "iso8859-5"), ("УМ", "iso8859-5"), ("ТУТ", "cp866"), ("Ең", "kz1048")],
)
def test_a_word_that_happens_to_be_utf_8_is_never_taken_for_sure(text: str, encoding: str) -> None:
    for whole in (f"a;b\n{text};1\n", f"{text}\n"):
        found = decode(whole.encode(encoding))
        assert found.text == whole or not found.sure


_KAZAKH_SMALL, _KAZAKH_CAPITAL, _CAPITALS = "ғәңіөүұқһ", "ҒӘҢІӨҮҰҚҺ", "ВГДЕЖЗИЙКЛМНОПСТУФХЦЧШЫЭЮЯ"


@given(
    words=st.lists(
        st.tuples(
            st.sampled_from(_CAPITALS),
            st.sampled_from([*_KAZAKH_SMALL, *_KAZAKH_CAPITAL, "»", "–", "№", "”"]),
        ).map("".join),
        min_size=1,
        max_size=5,
    ),
    encoding=st.sampled_from(["cp1251", "kz1048"]),
)
@settings(deadline=None)
def test_lone_words_that_are_utf8_by_chance_are_doubted(words: list[str], encoding: str) -> None:
    """Read as they are, or said to be doubtful; but what makes letters of this country is believed."""
    text = "a;b\n" + "".join(f"{word};1\n" for word in words)
    with suppress(UnicodeEncodeError):
        found = decode(text.encode(encoding))
        read = "".join(letter for letter in found.text if not letter.isascii())
        is_of_here = set(read.casefold()) <= set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
        assert found.text == text or not found.sure or is_of_here


@pytest.mark.parametrize("encoding", ["cp1251", "kz1048"])
@pytest.mark.parametrize("rows", [1, 2])
def test_every_lone_word_of_two_letters_is_read_or_doubted(encoding: str, rows: int) -> None:
    letters = "".join(_KAZAKH_SMALL) + "".join(_KAZAKH_CAPITAL)
    for first in _CAPITALS:
        for second in [*letters, "»", "–", "№", "”"]:
            text = "a;b\n" + f"{first}{second};1\n" * rows
            with suppress(UnicodeEncodeError):
                found = decode(text.encode(encoding))
                read = {letter for letter in found.text.casefold() if not letter.isascii()}
                is_of_here = read <= set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
                assert found.text == text or not found.sure or is_of_here, (first, second, found.text)


@pytest.mark.parametrize("letter", "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
@pytest.mark.parametrize("rows", [1, 3])
def test_a_lone_letter_in_utf8_is_read_and_sure(letter: str, rows: int) -> None:
    for written in (letter, letter.upper()):
        text = "grade;letter\n" + f"5;{written}\n" * rows
        found = decode(text.encode())
        assert (found.text, found.sure, found.encoding) == (text, True, "utf-8")


@pytest.mark.parametrize(
    "cell", ["12\u00a0345", "12\u202f345", "«1,2»", "5–6", "5°", "м³", "Müller", "№ 5", "1 ₸"]
)
def test_usual_signs_in_utf8_raise_no_doubt(cell: str) -> None:
    text = f"a;b\n{cell};1\n"
    found = decode(text.encode())
    assert (found.text, found.sure) == (text, True)
