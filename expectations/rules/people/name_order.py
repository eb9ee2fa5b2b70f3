"""Rules on surname and first name set in each other's column: of one person, or of a whole list.

A name is told by two signs at once: the surname's place holds a common first name (`given_names.yml`) and the first
name's place a word with the ending of a surname that is no first name. One sign alone says nothing: many surnames
are a grandfather's first name, and «Полина» ends like a surname.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule, text
from ingest.authored import mapping_in, read_yaml

GIVEN_NAMES = Path(__file__).with_name("given_names.yml")
_SURNAME = "(ов|ова|ев|ева|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук)$"
# As a Russian keyboard writes Kazakh letters.
_KAZAKH, _RUSSIAN = "әғқңөұүһіё", "агкноуухие"


def _folded(word: str) -> str:
    return word.casefold().translate(str.maketrans(_KAZAKH, _RUSSIAN))


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """The list, folded."""
    read = mapping_in(read_yaml(GIVEN_NAMES), GIVEN_NAMES)
    return frozenset(_folded(str(name)) for names in read.values() for name in names)


class NameOrderRule(Rule):
    """`column`: the surname, `other`: the first name."""

    is_base: ClassVar[bool] = True

    other: str
    many: int = 5
    """From how many such rows on a list is one whose columns were exchanged, if they are most of those that tell."""

    def counted(self) -> str:
        """The rows that tell, each with its place, whether its names are exchanged, and how many of its file are."""
        names = ", ".join(text(name) for name in sorted(given_names()))
        last, first = (
            f"translate(lower(b.{column}), {text(_KAZAKH)}, {text(_RUSSIAN)})"
            for column in (self.column, self.other)
        )
        given, family = f"{{0}} IN ({names})", f"regexp_matches({{0}}, {text(_SURNAME)})"
        wrong = f"{given.format('last')} AND {family.format('first')} AND NOT {given.format('first')}"
        right = f"{given.format('first')} AND {family.format('last')} AND NOT {given.format('last')}"
        return f"""
            WITH folded AS (
                SELECT b._file, b._table, b._row, {place()} AS place, {last} AS last, {first} AS first
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL", f"b.{self.other} IS NOT NULL")}
            ), told AS (
                SELECT _file, _table, _row, place, ({wrong}) AS is_wrong
                FROM folded WHERE ({wrong}) OR ({right})
            ), counted AS (
                SELECT *, count(*) FILTER (is_wrong) OVER (PARTITION BY _file) AS wrong,
                    count(*) OVER (PARTITION BY _file) AS told
                FROM told
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
