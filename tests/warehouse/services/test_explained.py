"""Queries answered where they are read: on the sheet of findings of the workbook that came back."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet

from expectations.findings.findings_file import read_findings
from expectations.marked.wording import say
from ingest.ledger.receipts import explanations
from ingest.ledger.records import Submission, Verdict
from ingest.schema.findings_sheet import QueryToken
from tests.warehouse.copies import further, own_copy
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance
from warehouse.services.submitters.marked import marked_submission

ASKED = 4
HEADS = {say("explanation_head", language) for language in ("kk", "ru", "en")}


def _report(country: Country) -> None:
    """A report with four queries."""
    rows = attendance(SCHOOLS[0], WEEKS[0])
    for row in rows[:ASKED]:
        row.update(lessons_missed=1, lessons_missed_valid=0, absence_reason="")
    country.submit("attendance", SCHOOLS[0], WEEKS[0], rows)


@pytest.fixture(scope="module")
def asked(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where the report is accepted and nobody has answered yet."""
    return further(listed, tmp_path_factory.mktemp("asked") / "home", _report)


@pytest.fixture
def country(asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    yield from own_copy(asked, tmp_path, monkeypatch)


@pytest.fixture
def first(country: Country) -> int:
    """The number of the report."""
    assert country.home.root.exists()
    return int(Submission.objects.get(scope__form="attendance").pk)


def _book(country: Country, submission: int, language: str = "ru") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(marked_submission(country.home, submission, language)))  # type: ignore[arg-type]


def _rows(sheet: Worksheet) -> list[int]:
    """The rows of the queries."""
    return [row[0].row for row in sheet.iter_rows() if any(QueryToken.read(cell.value) for cell in row)]


def _column(sheet: Worksheet) -> int:
    return next(cell.column for row in sheet.iter_rows() for cell in row if cell.value in HEADS)


def _explain(sheet: Worksheet, texts: list[Any]) -> None:
    for row, text in zip(_rows(sheet), texts, strict=False):
        sheet.cell(row, _column(sheet)).value = text


def _hand_in(country: Country, content: bytes, name: str = "back.xlsx") -> int:
    number = country.submit_file("attendance", SCHOOLS[0], WEEKS[0], content, name)
    country.judge()
    return number


def _saved(book: openpyxl.Workbook) -> bytes:
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _unmatched(country: Country, submission: int) -> list[str]:
    """What the notes about explanations that answer nothing say."""
    found = read_findings(country.home.findings, submission)["findings"]
    return [each["message"]["ru"] for each in found if each["code"] == "explanation_not_matched"]


def ods(sheets: dict[str, list[list[Any]]]) -> bytes:
    """The same cells as LibreOffice would save them."""
    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=str(value)))
                line.addElement(cell if value != "" else TableCell())
            table.addElement(line)
        document.spreadsheet.addElement(table)
    saved = io.BytesIO()
    document.write(saved)
    return saved.getvalue()


def _given(submission: int) -> list[str]:
    scope = Submission.objects.get(pk=submission).scope
    return sorted(explanations.explanations_of(scope).values())


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_explanation_comes_back_with_the_workbook(country: Country, first: int, language: str) -> None:
    book = _book(country, first, language)
    sheet = book.worksheets[-1]
    assert len(_rows(sheet)) == ASKED
    _explain(sheet, ["ауырды", "", "ауылға кетті"])

    again = _hand_in(country, _saved(book))

    verdict = Verdict.objects.get(submission_id=again)
    assert (verdict.outcome, verdict.queries, verdict.queries_answered) == ("accepted", ASKED, 2)
    assert _given(again) == ["ауылға кетті", "ауырды"]
    event = Submission.objects.get(pk=again).events.filter(kind="explained").first()
    assert event is not None and event.on_behalf_of.code == SCHOOLS[0]

    # What was said stands in the next workbook too, and is not said twice when that comes back unchanged.
    once_more = _book(country, again, language)
    shown = [
        once_more.worksheets[-1].cell(row, _column(sheet)).value for row in _rows(once_more.worksheets[-1])
    ]
    assert sorted(filter(None, shown)) == ["ауылға кетті", "ауырды"]
    once_more.worksheets[0]["A1"].font = openpyxl.styles.Font(bold=True)
    last = _hand_in(country, _saved(once_more))
    assert Verdict.objects.get(submission_id=last).queries_answered == 2
    assert not Submission.objects.get(pk=last).events.filter(kind="explained").exists()


def _sorted_apart(sheet: Worksheet) -> None:
    """The visible columns sorted, the unseen one left as it was."""
    rows = _rows(sheet)
    shown = [[sheet.cell(row, column).value for column in range(1, _column(sheet) + 1)] for row in rows]
    for row, values in zip(rows, reversed(shown), strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value


def _shuffled(sheet: Worksheet) -> None:
    rows = _rows(sheet)
    whole = [[cell.value for cell in sheet[row]] for row in rows]
    random.Random(3).shuffle(whole)
    for row, values in zip(rows, whole, strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value


def _unseen_gone_and_moved(sheet: Worksheet) -> None:
    sheet.delete_cols(_column(sheet) + 1)
    sheet.insert_cols(1)


def _unseen_gone_and_sorted(sheet: Worksheet) -> None:
    _sorted_apart(sheet)
    sheet.delete_cols(_column(sheet) + 1)


def _without_token_and_place(sheet: Worksheet) -> None:
    sheet.delete_cols(_column(sheet) + 1)
    sheet.delete_cols(2)


def _renamed_without_tokens(sheet: Worksheet) -> None:
    sheet.delete_cols(_column(sheet) + 1)
    sheet.title = "мои ответы"


def _without_token_and_text(sheet: Worksheet) -> None:
    sheet.delete_cols(_column(sheet) + 1)
    sheet.delete_cols(5)


EDITS: dict[str, tuple[Callable[[Worksheet], None], int]] = {
    # how the sheet was edited, and how many of the four explanations are then known
    "sorted whole": (_shuffled, 4),
    "sorted without the unseen column": (_sorted_apart, 4),
    "everything above taken away": (lambda sheet: sheet.delete_rows(1, _rows(sheet)[0] - 1), 4),
    "a row taken away": (lambda sheet: sheet.delete_rows(_rows(sheet)[1]), 3),
    "a column put before": (lambda sheet: sheet.insert_cols(1), 4),
    "a column put between": (lambda sheet: sheet.insert_cols(_column(sheet) + 1), 4),
    "the place taken away": (lambda sheet: sheet.delete_cols(2), 4),
    "rows of one's own between": (lambda sheet: sheet.insert_rows(_rows(sheet)[1], 3), 4),
    "the unseen column taken away": (lambda sheet: sheet.delete_cols(_column(sheet) + 1), 4),
    "the unseen column taken away, a column put before": (_unseen_gone_and_moved, 4),
    "the unseen column taken away, rows sorted": (_unseen_gone_and_sorted, 4),
    "the unseen column and the place taken away": (_without_token_and_place, 0),
    "the sheet renamed": (lambda sheet: setattr(sheet, "title", "Жауаптар"), 4),
    "the sheet renamed, the unseen column taken away": (_renamed_without_tokens, 4),
    "the unseen column and the text taken away": (_without_token_and_text, 0),
}


@pytest.mark.parametrize("edit", EDITS)
def test_explanations_outlive_what_is_done_to_the_sheet(country: Country, first: int, edit: str) -> None:
    change, known = EDITS[edit]
    book = _book(country, first)
    sheet = book.worksheets[-1]
    places = {str(sheet.cell(row, 2).value): f"о {sheet.cell(row, 2).value}" for row in _rows(sheet)}
    _explain(sheet, list(places.values()))
    change(sheet)

    again = _hand_in(country, _saved(book))

    given = _given(again)
    assert len(given) == known
    assert set(given) <= set(places.values())
    # What answers nothing any more is said, never passed over in silence; a row taken away took its words with it.
    gone = 1 if edit == "a row taken away" else 0
    assert len(_unmatched(country, again)) == ASKED - known - gone
    # Each belongs to the query that stood in its row.
    back = _book(country, again).worksheets[-1]
    for row in _rows(back):
        if said := back.cell(row, _column(back)).value:
            assert said == places[str(back.cell(row, 2).value).rpartition(" · ")[2]]


def test_an_explanation_of_what_was_corrected_is_said_to_answer_nothing(country: Country, first: int) -> None:
    book = _book(country, first)
    _explain(book.worksheets[-1], ["уже исправлено", "болел"])
    data = book.worksheets[0]
    heads = {cell.value: cell.column for row in data.iter_rows(max_row=12) for cell in row if cell.value}
    asked = _rows(book.worksheets[-1])[0]
    place = str(book.worksheets[-1].cell(asked, 2).value).rpartition(" · ")[2]
    row = data[place].row
    data.cell(row, heads["lessons_missed"]).value = 0
    again = _hand_in(country, _saved(book))
    assert _given(again) == ["болел"]
    (said,) = _unmatched(country, again)
    assert "уже исправлено" in said
    assert Verdict.objects.get(submission_id=again).outcome == "accepted"


def test_a_workbook_saved_as_ods_is_read_as_well(country: Country, first: int) -> None:
    book = _book(country, first)
    _explain(book.worksheets[-1], ["объяснено", "", "тоже"])
    sheets = {
        sheet.title: [["" if value is None else value for value in row] for row in sheet.values]
        for sheet in book.worksheets
    }
    again = _hand_in(country, ods(sheets), "back.ods")
    assert _given(again) == ["объяснено", "тоже"]


def test_the_data_saved_as_csv_get_the_same_verdict_and_keep_what_was_said(
    country: Country, first: int
) -> None:
    book = _book(country, first)
    _explain(book.worksheets[-1], ["объяснено"])
    assert _given(_hand_in(country, _saved(book))) == ["объяснено"]
    text = io.StringIO()
    rows = [["" if value is None else value for value in row] for row in book.worksheets[0].values]
    csv.writer(text, delimiter=";").writerows(rows)
    again = _hand_in(country, text.getvalue().encode("utf-8-sig"), "back.csv")
    verdict = Verdict.objects.get(submission_id=again)
    assert (verdict.outcome, verdict.queries, verdict.queries_answered) == ("accepted", ASKED, 1)


def test_hostile_explanations_are_texts_and_short(country: Country, first: int) -> None:
    book = _book(country, first)
    texts = ['=HYPERLINK("http://x","y")', "a" * 30_000, "да\x07 \u202eнет\u200b", 12]
    sheet = book.worksheets[-1]
    for row, text in zip(_rows(sheet), texts, strict=True):
        cell = sheet.cell(row, _column(sheet))
        cell.value = text.replace("\x07", "_x0007_") if isinstance(text, str) else text
    sheet.cell(_rows(sheet)[0], _column(sheet)).data_type = "f"

    again = _hand_in(country, _saved(book))

    given = _given(again)
    assert "12" in given
    assert max(map(len, given)) <= 4000
    assert not any("\u202e" in text or "\u200b" in text for text in given)
    # A formula without a value says nothing; none of them is one in the workbook that comes back.
    shown = _book(country, again).worksheets[-1]
    assert all(cell.data_type != "f" for row in shown.iter_rows() for cell in row)


def test_a_token_nobody_gave_explains_nothing(country: Country, first: int) -> None:
    book = _book(country, first)
    sheet = book.worksheets[-1]
    row = _rows(sheet)[0]
    sheet.cell(row, _column(sheet)).value = "чужое"
    sheet.cell(row, _column(sheet) + 1).value = str(QueryToken("0" * 24, "0" * 12))
    sheet.cell(row, 5).value = "другой текст"
    again = _hand_in(country, _saved(book))
    assert _given(again) == []


def test_a_workbook_saved_in_the_old_format_is_read_as_well(country: Country, first: int) -> None:
    book = _book(country, first)
    _explain(book.worksheets[-1], ["объяснено"])
    old = xlwt.Workbook()
    for sheet in book.worksheets:
        made = old.add_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    made.write(cell.row - 1, cell.column - 1, cell.value)
    saved = io.BytesIO()
    old.save(saved)
    again = _hand_in(country, saved.getvalue(), "back.xls")
    assert _given(again) == ["объяснено"]


def test_killed_before_the_verdict_the_explanations_are_taken_once(country: Country, first: int) -> None:
    from tests.warehouse.country import run_in_child

    book = _book(country, first)
    _explain(book.worksheets[-1], ["объяснено"])
    content = _saved(book)
    number = country.submit_file("attendance", SCHOOLS[0], WEEKS[0], content, "back.xlsx")
    code = "from warehouse.services.verdicts.intake import judge_waiting; judge_waiting(home)"
    assert run_in_child(country.home, code, "intake:landed").returncode == -9
    country.judge()
    assert Submission.objects.get(pk=number).events.filter(kind="explained").count() == 1
    assert Verdict.objects.get(submission_id=number).queries_answered == 1


def test_a_check_keeps_explanations_written_before(country: Country, first: int, tmp_path: Path) -> None:
    from expectations.check import check
    from expectations.marked import asked_in, marked_workbook
    from ingest.schema.forms.load import contract

    book = _book(country, first)
    _explain(book.worksheets[-1], ["объяснено"])
    path = tmp_path / "back.xlsx"
    path.write_bytes(_saved(book))
    verdict = check(path, "attendance", demo=True)
    made = marked_workbook(path, verdict.findings, contract("attendance"), "ru", asked_in(verdict))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[-1]
    assert "объяснено" in [sheet.cell(row, _column(sheet)).value for row in _rows(sheet)]
