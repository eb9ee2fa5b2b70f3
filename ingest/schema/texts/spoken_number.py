"""Numbers inside sentences: which form the counted word takes, and which suffix a number takes in Kazakh.

In: a number and a language, or a number and a Kazakh suffix. Out: the place of the form to use, or the suffix in
the shape that follows the number as it is read aloud: `5-тен`, `6-дан`, `10-нан`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ingest.schema.texts.language import Language

Number = int | float | Decimal

# How the last part of a number is read, from which its suffixes follow.
_READ: Mapping[int, str] = {
    0: "нөл",
    1: "бір",
    2: "екі",
    3: "үш",
    4: "төрт",
    5: "бес",
    6: "алты",
    7: "жеті",
    8: "сегіз",
    9: "тоғыз",
    10: "он",
    20: "жиырма",
    30: "отыз",
    40: "қырық",
    50: "елу",
    60: "алпыс",
    70: "жетпіс",
    80: "сексен",
    90: "тоқсан",
    100: "жүз",
    1_000: "мың",
    1_000_000: "миллион",
    1_000_000_000: "миллиард",
}
_BACK, _FRONT = "аоұы", "әеіөү"
_VOICELESS = "пфкқтсшщчцхбвгд"
# The suffixes of each case after a vowel, a nasal, another voiced sound and a voiceless one.
_CASES = (
    ("дан", "нан", "дан", "тан"),
    ("ға", "ға", "ға", "қа"),
    ("да", "да", "да", "та"),
    ("ның", "ның", "дың", "тың"),
    ("ны", "ды", "ды", "ты"),
)
# What belongs to something: `30-ы`, `6-сы`; «елу» takes it as after a consonant.
_OWNED = ("сы", "ы", "ы", "ы")
_TO_FRONT = str.maketrans("ағқы", "егкі")
_TO_BACK = str.maketrans("егкі", "ағқы")


def plain(number: Number) -> str:
    """A number with two decimal places at most and none that says nothing: `12`, `0.5`, `-3.25`."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def written(number: Number, language: Language) -> str:
    """A number as the language writes it, with its decimal sign and a true minus."""
    text = plain(number).replace("-", "−")
    return text if language == "en" else text.replace(".", ",")


def plural_form(number: Number, language: Language) -> int:
    """Which of the forms of a counted word belongs to the number.

    Russian: 0 after 1, 21 …; 1 after 2–4, 22–24 …; 2 after 0, 5–20 …; 3 after a fraction. English: 0 after 1, else 1.
    Kazakh words do not change after a number: always 0.
    """
    text = plain(number).lstrip("-")
    if language == "kk":
        return 0
    if language == "en":
        return 0 if text == "1" else 1
    if "." in text:
        return 3
    last, tens = int(text) % 10, int(text) % 100
    if last == 1 and tens != 11:
        return 0
    return 1 if last in (2, 3, 4) and tens not in (12, 13, 14) else 2


def kazakh_suffix(number: Number, suffix: str) -> str:
    """The suffix of a case in the shape that follows the number. `suffix`: any of the shapes of the case.

    Raises ValueError when it is no suffix of a case.
    """
    back = suffix.translate(_TO_BACK)
    case = next((shapes for shapes in (*_CASES, _OWNED) if back in shapes), None)
    if case is None:
        raise ValueError(f"-{suffix} is no suffix that numbers take in a text")
    word = _last_word(number)
    is_consonant = case is _OWNED and word[-1] in "иу"
    shape = case[1] if is_consonant else case[_sound(word[-1])]
    is_front = next(letter for letter in reversed(word) if letter in _BACK + _FRONT) in _FRONT
    return shape.translate(_TO_FRONT) if is_front else shape


def _last_word(number: Number) -> str:
    """The word a number ends in when it is read aloud; a fraction is read last: `1,25` ends in «бес»."""
    whole, _, rest = plain(number).lstrip("-").partition(".")
    value = int(rest or whole)
    if value in _READ:
        return _READ[value]
    for unit in (10, 100):
        if value % unit:
            return _READ[value % unit]
    return _READ[max(unit for unit in _READ if unit >= 100 and value % unit == 0)]


def _sound(letter: str) -> int:
    if letter in _BACK + _FRONT + "иу":
        return 0
    if letter in "мнң":
        return 1
    return 3 if letter in _VOICELESS else 2
