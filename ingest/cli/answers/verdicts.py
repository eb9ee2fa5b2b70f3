"""How a verdict is said on a screen: by cause, the worst first, with a few places of each.

In: the published facts of a verdict, its findings, its contract. Out: lines. All findings stand in the marked
workbook and in the JSON, so that a screen need not scroll for minutes; what is cut off says where the rest is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ingest.cli.frame.answer import Line
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import phrase
from ingest.schema.forms.contract import Contract, Severity
from ingest.schema.texts.catalogue import catalogue

if TYPE_CHECKING:
    from expectations.findings.causes import Cause, Explained

EXAMPLES = 5
"""Places shown of each cause."""

_COLOURS: dict[Severity, str] = {"error": "red", "query": "yellow", "note": "blue"}


def verdict_lines(
    facts: Mapping[str, Any],
    findings: Iterable[Explained],
    contract: Contract,
    rest: str,
    *,
    is_handed_in: bool,
) -> Iterator[Line]:
    """The outcome, the counts, every cause with its first places, then what was not checked.

    `rest`: where those places stand that are not shown. `is_handed_in`: not only checked beforehand.
    """
    from expectations.findings.causes import causes

    outcome = facts["verdict"]
    yield Line(phrase(outcome if is_handed_in else f"{outcome}_beforehand"), style="bold")
    yield Line(phrase("rows" if is_handed_in else "rows_beforehand", **_counts(facts)))
    if facts["open_queries"]:
        yield Line(phrase("open_queries", **facts))
    for cause in causes(findings):
        yield from _cause_lines(cause, contract, rest)
    if facts["not_checked"]:
        yield Line()
        yield Line(phrase("not_checked", count=len(facts["not_checked"])))
        for code in facts["not_checked"]:
            yield Line(f"  · {_rule(code)}")


def _counts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of rows, also of those that are data, whatever became of them."""
    return {**facts, "rows_data": facts["rows_accepted"] + facts["rows_rejected"]}


def _rule(code: str) -> str:
    """What a rule would have found, in words."""
    known = catalogue().get(code)
    return known.title.in_language(language()) if known else code


def _cause_lines(cause: Cause, contract: Contract, rest: str) -> Iterator[Line]:
    column = cause.column_label(contract, language())
    title = cause.title(language()) + (f" · «{column}»" if column else "")
    kind = (phrase(cause.severity), f"bold {_COLOURS[cause.severity]}")
    yield Line()
    yield Line(Text.assemble(kind, " ", (title, "bold"), f" ({cause.count})"))
    first, *others = cause.findings[:EXAMPLES]
    yield _told(first)
    for finding in others:
        if _apart_from_value(finding) != _apart_from_value(first):
            yield _told(finding)
            continue
        value = f"«{finding.value}»" if finding.value else ""
        line = Text.assemble("  ", _place(finding), value, _suggested(finding))
        line.rstrip()
        yield Line(line)
    if cause.count > EXAMPLES:
        yield Line(f"  {phrase('and_more', count=cause.count - EXAMPLES, rest=rest)}")


def _told(finding: Explained) -> Line:
    """A finding in its own words."""
    from expectations.findings.causes import says_suggestion

    text = finding.text(language())
    suggested = "" if says_suggestion(text, finding.suggestion) else _suggested(finding)
    return Line(Text.assemble("  ", _place(finding), text, suggested))


def _apart_from_value(finding: Explained) -> str:
    """What a finding says whatever stands in its cell: where that is the same it need not be said again."""
    text = finding.text(language())
    for said in sorted(filter(None, (finding.suggestion, finding.value)), key=len, reverse=True):
        text = text.replace(said, "…")
    return text


def _place(finding: Explained) -> tuple[str, str]:
    place = place_said(finding.sheet, finding.cell, finding.row)
    return (f"{place}  " if place else "", "cyan")


def place_said(sheet: str | None, cell: str | None, row: int | None) -> str:
    """Sheet and cell, or sheet and row, in words; empty for the whole file."""
    where = cell or (phrase("place_row", row=row) if row else "")
    return " · ".join(part for part in (sheet, where) if part)


def _suggested(finding: Explained) -> str:
    if not finding.suggestion:
        return ""
    return "  " + phrase("suggestion", suggestion=finding.suggestion)
