"""Letters and digits that are written in more than one way: look-alikes of two alphabets, keyboards without
Kazakh letters, digits of other scripts.

In: words and texts. Out: the same, written in one way. Pure, for whoever compares what people typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain, pairwise

from ingest.schema.values.ignorable import is_ignorable

# Latin letters of other languages that nobody tells from the Kazakh ones: two schwas, a barred O.
_OTHER_LATIN, _OF_KAZAKH = "ƏəƎǝƟɵ", "ӘәӘәӨө"
# What a Latin keyboard puts into a Cyrillic word; the schwa stands for the Kazakh letter.
_LOOK_ALIKES = str.maketrans(
    f"ABCEHIKMOPTXYaceiopxyhkmt{_OTHER_LATIN}", f"АВСЕНІКМОРТХУасеіорхуһкмт{_OF_KAZAKH}"
)
_LATIN_SEEN, _CYRILLIC_SEEN = "ABCEHIKMOPTXYaceiopxy", "АВСЕНІКМОРТХУасеіорху"
_EITHER = dict(zip(_LATIN_SEEN + _CYRILLIC_SEEN, _CYRILLIC_SEEN + _LATIN_SEEN, strict=True))
# The same for letters that stand alone, where a small one stands for its capital: «b» is «B», so «В».
LATIN_LOOK_ALIKES = f"ABCEHIKMOPTXYabcehikmoptxy{_OTHER_LATIN}"
_ALONE = str.maketrans(LATIN_LOOK_ALIKES, f"АВСЕНІКМОРТХУавсенікмортху{_OF_KAZAKH}")
# Of all small ones, only this is a Kazakh letter to the eye.
_AS_SEEN = _ALONE | {ord("h"): "һ"}
# What a keyboard without Kazakh letters has in their place.
_WITHOUT_KAZAKH = str.maketrans("әғқңөұүһі", "агкноуухи")
# Shorter words differ by these letters alone: «қ» (a girl) and «к».
_SHORTEST_WITHOUT_KAZAKH = 3
_ALPHABET = " -аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_PLACES = {letter: place for place, letter in enumerate(_ALPHABET)}
# What stands between words, whatever its sign: only letters and digits make a name, and the dot of «1.2».
_BETWEEN_WORDS = re.compile(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+")
# Where Unicode has characters of the categories asked for here; beyond are ideographs and private use.
_BLOCKS = (range(0x1E000), range(0xE0000, 0xE1000))
# Before a number; behind the dot of «1.05» they count.
_NOUGHTS = re.compile(r"(?<![0-9])(?<![0-9]\.)0+(?=[0-9])")
_TOO_MANY_DIGITS = 10
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_WITH_A_DIGIT = re.compile(r"(?<!\w)\w*\d\w*")
_LETTERS_LIKE_DIGITS = str.maketrans("OoОоlI|ІіЗз", "00001111133")


@lru_cache(maxsize=1)
def unseen_characters() -> str:
    """Every character nobody sees and that parts nothing: format and control characters but white space, and what
    Unicode calls ignorable by default."""
    return "".join(filter(is_unseen, map(chr, chain.from_iterable(_BLOCKS))))


@lru_cache(maxsize=1)
def breaking_characters() -> str:
    """Every character that breaks a line and is no end of one in any file."""
    return "".join(filter(breaks_lines, map(chr, chain.from_iterable(_BLOCKS))))


def breaks_lines(character: str) -> bool:
    """Whether a character breaks a line and is no end of one in any file: a separator of lines, paragraphs, fields or
    records, a vertical tab, a form feed."""
    category = unicodedata.category(character)
    return category in ("Zl", "Zp") or (
        category == "Cc" and character.isspace() and character not in "\t\n\r"
    )


@lru_cache(maxsize=1)
def white_space() -> str:
    """Every character that parts words: spaces of any width, ends of lines and paragraphs."""
    return "".join(character for block in _BLOCKS for character in map(chr, block) if character.isspace())


def is_unseen(character: str) -> bool:
    """Whether nobody sees a character that parts nothing."""
    is_of_format = unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
    return is_of_format or is_ignorable(character)


@lru_cache(maxsize=1)
def unseen_ranges() -> str:
    """All of them beyond ASCII, as they stand within the brackets of a pattern, in the syntax of RE2 and of Python."""
    codes = [ord(character) for character in unseen_characters() if character >= "\x80"]
    begins = [code for before, code in pairwise([-1, *codes]) if code != before + 1]
    ends = [code for code, after in pairwise([*codes, -1]) if after != code + 1]
    return "".join(
        chr(first) if first == last else f"{chr(first)}-{chr(last)}"
        for first, last in zip(begins, ends, strict=True)
    )


@lru_cache(maxsize=1)
def _unseen() -> re.Pattern[str]:
    return re.compile(rf"[\x00-\x08\x0e-\x1b\x7f{unseen_ranges()}]")


def _seen(text: str) -> str:
    """A text without unseen characters."""
    return text if text.isascii() and text.isprintable() else _unseen().sub("", text)


def kazakh_order(text: str) -> tuple[int, ...]:
    """What to sort texts by for the order of the Kazakh alphabet, in which the Russian letters stand as in Russian."""
    return tuple(
        _PLACES.get(character, ord(character) + len(_ALPHABET))
        for character in unicodedata.normalize("NFC", text).casefold()
    )


def in_cyrillic(word: str) -> str:
    """A word with Cyrillic letters in it, its Latin look-alikes replaced; any other as it is."""
    is_cyrillic = any("\u0400" <= letter <= "\u04ff" for letter in word)
    return word.translate(_LOOK_ALIKES) if is_cyrillic else word


def letters_in_cyrillic(text: str) -> str:
    """A text of Latin look-alikes in Cyrillic letters, as texts are compared whose case says nothing."""
    return text.translate(_ALONE)


def as_seen_in_cyrillic(text: str) -> str:
    """A text of Latin look-alikes in the Cyrillic letters a reader sees: «h» is the Kazakh «һ»."""
    return text.translate(_AS_SEEN)


def look_alike(letter: str) -> str:
    """The letter of the other alphabet, Latin or Cyrillic, that looks like this one; empty where none does."""
    return _EITHER.get(letter, "")


def folded_text(text: str) -> str:
    """A text without what makes no other word of it: case, look-alikes, «ё», unseen characters, width of letters,
    white space and punctuation around."""
    words = unicodedata.normalize("NFKC", _seen(text)).split()
    return " ".join(in_cyrillic(word).casefold().replace("ё", "е") for word in words).strip(" :;.,")


def seen_name(name: str) -> str:
    """A name as people see it: without unseen characters, its letters composed, single blanks between its words."""
    return " ".join(unicodedata.normalize("NFC", _seen(name)).split())


def folded_part(name: str) -> str:
    """The name of a part of a report without what makes no other part of it: «7А», «7-а», «7.А» and «7A» are one.

    Case, look-alike letters, signs (№ too) and spaces between words are overlooked, as are noughts before a number;
    between two numbers they part, a dot as itself.
    """
    plain = _seen(name).replace("№", " ")
    for _ in range(2):  # a letter without case may become two that have one
        plain = unicodedata.normalize("NFKC", plain).casefold()
    bare = _NOUGHTS.sub("", plain_digits(plain))
    words = [word for word in _BETWEEN_WORDS.split(bare) if word]
    joined = ""
    for word in words:
        joined += "-" if joined[-1:].isdecimal() and word[0].isdecimal() else ""
        joined += word
    return letters_in_cyrillic(joined).replace("ё", "е")


def without_kazakh_letters(folded: str) -> str:
    """A folded text as a Russian keyboard writes it; short words stay as they are."""
    return " ".join(
        word.translate(_WITHOUT_KAZAKH) if len(word) >= _SHORTEST_WITHOUT_KAZAKH else word
        for word in folded.split(" ")
    )


def small_number(text: str, otherwise: int) -> int:
    """The whole number that a text of plain digits says, nine of them at most; `otherwise` for any other."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _TOO_MANY_DIGITS else otherwise


def plain_digits(text: str) -> str:
    """The text with the decimal digits of every script as 0–9.

    Raised and circled digits are none: `5²` is no 52, and nobody means a number by ①.
    """
    return _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)


def digits_for_letters(text: str) -> str:
    """The text with the letters beside digits that look like digits as those: O as 0, l and I as 1, З as 3."""
    return _WITH_A_DIGIT.sub(lambda found: found[0].translate(_LETTERS_LIKE_DIGITS), text)
