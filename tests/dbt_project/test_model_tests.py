"""The tests every form has: no accepted row is lost, none counts twice."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingest.schema.forms.load import contracts
from tests.dbt_project.test_held_back import _report, _row

PROJECT = Path(__file__).parents[2] / "dbt_project"
_REF = re.compile(r"ref\('(\w+)'\)")


def test_the_later_of_two_parts_with_one_row_is_named(installation: Any) -> None:
    common = {"form": "attendance", "node": "650940000016", "period": "2026-W36"}
    installation.submit(30, **common, rows=[_row(), _row(person_key=2)], part="5А")
    installation.submit(31, **common, rows=[_row(person_key=2), _row(person_key=3)], part="5Б")
    # Approved once and corrected since: it counts beside the first part on the official basis alone.
    official = {"operational": False, "official": True}
    installation.submit(32, **common, rows=[_row()], part="5В", **official)
    _report(installation, [_row(person_key=4)])  # another whole report of the same week: no part
    result = installation.tested("accepted_row_counts_twice")
    assert result.returncode == 0, result.stdout

    assert installation.query("select * from held_back.accepted_row_counts_twice") == [(31, 1)]


def test_a_landed_row_that_does_not_say_where_it_is_from_is_named_with_its_form(installation: Any) -> None:
    wanted = set()
    for form, missing in itertools.product(contracts(), ("submission_id", "batch_id", "source_row")):
        whole = {"submission_id": 1, "batch_id": "b", "source_row": 2}
        # Rows of one number are no fault: several sheets have them.
        rows = [whole, whole, whole | {missing: None}]
        installation.write_batch(form, f"without {missing}", "batch", rows)
        wanted.add((form, f"without {missing}"))
    installation.build(*(f"stg_{form}" for form in contracts()))
    test = (PROJECT / "tests" / "singular" / "every_landed_row_says_where_it_is_from.sql").read_text("utf-8")
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"scratch.\1", re.sub(r"\{\{ config.+\}\}", "", test))
    found = installation.query(f"select form, period from ({sql})")
    assert sorted(found) == sorted(wanted)


_REFERENCE = re.compile(
    r"select '(\w+)' as reference.+?from (\S+) as child\s+left join (\S+) as parent", re.DOTALL
)


def test_a_reference_that_finds_no_row_is_found_by_its_column(built: Any, tmp_path: Path) -> None:
    """Every one of every model, by the statements that dbt ran."""
    files = sorted((built.installation.root / "target" / "compiled").rglob("every_reference_of_*.sql"))
    warehouse = shutil.copy(built.installation.warehouse, tmp_path / "draft.duckdb")
    tried = 0
    with duckdb.connect(str(warehouse)) as con:
        for sql in (file.read_text(encoding="utf-8") for file in files):
            for column, model, _ in _REFERENCE.findall(sql):
                assert con.execute(sql).fetchall() == []
                con.execute("begin")
                con.execute(f"update {model} set {column} = '987654321'")
                held = con.execute(f"select count(*) from {model}").fetchone()
                assert set(con.execute(sql).fetchall()) == (
                    {(column, "987654321")} if held != (0,) else set()
                )
                con.execute("rollback")
                tried += held != (0,)
    assert len(files) > 10 and tried > 30


def test_a_key_that_stands_twice_or_is_none_is_found_by_its_column(built: Any, tmp_path: Path) -> None:
    """Of every table that is known by several columns, by the statements that dbt ran."""
    files = sorted((built.installation.root / "target" / "compiled").rglob("primary_keys_*.sql"))
    warehouse = shutil.copy(built.installation.warehouse, tmp_path / "draft.duckdb")
    with duckdb.connect(str(warehouse)) as con:
        for sql in (file.read_text(encoding="utf-8") for file in files):
            [model] = set(re.findall(r"from (\S+)", sql))
            columns = re.findall(r"select '(\w+)' as key", sql)
            assert len(columns) > 1 and con.execute(sql).fetchall() == []
            held = con.execute(f"select {', '.join(columns)} from {model} limit 1").fetchone()
            assert held is not None
            for column, value in zip(columns, held, strict=True):
                others = ", ".join(f"null as {each}" for each in columns if each != column)
                con.execute("begin")
                con.execute(
                    f"create or replace temp table more as select * replace ({others}) from {model} limit 1"
                )
                con.execute(f"update more set {column} = ?", [value])
                con.execute(f"insert into {model} select * from more")
                found = con.execute(sql).fetchall()
                con.execute("rollback")
                none = [(each, None, 1) for each in columns if each != column]
                assert sorted(found, key=str) == sorted([(column, str(value), 2), *none], key=str)
    assert len(files) > 5


def _made_of(model: str, seen: set[str]) -> set[str]:
    """What a model reads without a dimension or a fact between."""
    found = next((PROJECT / "models").rglob(f"{model}.sql"), None)
    for name in _REF.findall(found.read_text(encoding="utf-8")) if found else ():
        if name not in seen and name.startswith(("stg_", "int_")):
            seen.add(name)
            _made_of(name, seen)
    return seen


@pytest.mark.parametrize("form", contracts())
def test_a_form_whose_rows_become_facts_names_the_fact(form: str) -> None:
    facts = {
        file.stem
        for file in (PROJECT / "models" / "marts").rglob("fct_*.sql")
        if f"stg_{form}" in _made_of(file.stem, set())
    }
    mart = contracts()[form].mart
    assert mart in facts if facts else mart == f"stg_{form}"


def test_no_test_of_the_model_is_off_since_what_it_names_is() -> None:
    """dbt lets a test that names a dictionary which is no table of the model go in silence."""
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    known = {
        name for name, config in settings["seeds"]["bbaj"].items() if not name.startswith("+") and config
    }
    known |= {file.stem for file in (PROJECT / "models").rglob("*.sql")}
    files = [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "tests").rglob("*.sql")]
    named = {(file.name, name) for file in files for name in _REF.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert {(file, name) for file, name in named if name not in known} == set()
