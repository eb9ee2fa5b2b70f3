"""The seed that names the codes of facts."""

import csv
from io import StringIO

from ingest.emit.codelist_seed import CODELIST_SEED
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts


def _rows(forms: dict[str, Contract]) -> list[dict[str, str]]:
    (file,) = CODELIST_SEED.files(forms)
    return list(csv.DictReader(StringIO(file.content.decode())))


def test_every_dictionary_of_a_column_that_lands_is_there_in_its_own_order() -> None:
    rows = _rows(dict(contracts()))
    held = {
        name: [row for row in rows if row["codelist"] == name] for name in {row["codelist"] for row in rows}
    }
    assert held.keys() == {
        field.constraints.codelist
        for contract in contracts().values()
        for field in contract.landed_fields
        if field.constraints.codelist
    } | {"staff_age_group", "staff_load"}
    for name, found in held.items():
        told = [(each.code, each.labels.kk, each.labels.ru, each.labels.en) for each in codelist(name).codes]
        assert [(row["code"], row["label_kk"], row["label_ru"], row["label_en"]) for row in found] == told
        assert [int(row["place"]) for row in found] == list(range(1, len(told) + 1))


def test_what_never_reaches_the_lake_is_not_named(school_meals: Contract) -> None:
    assert {row["codelist"] for row in _rows({"school_meals": school_meals})} == {
        "sex", "staff_age_group", "staff_load",
    }  # fmt: skip
