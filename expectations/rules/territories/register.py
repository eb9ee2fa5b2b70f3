"""Rules on codes of territories: in the register, with a territory above them."""

from __future__ import annotations

from expectations.rules.rule import ValueRule


class KatoInRegister(ValueRule):
    """The KATO code is in the register of territories."""

    needs = ("territory",)

    def fault(self) -> str:
        return "d.is_sound AND NOT EXISTS (SELECT 1 FROM reference_territory AS t WHERE t.kato = d.value)"


class ParentInRegister(ValueRule):
    """Every territory below a region has one above it, in the same file or already in the register."""

    stage = "across"

    def fault(self) -> str:
        known = f"""(
            SELECT _file, value FROM distinct_{self.column}
            UNION ALL
            SELECT f._file, t.kato FROM scope AS f CROSS JOIN reference_territory AS t
        )"""
        above = " UNION ALL ".join(
            f"SELECT _file, value, substr(value, 1, {kept}) || '{'0' * (9 - kept)}' AS parent "
            f"FROM distinct_{self.column} WHERE is_sound"
            for kept in (6, 4, 2)
        )
        return f"""
            d.is_sound AND substr(d.value, 3) <> '0000000' AND (d._file, d.value) NOT IN (
                SELECT (u._file, u.value)
                FROM ({above}) AS u JOIN {known} AS k ON k._file = u._file AND k.value = u.parent
                WHERE u.parent <> u.value
            )
        """

    def facts(self) -> dict[str, str]:
        return {"region": "substr(d.value, 1, 2) || '0000000'"}
