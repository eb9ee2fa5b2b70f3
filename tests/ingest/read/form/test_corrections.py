"""A declared correction changes the one error it is for, says so at the cell, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from expectations.check import check
from expectations.judging import judge as judging
from ingest.authored import AuthorError
from ingest.read.form.corrections import corrected
from ingest.read.form.read import read
from ingest.schema.forms.correction import Correction, corrections
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

FORM = contract("regional_indicators")
OBLAST = "110000000"
QUARTER = Period.parse("quarter", "2026-Q3")
DECLARED = {
    "id": "akmola_schools_2025",
    "field": "value",
    "wrong": "5590",
    "right": "559",
    "guard": {"node": OBLAST, "cells": {"indicator": "schools", "value_period": "2025-2026"}},
    "reason": {"kk": "үтір түсіп қалған", "ru": "пропущена запятая", "en": "the decimal comma is lost"},
    "asked_by": {
        "kk": "білім басқармасы, 2026-10-02 № 1 хат",
        "ru": "управление образования, письмо № 1 от 02.10.2026",
        "en": "education department, letter No. 1 of 2 October 2026",
    },
    "since": "2026-10-03",
}
HEAD = "level,kato,indicator,area,value_period,value"


def _declared(**changed: object) -> Correction:
    return Correction.model_validate(DECLARED | changed)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    rows = [
        f"oblast,{OBLAST},Schools,all,2025-2026, 5590 ",
        f"oblast,{OBLAST},schools,all,2024-2025,5590",
        f"oblast,{OBLAST},learners,all,2025-2026,5590",
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return path


def _values(path: Path, correction: Correction, node: str = OBLAST) -> tuple[list[str | None], list[str]]:
    reading = corrected(read(path, FORM), FORM, [correction], node, QUARTER)
    notes = [finding for finding in reading.findings if finding.code == "correction_applied"]
    return reading.tables[0].text.column("value").to_pylist(), [str(finding.cell) for finding in notes]


def test_the_error_is_put_right_and_said_at_its_cell(report: Path) -> None:
    values, cells = _values(report, _declared())

    assert values == ["559", "5590", "5590"]
    assert cells == ["F2"]


@pytest.mark.parametrize(
    ("changed", "node"),
    [
        ({"wrong": "5591"}, OBLAST),
        ({"guard": {"node": OBLAST, "cells": {"indicator": "colleges"}}}, OBLAST),
        ({"guard": {"node": OBLAST, "period": "2026-Q2"}}, OBLAST),
        ({}, "150000000"),
    ],
)
def test_where_the_guard_does_not_hold_nothing_is_touched(
    report: Path, changed: dict[str, object], node: str
) -> None:
    values, cells = _values(report, _declared(**changed), node)

    assert [(value or "").strip() for value in values] == ["5590"] * 3
    assert cells == []


def test_the_verdict_keeps_what_was_written_who_asked_and_why(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "corrections_of", lambda form: (_declared(),))

    verdict = check(report, FORM.form, node=OBLAST, period=QUARTER.text)

    (note,) = [finding for finding in verdict.findings if finding.code == "correction_applied"]
    assert (note.cell, note.value, note.severity) == ("F2", " 5590 ", "note")
    for language, words in (("kk", ("үтір", "№ 1 хат")), ("ru", ("запятая", "письмо № 1"))):
        assert all(word in note.text(language) for word in words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"guard": {}},
        {"guard": {"cells": {"value": "1"}}},
        {"right": "5590"},
        {"because": "x"},
        {"reason": None},
    ],
)
def test_a_correction_without_a_guard_or_a_reason_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _declared(**changed)


@pytest.mark.parametrize(
    ("declared", "said"),
    [([DECLARED, DECLARED], "twice"), ([DECLARED | {"field": "height"}], "height")],
)
def test_a_file_its_form_cannot_follow_is_refused(
    tmp_path: Path, declared: list[dict[str, object]], said: str
) -> None:
    (tmp_path / "corrections").mkdir()
    file = tmp_path / "corrections" / f"{FORM.form}.yml"
    file.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")

    with pytest.raises(AuthorError, match=said):
        corrections(FORM, tmp_path)
