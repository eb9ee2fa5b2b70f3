"""Rules on the tree of territories: level and type follow from the code, names differ within a parent."""

from __future__ import annotations

from expectations.rules.group import place
from expectations.rules.rule import BATCH, Rule

# The level a code's trailing zeros allow. Units from the district down may have a code of any finer shape.
_SHAPES = (
    ("oblast", "substr({0}, 3) = '0000000'"),
    ("district", "substr({0}, 3) <> '0000000' AND substr({0}, 5) = '00000'"),
    ("sub_district", "substr({0}, 3) <> '0000000' AND substr({0}, 8) = '00'"),
    ("settlement", "substr({0}, 5) <> '00000'"),
)
_ORDER = "CASE {0}.level WHEN 'oblast' THEN 1 WHEN 'district' THEN 2 WHEN 'sub_district' THEN 3 ELSE 4 END"


class LevelFitsCode(Rule):
    """The level is one that a code (`other`) with so many trailing zeros may have."""

    other: str

    def fault(self) -> str:
        return " OR ".join(
            f"(b.{self.column} = '{level}' AND NOT ({shape.format(f'b.{self.other}')}))"
            for level, shape in _SHAPES
        )

    def facts(self) -> dict[str, str]:
        return {"code_of": f"b.{self.other}"}


class LevelBelowParent(Rule):
    """A territory is of a lower level than every territory of the file it lies in."""

    other: str
    stage = "group"

    def query(self) -> str:
        # Each code is looked up by the few it may descend from: comparing every pair would grow by the square.
        prefixes = ", ".join(f"rpad(left(b.kato, {kept}), 9, '0')" for kept in (2, 4, 6))
        known = "({0}.level IN ('oblast', 'district', 'sub_district', 'settlement'))"
        return f"""
            WITH below AS (
                SELECT b._file, b._table, b._row, b.kato, {_ORDER.format("b")} AS depth,
                    unnest(list_distinct([{prefixes}])) AS ancestor
                FROM {BATCH} WHERE {self.applies(known.format("b"))}
            ), above AS (
                SELECT b._file, b.kato, max({_ORDER.format("b")}) AS deepest
                FROM {BATCH} WHERE {known.format("b")} GROUP BY b._file, b.kato
            )
            SELECT c._file, c._table, c._row, max(a.kato) AS parent
            FROM below AS c JOIN above AS a ON a._file = c._file AND a.kato = c.ancestor
            WHERE a.kato <> c.kato AND c.depth <= a.deepest
            GROUP BY c._file, c._table, c._row
        """


class NameTwiceInParent(Rule):
    """No two territories of one level within the same parent (first four digits of `other`) share a name."""

    other: str
    stage = "group"
    speaks_of = ("level",)

    def query(self) -> str:
        kept = "CASE b.level WHEN 'settlement' THEN 6 WHEN 'sub_district' THEN 4 ELSE 2 END"
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, row_number() OVER same AS nth,
                    first_value({place()}) OVER same AS first_row
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                WINDOW same AS (
                    PARTITION BY b._file, b.level, left(b.{self.other}, {kept}), lower(b.{self.column})
                    ORDER BY b._table, b._row
                )
            )
            SELECT _file, _table, _row, first_row FROM g WHERE nth > 1
        """


class TerritoryTypeFitsLevel(Rule):
    """The type 0 is that of the republic and its regions alone; a region is of type 0 or a city."""

    other: str

    def fault(self) -> str:
        return (
            f"(b.{self.column} = '0' AND b.{self.other} <> 'oblast') OR "
            f"(b.{self.column} NOT IN ('0', '1') AND b.{self.other} = 'oblast')"
        )
