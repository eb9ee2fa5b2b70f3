"""The staging model of a form and its properties."""

from pathlib import Path

import yaml

from ingest.emit.staging import staging_sql, staging_yml
from ingest.schema.forms.contract import Contract


def test_the_model_looks_as_agreed(school_meals: Contract, golden: Path) -> None:
    assert staging_sql(school_meals) == (golden / "stg_school_meals.sql").read_text()


def test_its_properties_look_as_agreed(school_meals: Contract, golden: Path) -> None:
    assert staging_yml(school_meals) == (golden / "stg_school_meals.yml").read_text()


def test_nothing_personal_is_named(school_meals: Contract) -> None:
    (model,) = yaml.safe_load(staging_yml(school_meals))["models"]
    columns = {column["name"] for column in model["columns"]}

    assert {"person_key", "age"} <= columns
    assert columns.isdisjoint({"iin", "birth_date", "diet"})
