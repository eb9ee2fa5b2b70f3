"""What a submitter most likely meant by a word that no codelist knows."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from expectations.rules.values import nearest
from expectations.rules.values.nearest import known_synonyms, nearest_word
from ingest.schema.forms.codelist import codelist


@pytest.mark.parametrize("written", ["Миньюст", "МОНРК"])
def test_an_abbreviation_without_a_kazakh_letter_is_answered_in_russian(written: str) -> None:
    """It is as little like the one name as like the other."""
    (entry,) = {
        entry.labels.ru: entry
        for entry in codelist("departmental_affiliation").codes
        if entry.labels.ru == nearest_word("departmental_affiliation", written)
    }.values()
    assert entry.labels.kk != entry.labels.ru


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("region", "Карагондинская область", "Карагандинская область"),
        ("region", "Kapaгoндинcкaя oблacть", "Карагандинская область"),  # every look-alike is Latin
        ("region", "Караганди облыси", "Қарағанды облысы"),
        ("teaching_language", "казакский язык", "казахский язык"),
        ("position", "учетель", "учитель"),
        ("subject", "Физичиская культура", "Физическая культура"),
        ("sex", "мужскои", "мужской"),
        ("region", "айдаһар", None),
        ("sex", "?", None),
    ],
)
def test_the_nearest_word_is_the_one_meant(name: str, written: str, meant: str | None) -> None:
    assert nearest_word(name, written) == meant


@pytest.mark.parametrize(("written", "suggested"), [("аурды", "ауруына байланысты"), ("балел", "по болезни")])
def test_who_wrote_in_a_language_is_answered_in_it(written: str, suggested: str) -> None:
    assert nearest_word("absence_reason", written) == suggested


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("ownership", "communal property", "communal ownership"),
        ("ownership", "комунальная", "коммунальная собственность"),
        ("ownership", "муниципальная собственность", "коммунальная собственность"),
        ("absence_reason", "грипп", "по болезни"),
        ("absence_reason", "Грип", "по болезни"),
        ("absence_reason", "тұмау", "ауруына байланысты"),
        ("absence_reason", "flu", "illness"),
        ("absence_reason", "похороны дедушки", "смерть близкого родственника"),
        ("absence_reason", "қатты аяз", "қолайсыз ауа райы"),
        ("special_needs", "аутизм", None),
        ("teaching_language", "каз-рус", None),
        ("absence_reason", "zzz", None),
        ("absence_reason", "х" * 5000, None),
    ],
)
def test_words_people_say_lead_to_the_entry(name: str, written: str, meant: str | None) -> None:
    found = nearest_word(name, written)
    if meant is not None:
        assert found == meant
    else:
        assert found is None or found in codelist(name).by_word or found.casefold() in codelist(name).by_word


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("absence_reason", "valid"),
        ("absence_reason", "себеппен"),
        ("academic_degree", "sciences"),
        ("area", "население"),
        ("node_kind", "education"),
        ("locality", "местность"),
        ("special_needs", "impairment"),
    ],
)
def test_a_word_of_several_entries_tells_none(name: str, word: str) -> None:
    owners = {
        entry.code
        for entry in codelist(name).codes
        for label in (entry.labels.kk, entry.labels.ru, entry.labels.en)
        if word in label.casefold().split()
    }
    assert len(owners) > 1
    assert nearest_word(name, f"{word} жжжж цццц ыыыы") is None


def test_a_synonym_is_a_word_of_no_codelist_and_stands_for_one_code() -> None:
    owners: dict[tuple[str, str], str] = {}
    for name, code, word in known_synonyms():
        assert code in codelist(name).by_code, (name, code)
        assert codelist(name).by_word.get(word.casefold()) in (None, code), (name, word)
        assert owners.setdefault((name, word.casefold()), code) == code, (name, word)
        assert nearest_word(name, word) is not None, (name, word)


def test_every_label_with_a_slip_leads_to_its_own_code() -> None:
    """In all three languages: a letter left out of a longer word."""
    missed = []
    for name in (
        "absence_reason",
        "ownership",
        "teaching_language",
        "study_form",
        "organisation_kind",
        "term_outcome",
    ):
        for entry in codelist(name).codes:
            for label in (entry.labels.kk, entry.labels.ru, entry.labels.en):
                if len(label) < 6:
                    continue
                found = nearest_word(name, label[:3] + label[4:])
                code = codelist(name).by_word.get((found or "").casefold())
                missed += [] if code == entry.code else [(name, label, found)]
    assert not missed


ALIKE = 70.0
LABELS = [label for entry in codelist("region").codes for label in (entry.labels.ru, entry.labels.kk)]


@settings(max_examples=150, deadline=None)
@given(
    label=st.sampled_from(LABELS),
    spoilt=st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from("жцыз")), max_size=14),
)
@example(label=LABELS[0], spoilt=[])
def test_a_word_is_suggested_exactly_when_it_is_alike_enough(
    label: str, spoilt: list[tuple[float, str]]
) -> None:
    """Letters of a label are replaced one by one; how alike the rest is, the library of likenesses says itself."""
    letters = list(label)
    for place, letter in spoilt:
        letters[int(place * len(letters))] = letter
    written = "".join(letters)
    compared = nearest._compared(written)
    likeness = max(fuzz.ratio(compared, word) for word in nearest._words("region"))
    by_word = nearest._by_one_word("region", written)
    assert (nearest_word("region", written) is not None) == (likeness >= ALIKE or by_word is not None)


@pytest.mark.parametrize(
    ("written", "likeness", "is_suggested"),
    [("абвгдежзик", 100, True), ("абвгдежАБВ", 70, True), ("абвгдеЖАБВ", 60, False)],
)
def test_seven_of_ten_letters_are_enough(
    written: str, likeness: int, is_suggested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "_words", lambda name: {"абвгдежзик": "слово"})
    monkeypatch.setattr(nearest, "_synonyms", lambda name: {})
    monkeypatch.setattr(nearest, "_by_one_word", lambda name, value: None)
    monkeypatch.setattr(nearest, "_compared", lambda word: word)
    nearest_word.cache_clear()
    assert fuzz.ratio(written, "абвгдежзик") == likeness
    assert (nearest_word("region", written) == "слово") is is_suggested
    nearest_word.cache_clear()
