"""Rules on the persons of a list: their names, dates and numbers beside each other.

All of them ask: an unusual name, two persons born on one day or numbers in a row may be quite in order.
"""

from __future__ import annotations

from expectations.rules.group import GroupRule, place, placed
from expectations.rules.rule import BATCH, Rule
from expectations.rules.values.spelling import matches

_SON, _DAUGHTER = "(ұлы|улы|вич|ьич)$", "(қызы|кызы|вна|чна)$"


class PatronymicAsFirstName(Rule):
    """The first name is no patronymic: the columns of the name are not interchanged."""

    def fault(self) -> str:
        return matches(self.column, "(ұлы|қызы|кызы|ович|евич|овна|евна)$")


class PatronymicMatchesSex(Rule):
    """The ending of the patronymic is that of the learner's sex (`other`)."""

    other: str

    def fault(self) -> str:
        return (
            f"(b.{self.other} = 'f' AND {matches(self.column, _SON)}) OR "
            f"(b.{self.other} = 'm' AND {matches(self.column, _DAUGHTER)})"
        )


class SurnameMatchesSex(Rule):
    """A surname in the feminine form does not belong to a boy. The other way round is usual in Kazakh."""

    other: str

    def fault(self) -> str:
        return f"b.{self.other} = 'm' AND {matches(self.column, '(ова|ева|ёва|ская|цкая)$')}"


class SamePersonTwice(Rule):
    """No two rows of a file have the same names and birth date (`columns`) under different numbers."""

    columns: list[str]
    stage = "group"

    def query(self) -> str:
        parts = ", ".join(f"lower(CAST(b.{column} AS VARCHAR))" for column in self.columns)
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, first_value({place()}) OVER same AS first_row,
                    first_value(b.{self.column}) OVER same AS first_number, b.{self.column} AS number
                FROM {BATCH}
                WHERE {self.applies(*(f"b.{column} IS NOT NULL" for column in self.columns))}
                WINDOW same AS (PARTITION BY b._file, {parts} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE number <> first_number
        """


class ManyBornOnOneDay(GroupRule):
    """Not so many of a list are born on one day: at least `least`, and more than one in five."""

    least: int = 10

    def query(self) -> str:
        query = f"""
            WITH day AS (
                SELECT b._file, min({place()}) AS first, count(*) AS many,
                    sum(count(*)) OVER (PARTITION BY b._file) AS of_all
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                GROUP BY b._file, b.{self.column}
            )
            SELECT _file, first, many, of_all FROM day WHERE many >= {self.least} AND many * 5 > of_all
        """
        return placed(query, "many", "of_all")


class NumbersInSequence(Rule):
    """Identification numbers of one birth date do not run on without a gap, `least` of them or more."""

    least: int = 6
    stage = "group"
    is_about_row = False

    def query(self) -> str:
        query = f"""
            WITH number AS (
                SELECT b._file, {place()} AS first, left(b.{self.column}, 7) AS day,
                    TRY_CAST(substr(b.{self.column}, 8, 4) AS INTEGER) AS serial
                FROM {BATCH} WHERE {self.applies(f"length(b.{self.column}) = 12")}
            ), numbered AS (
                SELECT *, serial - row_number() OVER (PARTITION BY _file, day ORDER BY serial) AS run FROM number
            )
            SELECT _file, min(first) AS first, count(*) AS many
            FROM numbered GROUP BY _file, day, run HAVING count(*) >= {self.least}
        """
        return placed(query, "many")


class AllOfOneSex(GroupRule):
    """A list of `least` persons or more holds both sexes."""

    least: int = 50

    def fault(self) -> str:
        return f"count(*) >= {self.least} AND min(b.{self.column}) = max(b.{self.column})"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}


class EarlyForAge(Rule):
    """On the day in the column the person (born on `other`) was at least `least` years old."""

    other: str
    least: int = 4

    def fault(self) -> str:
        return f"b.{self.column} < b.{self.other} + INTERVAL {self.least} YEAR"

    def facts(self) -> dict[str, str]:
        return {"born": f"strftime(b.{self.other}, '%d.%m.%Y')"}

    def params(self) -> dict[str, object]:
        return {"least": self.least}
