"""Rules on the calendar of a school year: its terms in order and complete, breaks and holidays plausible.

All read the columns `segment`, `segment_no`, `start_date` and `end_date` of the form. A term for all grades and a
break for some are told apart by `grade_from`.
"""

from __future__ import annotations

from typing import Any

from expectations.rules.group import GroupRule
from expectations.rules.rule import BATCH, Rule
from ingest.schema.texts.message import interval


class TermsInOrder(Rule):
    """A term begins after every term of a smaller number."""

    stage = "group"
    speaks_of = ("segment", "segment_no")

    def query(self) -> str:
        return f"""
            WITH ordered AS (
                SELECT b.*, max(b.start_date) OVER (
                    PARTITION BY b._file, b.segment ORDER BY b.segment_no
                    RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS latest
                FROM {BATCH} WHERE b.segment = 'term' AND b.segment_no IS NOT NULL
            )
            SELECT b._file, b._table, b._row FROM ordered AS b WHERE {self.applies("b.latest > b.start_date")}
        """


class SegmentNumberTwice(Rule):
    """No two terms, and no two breaks, of a school year have the same number."""

    stage = "group"
    speaks_of = ("segment", "start_date")

    def query(self) -> str:
        return f"""
            WITH ordered AS (
                SELECT b.*, min(b.start_date) OVER above AS first_start, max(b.start_date) OVER above AS last_start
                FROM {BATCH} WHERE b.segment_no IS NOT NULL
                WINDOW above AS (
                    PARTITION BY b._file, b.segment, b.segment_no ORDER BY b._table, b._row
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            )
            SELECT b._file, b._table, b._row FROM ordered AS b
            WHERE {self.applies("(b.first_start <> b.start_date OR b.last_start <> b.start_date)")}
        """


class TermMissing(GroupRule):
    """A calendar that holds two terms or more holds all four."""

    asks_for_all = True
    speaks_of = ("segment",)

    def guards(self) -> list[str]:
        return [*super().guards(), "b.segment = 'term'"]

    def fault(self) -> str:
        return "count(DISTINCT b.segment_no) BETWEEN 2 AND 3"

    def facts(self) -> dict[str, str]:
        return {"many": "count(DISTINCT b.segment_no)"}


class GapInCalendar(Rule):
    """After a term or break the next one begins within two days, the last term aside.

    Says nothing of a calendar in which a segment is in doubt: it may be the next one.
    """

    stage = "group"
    speaks_of = ("segment", "start_date", "grade_from")

    def fault(self) -> str:
        other = BATCH.replace(" AS b", " AS a")
        return f"""
            b.segment IN ('term', 'break') AND b.grade_from IS NULL AND NOT EXISTS (
                SELECT 1 FROM {other} WHERE a._file = b._file AND (a._bad & {self.bad_bits}) <> 0
            ) AND (
                SELECT min(a.start_date) FROM {other}
                WHERE a._file = b._file AND a.segment IN ('term', 'break')
                    AND a.grade_from IS NULL AND a.start_date > b.end_date
            ) > b.end_date + INTERVAL 3 DAY
        """


class HolidayInBreak(Rule):
    """A holiday on a day of a break for all grades gives nobody a free day: it is said, not asked."""

    stage = "group"
    speaks_of = ("segment", "grade_from", "end_date")

    def fault(self) -> str:
        other = BATCH.replace(" AS b", " AS a")
        return f"""
            b.segment = 'holiday' AND EXISTS (
                SELECT 1 FROM {other}
                WHERE a._file = b._file AND a.segment = 'break' AND a.grade_from IS NULL
                    AND b.start_date > a.start_date AND b.end_date < a.end_date
            )
        """


class SegmentLength(Rule):
    """From the day in the column to that in `other` it is `least` to `most` days, both included."""

    other: str
    least: int = 1
    most: int = 366

    def _days(self) -> str:
        return f"(b.{self.other} - b.{self.column} + 1)"

    def fault(self) -> str:
        days = self._days()
        return f"{days} > 0 AND {days} NOT BETWEEN {self.least} AND {self.most}"

    def facts(self) -> dict[str, str]:
        return {"days": self._days()}

    def params(self) -> dict[str, Any]:
        return {"allowed": interval(self.least, self.most)}


class YearBeginsInSeptember(Rule):
    """The first term begins in the first days of September."""

    speaks_of = ("segment", "segment_no")

    def fault(self) -> str:
        return (
            f"b.segment = 'term' AND b.segment_no = 1 AND (extract(month FROM b.{self.column}) <> 9 "
            f"OR extract(day FROM b.{self.column}) > 7)"
        )
