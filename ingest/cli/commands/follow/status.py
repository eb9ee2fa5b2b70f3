"""The command that says how reporting stands: who owes what, what came in, what is published.

In: a form, a node and a period to narrow it by. Out: counts of reports due, the missing ones, the newest submissions.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.exceptions import Exit

from ingest.cli.answers.confirmations import awaiting_effect, confirmation_facts, confirmations
from ingest.cli.answers.contradictions import contradiction_facts, contradiction_lines
from ingest.cli.answers.ending import ending_facts, ending_lines
from ingest.cli.answers.outbox import outbox_facts, outbox_lines
from ingest.cli.answers.reports import report_facts, report_parts
from ingest.cli.answers.troubles import build_parts, trouble_facts, trouble_parts
from ingest.cli.commands.person.correct import dispute_facts, dispute_parts
from ingest.cli.commands.publish.aside import aside_facts, aside_parts
from ingest.cli.frame import faults, usage
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import OnlyFormOption, OnlyNodeOption, OnlyPeriodOption
from ingest.cli.frame.speech import RefusedError, moment, out, phrase, word
from ingest.cli.session import (
    existing_home,
    form_and_code,
    known_form,
    known_period,
    node_named,
    reads_ledger,
)
from ingest.home import Home
from ingest.schema.forms.codelist import codelist

_SHOWN = 30
"""Files lying aside that are shown on a terminal unless all are asked for."""


def status(
    form: OnlyFormOption = None,
    node: OnlyNodeOption = None,
    period: OnlyPeriodOption = None,
    late: Annotated[bool, typer.Option("--late")] = False,
    every: Annotated[bool, typer.Option("--all")] = False,
) -> Answer:
    """Who owes which report and what became of it; the newest submissions; what is published; what does not work."""
    home = existing_home()
    try:
        return _of_ledger(form, node, period, late, every)
    except (RefusedError, Exit):
        raise
    except Exception as fault:
        if faults.is_ours(fault):
            raise
        # Without its ledger an installation can say at least what does not work.
        refused = faults.refusal_of(fault)
        facts = {"error": {"code": refused.code, "message": refused.message, "exit": refused.exit_code}}
        usage.complain(refused.message)
        parts = trouble_parts(home)
        return Answer({**facts, "troubles": trouble_facts(home)}, parts, refused.exit_code)


@reads_ledger
def _of_ledger(form: str | None, node: str | None, period: str | None, late: bool, every: bool) -> Answer:
    from ingest.cli.answers.overview import (
        Narrowed,
        codes_within,
        missing_reports,
        newest_submissions,
        obligations_by_status,
        unidentified_files,
    )

    if form:
        known_form(form)
    asked = Narrowed(form, node_named(node) if node else None, known_period(period, form))
    now = Home.from_environment().now()
    missing = missing_reports(asked, now)
    facts: dict[str, Any] = {"missing": [report_facts(found, now) for found in missing]}
    if late:
        return Answer(facts, report_parts("missing", "unanswered", missing, now, every, empty="nothing_late"))
    counted, newest = obligations_by_status(asked, now), newest_submissions(asked)
    facts["due"] = [
        {"form": each, "period": found, **counts} for (each, found), counts in sorted(counted.items())
    ]
    aside = unidentified_files(Home.from_environment(), asked.below)
    facts["unidentified"] = aside
    facts["set_aside"] = aside_facts(asked.below)
    facts["contradictions"] = contradiction_facts(asked.query("scope__"))
    facts["corrections_asked"] = dispute_facts(codes_within(asked.below))
    published, said = _published()
    home = Home.from_environment()
    facts["troubles"] = trouble_facts(home)
    facts["purposes_ending"] = ending_facts(now)
    facts["outbox"] = outbox_facts()
    parts: list[Part] = [
        *trouble_parts(home),
        *build_parts(home),
        *report_parts("missing", "unanswered", missing, now, every),
        _due_sheet(counted),
        _newest_sheet(newest),
        *dispute_parts(codes_within(asked.below)),
        *aside_parts(asked.below),
        *_unidentified_parts(aside, None if every or not out.is_terminal else _SHOWN),
        Line(),
        *confirmations(),
        *awaiting_effect(),
        *contradiction_lines(facts["contradictions"]),
        *ending_lines(facts["purposes_ending"]),
        *outbox_lines(facts["outbox"], is_set_up=home.settings.outbox is not None),
        Line(said, name="published"),
    ]
    facts["waiting_for_confirmation"] = confirmation_facts()
    return Answer({**facts, "newest": newest, "published": published}, parts)


def _published() -> tuple[dict[str, Any] | None, str]:
    """What is shown to people now, as a fact and in words."""
    from ingest.ledger.publications import current, held

    shown = current()
    if shown is None:
        return None, phrase("nothing_published")
    hold = held()
    facts = {"number": shown.number, "data_as_of": shown.data_as_of, "held": hold is not None}
    said = phrase("published", number=shown.number, data_as_of=moment(shown.data_as_of))
    if hold:
        said += " " + phrase("publication_held", number=hold.number, reason=hold.reason or "—")
    return facts, said


def _due_sheet(counted: dict[tuple[str, str], dict[str, int]]) -> Sheet:
    rows = []
    for (form, period), counts in sorted(counted.items()):
        # In the order of the dictionary, and only what there is: seven columns of dots tell nobody anything.
        said = [
            f"{entry.labels.in_language(language())}: {counts[entry.code]}"
            for entry in codelist("obligation_status").codes
            if counts.get(entry.code)
        ]
        rows.append((form_and_code(form), period, "\n".join(said)))
    return Sheet("due", ("form", "period", "state"), rows, title="obligations", whole=("period",))


def _newest_sheet(rows: list[dict[str, Any]]) -> Sheet:
    cells = [
        (
            row["receipt"],
            form_and_code(row["form"]),
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


def _unidentified_parts(aside: list[dict[str, Any]], most: int | None) -> list[Part]:
    """Files that lie aside, whose folder it was and what to do."""
    if not aside:
        return []
    rows = [
        (each["node"] or "", each["path"], moment(each["at"]), each["message"][language()], each["kept"])
        for each in aside[:most]
    ]
    headings = ("node_code", "file_head", "found_at", "what_to_do", "kept_at")
    parts: list[Part] = [Sheet("unidentified", headings, rows, title="unidentified", whole=("node_code",))]
    if most is not None and len(aside) > most:
        parts.append(Line(phrase("more_unanswered", count=len(aside) - most)))
    return parts
