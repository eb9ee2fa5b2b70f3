"""Unexpected rows as a rule selected them → findings in the words of the file.

In: the rows with their facts, the reading of their file. Out: one `Finding` for each, with sheet, cell and the value as
the submitter wrote it, other rows named by their places, and a suggestion where the rule has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expectations.judging.as_written import cell_at, cells_at, subjects_of
from expectations.pages.wording import labels_of, row_named
from expectations.rules.group import place_of
from expectations.rules.rule import OF_THE_COLUMN, Rule
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.finding import Finding
from ingest.schema.values.moment import read_moment

_MIDNIGHT = re.compile(r"[ T]00:00:00(?:\.0+)?$")
_FRACTION = re.compile(r"-?\d+\.\d+")
OTHER_ROW = "_row"
"""The end of a fact that is the place of another row."""
FIRST_FACT = 3  # _file, _table, _row stand first in every rule's rows


@dataclass(frozen=True)
class Accused:
    """One unexpected row as a rule selected it: where to look, what is usual there, and the facts of the message."""

    row: int
    column: str
    like: int | None
    usual: str | None
    is_sure: bool
    is_alone: bool
    facts: Mapping[str, Any]

    @property
    def first(self) -> tuple[int, int] | None:
        """Table and row of the row that it repeats."""
        place = self.facts.get(f"first{OTHER_ROW}")
        return None if place is None else place_of(place)

    @classmethod
    def of(cls, rule: Rule, field: FormField, names: Sequence[str], selected: Sequence[Any]) -> Accused:
        said = dict(zip(names, selected[FIRST_FACT:], strict=True))
        facts = {
            name: _in_words(rule, field, name, fact)
            for name, fact in said.items()
            if not name.startswith("_")
        }
        return cls(
            row=selected[2],
            column=said.get("_column") or rule.column,
            like=said.get("_like"),
            usual=said.get("_usual"),
            is_sure=said.get("_is_sure", True),
            is_alone=said.get("_is_alone", False),
            facts=facts,
        )


def _in_words(rule: Rule, field: FormField, name: str, fact: Any) -> Any:
    """A fact as a message says it: a code, or a list of them, by its label. `field`: the rule's column."""
    listed = rule.codes.get(name)
    if listed == OF_THE_COLUMN:
        listed = field.constraints.codelist
    if listed:
        return labels_of(listed, fact if isinstance(fact, list) else [fact])
    return ", ".join(map(str, fact)) if isinstance(fact, list) else fact


def findings_on(
    rule: Rule,
    contract: Contract,
    reading: Reading,
    table_no: int,
    accused: Sequence[Accused],
    label: Mapping[str, Any],
) -> Iterator[Finding]:
    """A finding for each accused row of one table, in their order."""
    table = reading.tables[table_no]
    written = {
        column: dict(zip(numbers, cells_at(table, column, numbers), strict=True))
        for column in {each.column for each in accused}
        for numbers in [sorted({each.row for each in accused if each.column == column})]
    }
    subjects = subjects_of(table, contract.primary_key, [each.row for each in accused])
    for each, subject in zip(accused, subjects, strict=True):
        value = written[each.column][each.row] if rule.is_about_cell else None
        usual = each.usual if each.like is None else cell_at(reading, each.like, each.column)
        field = contract.field(each.column)
        own = {"column": field.labels} if each.column != rule.column else {}
        facts = _with_rows_named(each.facts, reading, table.sheet)
        yield Finding(
            code=rule.code,
            sheet=table.sheet,
            cell=table.cell(each.column, each.row),
            row=each.row,
            column=each.column,
            value=value or None,
            suggestion=_suggestion(rule, value, usual, each.is_sure),
            params={
                **label,
                **own,
                "value": shown(value, field),
                "usual": shown(usual, field),
                **facts,
                **({"is_example": True} if _is_example(value, field) else {}),
            },
            severity_override=rule.severity,
            subject=subject,
        )


def _with_rows_named(facts: Mapping[str, Any], reading: Reading, sheet: str | None) -> dict[str, Any]:
    """Facts with the places of other rows in words: by their sheets where they are on another than `sheet`."""
    named = dict(facts)
    for name, fact in facts.items():
        if name.endswith(OTHER_ROW) and fact is not None:
            table_no, row = place_of(fact)
            named[name] = row_named(row, reading.tables[table_no].sheet, sheet)
    return named


def _is_example(value: str | None, field: FormField) -> bool:
    """Whether somebody left the number of a person or an organisation in the cell that the template shows."""
    return value is not None and field.format in ("iin", "bin") and value.strip() == field.example


def shown(value: str | None, field: FormField) -> Any:
    """A value as messages say it: what a workbook keeps as `2026-09-01` or `0.5` shows as `01.09.2026` and `0,5`."""
    text = (value or "").strip()
    if field.type == "date":
        text = _MIDNIGHT.sub("", text)
    if field.type in ("date", "time", "datetime") and (moment := read_moment(text)):
        return moment
    if field.type in ("integer", "number") and _FRACTION.fullmatch(text):
        return Decimal(text)
    return value


def _suggestion(rule: Rule, value: str | None, usual: str | None, is_sure: bool) -> str | None:
    if usual:
        return usual if is_sure else None
    return rule.suggestion(value) if value else None
