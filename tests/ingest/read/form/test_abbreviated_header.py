"""Headers cut short are recognised where they can mean one column alone."""

from __future__ import annotations

import pytest

from ingest.read.form.header.header_match import HeaderWords, folded
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts

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
        ("attendance", "Кол-во уроков", "lessons_scheduled"),
        ("attendance", "Кол-во пропущ. уроков", "lessons_missed"),
        ("attendance", "Из них по уваж.", "lessons_missed_valid"),
        ("attendance", "в т.ч. по уваж.", "lessons_missed_valid"),
        ("attendance", "Қалд. сабақ", "lessons_missed"),
        ("attendance", "Кол-во", None),
        ("attendance", "Пропущ.", None),
        ("learner_roster", "Ахмет-Али", None),
        ("learner_roster", "Ақ-ой", None),
    ],
)
def test_an_abbreviation_means_one_column_or_none(form: str, written: str, field: str | None) -> None:
    assert HeaderWords(CONTRACTS[form]).field(written) == field


def _cut(word: str, way: str) -> str:
    if len(word) < 6:
        return word
    return f"{word[:4]}." if way == "stop" else f"{word[:2]}-{word[-2:]}"


@pytest.mark.parametrize("way", ["stop", "hyphen", "first two words"])
@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_an_abbreviation_never_leads_to_another_column(contract: Contract, way: str) -> None:
    """Every label of every form, its words cut short: its own field, or none where several read so."""
    words = HeaderWords(contract)
    for own in contract.fields:
        for label in (own.labels.kk, own.labels.ru):
            kept = label.split()[:2] if way == "first two words" else label.split()
            short = " ".join(_cut(word, "stop" if way == "first two words" else way) for word in kept)
            found = words.field(short)
            known = {
                field.name
                for field in contract.fields
                for word in field.headings
                if folded(word) == folded(short)
            }
            assert found in {None, own.name, *known}, (label, short, found)
