"""What `bbaj check` says: each cause in its own words, all of it in a list where it is too much, what it lacks."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import openpyxl
import pytest

from expectations.findings.causes import RecordedFinding
from ingest.cli.answers.verdicts import verdict_lines
from ingest.cli.frame import language
from ingest.cli.frame.speech import phrase
from ingest.emit.template import Prefill, template
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period
from tests.ingest.cli.conftest import Call

FORM = contract("attendance")
NAMES = [field.name for field in FORM.fields]
MOST = 1000


def _finding(number: int, value: str, text: str, suggestion: str | None = None) -> RecordedFinding:
    message = {"kk": text, "ru": text, "en": text}
    return RecordedFinding(
        "not_a_number", "error", None, f"F{number}", number, "lessons_missed", value, suggestion, message
    )


def _said(*findings: RecordedFinding) -> list[str]:
    language.listen(["--lang", "ru"], {})
    facts = {"verdict": "rejected", "rows_in": 2, "rows_accepted": 0, "rows_rejected": 2, "rows_not_data": 0}
    more = {"open_queries": 0, "not_checked": ["week_copied"]}
    lines = verdict_lines(facts | more, findings, FORM, "все в книге", is_handed_in=False)
    said = [str(line.text) for line in lines]
    # What could not be checked stands below what was found.
    assert said[-1].startswith("  · ") and "Здесь не проверено" in said[-2]
    return said[4:-3]


def test_a_cut_list_says_where_the_rest_stands_and_nothing_was_handed_in() -> None:
    *_, last = _said(*(_finding(row, "x", "«x» — не число.") for row in range(2, 25)))
    assert last == "  … и ещё 18 (все в книге)"
    for outcome in ("accepted", "rejected", "unreadable"):
        for tongue, again in (("kk", "қайта"), ("ru", "снова"), ("en", "again")):
            language.listen(["--lang", tongue], {})
            assert again not in phrase(f"{outcome}_beforehand")


def test_a_further_place_says_its_own_words_where_they_differ() -> None:
    alike = _said(_finding(2, "x", "«x» — не число."), _finding(3, "y1", "«y1» — не число.", "1"))
    assert alike == ["  F2  «x» — не число.", "  F3  «y1»  Возможно: 1"]
    apart = _said(_finding(2, "x", "Больше, чем уроков: 5."), _finding(3, "x", "Больше, чем уроков: 6."))
    assert apart == ["  F2  Больше, чем уроков: 5.", "  F3  Больше, чем уроков: 6."]


def _week(path: Path, rows: int, missed: str) -> Path:
    lines = [",".join(NAMES)]
    for number in range(rows):
        row = {"organisation_bin": "650940000016", "iin": f"1503107{number:05d}", "date": "2026-09-07"}
        row |= {"class_grade": "5", "class_letter": "А", "lessons_scheduled": "6", "lessons_missed": missed}
        lines.append(",".join(row.get(name, "") for name in NAMES))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_whole_list_lies_beside_the_marked_workbook(call: Call, tmp_path: Path) -> None:
    rows = MOST + 200
    file = _week(tmp_path / "week.csv", rows, "=1+1")
    book, listing = tmp_path / "marked.xlsx", tmp_path / "marked.findings.csv"
    said = call("check", file, "--form", "attendance", "--marked", book, "--lang", "ru")

    assert said.exit_code == 1, said.output
    assert str(listing) in said.stdout and "--marked КНИГА" not in said.stdout
    assert stat.S_IMODE(listing.stat().st_mode) == 0o600
    content = listing.read_text(encoding="utf-8")
    assert content.startswith("\ufeff")
    found = list(csv.DictReader(io.StringIO(content[1:]), delimiter=";"))
    own = [each for each in found if each["Значение"].endswith("=1+1")]
    assert sorted(int(each["Строка"]) for each in own) == list(range(2, rows + 2))
    # Nothing in it is a formula to whoever opens it, and nothing is without words.
    assert not any(text.startswith("=") for each in found for text in each.values())
    assert all(each["Что не так и как исправить"] for each in found)
    sheet = openpyxl.load_workbook(book).worksheets[-1]
    assert any("не закрашены" in str(row[0].value) for row in sheet.iter_rows())


@pytest.mark.parametrize("rows", [1, 30])
def test_no_list_is_written_where_the_workbook_says_it_all(call: Call, tmp_path: Path, rows: int) -> None:
    file = _week(tmp_path / "week.csv", rows, "x")
    said = call("check", file, "--form", "attendance", "--marked", tmp_path / "m.xlsx", "--json")
    assert json.loads(said.stdout)["list"] is None
    assert {path.name for path in tmp_path.iterdir()} == {"week.csv", "m.xlsx"}


def test_files_of_one_name_are_marked_under_names_of_their_own(call: Call, tmp_path: Path) -> None:
    files = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        files.append(_week(tmp_path / folder / "week.csv", 1, "x"))
    (tmp_path / "out").mkdir()
    call("check", *files, "--form", "attendance", "--marked", tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"week.marked.xlsx", "week-2.marked.xlsx"}


def test_the_end_line_asks_for_what_is_missing_alone(call: Call, tmp_path: Path) -> None:
    file = _week(tmp_path / "week.csv", 1, "0")
    week = tmp_path / "week.xlsx"
    known = Prefill("650940000016", Period.parse("week", "2026-W37"))
    week.write_bytes(template(FORM, "ru", prefill=known))

    def asked(path: Path, *words: str) -> set[str]:
        shown = call("check", path, "--form", "attendance", "--lang", "ru", *words).stdout
        end = shown.partition("укажите")[2]
        return {option for option in ("--node", "--period", "--reference") if option in end}

    assert asked(file) == {"--node", "--period", "--reference"}
    assert asked(file, "--node", "650940000016") == {"--period", "--reference"}
    assert asked(file, "--node", "650940000016", "--period", "2026-W37") == {"--reference"}
    assert asked(week) == {"--reference"}


@pytest.mark.parametrize("ending", [".csv", ".XLS", ".ods", ".html", ".pdf", ".zip"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_workbook_is_written_under_a_name_of_another_format(
    call: Call, tmp_path: Path, ending: str, language: str
) -> None:
    book = tmp_path / f"book{ending}"
    file = _week(tmp_path / "week.csv.txt", 1, "x")
    for words in (
        ("template", "attendance", "-o", book),
        ("check", file, "--form", "attendance", "--marked", book),
        ("marked", 1, "-o", book),
    ):
        said = call(*words, "--lang", language)
        assert said.exit_code == 64 and "book.xlsx" in said.stderr, said.output
        assert not book.exists()
    assert call("template", "attendance", "-o", tmp_path / "Журнал 5.А").exit_code == 0
