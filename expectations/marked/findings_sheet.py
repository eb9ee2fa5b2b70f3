"""The sheet that lists every finding by cause, the worst first, with links to the cells.

In: causes, the contract, a language, remarks on the workbook, which sheets there are. Out: the bytes of one sheet
or, where the findings are more than a sheet has rows, of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from expectations.findings.causes import Cause, Explained, causes
from expectations.marked.elements import attribute, content
from expectations.marked.styles import Look, Styles
from expectations.marked.wording import say
from ingest.schema.findings_sheet import QueryToken, row_digest
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.texts.finding import cell_address

MOST_LINKS, MOST_ROWS = 65_530, 1_000_000
_WIDTHS = (11, 24, 30, 24, 84, 32)
_HEADS = ("kind_head", "place_head", "column_head", "value_head", "text_head", "suggestion_head")
# Where something is asked: a column for the answer, and one that nobody sees for what tells the question.
_ANSWER_WIDTHS, _ANSWER_HEAD = (60, 9), "explanation_head"
_HIDDEN = ' hidden="1"'
_TAB_COLOUR = "FFC00000"
_MOST_TEXT = 32_000
# A line of Arial 10 in points, and how many of its letters stand in one unit of width.
_LINE, _LETTERS = 13.5, 1.05


@dataclass(frozen=True)
class _Cell:
    text: str
    look: Look
    link: str | None = None


_Row = list[_Cell]


@dataclass(frozen=True)
class Asked:
    """A query as its submitter's workbook has it: its token and what was explained so far."""

    token: str
    explanation: str = ""


@dataclass(frozen=True)
class Listing:
    """Everything the sheet says. `sheet`: the name of the sheet of findings that name none.

    `names`: what sheets of the file are called in the workbook, where that differs. `asked`: identity of a finding →
    the query it is.
    """

    findings: Sequence[Explained]
    contract: Contract
    language: Language
    sheet: str | None
    remarks: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[int, Asked] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether the sheet has room for explanations."""
        return bool(self.asked)

    @property
    def widths(self) -> tuple[int, ...]:
        """Of its columns, in letters."""
        return _WIDTHS + _ANSWER_WIDTHS if self.asks else _WIDTHS

    def pages(self) -> list[list[_Row]]:
        """The rows of each sheet; each begins with the headings of the table."""
        rows = list(self._rows())
        pages = [rows[begin : begin + MOST_ROWS] for begin in range(0, len(rows), MOST_ROWS)] or [[]]
        return [[*(self._above() if number == 0 else []), *page] for number, page in enumerate(pages)]

    def _above(self) -> list[_Row]:
        language = self.language
        counted = Counter[str]()
        for finding in self.findings:
            counted[finding.severity] += 1 + finding.also
        counts = {"errors": counted["error"], "queries": counted["query"], "notes": counted["note"]}
        form = self.contract.labels.in_language(language)
        lines: list[_Row] = [
            [_Cell(say("title", language, form=form), "title")],
            [_Cell(say("counts", language, **counts), "hint")],
            [_Cell(say("how_to" if self.findings else "nothing_found", language), "hint")],
        ]
        if self.asks:
            lines.append([_Cell(say("how_to_explain", language), "hint")])
        lines += [[_Cell(remark, "hint")] for remark in self.remarks]
        heads = (*_HEADS, _ANSWER_HEAD) if self.asks else _HEADS
        return [*lines, [], [_Cell(say(head, language), "heading") for head in heads]]

    def _rows(self) -> Iterator[_Row]:
        for cause in causes(self.findings):
            title = self._title(cause)
            yield [_Cell(title, cause.severity), *[_Cell("", cause.severity)] * (len(_HEADS) - 1)]
            for finding in cause.findings:
                yield self._finding(finding, cause)
            if cause.further:
                said = say("further_places", self.language, shown=len(cause.findings), further=cause.further)
                yield [_Cell(said, "hint")]

    def _title(self, cause: Cause) -> str:
        column = cause.column_label(self.contract, self.language)
        name = "group_column" if column else "group"
        title = cause.title(self.language)
        return say(name, self.language, title=title, column=column, count=cause.count)

    def _finding(self, finding: Explained, cause: Cause) -> _Row:
        place, link = self._place(finding)
        row = [
            _Cell(say(finding.severity, self.language), "text"),
            _Cell(place, "link" if link else "text", link),
            _Cell(cause.column_label(self.contract, self.language), "text"),
            _Cell(finding.value or "", "value"),
            _Cell(finding.text(self.language), "text"),
            _Cell(finding.suggestion or "", "value"),
        ]
        if query := self.asked.get(id(finding)):
            token = QueryToken(
                query.token, row_digest(place, finding.value or "", finding.text(self.language))
            )
            row += [_Cell(query.explanation, "answer"), _Cell(str(token), "value")]
        return row

    def _place(self, finding: Explained) -> tuple[str, str | None]:
        """Where it is, in words, and what a click opens."""
        sheet = self.names.get(finding.sheet, finding.sheet) if finding.sheet else self.sheet
        address = finding.cell or (cell_address(1, finding.row) if finding.row else None)
        said = place_words(finding, self.language)
        if not address or not sheet:
            return said, None
        return said, "'" + sheet.replace("'", "''") + f"'!{address}"


def place_words(finding: Explained, language: Language) -> str:
    """Where something was found, as the sheet of findings says it."""
    where = finding.cell or (say("row", language, row=finding.row) if finding.row else "")
    if not where:
        return finding.sheet or say("whole_file", language)
    return f"{finding.sheet} · {where}" if finding.sheet else where


def sheets_of(listing: Listing, styles: Styles) -> list[bytes]:
    """The sheets as parts of the package."""
    return [
        _sheet(page, listing, styles, is_first=number == 0) for number, page in enumerate(listing.pages())
    ]


def _sheet(rows: list[_Row], listing: Listing, styles: Styles, *, is_first: bool) -> bytes:
    frozen = next((number for number, row in enumerate(rows, 1) if row and row[0].look == "heading"), 0)
    pane = (
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        if is_first
        else ""
    )
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"'
        f"{_HIDDEN if place > len(_WIDTHS) + 1 else ''}/>"
        for place, width in enumerate(listing.widths, 1)
    )
    links: list[str] = []
    lines = "".join(_line(number, row, styles, links) for number, row in enumerate(rows, 1) if row)
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetPr><tabColor rgb="{_TAB_COLOUR}"/><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{pane}</sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" outlineLevelRow="1"/>'
        f"<cols>{widths}</cols><sheetData>{lines}</sheetData>{linked}"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _line(number: int, row: _Row, styles: Styles, links: list[str]) -> str:
    cells = []
    for place, cell in enumerate(row, 1):
        address = cell_address(place, number)
        is_linked = cell.link and len(links) < MOST_LINKS
        look: Look = "text" if cell.link and not is_linked else cell.look
        text = cell.text if len(cell.text) <= _MOST_TEXT else cell.text[:_MOST_TEXT] + " …"
        inside = f'<is><t xml:space="preserve">{content(text)}</t></is>' if text else ""
        kind = ' t="inlineStr"' if text else ""
        cells.append(f'<c r="{address}" s="{styles.look(look)}"{kind}>{inside}</c>')
        if is_linked and cell.link:
            links.append(f'<hyperlink ref="{address}" location="{attribute(cell.link)}"/>')
    grouped = ' outlineLevel="1"' if _is_of_a_cause(row) else ""
    return f'<row r="{number}" ht="{_height(row)}" customHeight="1"{grouped}>{"".join(cells)}</row>'


def _is_of_a_cause(row: _Row) -> bool:
    """Whether it is a finding, which folds away under the row that names its cause."""
    return len(row) >= len(_WIDTHS) and row[0].look == "text"


def _height(row: _Row) -> float:
    """Points a row needs: not every program makes room for wrapped text itself."""
    if len(row) < len(_WIDTHS) or row[0].look in ("error", "query", "note"):
        return 20.0 if row[0].look == "title" else _LINE
    lines = max(
        sum(len(line) // int(width * _LETTERS) + 1 for line in cell.text.split("\n"))
        for cell, width in zip(row, _WIDTHS, strict=False)
    )
    return min(400.0, lines * _LINE)
