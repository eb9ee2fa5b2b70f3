"""Rules on the rows of the register of organisations: name, kind, place, contacts beside each other."""

from __future__ import annotations

from expectations.rules.group import GroupRule, place
from expectations.rules.rule import BATCH, Rule
from expectations.rules.values.spelling import matches

_KINDERGARTEN = "(?i)(балабақша|бөбекжай|детский сад|ясли)"
_COLLEGE = "(?i)(колледж)"


class KatoOfSubmitter(Rule):
    """The place lies in the territory of whoever hands in the file; the republic may name any."""

    needs = ("node",)

    def fault(self) -> str:
        # Two digits of a region, two of a district, three of a part of it: a zero may be the last of each.
        own = """left(s.node_code, CASE
            WHEN substr(s.node_code, 3) = '0000000' THEN 2 WHEN substr(s.node_code, 5) = '00000' THEN 4
            WHEN substr(s.node_code, 8) = '00' THEN 7 ELSE 9
        END)"""
        return f"s.node_kind <> 'republic' AND NOT starts_with(b.{self.column}, {own})"

    def facts(self) -> dict[str, str]:
        return {"submitter": "s.node_code"}


class KatoTooBroad(Rule):
    """The place is a settlement or a district, not a whole region."""

    def fault(self) -> str:
        return f"substr(b.{self.column}, 3) = '0000000'"


class SameNameInPlace(Rule):
    """No two organisations of one place (`columns`: the place) are opened under the same name.

    `other` is the number that tells organisations apart.
    """

    other: str
    columns: list[str]
    stage = "group"

    def query(self) -> str:
        parts = ", ".join(["b._file", f"lower(b.{self.column})", *(f"b.{name}" for name in self.columns)])
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, first_value({place()}) OVER same AS first_row,
                    b.{self.other} AS number, first_value(b.{self.other}) OVER same AS first_number
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                WINDOW same AS (PARTITION BY {parts} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE number <> first_number
        """


class SharedContact(GroupRule):
    """A telephone or e-mail does not stand for `least` organisations (`other`) or more."""

    other: str
    least: int = 3

    def groups(self) -> list[str]:
        return [f"lower(b.{self.column})"]

    def fault(self) -> str:
        return f"count(b.{self.column}) > 0 AND count(DISTINCT b.{self.other}) >= {self.least}"

    def facts(self) -> dict[str, str]:
        return {"many": f"count(DISTINCT b.{self.other})"}


class SmallSchoolCapacity(Rule):
    """A small-size school (`other`) is not designed for more than `most` places."""

    other: str
    most: int = 700

    def fault(self) -> str:
        return f"b.{self.other} AND b.{self.column} > {self.most}"

    def params(self) -> dict[str, object]:
        return {"most": self.most}


class BoardingFitsKind(Rule):
    """An organisation whose kind (`other`) is a boarding one has a boarding house."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} = FALSE AND b.{self.other} IN ('boarding_school', 'school_boarding_house')"


class NameFitsKind(Rule):
    """A name that says kindergarten or college belongs to an organisation of that kind (`other`)."""

    other: str

    def fault(self) -> str:
        return (
            f"({matches(self.column, _KINDERGARTEN)} AND b.{self.other} NOT IN ('kindergarten', "
            "'nursery_kindergarten', 'school_kindergarten', 'mini_centre', 'special_school')) OR "
            f"({matches(self.column, _COLLEGE)} AND b.{self.other} NOT IN ('college', 'higher_college'))"
        )
