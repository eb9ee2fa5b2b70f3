"""What a submitter most likely meant by a word that no codelist knows."""

import pytest

from expectations.rules.nearest import nearest_word


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
