"""Rules on the key of a form: no two rows of one file are about the same thing."""

from __future__ import annotations

from expectations.rules.group import place
from expectations.rules.rule import BATCH, Rule


class NotUnique(Rule):
    """No earlier row of the file has the same key. Points at the repetition and names the first row.

    `keys`: the columns of the key; `optional`: those that may be empty, where empty equals empty. Rows with
    an empty required part of the key are left to the rule `required`.
    """

    keys: list[str]
    optional: list[str]
    is_by_value: bool = False
    """Whether the first column is one of identifiers, whose `distinct_` table already knows the suspects."""

    def query(self) -> str:
        # Only suspects, found in one cheap pass by identifier or 64-bit hash, are compared exactly.
        parts = ", ".join(f"b.{key}" for key in self.keys)
        filled = self.applies(*(f"b.{key} IS NOT NULL" for key in self.keys if key not in self.optional))
        if self.is_by_value:
            suspects = f"SELECT _file, value FROM distinct_{self.column} WHERE may_repeat"
            same = f"d._file = b._file AND d.value = b.{self.column}"
        else:
            suspects = f"""
                SELECT hash(b._file, {parts}) AS same_key
                FROM {BATCH} WHERE {filled} GROUP BY 1 HAVING count(*) > 1
            """
            same = f"d.same_key = hash(b._file, {parts})"
        return f"""
            WITH suspect AS ({suspects}),
            repeated AS (
                SELECT b._file, b._table, b._row, row_number() OVER same AS nth,
                    first_value({place()}) OVER same AS first_row
                FROM {BATCH} SEMI JOIN suspect AS d ON {same}
                WHERE {filled}
                WINDOW same AS (PARTITION BY b._file, {parts} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM repeated WHERE nth > 1
        """
