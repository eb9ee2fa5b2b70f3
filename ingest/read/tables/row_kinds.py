"""What a row says of itself by its words: totals, a signature, a note.

In: the cells of one row, as written. Out: an answer each. Shared by the reader with a contract and the one
without: whether a row that speaks so may be a record all the same is for them to say, who know its columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from ingest.authored import mapping_in, read_yaml
from ingest.schema.values.letters import folded_text, letters_in_cyrillic

Cells = Sequence[str]

_WORDS = Path(__file__).parent / "row_words.yml"
_LONGEST_PHRASE = 4
_LONGEST = 400
"""Characters: a longer cell says nothing by its beginning."""
_MARKED = re.compile(r"\s*([*¹²³†]|(?:note|source|ескерту|сноска)\w*\s*:)", re.I)
_SIGNED = re.compile(r"_{3}|\.{6}|«_+»|/ ?[^\W\d_][^/]{2,40}/ ?$")
_STAMP = re.compile(r"м\. ?[по]\.?(?!\w)", re.I)
_PHONE = re.compile(r"(?:\+7|8|7)[ (-]{0,2}7\d\d[ )-]{0,2}\d{3}[ -]?\d\d[ -]?\d\d")
# «ж – ауырған», `н = не был`: a sign and what it stands for. Names and words are written with a hyphen too, of which
# no white space stands on either side: «Аль-Фараби», «2-сынып».
_LEGEND = re.compile(
    r"[^\W_]{1,3}(?: [-–—=] ?| ?[–—=] ?|- )[^\W\d_]{3}|[^\W\d_]{1,3}-(?P<stands_for>[^\W\d_]{3})"
)
# A run of one letter for each digit, parted as dates and times are: `дд.мм.гггг`, `YYYY-MM-DD`, `кк.аа.жжжж`, `чч:мм`.
_MASK = re.compile(r"([^\W\d_])\1{1,3}(?:[./: -]([^\W\d_])\2{1,3}){1,5}(?: ?[гж]\.?)?", re.I)
_DIGITS_OF = re.compile(
    r"(?:до |не более |max )?\d{1,4}[ -]?(?:цифр|знак|символ|сан|таңба|digit|character|char|букв|әріп)\w{0,6}",
    re.I,
)
_SIDE_BY_SIDE = re.compile(r"[/|\\(\n]")
_BRACKETS = re.compile(r"(?<!\s)\s*\([^()]*\)$")
_LONGEST_STROKE, _CROSSES = 40, 3
_CROSS = frozenset("xх×✕✖╳")
_SIGNS_OF_UNITS = "%‰№₸$€£₽°"
_CLASS_WORDS = 6
_OF_WHAT, _OF_WHAT_KK = frozenset({"по", "за", "for", "in", "by", "of", "на", "в"}), "бойынша"
_FEWEST_HINTS = 2
_SENTENCE = 5
_LONGEST_NAME = 3
"""Words of what may be a name."""
_CLASSES = frozenset(
    {"класс", "классы", "класса", "сынып", "сыныбы", "сыныптар", "сыныптары", "class", "classes"}
)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, frozenset[str]]:
    read = mapping_in(read_yaml(_WORDS), _WORDS)
    return {
        kind: frozenset(_folded(phrase) for words in by_language.values() for phrase in words)
        for kind, by_language in read.items()
    }


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """A text as phrases are compared: words alone, parted by one space each."""
    return " ".join(word.strip(".,:;-–—«»\"'()*") for word in folded_text(text).split()).strip()


def _sayings(text: str) -> list[str]:
    """What a cell says in each of the languages it is written in, side by side: «Сынып бойынша барлығы / Итого»; none
    where it is of one piece."""
    if not _SIDE_BY_SIDE.search(text):
        return []
    return [saying for part in _SIDE_BY_SIDE.split(text[:_LONGEST]) if (saying := part.strip())]


def first_words() -> frozenset[str]:
    """The first words of everything totals and signatures begin with, folded."""
    return frozenset(phrase.split(" ")[0] for kind in ("totals", "signatures") for phrase in _phrases()[kind])


def _begins(text: str, kind: str) -> bool:
    words = _folded(text[:_LONGEST]).split(" ")
    known = _phrases()[kind]
    return any(" ".join(words[:count]) in known for count in range(1, min(len(words), _LONGEST_PHRASE) + 1))


def says_total(text: str) -> bool:
    """Whether a cell says that its row sums up: «Итого по 7 «А»», «Мектеп бойынша барлығы»."""
    if not text or len(text) > _LONGEST:
        return False
    if _begins(text, "totals"):
        return True
    words = _folded(text).split(" ")
    # Whose sum it is stands first: «7 «А» класс итого», «сынып бойынша».
    is_last = len(words) > 1 and (words[-1] in _phrases()["totals"] or words[-1] == _OF_WHAT_KK)
    return is_last or any(map(says_total, _sayings(text)))


def says_average(text: str) -> bool:
    """Whether the heading of a column says that it holds averages: «Орташа балл», «Ср. балл»."""
    return bool(text) and len(text) <= _LONGEST and _begins(text, "averages")


def is_bare_total(text: str) -> bool:
    """Whether a cell says that its row sums up, and of what at most behind «по» or «бойынша»: no name of a figure."""
    words = _folded(text[:_LONGEST]).split(" ")
    known = _phrases()["totals"]
    longest = max((n for n in range(1, _LONGEST_PHRASE + 1) if " ".join(words[:n]) in known), default=0)
    rest = words[longest:]
    if not rest or rest[0] in _OF_WHAT or words[-1] in known or words[-1] == _OF_WHAT_KK:
        return True
    totals = [saying for saying in _sayings(text) if says_total(saying)]
    return len(totals) > 1 and all(map(is_bare_total, totals))


def may_total(texts: Sequence[str]) -> set[int]:
    """The places of texts that may say that their rows sum up: one look at all of them."""
    if not texts:
        return set()
    joined = "\n".join(" ".join(text[:_LONGEST].split()) for text in texts)
    folded = letters_in_cyrillic(unicodedata.normalize("NFKC", joined).casefold())
    places, counted, done = set(), 0, 0
    for found in _total_words().finditer(folded):
        counted += folded.count("\n", done, found.start())
        done = found.start()
        places.add(counted)
    return places


@lru_cache(maxsize=1)
def _total_words() -> re.Pattern[str]:
    phrases = {letters_in_cyrillic(phrase) for phrase in (*_phrases()["totals"], _OF_WHAT_KK)}
    words = "|".join(map(re.escape, sorted(phrases)))
    return re.compile(f"(?:{words})")


def says_none(text: str) -> bool:
    """Whether a cell is a word by which people say that there is no value: «нет», «жоқ», `n/a`."""
    return len(text) <= _LONGEST_STROKE and _folded(text) in _phrases()["nones"]


def says_nothing(text: str) -> bool:
    """Whether a cell holds signs alone, or the crosses by which a cell is struck out: `х`, `XXX`, `—`, `***`."""
    if len(text) > _LONGEST_STROKE:
        return False
    is_sign = not any(letter.isalnum() or letter in _SIGNS_OF_UNITS for letter in text)
    return bool(text) and (is_sign or (len(text) <= _CROSSES and set(text.casefold()) <= _CROSS))


def is_crossed_out(cells: Cells) -> bool:
    """Whether every filled cell of a row says nothing."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(map(says_nothing, filled))


def hints_at(cells: Cells) -> list[int]:
    """The columns of a row that say what is to be written in them: `дд.мм.гггг`, «текст», «12 цифр», `varchar(20)`.

    None where they are fewer than two or the lesser part, or may as well be units: «саны», «код» alone.
    """
    columns, measures = [], set()
    is_sure = False
    for column, cell in enumerate(cells):
        text = cell.strip()[:_LONGEST]
        said = _folded(_BRACKETS.sub("", text)) if text else ""
        if said in _phrases()["measures"]:
            measures.add(said)
        elif text and _is_hint(text, said):
            is_sure = True
        else:
            continue
        columns.append(column)
    filled = sum(1 for cell in cells if cell.strip())
    is_row = len(columns) >= _FEWEST_HINTS and 2 * len(columns) >= filled
    return columns if is_row and (is_sure or len(measures) > 1) else []


def _is_hint(text: str, said: str) -> bool:
    is_form = _MASK.fullmatch(text) or _DIGITS_OF.fullmatch(text)
    return bool(is_form) or said in _phrases()["hints"] or _begins(text, "orders") or gives_examples(text)


def gives_units(cells: Cells) -> bool:
    """Whether every filled cell of a row, two of them at least, names what is counted in its column: «сағ», «%»."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    return len(texts) >= _FEWEST_HINTS and all(map(_is_unit, texts))


def _is_unit(text: str) -> bool:
    if len(text) > _LONGEST_STROKE:
        return False
    if not any(letter.isalnum() for letter in text):
        return any(letter in _SIGNS_OF_UNITS for letter in text)
    known, bare = _phrases(), text.strip("()[] ,")
    return any(
        _folded(saying) in known["units"] or _folded(saying) in known["measures"]
        for saying in (bare, *_sayings(bare))
    )


def gives_examples(text: str) -> bool:
    """Whether a cell begins an example: «мысалы, Асан», «Пример: 5А»."""
    return _begins(text.strip()[:_LONGEST], "examples")


def begins_class(text: str) -> bool:
    """Whether a text names a class: «7 «А» класс», «Сынып: 8Б»."""
    words = _folded(text[:_LONGEST]).split(" ")
    is_named = len(words) <= _CLASS_WORDS and not _CLASSES.isdisjoint(words)
    return is_named or any(map(begins_class, _sayings(text)))


def says_signature(cells: Cells) -> bool:
    """Whether a row is one of those people end a report with: who signs, who wrote it, a stamp, a phone."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    if not texts:
        return False
    first = texts[0][:_LONGEST]
    is_said = _begins(first, "signatures") or _STAMP.match(first) or _PHONE.fullmatch(first)
    return bool(is_said) or is_signed(texts) or any(map(_is_under_a_line, texts))


def _is_under_a_line(text: str) -> bool:
    """Whether a cell says what is to stand on the line above it: «(подпись)», «(Т.А.Ә.)»."""
    return text.startswith("(") and text.endswith(")") and _begins(text[1:-1], "under_lines")


def is_signed(texts: Cells) -> bool:
    """Whether a line to sign on, or a name between strokes, stands in one of the cells."""
    return any(_SIGNED.search(text[:_LONGEST]) for text in texts)


def says_caption(texts: Cells) -> bool:
    """Whether the one text of a row heads the rows below it: it ends in a colon, names a class, is of many words."""
    if len(texts) != 1:
        return False
    text = texts[0].strip()
    words = _folded(text[:_LONGEST]).split(" ")
    has_digit = any(letter.isdecimal() for letter in text)
    return text.endswith(":") or has_digit or len(words) > _LONGEST_NAME or not _CLASSES.isdisjoint(words)


def says_note(text: str) -> bool:
    """Whether a cell explains the table: a footnote, a legend, a source."""
    text = text.strip()[:_LONGEST]
    return is_marked_note(text) or _is_legend(text) or _begins(text, "notes")


def is_marked_note(text: str) -> bool:
    """Whether a cell begins as footnotes do: with a mark, or with a word for it and a colon."""
    return bool(_MARKED.match(text))


def is_whole_note(text: str) -> bool:
    """Whether a cell is a footnote whatever stands beside it: marked as one, and a sentence or `note: …`. A mark before
    a name alone refers to one: «*Абай мектебі»."""
    return is_marked_note(text) and (":" in text or len(text.split()) >= _SENTENCE)


def _is_legend(text: str) -> bool:
    found = _LEGEND.match(text)
    if not found:
        return False
    # `н-не был`, but «Али-Хан».
    word = found["stands_for"]
    return word is None or word.islower()


@lru_cache(maxsize=1 << 16)
def speaks(text: str) -> bool:
    """Whether a cell says anything of its row at all: totals, a signature, a note. Cells repeat, so it is kept."""
    return says_total(text) or says_signature((text,)) or is_signed((text,)) or says_note(text)


def row_text(cells: Iterable[str]) -> str:
    """The text of a row, for a person who looks for it."""
    return " ".join(cell.strip() for cell in cells if cell.strip())
