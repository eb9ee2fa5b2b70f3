"""The week of a class day by day: what the rules of this room are aggregated from, and the shapes they share.

Out: `class_day`, one row per file, class and day, made once of the batch; rules that read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import of_prepared, place
from expectations.rules.rule import Rule, Stage, Table

# One row per file, class and day. `pattern`: the same for the same absences of the same learners, whatever the
# day; it leaves out how long the day was, so that a copied day is known again.
_CLASS_DAY = f"""
CREATE TABLE class_day AS
WITH b AS (
    SELECT _file, _table, _row, iin, {{sound}}
    FROM batch WHERE {{are_sound}}
)
SELECT _file, grade, letter, date, min({place()}) AS first, count(*) AS learners,
    sum(lessons_scheduled) AS scheduled, min(lessons_scheduled) AS shortest, max(lessons_scheduled) AS longest,
    sum(lessons_missed) AS missed, count(*) FILTER (lessons_missed > 0) AS away,
    count(*) FILTER (lessons_missed >= lessons_scheduled) AS away_all_day,
    min(absence_reason) FILTER (lessons_missed > 0) AS first_reason,
    max(absence_reason) FILTER (lessons_missed > 0) AS last_reason,
    {fingerprint("iin", "absence_reason", "lessons_missed_valid = lessons_missed")}
        FILTER (lessons_missed > 0) AS pattern
FROM b WHERE date IS NOT NULL AND grade IS NOT NULL
GROUP BY _file, grade, letter, date
"""


def class_day(bits: Mapping[str, int]) -> str:
    """The SQL that makes `class_day`. `bits`: of the columns, those in `_bad`; a cell judged already counts as empty,
    but the learner was there: only where class or day are in doubt the row is left out."""
    sound = ", ".join(
        f"CASE WHEN (_bad & {bits[name]}) = 0 THEN {name} END AS {name}"
        for name in ("lessons_scheduled", "lessons_missed", "lessons_missed_valid", "absence_reason")
    )
    keys = ("grade", "letter", "date")
    are_sound = f"(_bad & {sum(bits[name] for name in keys)}) = 0"
    return _CLASS_DAY.format(sound=f"{', '.join(keys)}, {sound}", are_sound=are_sound)


# A row `b` of the class and day `d`.
SAME_DAY = (
    "d._file = b._file AND d.grade = b.grade AND d.letter IS NOT DISTINCT FROM b.letter AND d.date = b.date"
)


class ClassDayRule(Rule):
    """A rule that reads `class_day` as `d`: `fault` says which of its rows are unusual."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "group"
    is_about_row: ClassVar[bool] = False
    reads: ClassVar[tuple[Table, ...]] = ("class_day",)

    def query(self) -> str:
        query = f"SELECT d._file, d.first{self.said()} FROM class_day AS d WHERE {self.fault()}"
        return of_prepared(query, *self.facts())


class FileRule(ClassDayRule):
    """A rule that looks at a file as a whole: `fault` speaks in aggregates of `class_day`."""

    is_base: ClassVar[bool] = True

    def query(self) -> str:
        query = f"""
            SELECT _file, min(first) AS first{self.said()} FROM class_day GROUP BY _file HAVING {self.fault()}
        """
        return of_prepared(query, *self.facts())
