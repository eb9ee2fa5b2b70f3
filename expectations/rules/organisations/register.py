"""Rules that compare a file with what was accepted before: register, roster, classifier, own history."""

from __future__ import annotations

from typing import ClassVar

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule, ValueRule

# An interactive check that does not say whose report it is takes it for one of an organisation.
_OF_ORGANISATION = "coalesce(s.node_kind, 'organisation') = 'organisation'"


class OrganisationIsSubmitter(ValueRule):
    """The BIN is that of the organisation the file was submitted for. Departments have none in the register."""

    needs = ("node",)

    def fault(self) -> str:
        return f"d.is_sound AND d.value <> s.node_code AND {_OF_ORGANISATION}"

    def facts(self) -> dict[str, str]:
        return {"submitter": "s.node_code"}


class OrganisationInRegister(ValueRule):
    """The submitting organisation is in the register and was not closed before the period began.

    A BIN that is not the submitter's is left to `organisation_is_submitter`, one that a department names to
    `organisation_reports_itself`.
    """

    needs = ("organisation",)

    def fault(self) -> str:
        return f"""
            d.is_sound AND {_OF_ORGANISATION} AND (NOT s.has_node OR d.value = s.node_code) AND NOT EXISTS (
                SELECT 1 FROM reference_organisation AS o WHERE o.bin = d.value
                    AND (s.period_end IS NULL OR o.opened_date IS NULL OR o.opened_date <= s.period_end)
                    AND (s.period_start IS NULL OR o.closed_date IS NULL OR o.closed_date >= s.period_start)
            )
        """


class OrganisationReportsItself(ValueRule):
    """A department names none of the organisations of the register: they report of their own employees themselves."""

    needs = ("node", "organisation")

    def fault(self) -> str:
        return (
            f"d.is_sound AND NOT ({_OF_ORGANISATION}) "
            "AND EXISTS (SELECT 1 FROM reference_organisation AS o WHERE o.bin = d.value)"
        )


class EventFollowsHistory(Rule):
    """An organisation is opened once, changes, and is closed or merged: no event before the first or after the last.

    The history is that of the file and of the register as accepted so far; without a register only the file
    is known, and then an organisation the file does not open is given the benefit of the doubt.
    `other` is the BIN.
    """

    other: str
    wants = ("organisation",)
    stage = "across"
    speaks_of = ("event_date",)

    def query(self) -> str:
        return f"""
            WITH e AS (
                SELECT b.*,
                    min(b.event_date) FILTER (WHERE b.{self.column} = 'opened') OVER same AS opened,
                    min(b.event_date) FILTER (WHERE b.{self.column} IN ('closed', 'merged')) OVER same AS closed,
                    count(*) FILTER (WHERE b.{self.column} = 'opened')
                        OVER (same ORDER BY b.event_date, b._table, b._row) AS openings
                FROM {BATCH} WINDOW same AS (PARTITION BY b._file, b.{self.other})
            ), r AS (
                SELECT bin, min(opened_date) AS opened, max(closed_date) AS closed,
                    bool_or(opened_date IS NULL) AS is_undated
                FROM reference_organisation GROUP BY bin
            )
            SELECT b._file, b._table, b._row, strftime(b.event_date, '%d.%m.%Y') AS event_date
            FROM e AS b
            JOIN scope AS s ON s._file = b._file
            LEFT JOIN r ON r.bin = b.{self.other}
            WHERE {self.applies(f"b.{self.other} IS NOT NULL")} AND ({self.fault()})
        """

    def fault(self) -> str:
        return f"""
            (b.{self.column} = 'opened' AND b.openings > 1)
            OR (b.{self.column} <> 'opened' AND (
                b.event_date > b.closed OR b.event_date > r.closed
                OR (b.event_date < least(b.opened, r.opened) AND r.is_undated IS NOT TRUE)
                OR (b.opened IS NULL AND r.bin IS NULL AND s.has_organisation)
            ))
        """


class DiffersFromRegister(Rule):
    """The value is the one the register of organisations has; `other` is the BIN."""

    other: str
    needs = ("organisation",)

    def joins(self) -> str:
        return f"{super().joins()} JOIN reference_organisation AS o ON o.bin = b.{self.other}"

    def fault(self) -> str:
        return f"b.{self.column} <> o.{self.column}"

    def facts(self) -> dict[str, str]:
        return {"registered": f"o.{self.column}"}


class FileAgainstRegister(Rule):
    """A rule on a whole file against the register's row of its organisation, `o`; `other` is the BIN.

    One finding a file, which says how many rows are at fault.
    """

    is_base: ClassVar[bool] = True
    is_about_row: ClassVar[bool] = False

    other: str
    needs = ("organisation",)

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)", "_is_alone": "count(*) = 1"}

    def joins(self) -> str:
        return f"{super().joins()} JOIN reference_organisation AS o ON o.bin = b.{self.other}"

    def query(self) -> str:
        query = f"""
            SELECT b._file, min({place()}) AS first{self.said()}
            FROM {BATCH} {self.joins()}
            WHERE {self.applies()} AND ({self.fault()})
            GROUP BY b._file
        """
        return placed(query, *self.facts())


class ShiftAboveRegister(FileAgainstRegister):
    """No class (`columns`) attends a shift beyond those the register gives the organisation.

    A learner whose shift is not the one of most of the class is asked about as such, and not here.
    """

    columns: list[str]

    def joins(self) -> str:
        keys = ", ".join(["b._file", *(f"b.{column}" for column in self.columns)])
        same = " AND ".join(f"u.{column} IS NOT DISTINCT FROM b.{column}" for column in self.columns)
        counted = f"""
            SELECT {keys}, b.{self.column}, count(*) AS rows FROM {BATCH}
            WHERE {" AND ".join(guard for guard in self.guards() if not guard.startswith("s.")) or "TRUE"}
            GROUP BY ALL
        """
        # The one value more rows have than any other, class by class.
        usual = f"""
            SELECT * FROM ({counted}) AS b
            WINDOW best AS (PARTITION BY {keys} ORDER BY rows DESC)
            QUALIFY row_number() OVER best = 1 AND rows > coalesce(lead(rows) OVER best, 0)
        """
        return f"""
            {super().joins()}
            SEMI JOIN ({usual}) AS u ON u._file = b._file AND u.{self.column} = b.{self.column} AND {same}
        """

    def fault(self) -> str:
        return f"b.{self.column} > o.shifts"

    def facts(self) -> dict[str, str]:
        return {**super().facts(), "registered": "any_value(o.shifts)"}


class BoarderWithoutHouse(FileAgainstRegister):
    """Learners board only where the register says there is a boarding house."""

    def fault(self) -> str:
        return f"b.{self.column} AND o.is_boarding = FALSE"
