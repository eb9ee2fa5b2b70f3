"""The command that says how reporting stands: who owes what, what came in, what is published.

In: a form and a node to narrow it by. Out: counts of reports due, the missing ones, the newest submissions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ingest.cli.commands.session import form_label, known_form, node_named, reads_ledger
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import OnlyFormOption, OnlyNodeOption
from ingest.cli.frame.speech import moment, out, phrase, word
from ingest.schema.codelist import codelist

_SHOWN = 30
"""Missing reports shown on a terminal unless all are asked for."""


@reads_ledger
def status(
    form: OnlyFormOption = None,
    node: OnlyNodeOption = None,
    every: Annotated[bool, typer.Option("--all")] = False,
) -> Answer:
    """Who owes which report and what became of it; the newest submissions; what is published."""
    from ingest.cli.commands.overview import missing_reports, newest_submissions, obligations_by_status
    from ingest.ledger.publications import current

    if form:
        known_form(form)
    below = node_named(node) if node else None
    due, missing = obligations_by_status(form, below), missing_reports(form, below)
    newest, shown = newest_submissions(form, below), current()
    published = {"number": shown.number, "data_as_of": shown.data_as_of} if shown else None
    facts = {
        "due": [{"form": each, "period": period, **counts} for (each, period), counts in sorted(due.items())],
        "missing": [_missing_facts(found) for found in missing],
        "newest": newest,
        "published": published,
    }
    line = (
        phrase("published", number=shown.number, data_as_of=moment(shown.data_as_of))
        if shown
        else phrase("nothing_published")
    )
    most = None if every or not out.is_terminal else _SHOWN
    parts: list[Part] = [_due_sheet(due), *_missing_parts(missing, most), _newest_sheet(newest)]
    return Answer(facts, [*parts, Line(), Line(line)])


def _missing_facts(found: Any) -> dict[str, Any]:
    node = found.node
    return {
        "form": found.form,
        "node": node.code,
        "name_kk": node.name_kk,
        "name_ru": node.name_ru,
        "period": found.period,
        "due_at": found.due_at,
    }


def _due_sheet(counted: dict[tuple[str, str], dict[str, int]]) -> Sheet:
    rows = []
    for (form, period), counts in sorted(counted.items()):
        # In the order of the dictionary, and only what there is: seven columns of dots tell nobody anything.
        said = [
            f"{entry.labels.in_language(language())}: {counts[entry.code]}"
            for entry in codelist("obligation_status").codes
            if counts.get(entry.code)
        ]
        rows.append((form_label(form), period, "\n".join(said)))
    return Sheet("due", ("form", "period", "state"), rows, title="obligations", whole=("period",))


def _missing_parts(missing: Sequence[Any], most: int | None) -> list[Part]:
    rows = [
        (
            found.node.name_ru if language() == "ru" else found.node.name_kk,
            found.node.code,
            form_label(found.form),
            found.period,
            moment(found.due_at),
        )
        for found in missing[:most]
    ]
    headings = ("who", "node_code", "form", "period", "due_head")
    sheet = Sheet("missing", headings, rows, title="unanswered", whole=("node_code", "period"))
    if most is None or len(missing) <= most:
        return [sheet]
    return [sheet, Line(phrase("more_unanswered", count=len(missing) - most))]


def _newest_sheet(rows: list[dict[str, Any]]) -> Sheet:
    cells = [
        (
            row["id"],
            form_label(row["form"]),
            row["node"],
            row["period"] + ("" if row["part"] == "whole" else f" · {row['part']}"),
            word("submission_state", row["state"]),
            "" if row["rows"] is None else row["rows"],
            "" if row["errors"] is None else row["errors"],
        )
        for row in rows
    ]
    headings = ("receipt_no", "form", "node", "period", "state", "rows_head", "errors_head")
    return Sheet("submission", headings, cells, title="newest", whole=("node", "period"))
