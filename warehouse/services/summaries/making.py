"""Editions made of what is published: a summary of one period for each place, archived, or held back with the reason.

In: a home, a definition's name, a period, places. Out: what became of each place. Made again of the same figures it is
the same edition; killed anywhere, what was archived and not written down is made anew.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from dashboards.reports.changes import Change, changes, is_same, marked
from dashboards.reports.content import Both, Content, Imprint, Place
from dashboards.reports.definition import definition
from dashboards.reports.figures import Basis, NoPlaceError, make
from dashboards.reports.measures import NoPeriodError
from dashboards.reports.pdf.make import pdf
from dashboards.reports.workbook import workbook
from ingest.home import Home
from ingest.ledger import editions, publications
from ingest.ledger.editions import About, Made
from ingest.ledger.records import Edition, Node, Publication
from ingest.locks import locked
from ingest.progress import Step, Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.schema.values.period import Period
from warehouse.services.summaries import archive
from warehouse.services.summaries.due import deadline, period_of
from warehouse.services.summaries.gate import Beside, Reason, reasons
from warehouse.services.summaries.passport import Passports
from warehouse.services.summaries.told import told_changes
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.warehouse_file import READING

log = logging.getLogger(__name__)
Outcome = Literal["made", "same", "held", "held_already"]
_WAIT_SECONDS = 600.0
_NEXT_MORNING = timedelta(hours=10)
"""From the deadline of a period's reports, the last moment of a day, to when its summary is sent."""


@dataclass(frozen=True)
class Became:
    """What became of one summary. `same`: the edition there is says what another would; `held_already`: for the same
    reasons as before."""

    outcome: Outcome
    edition: Edition
    changed: tuple[Change, ...] = ()


def make_editions(
    home: Home,
    report: str,
    period: str,
    nodes: Sequence[Node],
    *,
    basis: Basis = "operational",
    only_settled: bool = False,
    tell: Tell = tell_nobody,
) -> list[Became]:
    """Make or hold back the summary of each place, from what is shown now. `only_settled`: another
    edition is made only once all it rests on is approved, or was when the last one was made.

    Raises DefinitionError, PeriodError.
    """
    run = _Run(
        home, report, period_of(report, period), basis, home.now(), publications.current(), only_settled
    )
    found = []
    with locked(home.editions / ".lock", _WAIT_SECONDS):
        for done, node in enumerate(nodes, 1):
            found.append(run.made_or_held(node))
            tell(Step("summarising", done, len(nodes), node.code))
    return found


@dataclass
class _Run:
    """Summaries of one period: what all places share is read once."""

    home: Home
    report: str
    period: Period
    basis: Basis
    now: datetime
    publication: Publication | None
    only_settled: bool = False

    def made_or_held(self, node: Node) -> Became:
        """One place. A fault of ours with one place holds that one back and no other."""
        about = About(self.report, self.period.text, node)
        if self.publication is None:
            return self._held(about, [Reason("nothing_published")])
        before = editions.newest(about)
        try:
            if before is not None and self._stands(before):
                return Became("same", before)
            content = self._content(about, self.publication, before)
            found = list(
                reasons(content, definition(self.report).main, self.publication, self._deadline, self._beside)
            )
            if found:
                return self._held(about, found)
            return self._made(about, self.publication, before, content)
        except (NoPeriodError, NoPlaceError):
            return self._held(about, [Reason("empty")])
        except Exception:
            log.exception("summary %s", about.name)
            return self._held(about, [Reason("failed")])

    def _stands(self, before: Edition) -> bool:
        """Whether another edition would say nothing else, or is not to be made yet."""
        assert self.publication is not None
        if before.publication_id == self.publication.number:
            return True
        rested = self._passports.of(before.node)
        if not self.only_settled:
            return False
        if before.status == Edition.Status.PROVISIONAL:
            return not rested.is_approved
        return archive.content_of(self.home, before).imprint.rests_on == rested.digest

    def _content(self, about: About, publication: Publication, before: Edition | None) -> Content:
        number = before.number + 1 if before else 1
        file = reading_file(self.home, publication, about.node)
        return make(
            file,
            self.report,
            place_of(about.node),
            self.period.text,
            self.basis,
            self._imprint(about, number),
        )

    def _imprint(self, about: About, number: int) -> Imprint:
        assert self.publication is not None
        rested = self._passports.of(about.node)
        return Imprint(
            edition=number,
            status="final" if rested.is_approved else "provisional",
            basis=self.basis,
            publication=self.publication.number,
            data_as_of=self.publication.data_as_of,
            made_at=self.now.replace(microsecond=0),
            next_date=self._next.date() if self._next else None,
            content_hash=self.publication.content_hash,
            rules=self._passports.rules,
            submissions=rested.submissions,
            approved=rested.approved,
            rests_on=rested.digest,
        )

    def _made(
        self, about: About, publication: Publication, before: Edition | None, content: Content
    ) -> Became:
        changed: tuple[Change, ...] = ()
        if before is not None:
            earlier = archive.content_of(self.home, before)
            if is_same(earlier, content) and before.status in (content.imprint.status, "corrected"):
                return Became("same", before)
            changed = tuple(changes(earlier, content))
            content = _after(earlier, content, before, changed)
        files = {archive.CONTENT: content.model_dump_json().encode()}
        for language in archive.LANGUAGES:
            files[archive.file_name(language, "pdf")] = pdf(content, language)
            files[archive.file_name(language, "xlsx")] = workbook(content, language)
        imprint = content.imprint
        said = archive.write(self.home, about, imprint.edition, files)
        reach("summaries:archived")
        made = Made(imprint.edition, publication, imprint.basis, imprint.status, said, len(changed))
        return Became("made", editions.record(about, made, self.now), changed)

    def _held(self, about: About, found: Sequence[Reason]) -> Became:
        edition, is_new = editions.hold(about, self.basis, [each.to_json() for each in found], self.now)
        return Became("held" if is_new else "held_already", edition)

    @cached_property
    def _passports(self) -> Passports:
        assert self.publication is not None
        return Passports(self.home, self.publication, definition(self.report).form, self.period.text)

    @cached_property
    def _beside(self) -> Beside:
        assert self.publication is not None
        return Beside.of(self.home.published / str(self.publication.number) / WAREHOUSE, self.basis)

    @cached_property
    def _deadline(self) -> datetime | None:
        return deadline(self.report, self.period)

    @cached_property
    def _next(self) -> datetime | None:
        """The morning after the deadline of the next period."""
        end = deadline(self.report, self.period.next())
        return end + _NEXT_MORNING if end else None


def place_of(node: Node) -> Place:
    """Whom a summary is about, as published files name it."""
    name = Both(kk=node.name_kk, ru=node.name_ru)
    if node.kind == Node.Kind.REPUBLIC:
        return Place(level="republic", name=name)
    if node.kind == Node.Kind.OBLAST:
        return Place(level="oblast", oblast_code=node.code, name=name)
    assert node.parent is not None
    return Place(level="district", oblast_code=node.parent.code, district_code=node.code, name=name)


def _after(earlier: Content, content: Content, before: Edition, changed: tuple[Change, ...]) -> Content:
    """An edition that follows another: it marks what it says otherwise, and says so."""
    is_correction = before.status != Edition.Status.PROVISIONAL and any(each.before for each in changed)
    status = "corrected" if is_correction else content.imprint.status
    told = told_changes(before, changed, earlier.imprint, content.imprint)
    imprint = content.imprint.model_copy(update={"status": status, "changes": told})
    return marked(content, list(changed)).model_copy(update={"imprint": imprint})


def reading_file(home: Home, publication: Publication, node: Node) -> Path:
    """The file a summary of that place is read from."""
    folder = home.published / str(publication.number)
    return folder / WAREHOUSE if node.kind == Node.Kind.REPUBLIC else folder / READING / f"{node.code}.duckdb"
