"""What is suggested for a heading no column answers to: the column meant, both where two may be, none where none is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.read.form.header import column_findings
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts

CONTRACTS = contracts()
_SHORT = 8
LABELS = [
    (form, field.name, language)
    for form, contract in CONTRACTS.items()
    for field in contract.fields
    for language in ("kk", "ru")
]


@pytest.fixture(scope="module", autouse=True)
def each_pair_is_compared_once() -> Iterator[None]:
    """The same heading is held against the same words whichever columns are missing, and in many forms."""
    likeness = column_findings._likeness
    known: dict[tuple[str, int], tuple[tuple[float, str], FormField]] = {}

    def once(said: str, field: FormField) -> tuple[float, str]:
        if (said, id(field)) not in known:
            # With its field, so that no other comes to have its number.
            known[said, id(field)] = (likeness(said, field), field)
        return known[said, id(field)][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_findings, "_alike", cache(column_findings._alike))
        patch.setattr(column_findings, "_likeness", once)
        yield


def _suggested(heading: str, contract: Contract, *missing: str) -> str | None:
    there = {field.name: 0 for field in contract.fields if field.name not in missing}
    body: Any = SimpleNamespace(header=SimpleNamespace(columns=there))
    return column_findings._nearest(heading, body, contract)


@pytest.mark.parametrize(("form", "name", "language"), LABELS)
def test_a_slip_in_any_heading_leads_to_its_column_and_to_no_other(
    form: str, name: str, language: Any
) -> None:
    contract = CONTRACTS[form]
    field = contract.field(name)
    label = field.labels.in_language(language)
    its_own = {field.labels.kk, field.labels.ru, field.labels.en, name}
    for place in range(1, len(label), 3):
        for heading in (label[:place] + label[place + 1 :], label[:place] + label[place] + label[place:]):
            # The column alone is missing; then all are, and it is one of the two offered at most.
            alone = _suggested(heading, contract, name)
            assert alone is None or alone in its_own, (heading, alone)
            assert alone or len(label) < _SHORT or _is_like_another(heading, contract, name), heading
            every = _suggested(heading, contract, *(each.name for each in contract.fields))
            assert every is None or len(label) < _SHORT or its_own & set(every.split(" / ")), (heading, every)


def _is_like_another(heading: str, contract: Contract, name: str) -> bool:
    """Whether the slip makes of it the heading of another column just as well."""
    others = [field.name for field in contract.fields if field.name != name]
    return _suggested(heading, contract, *others) is not None


def test_two_columns_that_may_be_meant_are_both_offered() -> None:
    attendance = CONTRACTS["attendance"]
    offered = _suggested("Уроков", attendance, "lessons_scheduled", "lessons_missed")
    assert offered and set(offered.split(" / ")) == {"Уроков по расписанию", "Пропущено уроков"}
    # The other is there: whose heading this is nobody knows.
    assert _suggested("Уроков", attendance, "lessons_missed") is None
    assert _suggested("Пропущенно урокв", attendance, "lessons_missed") == "Пропущено уроков"
    assert _suggested("Примечание", attendance, "lessons_missed", "grade") is None


@pytest.mark.parametrize(("letters", "both"), [(24, False), (27, True)])
def test_the_next_column_is_offered_as_well_where_it_is_nearly_as_like(letters: int, both: bool) -> None:
    """Of so many letters one and three others: 8.3 points of likeness between the two, or 7.4."""
    heading = "абвгдежзиклмнопрстуфхцчшщэюяң"[:letters]
    contract = CONTRACTS["attendance"]
    named = {"lessons_scheduled": f"{heading[1:]}я", "lessons_missed": f"{heading[3:]}яңғ"}
    fields = tuple(
        field.model_copy(
            update={
                "labels": field.labels.model_copy(
                    update=dict.fromkeys(("kk", "ru", "en"), named[field.name])
                ),
                "aliases": (),
            }
        )
        if field.name in named
        else field
        for field in contract.fields
    )
    offered = _suggested(heading, contract.model_copy(update={"fields": fields}), *named)
    assert offered == (" / ".join(named.values()) if both else named["lessons_scheduled"])
