"""Checking a file, and marking it, where it may die of it: in a process apart, within limits.

In: as for `warehouse.services.submitters.check` and `expectations.marked`. Out: the same. Of a file that goes beyond
its limits the verdict says so; one that cannot be marked within them comes back as the list of what was found alone.
Where the system has no processes apart all of it is done here. Who asks loads nothing that judges or marks: these
libraries take as long to load as a small file takes to be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from expectations.checked import Checked
from expectations.judging.scope import Scope
from expectations.verdict import Verdict
from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.texts.finding import Finding
from ingest.settings.databases import Room
from warehouse.services.apart import parent
from warehouse.services.apart.child import Spoken
from warehouse.services.apart.limits import Limits, limits_for
from warehouse.services.apart.messages import Job
from warehouse.services.apart.parent import BeyondError, EndedError, RaisedError

if TYPE_CHECKING:
    from expectations.findings.causes import Explained
    from expectations.marked import Asked
    from expectations.pack import Pack

AHEAD = "warehouse.services.apart.ahead_of_check"


class NoNodeError(Exception):
    """The installation knows nobody of that code."""


def check_apart(
    home: Home,
    path: Path,
    contract: Contract,
    node: str | None = None,
    period: str | None = None,
    pack: Pack | None = None,
    *,
    tell: Tell = tell_nobody,
    places: Path | None = None,
) -> Checked:
    """As `check_report`. Raises what that raises, EndedError where the process ended for a reason of its own."""
    if not parent.can_be_apart():
        from warehouse.services.submitters.check import check_report

        return check_report(home, path, contract, node, period, pack, tell=tell, places=places)
    asked = Home(home.root.absolute()), path.absolute(), contract, node, period, pack, places
    try:
        checked: Checked = _ask("check_here", asked, path, tell)
    except BeyondError:
        too_much = Verdict.on([Finding("too_expensive_to_judge")], rows_in=0, rows_not_data=0)
        return Checked(too_much, Scope())
    return checked


def warm_checking() -> None:
    """Let the libraries be loaded while somebody looks for a file."""
    parent.warm(AHEAD)


def mark_apart(
    source: Path,
    findings: Sequence[Explained],
    contract: Contract,
    language: Language,
    asked: Sequence[Asked | None] = (),
) -> bytes:
    """As `marked_workbook`; where that goes beyond its limits, or breaks, what was found alone, on its sheet."""
    from expectations.marked import marked_workbook

    if not parent.can_be_apart():
        return marked_workbook(source, findings, contract, language, asked)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "marked.xlsx"
        wanted = source.absolute(), findings, contract, language, asked, target
        try:
            _ask("mark_here", wanted, source, tell_nobody)
            return target.read_bytes()
        except (BeyondError, EndedError):
            return marked_workbook(source, findings, contract, language, asked, is_read=False)


def check_here(spoken: Spoken, *asked: Any) -> Checked:
    """A check in this very process, which is apart."""
    from warehouse.services.submitters.check import check_report

    home, path, contract, node, period, pack, places, limits = asked
    room = Room(limits.database, limits.spilled, limits.threads)
    return check_report(home, path, contract, node, period, pack, tell=spoken.tell, places=places, room=room)


def mark_here(spoken: Spoken, *asked: Any) -> None:
    """A workbook marked in this very process, which is apart."""
    from expectations.marked import marked_workbook

    source, findings, contract, language, queries, target, _ = asked
    target.write_bytes(marked_workbook(source, findings, contract, language, queries))


def _ask(work: str, args: tuple[Any, ...], file: Path, tell: Tell) -> Any:
    limits: Limits = limits_for([file])
    job = Job(f"{__name__}:{work}", (*args, limits), limits, parent.installation_environment(), AHEAD)
    try:
        return parent.ask(job, tell)
    except RaisedError as failed:
        raise (failed.error or failed) from None
