"""The verdict on one file: accepted, rejected or unreadable, with every finding and what was not checked.

In: the counts of the reader, the findings of reader and rules. Out: a `Verdict` and its published JSON.
Any finding of severity error rejects the whole file; queries and notes leave it accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.schema.forms.contract import Contract, Severity
from ingest.schema.forms.correction import Correction
from ingest.schema.texts.finding import Finding

Decision = Literal["accepted", "rejected", "unreadable"]


@dataclass(frozen=True)
class Verdict:
    """What became of a file. `rows_in = rows_accepted + rows_rejected + rows_not_data`, always.

    `not_checked`: names of rules that could not run. `versions`: contract, rules, reference (form → ids).
    `corrections`: the declared ones that changed something in the file. `explanations`: what came with the file, by
    the token of the query it is about.
    """

    outcome: Decision
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_not_data: int
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[str, ...] = ()
    versions: Mapping[str, Any] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_accepted + self.rows_rejected + self.rows_not_data:
            raise AssertionError(f"rows do not reconcile: {self.rows_in} read, {self.rows_accepted} accepted")

    @classmethod
    def on(
        cls,
        findings: Iterable[Finding],
        *,
        rows_in: int,
        rows_not_data: int,
        unreadable: bool = False,
        not_checked: Iterable[str] = (),
        versions: Mapping[str, Any] | None = None,
        corrections: Iterable[Correction] = (),
        explanations: Iterable[tuple[str, str]] = (),
    ) -> Verdict:
        """The verdict that follows from the findings."""
        listed = tuple(findings)
        rejected = any(finding.severity == "error" for finding in listed)
        decision: Decision = "unreadable" if unreadable else "rejected" if rejected else "accepted"
        data = rows_in - rows_not_data
        return cls(
            outcome=decision,
            rows_in=rows_in,
            rows_accepted=data if decision == "accepted" else 0,
            rows_rejected=0 if decision == "accepted" else data,
            rows_not_data=rows_not_data,
            findings=listed,
            not_checked=tuple(sorted(set(not_checked))),
            versions=versions or {},
            corrections=tuple(corrections),
            explanations=dict(explanations),
        )

    def with_findings(self, findings: Iterable[Finding], contract: Contract) -> Verdict:
        """The verdict that follows when these are found besides."""
        return Verdict.on(
            in_order([*self.findings, *findings], contract),
            rows_in=self.rows_in,
            rows_not_data=self.rows_not_data,
            unreadable=self.outcome == "unreadable",
            not_checked=self.not_checked,
            versions=self.versions,
            corrections=self.corrections,
            explanations=self.explanations.items(),
        )

    def count(self, severity: Severity) -> int:
        """How many places were found with that severity."""
        return sum(1 + finding.also for finding in self.findings if finding.severity == severity)

    @property
    def open_queries(self) -> int:
        """Questions the submitter has not answered yet."""
        return self.count("query")

    def to_json(self) -> dict[str, Any]:
        """The shape `bbaj check --json` prints. Holds what the submitter wrote: restricted data."""
        return {
            "verdict": self.outcome,
            "rows_in": self.rows_in,
            "rows_accepted": self.rows_accepted,
            "rows_rejected": self.rows_rejected,
            "rows_not_data": self.rows_not_data,
            "open_queries": self.open_queries,
            "not_checked": list(self.not_checked),
            "findings": [finding.to_json() for finding in self.findings],
        }


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those said again of the same cell: one cell may stand for many rows."""
    kept: dict[object, Finding] = {}
    for finding in findings:
        facts = tuple(sorted((name, str(fact)) for name, fact in finding.params.items()))
        cell = finding.sheet, finding.cell, finding.code, finding.column, finding.value, facts
        kept.setdefault(cell if finding.cell else len(kept), finding)
    return list(kept.values())


def in_order(findings: Iterable[Finding], contract: Contract) -> list[Finding]:
    """What concerns the whole file first, then by sheet, row and column of the contract; of a cell each thing once."""
    columns = {field.name: place for place, field in enumerate(contract.fields)}

    def place(finding: Finding) -> tuple[bool, str, int, int, str]:
        return (
            finding.row is not None,
            finding.sheet or "",
            finding.row or 0,
            columns.get(finding.column or "", -1),
            finding.code,
        )

    return sorted(_once(findings), key=place)
