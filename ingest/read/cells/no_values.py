r"""What stands in a cell in place of a value: an error of a spreadsheet (`#Н/Д`), a placeholder of a program (`NaN`).

In: the text of a cell. Out: which of the two it is, or neither; the same question as patterns for Arrow and SQL. The
words are data (`ingest/words/no_values.yml`). Only a whole cell is asked about: a text that mentions one is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Any, Literal

from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import look_alike

NoValue = Literal["error", "placeholder"]
# All that follows is read alike by Python, RE2 and Arrow: a letter of any alphabet is what is neither ASCII nor a sign.
_LETTER = "A-Za-zÀ-ÖØ-öø-\u1fff\u2c00-\u2dff\u3040-\u9fff\uac00-\ud7a3"
_BLANK = "[ \u00a0\u2007\u2009\u202f]{0,2}"
_STROKE = f"{_BLANK}[/\\\\⁄∕]{_BLANK}"
# `#WORD!`, `#WORD?`, `#WORD/0!`, `#L/L` in any alphabet.
_SHAPES = (
    f"#[{_LETTER}][{_LETTER}0-9_]{{1,20}}(?:/0)?[!?]",
    f"#{_BLANK}[{_LETTER}]{{1,2}}{_STROKE}[{_LETTER}]{{1,2}}{_BLANK}[!?]?",
    # What stands for a number or a day in a narrow column: programs that save what is shown save it.
    "#{3,25}",
)
_LONGEST = 40
"""Characters of the longest of them there can be, with the blanks within."""
OF_ERRORS = "#:./"
"""Every error holds one of these."""
OF_PLACEHOLDERS = "NnIi[]{}()<>\\/"
"""Every placeholder holds one of these, but for one with a sign of division for a stroke."""
_LONG = 1 << 10
"""Characters of a text in which it pays to look for letters first."""
_TELLING = 4
"""So many characters of a long word tell it."""
_MARKS = {"/": _STROKE, "!": f"{_BLANK}!", "?": f"{_BLANK}[?]", "#": f"#{_BLANK}", " ": _BLANK}


def _words() -> dict[str, Any]:
    return read_words("no_values")


def _spelled(word: str, *, alike: bool = False) -> str:
    """The pattern of a word with blanks around its signs; `alike`: be its letters of whichever alphabet."""
    letters = (f"[{letter}{look_alike(letter)}]" if alike else re.escape(letter) for letter in word)
    return "".join(_MARKS.get(letter, pattern) for letter, pattern in zip(word, letters, strict=True))


def _any_of(words: Iterable[str], *, alike: bool = False) -> str:
    return "|".join(_spelled(word, alike=alike) for word in words)


@lru_cache(maxsize=1)
def error_pattern() -> str:
    """The pattern of a whole cell, its ends trimmed, that is an error; in what Python, RE2 and Arrow read alike."""
    lists = dict(_words()["errors"])
    numbered = _any_of(lists.pop("libreoffice_words"))
    listed = [word for words in lists.values() for word in words]
    marked = _any_of((word for word in listed if word.startswith("#")), alike=True)
    bare = _any_of(word for word in listed if not word.startswith("#"))
    return f"(?i)^(?:{'|'.join(_SHAPES)}|(?:{numbered}){_BLANK}[0-9]{{3}}|{marked}|{bare})$"


@lru_cache(maxsize=1)
def placeholder_pattern() -> str:
    """The pattern of a whole cell, its ends trimmed, that is a placeholder; Python, RE2 and Arrow read it alike."""
    lists = _words()["placeholders"]
    word = f"(?:{_any_of(lists['words'], alike=True)})"
    called, name = f"(?:{_any_of(lists['called'])})", "[A-Za-z_][A-Za-z0-9_]{0,15}"
    as_written = (
        # One word, or some of them.
        f"{word}(?:[ ,.:/-]{word}){{0,3}}%?",
        rf"""[(\[<{{'"«]{word}[)\]>}}'"»]""",
        _any_of(lists["alone"]),
        rf"(?:{'|'.join(lists['parts_of'])})\.(?i:{called})",
        # What fills in a template was not there.
        r"\[object [A-Za-z]{1,14}\]|\{\{[^{}]{0,34}\}\}|\$\{[^{}]{0,34}\}|%\([A-Za-z_]{1,30}\)s",
    )
    in_any_case = (
        _any_of(lists["strokes"], alike=True),
        _any_of(lists["bracketed"]),
        rf"""(?:{name}\.){{0,3}}{name}\(['"]?{called}['"]?\)""",
    )
    return f"^(?:{'|'.join(as_written)}|(?i:{'|'.join(in_any_case)}))$"


@lru_cache(maxsize=1)
def small_placeholder_pattern() -> str:
    """The same without regard to case: for columns in which no name can stand."""
    return f"(?i){placeholder_pattern()}"


def _in_cases(words: Iterable[str]) -> list[str]:
    return sorted({cased for word in words for cased in (word, word.lower(), word.upper())})


@lru_cache(maxsize=1)
def _telltales() -> tuple[str, ...]:
    """What a text that holds any of them, but for those with a stroke or a bracket, holds in some place."""
    errors, lists = _words()["errors"], _words()["placeholders"]
    bare = [word for listed in errors.values() for word in listed if "#" not in word and "/" not in word]
    alike = [
        "".join(letters)
        for word in lists["words"]
        for letters in product(*(letter + look_alike(letter) for letter in word[:_TELLING]))
    ]
    alone = [word[:_TELLING] for word in lists["alone"]]
    parts = [f"{part}." for part in lists["parts_of"]]
    each = {"#", "<", "[object ", "{{", "${", "%(", *alike, *alone, *parts, *_in_cases(bare)}
    return tuple(sorted(word for word in each if not any(other in word for other in each - {word})))


@lru_cache(maxsize=1)
def _stroke_or_call() -> re.Pattern[str]:
    """A sign that stands in what has a stroke or a bracket; it begins with the sign, so that looking is quick."""
    strokes = _words()["placeholders"]["strokes"]
    last = "".join(sorted({case for word in strokes for case in _alike(word[-1])}))
    lists = _words()["placeholders"]
    within = _any_of([*lists["called"], *(word[1:] for word in lists["bracketed"] if word.startswith("("))])
    after = f"{_BLANK}(?:[{last}]|0{_BLANK}!)"
    strokes_of = "|".join(f"{sign}{after}" for sign in ("/", r"\\", "⁄", "∕"))
    return re.compile(rf"""{strokes_of}|\(['"]?(?i:{within})""")


def _alike(letter: str) -> str:
    return "".join(case + look_alike(case) for case in (letter.lower(), letter.upper()))


@lru_cache(maxsize=1)
def _letters_of_telltales() -> frozenset[str]:
    return frozenset(letter for word in _telltales() for letter in word)


def may_hold_any(text: str) -> bool:
    """Whether a text may hold an error or a placeholder somewhere. A fast look; may say yes in vain."""
    words = _telltales()
    if len(text) >= _LONG:
        # One pass for a letter that is not there spares one for each word that has it.
        absent = {letter for letter in _letters_of_telltales() if letter not in text}
        words = tuple(word for word in words if absent.isdisjoint(word))
    return any(word in text for word in words) or _stroke_or_call().search(text) is not None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(placeholder_pattern()), re.compile(error_pattern())


def no_value(cell: str) -> NoValue | None:
    """What stands in the cell in place of a value; None for a value and for a blank cell."""
    if len(cell) > 2 * _LONGEST:
        return None
    text = cell.strip()
    if not text or len(text) > _LONGEST:
        return None
    placeholder, error = _patterns()
    if placeholder.match(text):
        return "placeholder"
    return "error" if error.match(text) else None
