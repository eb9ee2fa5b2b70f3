"""Headers cut short are recognised where they can mean one column alone."""

from __future__ import annotations

import pytest

from ingest.read.form.header_match import HeaderWords, folded
from ingest.schema.contract import Contract
from ingest.schema.load import contracts

CONTRACTS = contracts()


@pytest.mark.parametrize(
    ("form", "written", "field"),
    [
        ("learner_roster", "Фам.", "last_name"),
        ("learner_roster", "Отч.", "middle_name"),
        ("learner_roster", "Яз. обуч.", "language"),
        ("learner_roster", "Кл.", "grade"),
        ("learner_roster", "Дата рожд.", "birth_date"),
        ("learner_roster", "Сын.", "grade"),
        ("learner_roster", "Оқыту т.", None),
        ("learner_roster", "Тегі", "last_name"),
        ("learner_roster", "Туған к.", None),
        ("learner_roster", "Туған күн.", "birth_date"),
        ("attendance", "Проп. уроков", "lessons_missed"),
        ("learner_roster", "Кл. рук.", None),
        ("learner_roster", "№ п.п.", None),
        ("learner_roster", "С.", None),
    ],
)
def test_an_abbreviation_means_one_column_or_none(form: str, written: str, field: str | None) -> None:
    assert HeaderWords(CONTRACTS[form]).field(written) == field


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_an_abbreviation_never_leads_to_another_column(contract: Contract) -> None:
    """Every label of every form, its words cut after four letters: its own field, or none where several read so."""
    words = HeaderWords(contract)
    for own in contract.fields:
        for label in (own.labels.kk, own.labels.ru):
            short = " ".join(f"{word[:4]}." if len(word) > 4 else word for word in label.split())
            found = words.field(short)
            known = {
                field.name
                for field in contract.fields
                for word in field.headings
                if folded(word) == folded(short)
            }
            assert found in {None, own.name, *known}, (label, short, found)
