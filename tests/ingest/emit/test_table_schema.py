"""The reader's schema in the words of the standard."""

import json
from datetime import datetime
from pathlib import Path

from ingest.emit.table_schema import TABLE_SCHEMAS, table_schema
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts


def test_it_looks_as_agreed(school_meals: Contract, golden: Path) -> None:
    (file,) = TABLE_SCHEMAS.files({"school_meals": school_meals})

    assert file.content.decode() == (golden / "school_meals.schema.json").read_text()


def test_it_says_first_that_it_is_generated(school_meals: Contract) -> None:
    (first, *_) = table_schema(school_meals)
    assert first == "$comment"


def test_a_coded_column_lists_its_codes(school_meals: Contract) -> None:
    fields = {field["name"]: field for field in table_schema(school_meals)["fields"]}

    assert fields["sex"]["constraints"] == {"enum": ["m", "f"]}
    assert "иә" in fields["is_free"]["trueValues"]
    assert "нет" in fields["is_free"]["falseValues"]


def test_dates_among_its_constraints_are_iso_texts(school_meals: Contract) -> None:
    schema = json.loads(json.dumps(table_schema(school_meals)))
    fields = {field["name"]: field for field in schema["fields"]}

    assert fields["served_date"]["constraints"] == {"required": True, "minimum": "2020-01-01"}


def test_examples_and_limits_of_times_are_of_the_format_that_is_said() -> None:
    fields = [field for contract in contracts().values() for field in table_schema(contract)["fields"]]
    times = [field for field in fields if field["type"] in ("time", "datetime")]
    assert times
    for field in times:
        limits = field.get("constraints", {})
        for said in (field["example"], *(limits[name] for name in ("minimum", "maximum") if name in limits)):
            assert datetime.strptime(said, field["format"])
