"""The reader's schema in the words of the standard."""

import json
from pathlib import Path

from ingest.emit.table_schema import TABLE_SCHEMAS, table_schema
from ingest.schema.contract import Contract


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
