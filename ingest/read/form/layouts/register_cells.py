"""What one cell of a register says → the texts of the form's fields.

In: the text of a cell, what the layout says of such cells. Out: field → text, None for a cell nobody can follow.
Letters of attendance stand alone for the whole day (`н`, `б`), with a number for so many lessons (`2н`, `б3`), or one
after another (`1н 2б`); the reason of most lessons is the reason of the day. A Latin letter is the Cyrillic one that
it looks like. Nothing is guessed: a sign that the dictionary does not know, or one for the whole day beside another
(`н/б`), is for the school to explain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.read.cells.written.codes import code_of
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.register_layout import LessonCells, MarkCells, PointCells
from ingest.schema.values.letters import folded_text, letters_in_cyrillic, without_kazakh_letters

Texts = Mapping[str, str]

_PARTS = re.compile(r"[\s,;+/]+")
_COUNTED = re.compile(r"(?P<before>\d{1,2})?(?P<word>[^\W\d_]+\.?)?(?P<behind>\d{1,2})?")
_THERE = frozenset({"+", "✓", "✔"})
_TRUE = "true"
_LONGEST = 60
_FEW_LETTERS, _STEM = 3, 4


def lessons_said(text: str, scheduled: int, cells: LessonCells) -> Texts | None:
    """What a cell says of a day with so many lessons."""
    written = text.strip()
    if not written or written in _THERE:
        return _texts(scheduled, {}, late=False, cells=cells)
    if len(written) > _LONGEST:
        return None
    missed: dict[str, int] = {}
    late = False
    whole = absences = 0
    # A reason may be said in words, some of which hold spaces and commas.
    parts = [written] if code_of(cells.words, written) or _word(written, cells) else _PARTS.split(written)
    for part in filter(None, parts):
        found = _COUNTED.fullmatch(part) if part is not written or len(parts) > 1 or _short(part) else None
        word = part if found is None else found["word"] or ""
        code = _word(word, cells) if word else ""
        if code is None or (found and found["before"] and found["behind"]):
            return None
        count = found and (found["before"] or found["behind"])
        if code and not _says(cells, code, "is_absence"):
            late = late or code == "LATE"
            missed.setdefault(code, 0)
            continue
        if not code and not count:
            return None
        absences += 1
        whole += not count
        missed[code] = missed.get(code, 0) + (int(count) if count else scheduled)
    return None if whole and absences > 1 else _texts(scheduled, missed, late=late, cells=cells)


def nearest_sign(text: str, cells: LessonCells) -> str | None:
    """The sign of the dictionary that a text nobody can follow is nearest to: of a few letters the one it begins with
    («нб»), of a word that of the words with the same stem («болеет»). None where there is none, or several."""
    written = folded_text(text).strip("!?*()")
    known = codelist(cells.words).by_word
    if not written.isalpha():
        return None
    if len(written) <= _FEW_LETTERS:
        first = letters_in_cyrillic(written[0])
        return first if first in known else None
    codes = {
        code
        for phrase, code in known.items()
        for word in folded_text(phrase).split()[:1]
        if _same_letters(word, written) >= max(_STEM, (max(len(word), len(written)) + 1) // 2)
    }
    return _sign_of(codes.pop(), written, cells) if len(codes) == 1 else None


def _same_letters(one: str, other: str) -> int:
    """With how many letters both words begin."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _sign_of(code: str, written: str, cells: LessonCells) -> str:
    """How a code is written in the language of a text: by its letter, or by its label where it has none."""
    entry = codelist(cells.words).by_code[code]
    letters = [alias for alias in entry.aliases if len(alias) == 1]
    is_kazakh = without_kazakh_letters(written) != written or _same_letters(entry.labels.kk, written) >= _STEM
    if letters:
        return letters[0 if is_kazakh else -1]
    return entry.labels.kk if is_kazakh else entry.labels.ru


def _short(text: str) -> bool:
    return " " not in text and any(character.isdecimal() for character in text)


def _word(text: str, cells: LessonCells | MarkCells) -> str | None:
    return _code(text, cells.words)


def _code(text: str, words: str) -> str | None:
    """The code of a word, or of the one that a reader sees there."""
    for written in dict.fromkeys((text, letters_in_cyrillic(text))):
        if code := codelist(words).by_word.get(written.casefold()) or code_of(words, written):
            return code
    return None


def _says(cells: LessonCells, code: str, what: str) -> bool:
    return codelist(cells.words).by_code[code].extra[what] == _TRUE


def _texts(scheduled: int, missed: Mapping[str, int], *, late: bool, cells: LessonCells) -> Texts:
    valid = sum(count for code, count in missed.items() if code and count and _says(cells, code, "is_valid"))
    reasons = {code: count for code, count in missed.items() if code and code != "LATE"}
    return {
        cells.scheduled: str(scheduled),
        cells.missed: str(sum(missed.values())),
        cells.missed_valid: str(valid),
        cells.late: "yes" if late else "no",
        cells.reason: max(reasons, key=reasons.__getitem__) if reasons else "",
    }


def marks_said(text: str, cells: MarkCells) -> Texts | None:
    """What a cell says of a learner's result; None for a blank one."""
    written = text.strip()
    if not written:
        return None
    outcome = None if written.isdecimal() else _word(written, cells)
    if outcome and outcome != cells.usual:
        return {cells.mark: "", cells.outcome: outcome}
    if cells.named and not written.isdecimal() and (mark := _code(written, cells.named)):
        return {cells.mark: mark, cells.outcome: cells.usual}
    # What is no mark either goes on as it is: whether it may be one is for the type of the column to say.
    return {cells.mark: written, cells.outcome: cells.usual}


def points_said(text: str, kind: str, maximum: str, cells: PointCells) -> Texts | None:
    """What a cell says of a learner's points, of a column of that kind and maximum (empty where nothing says them);
    None for a blank one, and where the learner was not there. «8/10» is so written where the maximum is known as 10;
    what else is no number goes on as it is, for the type of the column to say."""
    written = text.strip()
    if not written or is_absence(written, cells):
        return None
    points, sign, most = written.partition("/")
    if sign and maximum and most.strip() == maximum:
        written = points.strip()
    return {cells.points: written, cells.kind: kind or cells.usual, cells.maximum: maximum}


def is_absence(text: str, cells: PointCells) -> bool:
    """Whether a cell of a journal of marks says that the learner was not there, or was late."""
    written = text.strip()
    return not any(map(str.isdecimal, written)) and bool(_code(written, cells.words))
