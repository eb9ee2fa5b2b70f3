"""What a header and a template's stamp say about a file, before any cell is looked at.

In: a located header or a stamp, and the contract. Out: findings on missing, unknown and doubled columns and on
a stamp that disagrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz

from ingest.read.form.header.body import Body
from ingest.read.form.header.header_match import folded
from ingest.read.text.unseen.characters import without_unseen_in_cells
from ingest.schema.forms.contract import LANGUAGES, Contract, Demand, FormField, Labels
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.texts.finding import Finding, cell_address

# Below this likeness (0–100) of an unknown header to a missing column's label nothing is suggested.
LIKENESS = 74
# So much (0–100) more alike than the next must a column be to be suggested alone.
_CLEARLY = 8
_OF_PARTS = 0.9
_NAMED_IN_MESSAGE = 4
_MISSING: Mapping[Demand, str] = {
    "required": "missing_column",
    "column": "missing_column",
    "column_at_times": "missing_column",
    "at_times": "column_of_some_rows_missing",
    "optional": "optional_column_missing",
}


def structure_findings(body: Body, contract: Contract) -> list[Finding]:
    """Columns that are missing, unknown or there twice, and whether the header has several rows."""
    return [
        *_layout(body),
        *_unseen_in_names(body),
        *_joined(body),
        *_missing(body, contract),
        *_doubled(body, contract),
        *_unknown(body, contract),
    ]


def no_header(contract: Contract, sheet: str | None = None) -> Finding:
    """The finding of a table whose header was not found; it names the first columns the form expects."""
    fields = [field for field in contract.fields if field.constraints.required] or list(contract.fields)
    expected = Labels.model_validate(
        {
            language: ", ".join(
                f"«{field.labels.in_language(language)}»" for field in fields[:_NAMED_IN_MESSAGE]
            )
            for language in LANGUAGES
        }
    )
    return Finding("no_header", sheet=sheet, params={"expected": expected, "form": contract.labels})


def stamp_findings(stamp: TemplateStamp | None, contract: Contract) -> list[Finding]:
    """Whether the template was made for another form or another version of it."""
    if stamp is None:
        return []
    if stamp.form != contract.form:
        return [Finding("form_mark_disagrees", value=stamp.form, params={"form": contract.labels})]
    if stamp.version != contract.version:
        params = {"form": contract.labels, "version": contract.version}
        return [Finding("version_mark_disagrees", value=str(stamp.version), params=params)]
    return []


def _unseen_in_names(body: Body) -> Iterator[Finding]:
    """That names of columns hold characters nobody sees: a text has lost them by now, a workbook has not."""
    top = body.header_row - len(body.header.levels) + 1
    named = [[cell or "" for cell in cells] for cells in body.header.levels]
    return without_unseen_in_cells(enumerate(named, top)).findings(body.sheet)


def _joined(body: Body) -> list[Finding]:
    depth = len(body.header.levels)
    if depth == 1:
        return []
    top = body.header_row - depth + 1
    rows = f"{top}–{body.header_row}"
    return [Finding("header_rows_joined", body.sheet, cell_address(1, top), top, params={"rows": rows})]


def _layout(body: Body) -> list[Finding]:
    """That the table was read by another layout than the contract's, and whether others would do as well."""
    header = body.header
    if header.layout is None:
        return []
    found = [
        Finding("layout_used", sheet=body.sheet, row=body.header_row, params={"source": header.layout.source})
    ]
    for rival in header.rivals:
        params = {"source": header.layout.source, "other": rival.source}
        found.append(Finding("layout_unsure", sheet=body.sheet, row=body.header_row, params=params))
    return found


def _missing(body: Body, contract: Contract) -> list[Finding]:
    return [
        Finding(
            _MISSING[contract.demand(field)],
            sheet=body.sheet,
            row=body.header_row,
            column=field.name,
            params={"column": field.labels},
        )
        for field in contract.fields
        if not field.may_be_absent
        and field.name not in body.header.columns
        and field.name not in _held_elsewhere(body)
    ]


def _held_elsewhere(body: Body) -> set[str]:
    """Fields that no single column holds, by the layout of the header."""
    layout = body.header.layout
    if layout is None:
        return set(body.beside)
    across = layout.across if any(name.startswith("=") for name in body.header.columns) else None
    return {*body.beside, *layout.constants, *((across.field, across.value) if across else ())}


def _doubled(body: Body, contract: Contract) -> list[Finding]:
    findings = []
    for name, columns in body.header.duplicates.items():
        addresses = [cell_address(column + body.first_column, body.header_row) for column in columns]
        findings.append(
            Finding(
                "duplicate_column",
                sheet=body.sheet,
                cell=addresses[1],
                row=body.header_row,
                column=name,
                value=body.cells[columns[1]],
                params={"column": contract.field(name).labels, "cells": ", ".join(addresses)},
            )
        )
    return findings


def _unknown(body: Body, contract: Contract) -> list[Finding]:
    return [
        Finding(
            "unknown_column",
            sheet=body.sheet,
            cell=cell_address(column + body.first_column, body.header_row),
            row=body.header_row,
            value=head,
            suggestion=_nearest(head, body, contract),
        )
        for column, head in body.header.unknown.items()
    ]


def _nearest(head: str, body: Body, contract: Contract) -> str | None:
    """The label of the missing column that looks most like this header; both where two do nearly as much.

    None where a column that is there looks more like it than any that is missing: then the header is another's.
    """
    said = folded(head)
    there = [_likeness(said, field)[0] for field in contract.fields if field.name in body.header.columns]
    missing = sorted(
        (_likeness(said, field) for field in contract.fields if field.name not in body.header.columns),
        reverse=True,
    )
    if not missing or missing[0][0] < LIKENESS or missing[0][0] <= max(there, default=0):
        return None
    return " / ".join(label for likeness, label in missing[:2] if likeness > missing[0][0] - _CLEARLY)


def _likeness(said: str, field: FormField) -> tuple[float, str]:
    """How alike (0–100) a header is to the words of a column, and the label to suggest, in the language it is like."""
    labels = {folded(word): word for word in (field.labels.kk, field.labels.ru, field.labels.en, field.name)}
    likest, score = max(((word, _alike(said, word)) for word in labels), key=lambda each: each[1])
    of_aliases = (_alike(said, folded(word)) for word in field.aliases)
    return max(score, *of_aliases, score), labels[likest]


def _alike(one: str, other: str) -> float:
    """How alike two texts are: as they are spelt, or, a little less, by what parts they share."""
    return max(fuzz.ratio(one, other), _OF_PARTS * fuzz.WRatio(one, other))
