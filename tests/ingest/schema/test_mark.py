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


def test_the_guide_of_a_template_is_known_as_long_as_nobody_wrote_on_it() -> None:
    mark = TemplateMark.from_rows(TemplateMark("attendance", 1, "kk", guide_rows=30).to_rows())
    assert mark is not None
    assert mark.is_guide("Нұсқаулық", 30)
    assert not mark.is_guide("Нұсқаулық", 31)
    assert not mark.is_guide("Сабақ", 30)
    assert mark == TemplateMark("attendance", 1, "kk")
