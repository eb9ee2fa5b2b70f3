"""Registers and workbooks of several sheets the whole way: from the list of learners to the facts of the real model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from ingest.emit.register_template import HEADER_ROW
from ingest.home import Home
from ingest.ledger.records import Submission
from ingest.receive.drop import collect
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract
from tests.warehouse.country import (
    SCHOOLS,
    WEEKS,
    Country,
    attendance,
    learners_of,
    new_home,
    roster,
)
from tests.warm import run_python
from tests.warm.template import BBAJ
from warehouse.storage.builds.build import build
from warehouse.storage.keys.domain_keys import domain_keys
from warehouse.storage.keys.vault import Vault

WEEK, NEXT_WEEK = WEEKS
MONDAY = date(2026, 9, 14)
# Sheet, row and column from the first learner and day; what is typed there; what the fact then says of six lessons.
EDITS = [
    ("5 А", 0, 1, "а", (6, 6, "ILL", 0)),
    ("5 Ә", 2, 4, "2ж", (2, 0, "INV", 0)),
    ("5 Ә", 1, 0, "о", (0, 0, None, 1)),
]
NOTHING_MISSED = (0, 0, None, 0)


def _in_two_classes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows with every second learner in a class of another letter."""
    second = {person.iin for school in SCHOOLS for person in learners_of(school)[1::2]}
    return [row | {"letter": "Ә" if row["iin"] in second else "А"} for row in rows]


def _bbaj(home: Home, *words: object) -> str:
    done = run_python(BBAJ, *words, env=os.environ | {"BBAJ_HOME": str(home.root), "BBAJ_LANG": "ru"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edited") / "week.xlsx"


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory, edited: Path) -> Home:
    """Two schools of two classes: one hands in the template with three cells typed, one a workbook of two lists."""
    home = new_home(tmp_path_factory.mktemp("circle") / "home")
    country = Country(home)
    country.registers()
    for school in SCHOOLS:
        country.submit("learner_roster", school, "2026-09", _in_two_classes(roster(school)))
    country.judge()
    # An earlier week says how many lessons an ordinary day has.
    country.submit("attendance", SCHOOLS[0], WEEK, _in_two_classes(attendance(SCHOOLS[0], WEEK)))
    country.judge()
    said = _bbaj(home, "template", "attendance", "--node", SCHOOLS[0], "--period", NEXT_WEEK, "-o", edited)
    assert "Вписано обучающихся: 6." in said
    _type(edited)
    for school, name in ((SCHOOLS[0], "week.xlsx"), (SCHOOLS[1], "lists.xlsx")):
        folder = home.root / "drop" / school / "attendance" / NEXT_WEEK
        folder.mkdir(parents=True)
        if school == SCHOOLS[0]:
            (folder / name).write_bytes(edited.read_bytes())
        else:
            _two_lists(folder / name, contract("attendance"), _in_two_classes(attendance(school, NEXT_WEEK)))
    assert len(collect(home, quiet_seconds=0).received) == 2
    country.judge()
    states = {
        found.scope.node.code: found.state for found in Submission.objects.filter(scope__period=NEXT_WEEK)
    }
    assert states == dict.fromkeys(SCHOOLS, "accepted")
    build(home)
    return home


def _type(path: Path) -> None:
    """Type what differs from full attendance, and nothing else."""
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["5 А", "5 Ә"]
    for sheet, row, column, sign, _ in EDITS:
        book[sheet].cell(HEADER_ROW + 2 + row, 4 + column).value = sign
    book.save(path)


def _two_lists(path: Path, form: Contract, rows: Sequence[dict[str, Any]]) -> None:
    """A workbook of the long form with a sheet a class, whose rows have the same numbers."""
    book = openpyxl.Workbook()
    for place, letter in enumerate(("А", "Ә")):
        sheet = book.worksheets[0] if not place else book.create_sheet()
        sheet.title = f"5 {letter}"
        sheet.append([field.labels.ru for field in form.fields])
        for row in rows:
            if row["letter"] == letter:
                sheet.append([row.get(field.name) for field in form.fields])
    book.save(path)


def _facts(home: Home, school: str) -> list[tuple[Any, ...]]:
    (latest,) = home.builds.glob("*/warehouse.duckdb")
    with duckdb.connect(str(latest), read_only=True) as connection:
        connection.execute(f"attach '{latest.with_name('persons.duckdb')}' as persons (read_only)")
        return connection.execute(
            "select fact.person_key, attendance_date, lessons_scheduled, lessons_missed, lessons_missed_valid,"
            " reason.absence_reason_code, late_arrivals from persons.fct_attendance as fact"
            " join dim_organisation using (organisation_key)"
            " left join dim_absence_reason as reason"
            "   on reason.absence_reason_key = fact.absence_reason_key and reason.absence_reason_key >= 0"
            " where attendance_date >= ? and organisation_code = ?",
            [MONDAY, school],
        ).fetchall()


def _keys(home: Home, iins: list[str]) -> dict[str, int]:
    import pyarrow as pa

    with Vault(home) as vault:
        known = vault.known_keys("iin", pa.array(iins)).to_pylist()
    published = domain_keys(home, "publication").of(key for key in known if key is not None)
    return {iin: published[key] for iin, key in zip(iins, known, strict=True) if key is not None}


def test_the_facts_show_what_was_typed_and_full_attendance_besides(modelled: Home, edited: Path) -> None:
    book = openpyxl.load_workbook(edited)
    typed = {
        (book[sheet].cell(HEADER_ROW + 2 + row, 3).value, MONDAY + timedelta(days=column)): said
        for sheet, row, column, _, said in EDITS
    }
    iins = [person.iin for person in learners_of(SCHOOLS[0])]
    keys = _keys(modelled, iins)
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    expected = {(keys[iin], day, 6, *typed.get((iin, day), NOTHING_MISSED)) for iin in iins for day in days}
    found = _facts(modelled, SCHOOLS[0])
    assert len(found) == len(expected) == 30
    assert set(found) == expected


def test_what_was_left_untouched_is_told_of(modelled: Home) -> None:
    (report,) = Submission.objects.filter(scope__period=NEXT_WEEK, scope__node__code=SCHOOLS[0])
    shown = _bbaj(modelled, "show", report.pk)
    assert "Пустых ячеек в журнале — 27 из 30" in shown


def test_every_row_of_two_sheets_is_a_fact(modelled: Home) -> None:
    rows = _in_two_classes(attendance(SCHOOLS[1], NEXT_WEEK))
    keys = _keys(modelled, [person.iin for person in learners_of(SCHOOLS[1])])
    found = _facts(modelled, SCHOOLS[1])
    assert sorted((key, day, scheduled, missed) for key, day, scheduled, missed, *_ in found) == sorted(
        (keys[row["iin"]], row["date"], row["lessons_scheduled"], row["lessons_missed"]) for row in rows
    )
