"""Rules on the classes of a roster and on columns that should, or should not, hold one value."""

from __future__ import annotations

from typing import Any

from expectations.rules.group import GroupRule, place, placed
from expectations.rules.rule import BATCH, Rule
from ingest.schema.forms.codelist import codelist


class ClassSize(GroupRule):
    """A class (`columns`) has no more than `most` learners; the sanitary norm is 25, overfull schools 36."""

    most: int = 40

    def fault(self) -> str:
        return f"count(*) > {self.most}"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class LetterOfOneLearner(Rule):
    """No class (`columns`: grade and letter) holds one learner alone beside one of the same grade with `least`."""

    columns: list[str]
    least: int = 10
    stage = "group"

    def query(self) -> str:
        grade, letter = self.columns
        query = f"""
            WITH class AS (
                SELECT b._file, b.{grade} AS grade, lower(b.{letter}) AS letter, min({place()}) AS first,
                    count(*) AS learners, any_value(b.{letter}) AS written
                FROM {BATCH} WHERE {self.applies(f"b.{grade} IS NOT NULL", f"b.{letter} IS NOT NULL")}
                GROUP BY b._file, b.{grade}, lower(b.{letter})
            ), compared AS (
                SELECT *, max(learners) OVER same AS most,
                    string_agg(written, ', ') FILTER (learners > 1) OVER same AS letters
                FROM class
                WINDOW same AS (PARTITION BY _file, grade)
            )
            SELECT _file, first, grade, letters FROM compared WHERE learners = 1 AND most >= {self.least}
        """
        return placed(query, "grade", "letters")


class LetterInAnotherAlphabet(Rule):
    """No class (`columns`: grade and letter) is named in Latin letters where more rows are in Cyrillic ones.

    Latin letters that look like Cyrillic ones were read as those already. One finding a class.
    """

    columns: list[str]
    stage = "group"

    def query(self) -> str:
        grade, letter = self.columns
        query = f"""
            WITH class AS (
                SELECT b._file, b.{grade} AS grade, lower(b.{letter}) AS letter, min({place()}) AS first,
                    count(*) AS rows, any_value(b.{letter}) AS written
                FROM {BATCH} WHERE {self.applies(f"b.{letter} IS NOT NULL")}
                GROUP BY b._file, b.{grade}, lower(b.{letter})
            ), told AS (
                SELECT *, regexp_matches(written, '[A-Za-z]') AS is_latin,
                    regexp_matches(written, '\\p{{{{Cyrillic}}}}') AS is_cyrillic
                FROM class
            ), compared AS (
                SELECT *, sum(rows) FILTER (is_latin) OVER file AS latin,
                    sum(rows) FILTER (is_cyrillic) OVER file AS cyrillic
                FROM told WINDOW file AS (PARTITION BY _file)
            )
            SELECT _file, first, rows AS many FROM compared WHERE is_latin AND cyrillic > latin
        """
        return placed(query, "many")


class GradeSkipped(GroupRule):
    """A list of `least` learners or more holds every grade between its lowest and its highest."""

    asks_for_all = True

    least: int = 100

    def fault(self) -> str:
        column = f"b.{self.column}"
        return f"count(*) >= {self.least} AND max({column}) - min({column}) + 1 > count(DISTINCT {column})"

    def facts(self) -> dict[str, str]:
        return {"present": f"array_to_string(list_sort(list(DISTINCT b.{self.column})), ', ')"}


# A learner of grade g is g + 5 or g + 6 full years old on 1 September; late starters, repeaters and evening
# schools stay inside these bounds (years added to the grade).
_YOUNGEST, _OLDEST = 4, 9


class AgeFitsGrade(Rule):
    """The learner's age on 1 September of the school year is one that is met in the grade."""

    other: str
    needs = ("period",)

    def _age(self) -> str:
        september = (
            "make_date(extract(year FROM s.period_start) - "
            "CASE WHEN extract(month FROM s.period_start) < 9 THEN 1 ELSE 0 END, 9, 1)"
        )
        return f"date_sub('year', b.{self.column}, {september})"

    def fault(self) -> str:
        # A birth after the period is a finding of its own.
        return (
            f"b.{self.column} <= s.period_end "
            f"AND {self._age()} NOT BETWEEN b.{self.other} + {_YOUNGEST} AND b.{self.other} + {_OLDEST}"
        )

    def facts(self) -> dict[str, str]:
        return {"age": f"greatest({self._age()}, 0)", "grade": f"b.{self.other}"}


class GradeFitsLevel(Rule):
    """The grade is taught in an organisation of this kind: no grade 7 in a primary school.

    `other` is the column of the BIN; the kinds and their grades are those of the codelist organisation_kind.
    """

    other: str
    needs = ("organisation",)

    def fault(self) -> str:
        taught = " OR ".join(
            f"(o.kind = '{entry.code}' AND b.{self.column} NOT BETWEEN "
            f"{entry.extra['grade_from']} AND {entry.extra['grade_to']})"
            for entry in codelist("organisation_kind").codes
            if entry.extra.get("grade_from") and entry.extra.get("grade_to")
        )
        return f"""
            EXISTS (
                SELECT 1 FROM reference_organisation AS o WHERE o.bin = b.{self.other} AND ({taught or "FALSE"})
            )
        """
