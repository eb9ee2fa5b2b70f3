"""Rules across the columns of one row."""

from __future__ import annotations

from expectations.rules.rule import Rule

# A learner of grade g is g + 5 or g + 6 full years old on 1 September; late starters, repeaters and evening
# schools stay inside these bounds (years added to the grade).
_YOUNGEST, _OLDEST = 4, 9


class NotAbove(Rule):
    """The number is not above the one in the other column."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} > b.{self.other}"

    def facts(self) -> dict[str, str]:
        return {"limit": f"b.{self.other}"}


class StartNotAfterEnd(Rule):
    """The first day is not after the last."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} > b.{self.other}"

    def facts(self) -> dict[str, str]:
        return {"end": f"strftime(b.{self.other}, '%d.%m.%Y')"}


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
