"""Rules that hold the marks of a term against what its current marks make together.

They read `term_mark` (`expectations.term.marks`), which has a row only where the current marks of the whole term are
known. Where they are not, nothing is said.
"""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.group import class_name, place, placed
from expectations.rules.rule import BATCH, Need, Rule, Table
from expectations.term.formula import APART, differs, percent, rounded_percent
from ingest.schema.forms.codelist import codelist


class AgainstCurrentMarks(Rule):
    """A rule on the mark of a term beside the current marks. `columns`: learner, grade, letter, subject.

    A mark differs where no percentage within `apart` points of theirs gives it by the scale.
    """

    is_base: ClassVar[bool] = True

    columns: list[str]
    apart: int = APART
    least: int = 5
    """From how many marks on, and more than half of the class, it is the class that is asked about."""
    needs: ClassVar[tuple[Need, ...]] = ("node", "period", "marks")
    reads: ClassVar[tuple[Table, ...]] = ("term_mark",)

    def _differs(self) -> str:
        return " OR ".join(
            f"(b.{self.column} = {entry.code} AND "
            f"{differs('t', entry.extra['percent_from'], entry.extra['percent_to'], self.apart)})"
            for entry in codelist("mark").codes
        )

    def compared(self) -> str:
        """SQL: every mark that can be compared, whether it differs, and how many of its class do."""
        learner, grade, letter, subject = self.columns
        steps = " ".join(
            f"WHEN {rounded_percent('t')} <= {entry.extra['percent_to']} THEN {entry.code}"
            for entry in codelist("mark").codes
        )
        return f"""
            SELECT b._file, b._table, b._row, {place()} AS place, b.{grade} AS grade, b.{letter} AS written,
                lower(coalesce(b.{letter}, '')) AS letter, b.{subject} AS subject, ({self._differs()}) AS differs,
                round({percent("t")}, 1) AS percent, CASE {steps} END AS expected,
                count(*) FILTER ({self._differs()}) OVER class AS many, count(*) OVER class AS compared
            FROM {BATCH} {self.joins()}
            JOIN term_mark AS t ON t._file = b._file AND t.iin = b.{learner} AND t.subject = b.{subject}
            WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
            WINDOW class AS (PARTITION BY b._file, b.{grade}, lower(coalesce(b.{letter}, '')), b.{subject})
        """

    def _is_class(self) -> str:
        return f"many >= {self.least} AND many * 2 > compared"


class MarkDiffersFromCurrent(AgainstCurrentMarks):
    """The mark of the term is the one that the learner's current marks make by the dated weights.

    Where more than half of a class differ, `marks_of_class_differ` asks once for all.
    """

    stage = "across"

    def query(self) -> str:
        return f"""
            WITH c AS ({self.compared()})
            SELECT _file, _table, _row, percent, expected FROM c WHERE differs AND NOT ({self._is_class()})
        """


class MarksOfClassDiffer(AgainstCurrentMarks):
    """Not more than half of a class, nor `least` of it, differ from what their current marks make."""

    stage = "across"
    is_about_row = False

    def query(self) -> str:
        query = f"""
            WITH c AS ({self.compared()})
            SELECT _file, min(place) AS first, count(*) AS many, any_value(compared) AS compared,
                {class_name("grade", "any_value(written)")} AS class
            FROM c WHERE differs AND {self._is_class()}
            GROUP BY _file, grade, letter, subject
        """
        return placed(query, "many", "compared", "class")
