"""All that was found in one file as a list that a spreadsheet opens: every place, however many there are.

In: the findings, the file of further places if there is one, the contract, a language. Out: a csv, readable by its
owner alone: semicolons between cells and a byte-order mark, as spreadsheet programs here expect it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from expectations.findings.causes import Explained, causes, label_of
from expectations.marked.wording import say
from ingest.schema.forms.contract import Contract, Language

_HEADS = ("kind_head", "sheet_head", "cell_head", "row_head", "column_head", "value_head", "text_head")
_HAS_MODES = hasattr(os, "fchmod")
# What a spreadsheet takes for a formula; a number with its sign is none.
_FORMULA = re.compile(r"[=@\t\r]|[+\-](?![0-9.,\s]*$)")


def write_list(
    target: Path,
    findings: Sequence[Explained],
    further: Path | None,
    contract: Contract,
    language: Language,
) -> int:
    """Write the list; how many places it names. Raises OSError.

    `further`: a csv of places that are no findings of their own, as `FurtherPlaces.write` makes it.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        if _HAS_MODES:
            os.fchmod(descriptor, 0o600)  # also where a file of that name was there before
        lines = csv.writer(file, delimiter=";")
        lines.writerow(say(head, language) for head in (*_HEADS, "suggestion_head"))
        count = 0
        for row in _rows(findings, further, contract, language):
            lines.writerow(map(_harmless, row))
            count += 1
    return count


def _rows(
    findings: Sequence[Explained], further: Path | None, contract: Contract, language: Language
) -> Iterator[tuple[str, ...]]:
    titles: dict[tuple[str, str, str], str] = {}
    for cause in causes(findings):
        titles[cause.severity, cause.code, cause.column or ""] = cause.title(language)
        label = cause.column_label(contract, language)
        for finding in cause.findings:
            place = (finding.sheet or "", finding.cell or "", str(finding.row or ""))
            said = (finding.value or "", finding.text(language), finding.suggestion or "")
            yield (say(finding.severity, language), *place, label, *said)
    for row in _read(further) if further else ():
        title = titles.get((row["severity"], row["code"], row["column"]), row["code"])
        label = label_of(row["column"], contract, language)
        kind = say(row["severity"], language)
        yield (kind, row["sheet"], "", row["row"], label, row["value"], title, "")


def _read(places: Path) -> Iterable[dict[str, str]]:
    with places.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _harmless(text: str) -> str:
    """A text that no spreadsheet runs when the list is opened."""
    return f"'{text}" if _FORMULA.match(text) else text
