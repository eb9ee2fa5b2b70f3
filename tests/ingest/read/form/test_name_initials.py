"""Initials head the parts of a name where they stand side by side in their order, and say nothing alone."""

from __future__ import annotations

from itertools import product

import pytest

from ingest.read.form.header.header_match import find_header
from ingest.read.form.header.name_initials import PARTS
from ingest.schema.forms.load import contracts
from tests.each import each

FORMS = {
    form: contract for form, contract in contracts().items() if {*PARTS} <= {f.name for f in contract.fields}
}
WAYS = list(product(("{0}", "{0}.", "{1}"), repeat=3))
LATIN = str.maketrans("ОТА", "OTA")


@pytest.mark.parametrize("form", sorted(FORMS))
@each("language, ways, is_latin", product(["kk", "ru", "en"], WAYS, [False, True]))
def test_initials_side_by_side(form: str, language: str, ways: tuple[str, ...], is_latin: bool) -> None:
    labels = [FORMS[form].field(part).labels.in_language(language) for part in PARTS]
    heads = [way.format(label[0], label) for way, label in zip(ways, labels, strict=True)]
    if is_latin:
        heads = [head.translate(LATIN) if len(head) < 3 else head for head in heads]
    found = find_header([["№", "ЖСН", *heads, "Сынып"]], FORMS[form])
    assert found is not None
    assert [found.columns.get(part) for part in PARTS] == [2, 3, 4]
    # Without a patronymic, too; and in a header of two rows.
    found = find_header([["№", "ЖСН", *heads[:2], "Сынып"]], FORMS[form])
    assert found is not None and [found.columns.get(part) for part in PARTS] == [2, 3, None]


@pytest.mark.parametrize(
    "heads", [["И."], ["Ф.", "О."], ["О.", "И.", "Ф."], ["А", "Б", "В"], ["1", "2", "3"], ["И.", "", "О."]]
)
def test_a_letter_alone_says_nothing(heads: list[str]) -> None:
    found = find_header([["№", "ИИН", *heads, "Класс"]], FORMS["learner_roster"])
    assert found is not None
    assert not found.columns.keys() & {*PARTS}
