"""The command that says what moved between two publications, and because of which reports.

In: two publications, or a publication and a build. Out: one page, one document, and every figure as csv where asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.versions import refused_publication, version_named, version_said
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.frame.working import working
from ingest.cli.output import write_private
from ingest.cli.session import existing_home, form_and_code, reads_ledger

if TYPE_CHECKING:
    from warehouse.services.trust.difference import Difference
    from warehouse.services.trust.opened import Files

_FIRST = 10
_PREVIOUS = "previous"
_KEYS = (
    "before", "after", "same_content", "reports", "changed", "figures", "rows", "new", "gone", "tables", "summary",
    "changes", "causes", "file",
)  # fmt: skip


@reads_ledger
def diff(
    before: Annotated[str | None, typer.Argument()] = None,
    after: Annotated[str, typer.Argument()] = "current",
    first: Annotated[int, typer.Option("--first", min=1)] = _FIRST,
    every: Annotated[bool, typer.Option("--all")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None,
) -> Answer:
    """Say which figures moved between two publications, by how much, and because of which reports."""
    from ingest.ledger.publications import current
    from warehouse.services.trust.difference import as_csv, difference
    from warehouse.storage.shown.publish import PublicationError

    home = existing_home()
    if before is None and current() is None:
        return Answer(dict.fromkeys(_KEYS), [Line(phrase("nothing_published"))])
    asked = [_PREVIOUS if before is None else version_named(before), version_named(after)]
    try:
        with working("work_comparing"):
            most = None if every else first
            found = difference(home, asked[0], asked[1], most=most, with_all=output is not None)
    except PublicationError as error:
        raise refused_publication(error) from None
    if output is not None and found.whole is not None:
        write_private(output, as_csv(found.whole))
    return Answer(_facts(found, output), list(_parts(found, output)))


def _facts(found: Difference, output: Path | None) -> dict[str, Any]:
    told = {
        "before": _version_facts(found.before),
        "after": _version_facts(found.after),
        "same_content": _same(found),
        "reports": found.reports,
        "changed": found.changed,
        "figures": found.figures,
        "rows": found.rows,
        "new": found.new,
        "gone": found.gone,
        "tables": found.tables,
        "summary": found.summary,
        "changes": found.changes,
        "causes": found.causes,
        "file": None if output is None else str(output),
    }
    return {key: told[key] for key in _KEYS}


def _version_facts(files: Files) -> dict[str, Any]:
    return {
        "publication": files.number,
        "build": files.build or None,
        "as_of": files.label if not files.build else None,
        "data_as_of": files.data_as_of,
        "content_hash": files.content,
    }


def _same(found: Difference) -> bool | None:
    """Whether every table is the same, where that was noted of both."""
    hashes = (found.before.content, found.after.content)
    return None if None in hashes else hashes[0] == hashes[1]


def _parts(found: Difference, output: Path | None) -> Iterator[Part]:
    before, after = (_said(each) for each in (found.before, found.after))
    yield Line(phrase("compared_head", before=before, after=after), "bold")
    if not found.figures and not found.reports:
        yield Line(phrase("compared_same"))
        yield from _causes(found)
        return
    facts = {"figures": found.figures, "rows": found.rows, "new": found.new, "gone": found.gone}
    yield Line(phrase("compared_moved" if found.figures else "compared_no_figure", **facts))
    yield from _causes(found)
    happened = [(phrase(_HAPPENED[kind]), count) for kind, count in found.reports.items()]
    yield Sheet("reports", ("what_happened", "reports_head"), happened, title="compared_reports")
    yield Sheet("report", _OF_REPORTS, [_report(each) for each in found.changed], title="compared_changed")
    tables = [
        (each["table"], each["figures"], each["rows"], each["new"], each["gone"]) for each in found.tables
    ]
    yield Sheet("table", _OF_TABLES, tables, title="compared_tables")
    yield Sheet("moved", _OF_SUMMARY, [_summed(each) for each in found.summary], title="compared_summary")
    if output is not None:
        yield Line(phrase("compared_written", file=output))


def _said(files: Files) -> str:
    return f"{version_said(files.number, files.build, files.label)} ({moment(files.data_as_of)})"


_HAPPENED = {
    "corrected": "happened_corrected",
    "replaced": "happened_replaced",
    "accepted": "happened_accepted",
    "approved": "happened_approved",
    "withdrawn": "happened_withdrawn",
    "returned": "happened_returned",
    "held_back": "happened_held_back",
    "released": "happened_released",
    "no_longer": "happened_no_longer",
    "erased": "happened_erased",
    "basis": "happened_basis",
}
_OF_REPORTS = ("receipt_no", "what_happened", "form", "node_code", "period")
_OF_TABLES = ("table_head", "figures_head", "rows_head", "new_rows_head", "gone_rows_head")
_OF_SUMMARY = (
    "table_head", "form", "period", "moved_where_head", "figures_head", "most_moved_head", "before_head", "after_head",
    "difference_head", "receipts_head",
)  # fmt: skip


def _report(each: dict[str, Any]) -> tuple[str | int, ...]:
    period = each["period"] + ("" if each["part"] == "whole" else f" · {each['part']}")
    return (
        each["receipt"],
        phrase(_HAPPENED[each["happened"]]),
        form_and_code(each["form"]),
        each["node"],
        period,
    )


def _summed(each: dict[str, Any]) -> tuple[str | int, ...]:
    more = each["receipt_count"] - len(each["receipts"])
    receipts = ", ".join(map(str, each["receipts"])) + (f" +{more}" if more else "")
    figure = each["figure"] + (f" · {each['basis']}" if each["basis"] else "")
    change = "" if each["change"] is None else f"{each['change']:+.10g}"
    return (
        each["table"],
        form_and_code(each["form"]) if each["form"] else "—",
        each["period"] or "—",
        _where(each),
        each["figures"],
        figure,
        each["before"] if each["before"] is not None else "—",
        each["after"] if each["after"] is not None else "—",
        change,
        receipts or "—",
    )


def _where(each: dict[str, Any]) -> str:
    """The code of the smallest territory that a row is about; of rows about all of them the republic's."""
    codes = [each[level] for level in ("district", "oblast") if each[level]]
    return next((code for code in codes if code.isdecimal()), "KZ" if codes else "—")


def _causes(found: Difference) -> Iterator[Line]:
    """What moves figures beside reports."""
    causes = found.causes
    if causes["model"] or causes["tables"]:
        yield Line(phrase("cause_model", tables=", ".join(causes["tables"]) or "—"), "yellow")
    if causes["least_persons"]:
        least = causes["least_persons"]
        yield Line(phrase("cause_least_persons", before=least[0], after=least[1]), "yellow")
    if causes["organisations_moved"]:
        yield Line(phrase("cause_organisations", count=causes["organisations_moved"]), "yellow")
    if causes["persons_erased"]:
        yield Line(phrase("cause_erased", count=causes["persons_erased"]), "yellow")
    if causes["unattributed"]:
        yield Line(phrase("cause_unattributed", count=causes["unattributed"]))
