"""A file and its findings → the workbook a submitter gets back.

In: the file as submitted, its findings, the contract, a language. Out: the bytes of an xlsx. A workbook is marked
in place; anything else, and what cannot be marked in place, is first written anew from what was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.findings.causes import WORST_FIRST, Explained, says_suggestion
from expectations.findings.queries import tokens_of
from expectations.marked.comments import with_comments, with_shapes
from expectations.marked.elements import UnmarkableError
from expectations.marked.findings_sheet import MOST_LINKS, Asked, Listing, sheets_of
from expectations.marked.package import Package, Sheet
from expectations.marked.rebuilt import rebuilt
from expectations.marked.sheet import SheetMarker, coordinates
from expectations.marked.styles import Styles
from expectations.marked.wording import say
from expectations.verdict import Verdict
from ingest.read.files.file_kind import kind_of
from ingest.read.workbook.copies.numbered_copy import numbered_copy
from ingest.schema.findings_sheet import FINDINGS_SHEETS
from ingest.schema.forms.contract import Contract, Language, Severity
from ingest.schema.texts.finding import Finding

MOST_COMMENTS = 10_000
"""Comments of one sheet: Excel sets no limit but needs minutes to open a sheet with many more."""
# What reading or judging was given up on: not read here either.
_NOT_READ = {"too_expensive_to_read", "too_expensive_to_judge", "breaks_the_reader", "oversized_file"}
# And what would harm the next person to open it: not unpacked, not handed back.
_NOT_OPENED = _NOT_READ | {"link_to_a_program", "path_names_in_archive"}


def marked_workbook(
    source: Path,
    findings: Sequence[Explained],
    contract: Contract,
    language: Language,
    asked: Sequence[Asked | None] = (),
    *,
    is_read: bool = True,
) -> bytes:
    """The workbook with everything found marked on it. Raises OSError when the file cannot be opened.

    `asked`: of each finding the query it is, None for those that ask nothing; without them no answer can be written.
    `is_read`: without it nothing of the file is looked at and the workbook lists what was found.
    """
    questions = {id(finding): each for finding, each in zip(findings, asked, strict=False) if each}
    try:
        is_opened = is_read and not any(finding.code in _NOT_OPENED for finding in findings)
        if not is_opened or isinstance(kind_of(source), Finding):
            # Macros, a bomb, a picture: what the reader refuses is not unpacked here either.
            raise UnmarkableError("a file that is not read")
        return _Marking(source, findings, contract, language, questions).run()
    except UnmarkableError:
        with TemporaryDirectory() as folder:
            is_read = is_read and not any(finding.code in _NOT_READ for finding in findings)
            made = rebuilt(source, contract, language, Path(folder) / "rebuilt.xlsx", is_read=is_read)
            remarks = list(made.remarks)
            return _Marking(made.path, findings, contract, language, questions, remarks, made.names).run()


def asked_in(verdict: Verdict) -> list[Asked | None]:
    """The queries of a verdict just given, each with the explanation that came with the file."""
    given = verdict.explanations
    tokens = tokens_of(verdict.findings)
    return [Asked(token, given.get(token, "")) if token else None for token in tokens]


_STATED_TWICE = {"row_number_twice", "cell_address_twice"}


@dataclass
class _Cell:
    """What is said about one cell: the worst severity and every text."""

    severity: Severity
    texts: list[str] = field(default_factory=list)


@dataclass
class _Marking:
    source: Path
    findings: Sequence[Explained]
    contract: Contract
    language: Language
    asked: Mapping[int, Asked] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> bytes:
        """Mark every sheet, then list what was found."""
        self.package = Package(self._with_places())
        try:
            part = self.package.styles_part()
            self.styles = Styles(self.package.read(part) if part else None)
            own = [sheet for sheet in self.package.sheets if sheet.name not in FINDINGS_SHEETS]
            first = own[0].name if own else None
            by_sheet = self._by_sheet(first, {sheet.name for sheet in own})
            for number, sheet in enumerate(own, start=1):
                self._mark(sheet, by_sheet.get(sheet.name, {}), number)
            self._list(first)
            self.package.write(part or self.package.add_styles(), self.styles.xml())
            return self.package.packed()
        finally:
            self.package.close()

    def _with_places(self) -> Path | bytes:
        """The file, or where it states a row or a cell twice the copy that findings tell of: each has its own place."""
        is_stated_twice = any(finding.code in _STATED_TWICE for finding in self.findings)
        copy = numbered_copy(self.source) if is_stated_twice else None
        return copy.content if copy else self.source

    def _by_sheet(self, first: str | None, names: set[str]) -> Mapping[str, Mapping[str, _Cell]]:
        """Sheet → address → what is said there; a csv has no sheets, so its findings name none."""
        found: dict[str, dict[str, _Cell]] = defaultdict(dict)
        lost = 0
        for finding in self.findings:
            if not finding.cell:
                continue
            sheet = self.names.get(finding.sheet, finding.sheet) if finding.sheet else first
            if sheet is None or sheet not in names or coordinates(finding.cell) is None:
                lost += 1
                continue
            cell = found[sheet].setdefault(finding.cell, _Cell(finding.severity))
            cell.severity = min(cell.severity, finding.severity, key=WORST_FIRST.index)
            cell.texts.append(self._text(finding))
        if lost:
            self.remarks.append(say("places_missing", self.language, count=lost))
        return found

    def _text(self, finding: Explained) -> str:
        kind = say(finding.severity, self.language)
        text = f"{kind[:1].upper()}{kind[1:]}. {finding.text(self.language)}"
        if finding.suggestion and not says_suggestion(text, finding.suggestion):
            text += "\n" + say("suggestion", self.language, suggestion=finding.suggestion)
        return text

    def _mark(self, sheet: Sheet, cells: Mapping[str, _Cell], number: int) -> None:
        if not cells and not self.styles.holds_earlier_marks:
            return
        marks: dict[int, dict[int, Severity]] = defaultdict(dict)
        for address, cell in cells.items():
            if place := coordinates(address):
                marks[place[0]][place[1]] = cell.severity
        marker = SheetMarker(self.package.read(sheet.part), marks, self.styles)
        texts = self._texts(sheet, cells)
        self._comment(sheet, texts, marker, number)
        if marker.edits:
            self.package.write(sheet.part, marker.marked())

    def _texts(self, sheet: Sheet, cells: Mapping[str, _Cell]) -> dict[str, str]:
        """The comments of a sheet: of the worst cells first, where there are more than it can carry."""
        ordered = sorted(cells.items(), key=lambda entry: WORST_FIRST.index(entry[1].severity))
        shown = ordered[:MOST_COMMENTS]
        if len(shown) < len(cells):
            facts = {"sheet": sheet.name, "shown": len(shown), "all": len(cells)}
            self.remarks.append(say("comments_limited", self.language, **facts))
        return {address: "\n\n".join(cell.texts) for address, cell in shown}

    def _comment(self, sheet: Sheet, texts: Mapping[str, str], marker: SheetMarker, number: int) -> None:
        comments = next((part for _, part in self.package.related(sheet.part, "comments")), None)
        if not texts and not comments:
            return
        has_discussions = bool(self.package.related(sheet.part, "threadedComment"))
        content, fresh, gone = with_comments(
            self.package.read(comments) if comments else None, texts, keep_discussions=has_discussions
        )
        if not texts and not gone:
            return
        if has_discussions and (kept := len(texts) - len(fresh)):
            self.remarks.append(say("discussions_kept", self.language, sheet=sheet.name, count=kept))
        drawings = dict(self.package.related(sheet.part, "vmlDrawing"))
        drawing = drawings.get(marker.drawing or "")
        if marker.drawing and drawing is None:
            raise UnmarkableError("a drawing that is not there")
        shapes = with_shapes(
            self.package.read(drawing) if drawing else None,
            {address: text for address, text in texts.items() if address in fresh},
            gone,
            marker.widths,
            number,
        )
        self._put(sheet, comments, content, "comments", "xl/comments{}.xml")
        relationship = self._put(sheet, drawing, shapes, "vmlDrawing", "xl/drawings/vmlDrawing{}.vml")
        if relationship:
            marker.link_drawing(relationship)

    def _put(self, sheet: Sheet, part: str | None, content: bytes, kind: str, pattern: str) -> str | None:
        """Write a part that belongs to a sheet; its relationship where it is new."""
        if part:
            self.package.write(part, content)
            return None
        new = self.package.free_name(pattern)
        self.package.write(new, content)
        self.package.declare(new, kind)
        return self.package.relate(sheet.part, kind, new)

    def _list(self, first: str | None) -> None:
        places = sum(1 for finding in self.findings if finding.cell or finding.row)
        if places > MOST_LINKS:
            self.remarks.append(say("links_limited", self.language, most=MOST_LINKS))
        remarks = tuple(self.remarks)
        listing = Listing(self.findings, self.contract, self.language, first, remarks, self.names, self.asked)
        name = say("sheet", self.language)
        for number, content in enumerate(sheets_of(listing, self.styles), start=1):
            called = name if number == 1 else say("continued", self.language, sheet=name, number=number)
            self.package.put_sheet(called, content, FINDINGS_SHEETS if number == 1 else ())
