"""Findings by cause: what belongs together, the worst first.

In: the findings of one file, as judged or as recorded. Out: `Cause`s: one for each code, column and severity,
errors before queries before notes, the most frequent first. Nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ingest.schema.forms.contract import LANGUAGES, Contract, Language, Severity
from ingest.schema.texts.catalogue import catalogue

# Letters from which on a suggestion found in a text does not stand there by chance.
_TOLD_APART = 6

WORST_FIRST: tuple[Severity, ...] = ("error", "query", "note")


class Explained(Protocol):
    """A finding as people read it: one just made, or one read back from its file."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def cell(self) -> str | None: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def suggestion(self) -> str | None: ...
    @property
    def also(self) -> int: ...
    def text(self, language: Language) -> str:
        """What is wrong and how to put it right."""
        ...


@dataclass(frozen=True)
class RecordedFinding:
    """A finding read back from the file of a submission's findings: its words are those of its day."""

    code: str
    severity: Severity
    sheet: str | None
    cell: str | None
    row: int | None
    column: str | None
    value: str | None
    suggestion: str | None
    message: Mapping[str, str]
    also: int = 0

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> RecordedFinding:
        """One entry of `findings`, as `Finding.to_json` wrote it."""
        known: dict[str, Any] = {name: entry.get(name) for name in cls.__dataclass_fields__}
        return cls(**{**known, "also": entry.get("also", 0)})

    def text(self, language: Language) -> str:
        return self.message[language]


@dataclass(frozen=True)
class Cause:
    """Findings with one code on one column, in the order of the file."""

    code: str
    column: str | None
    severity: Severity
    findings: tuple[Explained, ...]

    @property
    def count(self) -> int:
        """At how many places, those without a finding of their own included."""
        return len(self.findings) + self.further

    @property
    def further(self) -> int:
        """At how many places more than there are findings."""
        return sum(finding.also for finding in self.findings)

    def title(self, language: Language) -> str:
        """What is wrong, in a few words; the code itself where the catalogue no longer has it."""
        kind = catalogue().get(self.code)
        return kind.titled(self.severity).in_language(language) if kind else self.code

    def column_label(self, contract: Contract, language: Language) -> str:
        """The label of the column, empty where the cause concerns none."""
        return label_of(self.column, contract, language)

    def to_json(self) -> dict[str, Any]:
        """The cause in a findings file: what and how often; the findings stand in their own list."""
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "title": {language: self.title(language) for language in LANGUAGES},
            "count": self.count,
        }


def label_of(column: str | None, contract: Contract, language: Language) -> str:
    """The label of a column; its name where the contract no longer has it; empty for none."""
    names = {field.name: field.labels.in_language(language) for field in contract.fields}
    return names.get(column, column) if column else ""


def causes(findings: Iterable[Explained]) -> tuple[Cause, ...]:
    """The findings grouped by cause, the worst first."""
    grouped: dict[tuple[Severity, str, str | None], list[Explained]] = {}
    for finding in findings:
        grouped.setdefault((finding.severity, finding.code, finding.column), []).append(finding)
    found = [Cause(code, column, severity, tuple(same)) for (severity, code, column), same in grouped.items()]
    # Stable: among equals, what stands first in the file.
    return tuple(sorted(found, key=lambda cause: (WORST_FIRST.index(cause.severity), -cause.count)))


def says_suggestion(text: str, suggestion: str | None) -> bool:
    """Whether a message names what was probably meant itself, so that it need not be said twice."""
    # A short one may stand in any text by chance.
    return suggestion is not None and len(suggestion) >= _TOLD_APART and suggestion in text
