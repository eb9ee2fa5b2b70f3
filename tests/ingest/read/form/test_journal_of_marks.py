"""The page of a subject in a class journal, days across, gives the rows that the long form gives."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.form.layouts.register_kinds import kind_said
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contract as contract_of
from tests.ingest.read.form.register_sheets import BIN, IINS, LATIN, NAMES, xlsx
from tests.ingest.read.samples import read_whole, typed

CONTRACT = contract_of("current_marks")
(CELLS,) = (layout.points for layout in registers(CONTRACT) if layout.points)
_HEAD: list[list[object]] = [["БСН", BIN], ["7 «Ә» сынып"], ["Пән:", "Алгебра"], ["Қыркүйек 2026"]]


def _read(path: Path, rows: list[list[object]]) -> tuple[list[dict[str, Any]], list[Any]]:
    reading = read_whole(xlsx(path / "file.xlsx", rows), CONTRACT)
    found, findings = typed(reading, CONTRACT)
    own = ("iin", "subject", "date", "kind", "points", "points_max", "grade", "letter")
    return [{name: row[name] for name in own} for row in found], [*reading.findings, *findings]


def _said(findings: list[Any]) -> list[tuple[str, str | None]]:
    return [(each.code, each.cell) for each in findings if each.severity != "note"]


def _row(
    learner: int, day: int, points: int, kind: str = "formative", most: int | None = None
) -> dict[str, Any]:
    return {
        "iin": IINS[learner], "subject": "algebra", "date": date(2026, 9, day), "kind": kind,
        "points": points, "points_max": most, "grade": 7, "letter": "Ә",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("section", "below"),
    [
        ("БЖБ 1 (15) 14.09", []),
        ("14.09 СОР №1, макс. 15", []),
        ("СОР 14.09.2026 (15 балл)", []),
        ("14", [["", "", "", "", "", "БЖБ (15)"]]),
        ("14", [["", "Бағалау түрі", "", "", "", "БЖБ"], ["", "Ең жоғары балл", "", "", "", 15]]),
        ("14", [["", "", "", "ФО", "ФО", "СОР"], ["", "Макс. балл", "", 10, 10, 15]]),
    ],
)
def test_a_page_of_a_journal(tmp_path: Path, section: str, below: list[list[object]]) -> None:
    days = ["7", "9"] if section == "14" else ["07.09", "09.09"]
    rows = [
        *_HEAD,
        ["№", "ФИО", "ИИН", *days, section],
        *below,
        [1, NAMES[0], IINS[0], 8, "н", 12],
        [2, NAMES[1], IINS[1], None, "10", "12/15"],
        [3, NAMES[2], IINS[2], "б", None, None],
    ]
    found, findings = _read(tmp_path, rows)
    most = 10 if ["", "Макс. балл", "", 10, 10, 15] in below else None
    wanted = [
        _row(0, 7, 8, most=most), _row(1, 9, 10, most=most),
        _row(0, 14, 12, "section", 15), _row(1, 14, 12, "section", 15),
    ]  # fmt: skip
    assert (found, _said(findings)) == (wanted, [])


def test_one_day_may_have_a_column_of_each_kind(tmp_path: Path) -> None:
    rows = [
        *_HEAD,
        ["№", "ФИО", "ИИН", datetime(2026, 9, 7), datetime(2026, 9, 7)],
        [None, "Түрі", None, "ҚБ", "ТЖБ (20)"],
        [1, NAMES[0], IINS[0], 8, 17],
    ]
    found, findings = _read(tmp_path, rows)
    assert (found, _said(findings)) == ([_row(0, 7, 8), _row(0, 7, 17, "term", 20)], [])


def test_points_of_a_column_without_a_day_are_never_left_out_in_silence(tmp_path: Path) -> None:
    rows = [
        *_HEAD,
        ["№", "ФИО", "ИИН", "07.09", "09.09", "СОЧ", "Четверть"],
        [1, NAMES[0], IINS[0], 8, 9, 17, 5],
    ]
    found, findings = _read(tmp_path, rows)
    assert found == [_row(0, 7, 8), _row(0, 9, 9)]
    assert _said(findings) == [("register_kind_without_day", "F5")]


def test_what_is_no_number_is_said_at_its_cell(tmp_path: Path) -> None:
    rows = [
        *_HEAD,
        ["№", "ФИО", "ИИН", "07.09", "09.09"],
        [1, NAMES[0], IINS[0], "8 9", "8/9"],
        [2, NAMES[1], IINS[1], "отл", 9],
    ]
    _, findings = _read(tmp_path, rows)
    assert sorted(cell or "" for _, cell in _said(findings)) == ["D6", "D7", "E6"]


_KINDS = [(word, entry.code) for entry in codelist("assessment_kind").codes for word in entry.words]


@given(
    st.sampled_from(_KINDS),
    st.sampled_from([str, str.upper, str.capitalize, lambda text: text.translate(LATIN)]),
    st.sampled_from(["{kind} {day}", "{day} {kind}", "{day}\n{kind}", "{kind}, {day}", "{kind} ({day})"]),
    st.sampled_from(["{kind}", "{kind} 2", "{kind}-2", "{kind} №2", "{kind} № 2"]),
    st.sampled_from(["", " (15)", " макс. 15", " 15 балл", " (ең жоғары 15)"]),
    st.sampled_from(["07.09", "7.09.2026", "07.09.2026"]),
)
def test_a_heading_says_kind_maximum_and_day_however_it_is_written(
    kind: tuple[str, str], cased: Any, order: str, numbered: str, most: str, day: str
) -> None:
    word, code = kind
    written = numbered.format(kind=cased(word)) + most
    said = kind_said(order.format(kind=written, day=day), CELLS)
    assert (said.kind, said.maximum, said.rest) == (code, "15" if most else "", day)


@given(st.text(max_size=90))
def test_any_heading_is_survived(text: str) -> None:
    said = kind_said(text, CELLS)
    assert said.kind in {None, *codelist("assessment_kind").by_code}


@pytest.mark.parametrize(
    "text", ["07.09", "7 қыркүйек", "дс 07.09.2026", "Алгебра", "Орташа балл", "1-тоқсан", ""]
)
def test_other_headings_stay_as_they_are(text: str) -> None:
    said = kind_said(text, CELLS)
    assert said.rest == text or said.kind
