"""Summaries as files, and what became of each.

In: the name of a report, a place, a period. Out: PDF and workbook of an edition, made where there is none of these
figures yet; the list of editions and of what is held back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import OnlyNodeOption, OnlyPeriodOption, VerboseOption
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.frame.usage import nearest
from ingest.cli.frame.working import working
from ingest.cli.output import write_private
from ingest.cli.session import name_of, node_named, open_existing, reads_ledger

if TYPE_CHECKING:
    from ingest.ledger.editions import About
    from ingest.ledger.records import Edition

_SHOWN = 50
REFUSED = 1
_OUTCOMES = {"made": "summary_made", "same": "summary_same", "archived": "summary_archived"}
_STATES = {
    "provisional": "summary_status_provisional",
    "final": "summary_status_final",
    "corrected": "summary_status_corrected",
    "held": "summary_status_held",
}
_REASONS = {
    "nothing_published": "summary_because_nothing_published",
    "too_early": "summary_because_too_early",
    "empty": "summary_because_empty",
    "incomplete": "summary_because_incomplete",
    "contradiction": "summary_because_contradiction",
    "failed": "summary_because_failed",
}


def report(
    name: Annotated[str, typer.Argument(show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False)],
    node: OnlyNodeOption = None,
    period: OnlyPeriodOption = None,
    edition: Annotated[int | None, typer.Option("--edition", min=1)] = None,
    verbose: VerboseOption = False,
) -> Answer:
    """Write a summary of one place and period as PDF and workbook, in the language of the answer; in English, both."""
    from ingest.ledger.editions import About, numbered
    from ingest.ledger.records import Edition, Node

    known_report(name)
    home = open_existing()
    place = node_named(node or Node.REPUBLIC_CODE)
    about = About(name, _period(name, period, home.now()), place)
    if place.kind == Node.Kind.ORGANISATION:
        raise refuse("summary_not_of_organisation", node=name_of(place))
    if edition is None:
        found, outcome = _made(about)
    else:
        try:
            found, outcome = numbered(about, edition), "archived"
        except Edition.DoesNotExist:
            raise refuse("summary_no_edition", number=edition, name=about.name) from None
    files = _written(home, found, output)
    facts = edition_facts(found) | {"outcome": outcome, "written": [str(file) for file in files]}
    said = phrase(_OUTCOMES[outcome], number=found.number, node=name_of(place), period=about.period)
    return Answer(facts, [Line(said), *(Line(str(file)) for file in files)])


def _period(name: str, said: str | None, now: Any) -> str:
    """The period meant, by default the last whose reports were due. Raises RefusedError."""
    from ingest.schema.values.period import EXAMPLES, PeriodError
    from warehouse.services.summaries.due import contract_of, newest_due, period_of

    if said is None:
        found = newest_due(name, now)
        if found is None:
            raise refuse("summary_nothing_due", name=name)
        return found
    try:
        return period_of(name, said).text
    except PeriodError:
        raise refuse("summary_bad_period", said=said, example=EXAMPLES[contract_of(name).period]) from None


def _made(about: About) -> tuple[Edition, str]:
    """The edition of what is shown now, made where there is none. Raises RefusedError where it is held back."""
    from ingest.home import Home
    from warehouse.services.summaries.making import make_editions

    with working("work_summarising") as shown:
        [became] = make_editions(
            Home.from_environment(), about.report, about.period, [about.node], tell=shown.tell
        )
    if became.outcome in ("held", "held_already"):
        why = "; ".join(reason_said(reason) for reason in became.edition.reasons)
        raise refuse("summary_held_back", REFUSED, node=name_of(about.node), period=about.period, why=why)
    return became.edition, became.outcome


def _written(home: Any, edition: Edition, folder: Path) -> list[Path]:
    from warehouse.services.summaries import archive

    languages = archive.LANGUAGES if language() == "en" else (language(),)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("not_written", file=folder, why=error.strerror or "") from None
    files = []
    for spoken in languages:
        for kind in archive.KINDS:
            content = archive.read(home, edition, archive.file_name(spoken, kind))
            stem = f"{edition.report}-{edition.period}-{edition.node.code}-{edition.number}-{spoken}"
            files.append(folder / f"{stem.replace('/', '-')}.{kind}")
            write_private(files[-1], content)
    return files


@reads_ledger
def reports(
    name: Annotated[str | None, typer.Option("--report")] = None,
    period: OnlyPeriodOption = None,
    node: OnlyNodeOption = None,
    every: Annotated[bool, typer.Option("--all")] = False,
) -> Answer:
    """List the editions of summaries and what is held back, the newest first."""
    from ingest.ledger.editions import newest_first

    if name is not None:
        known_report(name)
    found = newest_first(name, period)
    if node is not None:
        found = found.filter(node=node_named(node))
    listed: Sequence[Edition] = list(found if every else found[:_SHOWN])
    rows = [
        (
            each.report,
            each.period,
            name_of(each.node),
            each.number or "—",
            phrase(_STATES[each.status if each.number else "held"]),
            each.publication_id or "—",
            moment(each.made_at),
            "; ".join(reason_said(reason) for reason in each.reasons)
            if not each.number
            else str(each.changed_cells),
        )
        for each in listed
    ]
    headings = (
        "report", "period", "summary_place", "edition", "state", "summary_publication", "made_at", "summary_noted",
    )  # fmt: skip
    facts = {"editions": [edition_facts(each) for each in listed], "total": found.count()}
    return Answer(facts, [Sheet("edition", headings, rows, empty="summary_none")])


def known_report(name: str) -> None:
    """That there is such a report. Raises RefusedError, with the one probably meant."""
    from dashboards.reports.definition import definition, names

    if name not in names():
        near = nearest(name, names())
        perhaps = " " + phrase("usage_perhaps", names=", ".join(near)) if near else ""
        listed = "".join(f"\n  {each} — {definition(each).title.of(language())}" for each in names())
        raise refuse("summary_unknown", said=name, known=listed, perhaps=perhaps)


def edition_facts(edition: Edition) -> dict[str, Any]:
    """An edition, or what is held back, as a document says it."""
    return {
        "report": edition.report,
        "period": edition.period,
        "node": edition.node.code,
        "edition": edition.number or None,
        "state": edition.state,
        "status": edition.status if edition.number else None,
        "basis": edition.basis,
        "publication": edition.publication_id,
        "made_at": edition.made_at,
        "changed_cells": edition.changed_cells,
        "files": edition.files,
        "reasons": edition.reasons,
    }


def reason_said(reason: dict[str, Any]) -> str:
    """Why a summary is held back, in words."""
    facts = {name: value for name, value in reason.items() if name != "code"}
    if "figures" in facts:
        facts["figures"] = ", ".join(facts["figures"])
    return phrase(_REASONS[reason["code"]], **facts)
