"""A new form is one contract and one hand-written mart: in a copy of the project, nothing else is touched."""

import hashlib
import json
import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.copied import copy_rooms
from tests.warm import BBAJ, run_python

ROOT = Path(__file__).parents[2]
TOY = Path(__file__).parent / "school_meals"
ROOMS = ("ingest", "expectations", "warehouse", "dbt_project", "docs")
GENERATED = {
    "ingest/contracts/generated/school_meals.kk.xlsx",
    "ingest/contracts/generated/school_meals.ru.xlsx",
    "ingest/contracts/generated/school_meals.schema.json",
    "expectations/suites/school_meals.json",
    "docs/forms/school_meals.kk.md",
    "docs/forms/school_meals.ru.md",
    "dbt_project/models/staging/stg_school_meals.sql",
    "dbt_project/models/staging/stg_school_meals.yml",
}
ROW = {
    "БИН организации образования": "650940000016",
    "ИИН": "150310700010",
    "Дата рождения": "10.03.2015",
    "Дата выдачи": "03.09.2026",
    "Количество приёмов пищи": "1",
    "Цена, тенге": "650,5",
    "Бесплатно": "да",
    "Пол": "м",
    "Меню": "A01",
    "Диетическое питание": "",
}


def _contents(root: Path) -> dict[str, str]:
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


class Copy:
    """A copy of the project whose programs run from the copy."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "var"
        copy_rooms(root, ROOMS)
        self.before = _contents(root)
        shutil.copy(TOY / "school_meals.yml", root / "ingest" / "contracts")
        self.run("from ingest.generate import generate as g; g(); assert not g(check=True)")
        self.after = _contents(root)

    def run(self, code: str, *words: object, ends_with: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= {"BBAJ_HOME": str(self.home)}
        ran = run_python(code, *words, cwd=self.root, env=environment)
        assert ran.returncode == ends_with, ran.stdout + ran.stderr
        return ran

    def bbaj(self, *words: str, ends_with: int = 0) -> str:
        return self.run(BBAJ, *words, ends_with=ends_with).stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.home.mkdir()
    (copy.home / "bbaj.toml").write_text("demo = true\n")
    return copy


def test_everything_follows_from_the_contract(project: Copy) -> None:
    new = set(project.after) - set(project.before)
    changed = {file for file, content in project.before.items() if project.after[file] != content}

    assert new == GENERATED | {"ingest/contracts/school_meals.yml"}
    # The list of forms, the tests of the model that hold for every form, and the public pages on the rules.
    assert changed == {
        "dbt_project/seeds/form.csv",
        "dbt_project/tests/singular/every_accepted_row_is_modelled.sql",
        "dbt_project/tests/singular/every_landed_row_says_where_it_is_from.sql",
        "dbt_project/tests/singular/accepted_row_counts_twice.sql",
        *(f"docs/rules.{language}.md" for language in ("kk", "ru", "en")),
    }


def _filled(content: bytes, target: Path, **instead: str) -> Path:
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {
        heading: cell.column
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and (heading := str(cell.value).split("\n")[0].rstrip("\u00a0*")) in ROW
    }
    below = sheet.max_row + 1
    for heading, value in {**ROW, **instead}.items():
        sheet.cell(below, columns[heading], value)
    book.save(target)
    return target


@pytest.fixture(scope="module")
def template(project: Copy) -> bytes:
    file = project.root / "template.xlsx"
    project.bbaj("template", "school_meals", "--lang", "ru", "-o", str(file))
    return file.read_bytes()


def test_its_template_is_filled_in_checked_and_accepted(
    project: Copy, template: bytes, tmp_path: Path
) -> None:
    filled = _filled(template, tmp_path / "filled.xlsx")

    said = project.bbaj("check", str(filled), "--form", "school_meals", "--period", "2026-09", "--json")

    verdict = json.loads(said)
    assert (verdict["verdict"], verdict["rows_accepted"]) == ("accepted", 1), verdict


def test_what_its_constraints_forbid_is_found(project: Copy, template: bytes, tmp_path: Path) -> None:
    wrong = _filled(
        template,
        tmp_path / "wrong.xlsx",
        **{"Количество приёмов пищи": "7", "Дата выдачи": "03.10.2026", "Меню": "щи!"},
    )

    said = project.bbaj(
        "check", str(wrong), "--form", "school_meals", "--period", "2026-09", "--json", ends_with=1
    )

    found = {finding["column"]: finding["code"] for finding in json.loads(said)["findings"]}
    assert found == {"meals": "out_of_range", "served_date": "date_in_period", "menu": "pattern"}


# An installation in which three rows of the form were accepted, and dbt run over it.
_MODELLED = """
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from tests.dbt_project.installation import Installation

found = Installation(Path(sys.argv[1]))
row = {
    "bin": "650940000016", "age": 11, "served_date": date(2026, 9, 3), "meals": 1, "price": Decimal("650.5"),
    "is_free": True, "sex": "m", "menu": "A01",
}
rows = [row | {"person_key": person} for person in (41, 42, 43)]
found.submit(7, "school_meals", "650940000016", "2026-09", rows)
found.inputs["publication"].append({"number": 0, "data_as_of": None, "demo": True})
found.write()
ran = found.dbt("build", "--exclude-resource-type", "unit_test", *sys.argv[2:])
print(ran.stdout)
sys.exit(ran.returncode)
"""


def test_one_hand_written_mart_models_it_and_may_lose_no_row(project: Copy, tmp_path: Path) -> None:
    marts = project.root / "dbt_project" / "models" / "marts" / "persons"
    for file in TOY.glob("fct_*"):
        shutil.copy(file, marts)
    there = project.root / "tests" / "dbt_project"
    there.mkdir(parents=True)
    for name in ("installation.py", "statements.py"):
        shutil.copy(ROOT / "tests" / "dbt_project" / name, there)
    shutil.copytree(ROOT / "tests" / "warm", project.root / "tests" / "warm")

    # Reports ask no more of it than of any other; what it is held against is every fact.
    own = ("fct_school_meal", "every_accepted_row_is_modelled")
    every = ("every_landed_row_says_where_it_is_from", "accepted_row_counts_twice")
    wanted = (*(f"+{name}" for name in (*own, *every)), "fct_school_meal+")
    project.run(_MODELLED, tmp_path, "--indirect-selection", "cautious", "--select", *wanted)

    with duckdb.connect(str(tmp_path / "draft.duckdb"), read_only=True) as con:
        rows = con.sql(
            "select submission_key, person_key, meals, is_free from persons.fct_school_meal"
        ).fetchall()
    assert sorted(rows) == [(7, person, 1, True) for person in (41, 42, 43)]

    # A mart that drops a third of what was accepted.
    mart = marts / "fct_school_meal.sql"
    mart.write_text(mart.read_text(encoding="utf-8") + "where person_key <> 42\n", encoding="utf-8")
    only = ("--select", "fct_school_meal", "every_accepted_row_is_modelled")
    said = project.run(_MODELLED, tmp_path, *only, ends_with=1).stdout
    assert "every_accepted_row_is_modelled" in said
