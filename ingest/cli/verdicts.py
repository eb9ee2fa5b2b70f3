"""How a verdict is said on a screen: by cause, the worst first, with a few places of each.

In: a verdict, its contract, a language. Out: text on stdout. All findings stand in the marked workbook and in the
JSON, so that a screen need not scroll for minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from ingest.cli.speech import out, phrase
from ingest.schema.contract import Contract, Language, Severity
from ingest.schema.finding import catalogue

if TYPE_CHECKING:
    from expectations.causes import Cause, Explained
    from expectations.verdict import Verdict

EXAMPLES = 5
"""Places shown of each cause."""

_COLOURS: dict[Severity, str] = {"error": "red", "query": "yellow", "note": "blue"}


def show_verdict(verdict: Verdict, contract: Contract, language: Language) -> None:
    """The outcome, the counts, every cause with its first places."""
    from expectations.causes import causes

    facts = verdict.to_json()
    out.print(f"[bold]{phrase(verdict.outcome, language)}[/]")
    out.print(phrase("rows", language, **facts))
    if facts["open_queries"]:
        out.print(phrase("open_queries", language, **facts))
    if facts["not_checked"]:
        out.print(phrase("not_checked", language, count=len(facts["not_checked"])))
        for code in facts["not_checked"]:
            out.print(f"  · {escape(_rule(code, language))}")
    found = causes(verdict.findings)
    for cause in found:
        _show(cause, contract, language)
    if any(cause.count > EXAMPLES for cause in found):
        out.print(f"\n{escape(phrase('see_all', language))}")


def _rule(code: str, language: Language) -> str:
    """What a rule would have found, in words."""
    known = catalogue().get(code)
    return known.title.in_language(language) if known else code


def _show(cause: Cause, contract: Contract, language: Language) -> None:
    from expectations.causes import says_suggestion

    colour = _COLOURS[cause.severity]
    column = cause.column_label(contract, language)
    said = cause.title(language) + (f" · «{column}»" if column else "")
    kind = phrase(cause.severity, language)
    out.print(f"\n[bold {colour}]{kind}[/] [bold]{escape(said)}[/] ({cause.count})")
    first, *others = cause.findings[:EXAMPLES]
    text = first.text(language)
    suggested = "" if says_suggestion(text, first.suggestion) else _suggested(first, language)
    out.print(f"  {_place(first)}{escape(text)}{suggested}")
    for finding in others:
        value = f"«{escape(finding.value)}»" if finding.value else ""
        out.print(f"  {_place(finding)}{value}{_suggested(finding, language)}".rstrip())
    if cause.count > EXAMPLES:
        out.print(f"  {phrase('and_more', language, count=cause.count - EXAMPLES)}")


def _place(finding: Explained) -> str:
    place = " ".join(part for part in (finding.sheet, finding.cell or str(finding.row or "")) if part)
    return f"[cyan]{escape(place)}[/]  " if place else ""


def _suggested(finding: Explained, language: Language) -> str:
    if not finding.suggestion:
        return ""
    return "  " + escape(phrase("suggestion", language, suggestion=finding.suggestion))
