"""The ends of every column of every form: the first and the last value are accepted, one step beyond is not."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, Scope, judge
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests.expectations.case_folders import cases, reference

Ends = Mapping[str, tuple[Any, Any]]
ENDS: Mapping[str, Ends] = yaml.safe_load(Path(__file__).with_name("columns.yml").read_text(encoding="utf-8"))
_CODES = ("out_of_range", "text_length")
_STEPS = {"integer": 1, "number": 0.01, "string": 1}


def test_every_column_that_ends_somewhere_is_known() -> None:
    """A column that a contract bounds anew is written down beside the others, and only those."""
    bounded = {
        form: {field.name for field in contract.fields if _is_bounded(field)}
        for form, contract in contracts().items()
    }
    assert {form: set(ends) for form, ends in ENDS.items()} == {k: v for k, v in bounded.items() if v}


@pytest.mark.parametrize("form", ENDS)
def test_the_last_value_is_accepted_and_the_next_is_not(form: str, tmp_path: Path) -> None:
    contract = contracts()[form]
    tried = [
        (name, *each) for name, ends in ENDS[form].items() for each in _tried(contract.field(name), ends)
    ]
    found = _found(contract, [(name, text) for name, text, _ in tried], tmp_path / "ends.csv")
    assert [(*each, place in found) for place, each in enumerate(tried)] == [
        (name, text, is_beyond, is_beyond) for name, text, is_beyond in tried
    ]


def _is_bounded(field: FormField) -> bool:
    limits = field.constraints
    ends = (limits.minimum, limits.maximum, limits.min_length, limits.max_length)
    return any(end is not None for end in ends)


def _tried(field: FormField, ends: tuple[Any, Any]) -> Iterator[tuple[str, bool]]:
    """What is written into the column, and whether it lies beyond an end."""
    for end, way in zip(ends, (-1, 1), strict=True):
        if end is not None:
            yield _text(field, end, 0), False
            yield _text(field, end, way), True


def _text(field: FormField, end: Any, way: int) -> str:
    if field.type == "date":
        return str(date.fromisoformat(end) + timedelta(days=way))
    if field.type == "time":
        return f"{datetime.fromisoformat(f'2026-09-01T{end}') + timedelta(minutes=way):%H:%M}"
    value = end + way * _STEPS[field.type]
    return "қ" * value if field.type == "string" else str(value)


def _found(contract: Contract, written: list[tuple[str, str]], path: Path) -> set[int]:
    """Places of those that are found at their own cell; a row for each, the other cells as the contract's examples."""
    names = [field.name for field in contract.fields]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([field.labels.ru for field in contract.fields])
        for name, text in written:
            out.writerow([text if field.name == name else field.example for field in contract.fields])
    like = next(case for case in cases() if case.form == contract.form)
    scope = Scope(like.node, contract.submitted_by[0], Period.parse(contract.period, like.period))
    with judge(
        [JudgeFile(0, path, path.name, scope)], contract, reference(), demo=True, engine=run_rules
    ) as judged:
        findings = [each for each in judged.verdicts[0].findings if each.code in _CODES]
    columns = [names.index(name) for name, _ in written]
    return {
        place
        for place, column in enumerate(columns)
        for each in findings
        if (each.row, each.column) == (place + 2, names[column])
    }
