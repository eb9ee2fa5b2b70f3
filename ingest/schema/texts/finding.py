"""Findings: what is wrong with a submission, said to a person in Kazakh, Russian and English.

In: a code with the facts of one place in a file. Out: a `Finding` whose message is put together from the catalogue
(`ingest.schema.texts.catalogue`), which is read only when somebody asks what a finding says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.severity import Severity

if TYPE_CHECKING:
    from ingest.schema.texts.catalogue import Damage, FindingKind


@dataclass(frozen=True)
class Finding:
    """One thing wrong, or to be asked, at one place.

    `row` is the 1-based row of the sheet (or record of the csv), `cell` its spreadsheet address (`C17`),
    `column` the field's name, `value` the text as the submitter wrote it. `params` fill the placeholders of
    the message; a `Labels` among them is said in the language of the message. `subject`: what the finding is
    about wherever it stands: the key of its row as written. Restricted like the value. `also`: at so many
    further places the same is wrong, which have no finding of their own.
    """

    code: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    severity_override: Severity | None = None
    subject: tuple[str, ...] = ()
    also: int = 0

    @property
    def kind(self) -> FindingKind:
        """What its code says in general."""
        from ingest.schema.texts.catalogue import kind_of

        return kind_of(self.code)

    @property
    def severity(self) -> Severity:
        return self.severity_override or self.kind.severity

    def text(self, language: Language) -> str:
        """What is wrong and how to put it right, in one language."""
        facts = {"value": self.value, "cell": self.cell, "row": self.row, **self.params}
        said = self.kind.said(language, self.severity, facts)
        advice = self.kind.advice(language, self.severity, facts, self._damages())
        return f"{said} {advice}"

    def _damages(self) -> tuple[Damage, ...]:
        """What happened to an identifier, where it is known which was meant."""
        if not (self.kind.if_suggested and self.value and self.suggestion):
            return ()
        from ingest.schema.values.identifier import damages

        return damages(self.value, self.suggestion)

    @property
    def message(self) -> dict[Language, str]:
        return {language: self.text(language) for language in LANGUAGES}

    def to_json(self) -> dict[str, Any]:
        """The published shape of a finding, one entry of `findings` in a verdict."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "suggestion": self.suggestion,
            **({"also": self.also} if self.also else {}),
        }


def cell_address(column: int, row: int) -> str:
    """The spreadsheet address of 1-based column and row: (3, 17) → `C17`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
