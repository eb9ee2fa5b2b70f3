"""The stamp of a template survives the way through a workbook's cells."""

import pytest

from ingest.schema.template_stamp import TemplateStamp


@pytest.mark.parametrize(
    "stamp",
    [
        TemplateStamp("attendance", 1, "kk"),
        TemplateStamp("attendance", 2, "ru", node="650940000016", period="2026-W36", part="7-Ә"),
    ],
)
def test_it_comes_back_as_it_was_written(stamp: TemplateStamp) -> None:
    assert TemplateStamp.from_rows(stamp.to_rows()) == stamp


def test_a_version_that_became_a_number_is_understood() -> None:
    assert TemplateStamp.from_rows([("form", "attendance"), ("version", 1.0)]) == TemplateStamp(
        "attendance", 1, "kk"
    )


@pytest.mark.parametrize(
    "rows", [[], [("form", "attendance")], [("form", "attendance"), ("version", "first")]]
)
def test_cells_that_state_no_mark_give_none(rows: list[tuple[object, object]]) -> None:
    assert TemplateStamp.from_rows(rows) is None


def test_the_guide_of_a_template_is_known_as_long_as_nobody_wrote_on_it() -> None:
    stamp = TemplateStamp.from_rows(TemplateStamp("attendance", 1, "kk", guide_rows=30).to_rows())
    assert stamp is not None
    assert stamp.is_guide("Нұсқаулық", 30)
    assert not stamp.is_guide("Нұсқаулық", 31)
    assert not stamp.is_guide("Сабақ", 30)
    assert stamp == TemplateStamp("attendance", 1, "kk")
