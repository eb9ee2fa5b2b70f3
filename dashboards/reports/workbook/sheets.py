"""The sheets of a summary: one to read first, one a finding, and one that explains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dashboards.reports.content import Both, Call, Cell, Content, Headline, Section, Source, Unit
from dashboards.reports.workbook.cells import Looks, write_cell, write_text
from dashboards.reports.workbook.charts import Laid, insert_chart, is_measured
from dashboards.reports.workbook.words import day, moment, words

_NAME_WIDTH, _TEXT_WIDTH, _NUMBER_WIDTH = 38.0, 44.0, 15.0
_COLUMNS = (
    "figure", "period", "value", "change_before", "change_year_ago", "based_on", "reported", "due", "low", "high",
)  # fmt: skip
_LAST = len(_COLUMNS) - 1
_ALL_WIDTH = 160.0
_LINE = 15.0  # points a line of the usual letters takes
_A4 = 9


def lead(content: Content, language: str) -> list[str]:
    """What is said above every sheet: place, period, edition, status, publication, data as of."""
    said, imprint = words(language), content.imprint
    edition = said["edition"].format(number=imprint.edition)
    published = said["publication"].format(number=imprint.publication)
    lines = [
        f"{content.place.name.of(language)} · {content.period_label.of(language)}",
        f"{edition} · {said[imprint.status]} · {published} · "
        + said["as_of"].format(moment=moment(imprint.data_as_of)),
    ]
    if imprint.next_date is not None:
        lines.append(said["next"].format(day=day(imprint.next_date)))
    return lines


def write_first(sheet: Worksheet, content: Content, looks: Looks) -> None:
    """The first page: headline numbers, sentences, whom to call."""
    language, said = looks.language, words(looks.language)
    write_text(sheet, 0, 0, content.title.of(language), looks, "title")
    row = _lines(sheet, 1, lead(content, language), looks, "faint") + 1
    for sentence in content.sentences:
        sheet.merge_range(row, 0, row, _LAST, sentence.of(language), looks.named("lead"))
        sheet.set_row(row, _height([sentence.of(language)], _ALL_WIDTH))
        row += 1
    header = row + 1
    for place, name in enumerate(_COLUMNS):
        look = "header" if name in ("figure", "period") else "number_header"
        write_text(sheet, header, place, said[name], looks, look)
    sheet.set_row(header, _height([said[name] for name in _COLUMNS[2:]], _NUMBER_WIDTH))
    for number, each in enumerate(content.headlines, header + 1):
        _headline(sheet, number, each, looks)
    row = header + len(content.headlines) + 2
    row = _calls(sheet, row, "regions", content.regions, looks)
    _calls(sheet, row, "organisations", content.organisations, looks)
    for place, width in enumerate([_NAME_WIDTH, 26.0, *[_NUMBER_WIDTH] * 8]):
        sheet.set_column(place, place, width)
    _paper(sheet, header, content, language)


def _headline(sheet: Worksheet, row: int, figure: Headline, looks: Looks) -> None:
    language = looks.language
    write_text(sheet, row, 0, figure.label.of(language), looks, "text")
    write_text(sheet, row, 1, figure.period.of(language), looks, "text")
    change: Unit = "points" if figure.unit == "share" else figure.unit
    own: tuple[Unit, int] = (figure.unit, figure.digits)
    write_cell(sheet, (row, 2), figure.value, own, looks)
    write_cell(sheet, (row, 3), figure.change_before, (change, figure.digits), looks)
    write_cell(sheet, (row, 4), figure.change_year_ago, (change, figure.digits), looks)
    for place, count in ((5, figure.based_on), (6, figure.reported), (7, figure.due)):
        write_cell(
            sheet,
            (row, place),
            Cell(value=count, symbol="" if count is not None else "z"),
            ("count", 0),
            looks,
        )
    for place, bound in ((8, figure.low), (9, figure.high)):
        write_cell(
            sheet, (row, place), Cell(value=bound, symbol="" if bound is not None else "z"), own, looks
        )


def _calls(sheet: Worksheet, row: int, name: str, calls: Sequence[Call], looks: Looks) -> int:
    """Whom to call and why; returns the first free row."""
    if not calls:
        return row
    language, said = looks.language, words(looks.language)
    write_text(sheet, row, 0, said[name], looks, "subheading")
    for number, call in enumerate(calls, row + 1):
        inside = call.inside.of(language) if call.inside else ""
        write_text(sheet, number, 0, call.name.of(language), looks, "text")
        write_text(sheet, number, 1, inside, looks, "text")
        sheet.merge_range(number, 2, number, _LAST, call.why.of(language), looks.named("text"))
        taken = _height([call.why.of(language)], _NUMBER_WIDTH * (_LAST - 1))
        sheet.set_row(number, max(taken, _height([call.name.of(language), inside], 26.0)))
    return row + len(calls) + 2


def write_section(
    book: xlsxwriter.Workbook, sheet: Worksheet, content: Content, section: Section, looks: Looks
) -> None:
    """A finding: what was found, its table with filters, its chart, what is to be known about it."""
    language, table = looks.language, section.table
    write_text(sheet, 0, 0, section.heading.of(language), looks, "heading")
    write_text(sheet, 1, 0, section.subtitle.of(language), looks, "faint")
    header = _lines(sheet, 2, lead(content, language)[:2], looks, "faint") + 1
    write_text(sheet, header, 0, table.named.of(language), looks, "header")
    for place, column in enumerate(table.columns, 1):
        look = "number_header" if is_measured(column.unit) else "header"
        write_text(sheet, header, place, column.label.of(language), looks, look)
    labels = [column.label.of(language) for column in table.columns]
    sheet.set_row(
        header,
        _height([*labels, words(language)["chart_data"] + max(labels, key=len, default="")], _NUMBER_WIDTH),
    )
    for at, row in enumerate(table.rows, header + 1):
        write_text(sheet, at, 0, row.name.of(language), looks, "total_text" if row.is_total else "text")
        for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True), 1):
            write_cell(sheet, (at, place), cell, (column.unit, column.digits), looks, is_total=row.is_total)
    sheet.set_column(0, 0, _NAME_WIDTH)
    for place, column in enumerate(table.columns, 1):
        sheet.set_column(place, place, _NUMBER_WIDTH if is_measured(column.unit) else _TEXT_WIDTH)
    if table.rows:
        sheet.autofilter(header, 0, header + len(table.rows), len(table.columns))
    notes = [note.of(language) for note in section.notes] + _said_of(section.source, language)
    below = _notes(sheet, header + len(table.rows) + 2, len(table.columns), notes, looks) + 1
    laid = Laid(sheet, header, 1, len(table.columns) + 2, below)
    end = insert_chart(book, section, laid, looks)
    # Numbers that only a chart refers to are not printed.
    if laid.is_below:
        sheet.print_area(0, 0, end, len(table.columns))
    _paper(sheet, header, content, language)


def _notes(sheet: Worksheet, row: int, columns: int, notes: Sequence[str], looks: Looks) -> int:
    """Below a table, as wide as it is; returns the first free row."""
    width = _NAME_WIDTH + columns * _NUMBER_WIDTH
    for note in notes:
        if columns:
            sheet.merge_range(row, 0, row, columns, "", looks.named("note"))
        write_text(sheet, row, 0, note, looks, "note")
        sheet.set_row(row, _height([note], width))
        row += 1
    return row


def _said_of(source: Source, language: str) -> list[str]:
    said = words(language)
    told = [f"{said['source']}: {source.table}"]
    if source.reported is not None and source.due is not None:
        told.append(said["coverage"].format(reported=source.reported, due=source.due))
    return ["; ".join(told), *([f"{said['explained']}: {source.explained}"] if source.explained else [])]


def write_explanations(sheet: Worksheet, content: Content, looks: Looks) -> None:
    """What the symbols mean, how it was counted, words, what changed, and the passport of the figures."""
    language, said = looks.language, words(looks.language)
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, 110)
    write_text(sheet, 0, 0, said["explanations"], looks, "title")
    row = _titled(sheet, 2, said["changes"], _both(content.imprint.changes, language), looks)
    symbols = [said[f"symbol_{each}"] for each in "czx0pr"]
    row = _titled(sheet, row, said["symbols"], symbols, looks)
    row = _titled(sheet, row, said["method"], _both(content.method, language), looks)
    if content.glossary:
        write_text(sheet, row, 0, said["glossary"], looks, "subheading")
        for term in content.glossary:
            row += 1
            write_text(sheet, row, 0, term.word.of(language), looks, "text")
            write_text(sheet, row, 1, term.meaning.of(language), looks, "text")
        row += 2
    _passport(sheet, row, content, looks)
    _paper(sheet, 0, content, language)


def _passport(sheet: Worksheet, row: int, content: Content, looks: Looks) -> None:
    """What every figure rests on, and what to ask for to walk each number of the first page back."""
    language, said, imprint = looks.language, words(looks.language), content.imprint
    write_text(sheet, row, 0, said["passport"], looks, "subheading")
    facts = {
        "rules": imprint.rules,
        "content_hash": imprint.content_hash,
        "submissions": str(imprint.submissions),
        "approved": str(imprint.approved),
    }
    asked = [
        (each.label.of(language), each.source.explained)
        for each in content.headlines
        if each.source.explained
    ]
    for name, value in [*((said[name], value) for name, value in facts.items()), *asked]:
        row += 1
        write_text(sheet, row, 0, name, looks, "text")
        write_text(sheet, row, 1, value, looks, "text")


def _height(texts: Iterable[str], width: float) -> float:
    """Points that the longest of the texts takes in a column so wide; a word that does not fit takes a line."""
    most = 1
    for text in texts:
        lines, used = 1, 0.0
        for word in text.split():
            if used and used + 1 + len(word) > width * 0.88:
                lines, used = lines + 1, 0.0
            used += len(word) + (1 if used else 0)
        most = max(most, lines)
    return most * _LINE + 2


def _both(texts: Iterable[Both], language: str) -> list[str]:
    return [text.of(language) for text in texts]


def _titled(sheet: Worksheet, row: int, title: str, lines: Sequence[str], looks: Looks) -> int:
    if not lines:
        return row
    write_text(sheet, row, 0, title, looks, "subheading")
    return _lines(sheet, row + 1, lines, looks, "faint") + 1


def _lines(sheet: Worksheet, row: int, lines: Iterable[str], looks: Looks, look: str) -> int:
    """Lines below each other; returns the first free row."""
    for line in lines:
        write_text(sheet, row, 0, line, looks, look)
        row += 1
    return row


def _paper(sheet: Worksheet, header: int, content: Content, language: str) -> None:
    """One page wide, the header on each, what it is and which edition at its foot."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    if header:
        sheet.freeze_panes(header + 1, 1)
        sheet.repeat_rows(header)
    edition = words(language)["edition"].format(number=content.imprint.edition)
    title = content.title.of(language).replace("&", "&&")
    sheet.set_footer(f"&L{title} · {edition}&R{words(language)['page']}")
