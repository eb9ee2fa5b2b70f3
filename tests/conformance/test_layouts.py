"""Other layouts of a form, and its corrections: data beside its contract that the contract can follow."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest.authored import AuthorError
from ingest.read.form.header.header_match import folded
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import corrections
from ingest.schema.forms.layout import CrossTable, Rearranged, cross_tables, rearranged
from ingest.schema.forms.load import CONTRACTS, contracts

LAYOUTS = [
    pytest.param(form, layout, id=f"{form}-{place}")
    for form in sorted(folder.name for folder in (CONTRACTS / "layouts").iterdir())
    for place, layout in enumerate(cross_tables(form))
]


@pytest.mark.parametrize(("form", "layout"), LAYOUTS)
def test_a_layout_fills_every_field_the_form_needs_and_no_other(form: str, layout: CrossTable) -> None:
    contract = contracts()[form]
    axes = (layout.down, layout.across, layout.blocks, layout.title)
    filled = [layout.value, *(name for axis in axes for name in axis.fields)]

    assert len(filled) == len(set(filled))
    assert set(filled) <= {field.name for field in contract.fields}
    assert {field.name for field in contract.fields if contract.needs(field)} <= set(filled)


@pytest.mark.parametrize(("form", "layout"), LAYOUTS)
def test_its_words_stand_in_a_dictionary_that_says_what_they_mean(form: str, layout: CrossTable) -> None:
    for axis in (layout.down, layout.across, layout.blocks, layout.title):
        if axis.words == "period":
            assert set(axis.fields.values()) == {"code"}
            continue
        entries = codelist(axis.words).codes
        for name, column in axis.fields.items():
            own = contracts()[form].field(name).constraints.codelist
            for entry in entries:
                code = entry.code if column == "code" else entry.extra[column]
                assert own is None or code in codelist(own).by_code, (name, code)
        assert axis.default is None or axis.default in codelist(axis.words).by_code


def test_a_layout_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "layouts" / "regional_indicators"
    folder.mkdir(parents=True)
    (folder / "odd.yml").write_text("down: {words: region, fields: {kato: kato}, upwards: yes}\n")

    with pytest.raises(AuthorError, match="upwards"):
        cross_tables("regional_indicators", tmp_path)


def test_a_form_without_layouts_has_none() -> None:
    assert cross_tables("attendance") == ()


# A cell of each kind that a split takes apart: a class, a name, the days of a course, a document, points of a maximum,
# the years of a target.
SPLIT = [
    "7 «Ә»",
    "Үлгіұлы Үлгі",
    "с 03.08.2026 по 14.08.2026",
    "№ KZ-000000 от 14.08.2026",
    "18/25",
    "2026–2028 гг.",
]
ARRANGED = [
    pytest.param(contract, layout, id=f"{form}-{place}")
    for form, contract in contracts().items()
    for place, layout in enumerate(rearranged(contract))
]


@pytest.mark.parametrize(("contract", "layout"), ARRANGED)
def test_a_rearranged_table_can_be_followed(contract: Contract, layout: Rearranged) -> None:
    for split in layout.splits:
        # Python knows the groups, RE2 reads the cells.
        found = pc.extract_regex(pa.array(SPLIT), pattern=split.pattern).to_pylist()
        assert any(found)
        assert all(parts.keys() == set(split.fields) for parts in found if parts)
        assert len(split.fields) > 1
    for name, words in layout.words.items():
        own = contract.field(name).constraints.codelist
        assert own is None or set(words.values()) <= set(codelist(own).by_code)
    own_words = {
        folded(word)
        for field in contract.fields
        for word in (field.labels.kk, field.labels.ru, field.labels.en, *field.aliases)
    }
    assert not own_words & {folded(word) for words in layout.headers.values() for word in words}
    assert not own_words & {folded(word) for word in layout.ignored}


@pytest.mark.parametrize("form", contracts())
def test_the_corrections_of_a_form_can_be_followed(form: str) -> None:
    for correction in corrections(contracts()[form]):
        assert contracts()[form].field(correction.field)
