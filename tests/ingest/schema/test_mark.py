"""The mark of a template survives the way through a workbook's cells."""

import pytest

from ingest.schema.mark import TemplateMark


@pytest.mark.parametrize(
    "mark",
    [
        TemplateMark("attendance", 1, "kk"),
        TemplateMark("attendance", 2, "ru", node="650940000016", period="2026-W36", part="7-Ә"),
    ],
)
def test_it_comes_back_as_it_was_written(mark: TemplateMark) -> None:
    assert TemplateMark.from_rows(mark.to_rows()) == mark


def test_a_version_that_became_a_number_is_understood() -> None:
    assert TemplateMark.from_rows([("form", "attendance"), ("version", 1.0)]) == TemplateMark(
        "attendance", 1, "kk"
    )


@pytest.mark.parametrize(
    "rows", [[], [("form", "attendance")], [("form", "attendance"), ("version", "first")]]
)
def test_cells_that_state_no_mark_give_none(rows: list[tuple[object, object]]) -> None:
    assert TemplateMark.from_rows(rows) is None
