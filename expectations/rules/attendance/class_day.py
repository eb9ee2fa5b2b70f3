"""The week of a class day by day: what the rules of this room are aggregated from, and the shapes they share.

Out: `class_day`, one row per file, class and day, made once of the batch; rules that read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import of_prepared, place
from expectations.rules.rule import Rule, Stage, Table

_KEYS = ("grade", "letter", "date")
_VALUES = ("lessons_scheduled", "lessons_missed", "lessons_missed_valid", "absence_reason")
CLASS_DAY_READS = (*_KEYS, *_VALUES)
"""The columns of the form that are counted in `class_day`."""
# One row per file, class and day. `pattern`: the same for the same absences of the same learners, whatever the
# day; it leaves out how long the day was, so that a copied day is known again. Who was there only matters to it, and
# few are away: so all else can be counted from rows that are alike, taken together.
_CLASS_DAY = f"""
CREATE TABLE class_day AS
WITH b AS (
    SELECT _file, _table, _row, {{rows}} AS rows, {{sound}} FROM {{source}} WHERE {{are_sound}}
), away AS (
    SELECT _file, grade, letter, date,
        {fingerprint("iin", "absence_reason", "lessons_missed_valid = lessons_missed")} AS pattern
    FROM (SELECT _file, iin, {{sound}} FROM batch WHERE {{are_sound}}) AS b
    WHERE lessons_missed > 0 GROUP BY ALL
), day AS (
    SELECT _file, grade, letter, date, min({place()}) AS first, CAST(sum(rows) AS BIGINT) AS learners,
        sum(lessons_scheduled * rows) AS scheduled,
        min(lessons_scheduled) AS shortest, max(lessons_scheduled) AS longest,
        sum(lessons_missed * rows) AS missed,
        CAST(coalesce(sum(rows) FILTER (lessons_missed > 0), 0) AS BIGINT) AS away,
        CAST(coalesce(sum(rows) FILTER (lessons_missed >= lessons_scheduled), 0) AS BIGINT) AS away_all_day,
        min(absence_reason) FILTER (lessons_missed > 0) AS first_reason,
        max(absence_reason) FILTER (lessons_missed > 0) AS last_reason
    FROM b WHERE date IS NOT NULL AND grade IS NOT NULL
    GROUP BY _file, grade, letter, date
)
SELECT day.*, away.pattern FROM day LEFT JOIN away ON away._file = day._file AND away.grade = day.grade
    AND away.letter IS NOT DISTINCT FROM day.letter AND away.date = day.date
"""


def class_day(bits: Mapping[str, int], source: str = "batch", rows: str = "CAST(1 AS BIGINT)") -> str:
    """The SQL that makes `class_day`. `bits`: of the columns, those in `_bad`; a cell judged already counts as empty,
    but the learner was there: only where class or day are in doubt the row is left out.

    `source`: the batch, or its different rows, of which each stands for `rows` rows.
    """
    sound = ", ".join(f"CASE WHEN (_bad & {bits[name]}) = 0 THEN {name} END AS {name}" for name in _VALUES)
    are_sound = f"(_bad & {sum(bits[name] for name in _KEYS)}) = 0"
    chosen = f"{', '.join(_KEYS)}, {sound}"
    return _CLASS_DAY.format(sound=chosen, are_sound=are_sound, source=source, rows=rows)


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
