"""A summary as PDF says what its content says, to those who see it and to those who do not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.reports.content import Both, Cell, Content, Row, Section
from dashboards.reports.pdf.cells import cell_text
from dashboards.reports.pdf.letters import plain
from dashboards.reports.pdf.make import pdf
from dashboards.reports.pdf.numbers import number
from dashboards.reports.pdf.words import CATALOGUE, words
from tests.dashboards.reports import invented
from tests.dashboards.reports.read_back import flowing, reader, tags, text_of

LANGUAGES = ("kk", "ru")
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@cache
def made(language: str) -> bytes:
    return pdf(invented.content(), language)


def _texts(value: Any, language: str) -> list[str]:
    """Every text of a content in one language, apart from what only helpers of the eye read."""
    if isinstance(value, Both):
        return [value.of(language)]
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each, language)]
    if hasattr(type(value), "model_fields"):
        names = [name for name in type(value).model_fields if name not in ("alt", "source")]
        return [text for name in names for text in _texts(getattr(value, name), language)]
    return []


def _figures(content: Content, language: str) -> list[str]:
    cells = [
        cell_text(cell, column, language)
        for section in content.sections
        for row in section.table.rows[: section.first]
        for cell, column in zip(row.cells, section.table.columns, strict=True)
    ]
    heads = [
        number(cell.value, head.unit, head.digits)
        for head in content.headlines
        for cell in (head.value, head.before, head.year_ago)
        if cell.value is not None
    ]
    return cells + heads


@both_languages
def test_everything_that_is_said_stands_in_its_text(language: str) -> None:
    content = invented.content()
    # Rows that are left out are said to be.
    left_out = {row.name.of(language) for row in content.sections[-1].table.rows[10:]}
    text = text_of(made(language))
    for each in _texts(content, language):
        assert flowing(each) in text or each in left_out, each
    for each in _figures(content, language):
        assert flowing(each) in text, each


@both_languages
def test_letters_of_kazakh_are_read_in_order(language: str) -> None:
    assert flowing(invented.LETTERS) in text_of(made(language))


@both_languages
def test_it_is_tagged_named_and_of_both_standards(language: str) -> None:
    found = reader(made(language))
    content = invented.content()
    assert found.root_object["/Lang"] == language
    assert found.root_object["/MarkInfo"]["/Marked"]
    assert found.metadata is not None and found.metadata.title == ". ".join(
        each.of(language) for each in (content.title, content.place.name, content.period_label)
    )
    told = found.root_object["/Metadata"].get_object().get_data().decode()
    for said in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert said in told
    alts = [each["/Alt"] for each in tags(made(language)) if each["/S"] == "/Figure"]
    assert alts == [each.alt.of(language) for each in content.sections if each.drawn != "table"]
    kinds = [each["/S"] for each in tags(made(language))]
    assert kinds.count("/Table") == len(content.sections)
    assert kinds.count("/TH") == sum(len(each.table.columns) + 1 for each in content.sections)
    headings = [entry.title for entry in _entries(found.outline)]
    assert [each.heading.of(language) for each in content.sections] == [
        each for each in headings if each in {section.heading.of(language) for section in content.sections}
    ]


def _entries(outline: Any) -> list[Any]:
    return [each for entry in outline for each in (_entries(entry) if isinstance(entry, list) else [entry])]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert pdf(invented.content(), "kk") == made("kk")
    script = (
        "import sys; from tests.dashboards.reports import invented; from dashboards.reports.pdf.make import pdf;"
        "sys.stdout.buffer.write(pdf(invented.content(), 'kk'))"
    )
    again = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert again.stdout == made("kk")


@both_languages
def test_another_program_finds_nothing_wrong(language: str, tmp_path: Path) -> None:
    file = tmp_path / "summary.pdf"
    file.write_bytes(made(language))
    if not shutil.which("qpdf") or not shutil.which("pdffonts"):
        pytest.skip("qpdf or poppler-utils is not installed")
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    fonts = subprocess.run(
        ["pdffonts", str(file)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    # Name, kind, encoding, embedded, subset, with letters told.
    assert fonts and all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), fonts
    text = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
    assert flowing(invented.LETTERS) in flowing(text)


def test_words_of_the_page_stand_in_both_languages() -> None:
    assert set(words("kk")) == set(words("ru"))
    sources = "".join(
        file.read_text(encoding="utf-8")
        for file in CATALOGUE.parent.rglob("*")
        if file.suffix in (".py", ".typ")
    )
    made_of_parts = ("status_", "basis_", "legend_", "not_known_")
    unused = [key for key in words("kk") if f'"{key}"' not in sources and f"w.{key}" not in sources]
    assert [key for key in unused if not key.startswith(made_of_parts)] == []


NAMES = st.one_of(
    st.text("абвгӘҒҚҢӨҰҮҺІәғқңөұүһі", min_size=120, max_size=120),
    st.text(max_size=60),
    st.text("қмәтін <>#$*_[]@`\\\"'{}", max_size=40),
)
VALUES = st.one_of(st.none(), st.floats(-1, 1), st.integers(0, 10**9))


@st.composite
def drawn_sections(draw: st.DrawFn) -> Section:
    kind = draw(st.sampled_from(["ranking", "tiles", "trend", "distribution", "bounds", "table"]))
    base = next(each for each in invented.sections() if each.drawn == kind)
    count = draw(st.sampled_from([0, 1, 2, 7, 60]))
    name, symbol = draw(NAMES), draw(st.sampled_from(["c", "x", "z"]))
    values = draw(st.lists(VALUES, min_size=1, max_size=5))

    def cell(at: int, column: Any) -> Cell:
        value = values[at % len(values)]
        if column.unit in ("text", "date") or value is None:
            return Cell(symbol=symbol)
        return Cell(value=value)

    has_total = draw(st.booleans())
    rows = tuple(
        Row(
            code=base.table.rows[at].code if at < len(base.table.rows) else f"{at}",
            name=invented.both(f"{name} {at}", f"{name} {at}"),
            cells=tuple(cell(at + place, column) for place, column in enumerate(base.table.columns)),
            is_total=has_total and at == count - 1,
        )
        for at in range(count)
    )
    return base.model_copy(update={"table": base.table.model_copy(update={"rows": rows})})


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(drawn_sections(), max_size=2), st.sampled_from(LANGUAGES), st.booleans())
def test_whatever_there_is_to_say_is_set_and_lies_on_the_page(
    sections: list[Section], language: str, is_bare: bool
) -> None:
    bare: dict[str, Any] = {
        "headlines": (),
        "sentences": (),
        "regions": (),
        "organisations": (),
        "method": (),
        "glossary": (),
    }
    content = invented.content(sections=tuple(sections), **(bare if is_bare else {}))
    text = text_of(pdf(content, language))
    for section in sections:
        for row in section.table.rows[: section.first]:
            assert flowing(plain(row.name.of(language))) in text
