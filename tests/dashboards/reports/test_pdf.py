"""A summary as PDF says what its content says, to those who see it and to those who do not."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import FloatObject, NameObject

from dashboards.reports.content import Both, Cell, Column, Content, Row, Section
from dashboards.reports.pdf.axis import axis
from dashboards.reports.pdf.cells import cell_text
from dashboards.reports.pdf.drawings import drawing
from dashboards.reports.pdf.habits import broken
from dashboards.reports.pdf.letters import plain
from dashboards.reports.pdf.make import pdf
from dashboards.reports.pdf.numbers import number
from dashboards.reports.pdf.printed import printed
from dashboards.reports.pdf.tagged import tagged
from dashboards.reports.pdf.words import CATALOGUE, words
from tests.dashboards.reports import invented, read_back
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
    # The narrow table beside the tiles stands in two halves, each with its header.
    assert kinds.count("/Table") == len(content.sections) + 1
    assert kinds.count("/TH") == sum(len(each.table.columns) + 1 for each in content.sections) + 2
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


@both_languages
def test_the_habits_of_bulletins_are_kept(language: str) -> None:
    assert broken(made(language)) == []


@cache
def _short() -> bytes:
    """Two pages: a chart and its table."""
    found = pdf(invented.content(sections=invented.sections()[2:3]), "kk")
    assert broken(found) == []
    return found


def _altered(how: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=reader(_short()))
    how(writer)
    found = io.BytesIO()
    writer.write(found)
    return found.getvalue()


def _without_alt(writer: PdfWriter) -> None:
    next(each for each in read_back.below(writer.root_object["/StructTreeRoot"]) if "/Alt" in each).pop(
        "/Alt"
    )


def _headerless(writer: PdfWriter) -> None:
    for each in read_back.below(writer.root_object["/StructTreeRoot"]):
        if each["/S"] == "/TH":
            each[NameObject("/S")] = NameObject("/TD")


def _fontless(writer: PdfWriter) -> None:
    for each in writer.pages[0]["/Resources"]["/Font"].values():
        each.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object().pop(
            "/FontFile3", None
        )


BREAKS: dict[str, Callable[[PdfWriter], object]] = {
    "no alternative text": _without_alt,
    "no header": _headerless,
    "does not hold the font": _fontless,
    "no tags": lambda writer: writer.root_object.pop("/StructTreeRoot"),
    "says no language": lambda writer: writer.root_object.pop("/Lang"),
    "no bookmarks": lambda writer: writer.root_object.pop("/Outlines"),
    "does not say <pdfuaid": lambda writer: writer.root_object.pop("/Metadata"),
    "words outside": lambda writer: writer.pages[1].mediabox.__setitem__(2, FloatObject(300)),
    "all but empty": lambda writer: writer.add_blank_page(),
    "first page does not say": lambda writer: writer.remove_page(0),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_broken_habit_is_told(fault: str) -> None:
    assert any(fault in each for each in broken(_altered(BREAKS[fault])))


def test_what_a_content_says_against_the_habits_is_told() -> None:
    said = invented.both("Ол +0,3 % өсті", "Она выросла на +0,3 %")
    words_of_numbers = Column(code="inside", label=invented.both("Мән", "Значение"), unit="text")
    of = invented.sections()[-1]
    rows = tuple(
        row.model_copy(update={"cells": (Cell(text=invented.both(each, each)),)})
        for row, each in zip(of.table.rows, ("1,5", "1,25"), strict=False)
    )
    table = of.table.model_copy(update={"columns": (words_of_numbers,), "rows": rows})
    found = broken(
        pdf(invented.content(sentences=(said,), sections=(of.model_copy(update={"table": table}),)), "ru")
    )
    assert [each.split(":")[0] for each in found] == [
        "a column has numbers of [1, 2] decimals", "a difference is told in per cent",
    ]  # fmt: skip
    assert broken(b"%PDF-1.7 nothing")[0].startswith("cannot be read")


def _drawn(code: str, **other: Any) -> dict[str, Any]:
    section = next(each for each in invented.sections() if each.code == code).model_copy(update=other)
    found = drawing(section, invented.content().place, "kk", words("kk"))
    assert found is not None
    return found


def test_bars_begin_at_nought_and_the_whole_is_a_line_where_parts_can_be_held_against_it() -> None:
    shares, counts = _drawn("ranking"), _drawn("ranking", measure="learners")
    for found in (shares, counts):
        assert found["zero"] == 0 and found["ticks"][0]["label"] == "0"
    assert shares["line"]["label"].endswith("93,4\u00a0%")
    # A sum of twenty would leave no room for any of them.
    assert counts["line"] is None and max(row["at"] or 0 for row in counts["rows"]) > 0.5


def test_a_line_is_broken_where_a_week_is_missing() -> None:
    this_year = next(each for each in _drawn("trend")["series"] if each["accent"])
    assert [at is None for at in this_year["points"]] == [False] * 8 + [True] * 2 + [False] * 2


def test_tiles_say_what_is_withheld_and_what_is_not_known() -> None:
    tiles = {each["value"]: each for each in _drawn("tiles")["tiles"]}
    assert len(_drawn("tiles")["tiles"]) == 20
    assert tiles["c"]["withheld"] and tiles["c"]["class"] is None
    assert not tiles["x"]["withheld"] and tiles["x"]["class"] is None


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=3), max_size=6),
    st.sampled_from(["count", "share", "decimal", "points"]),
    st.booleans(),
)
def test_an_axis_holds_what_is_drawn_between_round_numbers(
    values: list[Decimal], unit: Any, from_zero: bool
) -> None:
    found = axis(values, unit, from_zero=from_zero)
    assert 2 <= len(found.ticks) <= 8 and len(set(found.ticks)) == len(found.ticks)
    assert all(0 <= found.at(each) <= 1 for each in values)
    assert not from_zero or Decimal(0) in found.ticks
    step = found.ticks[1] - found.ticks[0]
    assert step.normalize().as_tuple().digits in ((1,), (2,), (2, 5), (5,))
    if unit == "share" and values and 0 <= min(values) <= max(values) <= 100:
        assert found.ticks[0] >= 0 and found.ticks[-1] <= 100


@pytest.mark.parametrize(
    "value, unit, digits, signed, written",
    [
        (1234567, "count", 0, False, "1\u00a0234\u00a0567"), (0.945, "share", 0, False, "95"),
        (0.145, "share", 1, False, "14,5"), (-0.0004, "points", 1, True, "0,0"), (0.003, "points", 1, True, "+0,3"),
        (-0.003, "points", 1, True, "\u22120,3"), (2.5, "decimal", 2, False, "2,50"), (0, "count", 0, True, "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_both_languages_write_them(
    value: float, unit: Any, digits: int, signed: bool, written: str
) -> None:
    assert number(value, unit, digits, signed=signed) == written


def test_words_of_the_page_stand_in_both_languages() -> None:
    assert set(words("kk")) == set(words("ru"))
    sources = "".join(
        file.read_text(encoding="utf-8")
        for file in CATALOGUE.parent.rglob("*")
        if file.suffix in (".py", ".typ")
    )
    made_of_parts = ("status_", "basis_", "legend_", "not_known_")
    unused = [
        key
        for key in words("kk")
        if f'"{key}"' not in sources and f"'{key}'" not in sources and f"w.{key}" not in sources
    ]
    assert [key for key in unused if not key.startswith(made_of_parts)] == []


# A hundred documents more would say little more of what failed.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
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
        return Cell(value=min(abs(value), 1) if column.unit == "share" else value)

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


def _read_aloud(found: bytes) -> str:
    document = reader(found)
    root = tagged(document, [list(printed(page, document)) for page in document.pages])
    assert root is not None
    return root.text


@settings(max_examples=4, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
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
    found = pdf(content, language)
    assert broken(found) == []
    text = flowing(_read_aloud(found))
    for section in sections:
        for row in section.table.rows[: section.first]:
            assert flowing(plain(row.name.of(language))) in text
