"""Targets as plans of development write them: the years in one cell, or a column a year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.read.reading import Reading
from ingest.schema.forms.load import contract

FORM = contract("indicator_targets")
WHERE = ["Уровень", "КАТО", "Целевой индикатор", "Құжат (қазақша)", "Основание"]
ROW = ["облыс", "110000000", "Мектепке дейінгі тәрбиемен қамту, %", "Даму жоспары № 1", "План развития № 1"]


def _table(path: Path, *rows: list[str | float]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def _targets(reading: Reading) -> list[tuple[str | None, ...]]:
    names = ("level", "kato", "indicator", "year_from", "year_to", "target", "document_ru")
    return [  # each column of values is a table of its own
        row
        for table in reading.tables
        for row in zip(*(_column(table.text, name) for name in names), strict=True)
    ]


def _column(text: Any, name: str) -> list[str | None]:
    return text.column(name).to_pylist() if name in text.column_names else [None] * text.num_rows


@pytest.mark.parametrize("written", ["2026-2028", "2026–2028 гг.", "2026 — 2028", "2026-2028 жж."])
def test_the_years_of_a_target_may_stand_in_one_cell(tmp_path: Path, written: str) -> None:
    head = ["№", *WHERE, "Срок реализации", "Плановое значение", "Ответственные"]
    reading = read(_table(tmp_path / "a.xlsx", head, ["1", *ROW, written, 98.5, "УО"]), FORM)
    ((level, kato, indicator, *years, target, document),) = _targets(reading)
    assert (level, kato, indicator) == tuple(ROW[:3])
    assert (years, target, document) == (["2026", "2028"], "98.5", ROW[-1])


@settings(max_examples=12)
@given(st.lists(st.integers(2024, 2040), min_size=2, max_size=6, unique=True), st.data())
def test_a_column_a_year_is_a_target_a_year(
    tmp_path_factory: pytest.TempPathFactory, years: list[int], data: st.DataObject
) -> None:
    values = [data.draw(st.none() | st.integers(1, 100)) for _ in years[1:]] + [50]
    style = data.draw(st.sampled_from(["{}", "{} год", "{} г.", "{} жыл"]))
    head = [*WHERE, *(style.format(year) for year in years)]
    path = tmp_path_factory.mktemp("years") / "a.xlsx"
    reading = read(_table(path, head, [*ROW, *("" if each is None else each for each in values)]), FORM)
    told = {(first, target) for _, _, _, first, _, target, _ in _targets(reading)}
    assert told == {
        (str(year), str(value)) for year, value in zip(years, values, strict=True) if value is not None
    }
    assert {last or None for _, _, _, _, last, _, _ in _targets(reading)} == {None}
