"""The staging model of a form and its properties."""

from pathlib import Path

import yaml

from ingest.emit.staging import staging_sql, staging_yml
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts


def test_the_model_looks_as_agreed(school_meals: Contract, golden: Path) -> None:
    assert staging_sql(school_meals) == (golden / "stg_school_meals.sql").read_text()


def test_its_properties_look_as_agreed(school_meals: Contract, golden: Path) -> None:
    assert staging_yml(school_meals) == (golden / "stg_school_meals.yml").read_text()


def test_nothing_personal_is_named(school_meals: Contract) -> None:
    (model,) = yaml.safe_load(staging_yml(school_meals))["models"]
    columns = {column["name"] for column in model["columns"]}

    assert {"person_key", "age"} <= columns
    assert columns.isdisjoint({"iin", "birth_date", "diet"})


def test_no_row_of_a_sheet_is_held_to_be_a_row_of_data() -> None:
    """Sheets beside each other have the same row numbers, and a row of a class register is a week."""
    for contract in contracts().values():
        (model,) = yaml.safe_load(staging_yml(contract))["models"]
        grains = [test["unique_grain"] for test in model["data_tests"] if "unique_grain" in test]
        assert not any("source_row" in grain["arguments"]["columns"] for grain in grains)
