"""Rules on surname and first name set in each other's column: of one person, or of a whole list.

A name is told by two signs at once: the surname's place holds a common first name (`given_names.yml`) and the first
name's place a word that is none, and a surname by its ending or by itself («Цой», «Шмидт»: `bare_surnames.yml`). One
sign alone says nothing: many surnames are a grandfather's first name, and «Полина» ends like a surname.

Of other words the rest of the file tells: one that is a surname there and never a first name, beside one of which the
reverse holds. A Russian first name is hardly ever a surname here, so beside it any word will do that the file does not
know as a first name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule, text
from ingest.authored import mapping_in, read_yaml

GIVEN_NAMES = Path(__file__).with_name("given_names.yml")
BARE_SURNAMES = Path(__file__).with_name("bare_surnames.yml")
_SURNAME = "(ов|ова|ев|ева|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук)$"
_FAMILY = f"(regexp_matches(?, {text(_SURNAME)}) OR ? IN {{}})"
# As a Russian keyboard writes Kazakh letters.
_KAZAKH, _RUSSIAN = "әғқңөұүһіё", "агкноуухие"


def _folded(word: str) -> str:
    return word.casefold().translate(str.maketrans(_KAZAKH, _RUSSIAN))


@lru_cache(maxsize=2)
def _words(file: Path) -> dict[str, frozenset[str]]:
    """Language → the words of a list, folded."""
    return {
        language: frozenset(_folded(str(name)) for name in names)
        for language, names in mapping_in(read_yaml(file), file).items()
    }


def given_names(*languages: str) -> frozenset[str]:
    """The common first names, folded; of all languages without any named."""
    known = _words(GIVEN_NAMES)
    return frozenset[str]().union(*(known[language] for language in languages or known))


def bare_surnames() -> frozenset[str]:
    """Surnames without an ending of one, folded; none of them is a common first name."""
    return frozenset[str]().union(*_words(BARE_SURNAMES).values()) - given_names()


def _listed(words: Iterable[str]) -> str:
    return f"({', '.join(map(text, sorted(words)))})"


class NameOrderRule(Rule):
    """`column`: the surname, `other`: the first name."""

    is_base: ClassVar[bool] = True

    other: str
    many: int = 5
    """From how many such rows on a list is one whose columns were exchanged, if they are most of those that tell."""

    def counted(self) -> str:
        """The rows that tell, each with its place, whether its names are exchanged, and how many of its file are."""
        last, first = (
            f"translate(lower(b.{column}), {text(_KAZAKH)}, {text(_RUSSIAN)})"
            for column in (self.column, self.other)
        )
        given, family = f"{{}} IN {_listed(given_names())}", _FAMILY.format(_listed(bare_surnames()))
        return f"""
            WITH folded AS (
                SELECT b._file, b._table, b._row, {place()} AS place, {last} AS last, {first} AS first
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL", f"b.{self.other} IS NOT NULL")}
            ), signs AS (
                SELECT *, {given.format("last")} AS last_is_given, {given.format("first")} AS first_is_given,
                    {family.replace("?", "last")} AS last_is_family, {family.replace("?", "first")} AS first_is_family
                FROM folded
            ), as_last AS (
                SELECT _file, last AS word, min(first) AS least, max(first) AS most FROM folded GROUP BY ALL
            ), as_first AS (
                SELECT _file, first AS word, min(last) AS least, max(last) AS most FROM folded GROUP BY ALL
            ), learned AS (
                SELECT s._file, s._table, s._row
                FROM signs AS s
                JOIN as_last AS l ON l._file = s._file AND l.word = s.last
                JOIN as_first AS f ON f._file = s._file AND f.word = s.first
                LEFT JOIN as_first AS known_first ON known_first._file = s._file AND known_first.word = s.last
                LEFT JOIN as_last AS known_last ON known_last._file = s._file AND known_last.word = s.first
                WHERE NOT s.first_is_given AND NOT s.last_is_family AND s.first <> s.last
                    AND l.least = l.most AND f.least = f.most
                    AND (
                        (known_first.word IS NOT NULL AND known_last.word IS NOT NULL)
                        OR s.last IN {_listed(given_names("ru"))}
                    )
            ), told AS (
                SELECT s._file, s._table, s._row, s.place,
                    (last_is_given AND first_is_family AND NOT first_is_given) OR n._row IS NOT NULL AS is_wrong,
                    first_is_given AND last_is_family AND NOT last_is_given AS is_right
                FROM signs AS s
                LEFT JOIN learned AS n ON n._file = s._file AND n._table = s._table AND n._row = s._row
            ), counted AS (
                SELECT *, count(*) FILTER (is_wrong) OVER (PARTITION BY _file) AS wrong,
                    count(*) OVER (PARTITION BY _file) AS told
                FROM told WHERE is_wrong OR is_right
            )
        """

    def of_list(self) -> str:
        """Whether the whole list is exchanged."""
        return f"(wrong >= {self.many} AND wrong * 2 > told)"


class NamesExchanged(NameOrderRule):
    """A person's surname and first name stand in their own columns."""

    def query(self) -> str:
        return f"""
            {self.counted()}
            SELECT _file, _table, _row FROM counted WHERE is_wrong AND NOT {self.of_list()}
        """


class NameColumnsExchanged(NameOrderRule):
    """The columns of surname and first name of a list are not exchanged. One finding a file."""

    is_about_cell = False
    stage = "group"
    is_about_row = False

    def query(self) -> str:
        query = f"""
            {self.counted()}
            SELECT _file, min(place) AS first, any_value(wrong) AS many
            FROM counted WHERE is_wrong AND {self.of_list()} GROUP BY _file
        """
        return placed(query, "many")
