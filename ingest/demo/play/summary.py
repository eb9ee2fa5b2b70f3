"""What a demonstration ends with: how many files came, what became of them, and where to look.

In: a home after its story. Out: a `Summary` counted from ledger, findings and published warehouse,
compared with the plan, and shown as a table in Kazakh, Russian or English.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ingest import ledger
from ingest.databases import read_file
from ingest.demo.play.scenario import submission_id
from ingest.demo.reports.expected import expected_obligations
from ingest.demo.reports.plan import Plan, PlannedFinding, PlannedSubmission
from ingest.demo.world.country import Country
from ingest.home import Home
from ingest.schema.forms.contract import LANGUAGES, Language
from ingest.schema.texts.words import Words

Located = tuple[str, str | None, str | None, int | None, str | None, str | None]


@dataclass(frozen=True)
class Summary:
    """Counts of a home. `surprises` are differences between what was planned and what was found."""

    organisations: int
    learners: int
    received: int
    duplicates: int
    accepted: int
    rejected: int
    unreadable: int
    nil_returns: int
    approved: int
    returned: int
    missing: int
    late: int
    rows_landed: int
    models_built: int
    publication: int | None
    surprises: tuple[str, ...] = ()


def summarise(home: Home, plan: Plan) -> Summary:
    """Count what the pipeline did and compare it with the plan."""
    from ingest.ledger import publications
    from ingest.ledger.records import Obligation, Submission, SubmissionEvent, Verdict

    ledger.setup(home)
    kinds: Counter[str] = Counter(SubmissionEvent.objects.values_list("kind", flat=True))
    statuses: Counter[str] = Counter(Obligation.objects.values_list("status", flat=True))
    outcomes: Counter[str] = Counter(
        Verdict.objects.filter(submission__is_nil_return=False).values_list("outcome", flat=True)
    )
    shown = publications.current()
    return Summary(
        organisations=plan.organisations,
        learners=plan.learners,
        received=kinds["received"] + kinds["duplicate"],
        duplicates=kinds["duplicate"],
        accepted=outcomes["accepted"],
        rejected=outcomes["rejected"],
        unreadable=outcomes["unreadable"],
        nil_returns=Submission.objects.filter(is_nil_return=True).count(),
        approved=kinds["approved"],
        returned=kinds["returned"],
        missing=statuses["missing"],
        late=statuses["late"],
        rows_landed=sum(Verdict.objects.values_list("rows_accepted", flat=True)),
        models_built=_models(home),
        publication=shown.number if shown else None,
        surprises=tuple(surprises(home, plan)),
    )


def _models(home: Home) -> int:
    """How many tables the published warehouse has."""
    if not home.warehouse.exists():
        return 0
    with read_file(home.warehouse) as con:
        return len(con.execute("SHOW TABLES").fetchall())


def surprises(home: Home, plan: Plan) -> list[str]:
    """Every file, finding and obligation that is not as planned, in words."""
    found = [
        f"{planned.path}: {difference}"
        for planned in plan.submissions
        if planned.outcome != "duplicate"
        for difference in _differences(home, planned)
    ]
    return found + _undue(plan)


def _undue(plan: Plan) -> list[str]:
    from ingest.ledger.records import Obligation

    country = Country(plan.seed, plan.organisations, plan.learners_per_organisation, plan.weeks)
    expected = expected_obligations(country, plan)
    actual = {
        (form, node, period): status
        for form, node, period, status in Obligation.objects.exclude(status="not_applicable").values_list(
            "form", "node__code", "period", "status"
        )
    }
    return [
        f"{'/'.join(duty)}: {actual.get(duty, 'not asked')} instead of {expected.get(duty, 'not asked')}"
        for duty in sorted(expected.keys() | actual.keys())
        if expected.get(duty) != actual.get(duty)
    ]


def _differences(home: Home, planned: PlannedSubmission) -> list[str]:
    from ingest.ledger.records import Submission

    try:
        found = Submission.objects.select_related("verdict").get(pk=submission_id(planned))
    except Submission.DoesNotExist:
        return ["was not received"]
    if planned.outcome == "nil_return":
        return [] if found.is_nil_return else ["is no nil return"]
    verdict = getattr(found, "verdict", None)
    if verdict is None:
        return ["waits for its verdict"]
    differences = []
    if verdict.outcome != planned.outcome:
        differences.append(f"{verdict.outcome} instead of {planned.outcome}")
    if planned.outcome == "accepted" and verdict.rows_accepted != planned.rows:
        differences.append(f"{verdict.rows_accepted} rows instead of {planned.rows}")
    expected = Counter(_planned_place(finding) for finding in planned.findings)
    actual = Counter(found_places(home.findings / f"{found.pk}.json"))
    differences += [f"missing finding {finding}" for finding in expected - actual]
    differences += [f"unplanned finding {finding}" for finding in actual - expected]
    return differences


def _planned_place(finding: PlannedFinding) -> Located:
    return (finding.code, finding.sheet, finding.cell, finding.row, finding.column, finding.value)


def found_places(file: Path) -> list[Located]:
    """The findings of a findings file, by code and place; notes are left out. None written: no findings."""
    if not file.exists():
        return []
    found = json.loads(file.read_text(encoding="utf-8"))["findings"]
    return [
        (one["code"], one["sheet"], one["cell"], one["row"], one["column"], one["value"])
        for one in found
        if one["severity"] != "note"
    ]


def said(name: str, language: Language) -> str:
    """One phrase of the demonstration."""
    return Words("demonstration").say(name, language)


_LINES = (
    "organisations",
    "learners",
    "received",
    "duplicates",
    "accepted",
    "rejected",
    "unreadable",
    "nil_returns",
    "approved",
    "returned",
    "late",
    "missing",
    "rows_landed",
    "models_built",
)


def shown(
    summary: Summary,
    charts: int | None = None,
    addresses: Mapping[str, str] | None = None,
    languages: Sequence[Language] = LANGUAGES,
) -> RenderableType:
    """The summary as a table with a column for each language, below it where to look.

    `charts`: how many were imported; `addresses`: name of a phrase → address or path.
    """

    def words(name: str) -> str:
        return " / ".join(dict.fromkeys(said(name, language) for language in languages))

    table = Table(title=words("title"), show_header=False, title_justify="left")
    for _ in languages:
        table.add_column()
    table.add_column(justify="right", no_wrap=True)
    counts = {name: f"{getattr(summary, name):,}".replace(",", "\u00a0") for name in _LINES}
    counts |= {"charts_imported": "—" if charts is None else str(charts)}
    counts |= {"publication": str(summary.publication or "—")}
    for name, count in counts.items():
        table.add_row(*(said(name, language) for language in languages), count)
    parts: list[RenderableType] = [table]
    if summary.surprises:
        parts.append(Text(words("surprises"), style="bold red"))
        parts += [Text(f"  {surprise}") for surprise in summary.surprises[:10]]
    else:
        parts += [Text(said("as_planned", language), style="green") for language in languages]
    if addresses:
        parts.append(Text(words("where_to_look"), style="bold"))
        parts += [Text(f"  {words(name)}: {place}") for name, place in addresses.items()]
    parts += [Text(said("invented", language), style="dim") for language in languages]
    return Group(*parts)
