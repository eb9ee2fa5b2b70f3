"""Generated files: written once, then watched for drift."""

import shutil
from pathlib import Path

import pytest

from ingest.emit.generate import Drift, generate

STAGING = "dbt_project/models/staging"
FILES = {
    "ingest/contracts/generated/school_meals.kk.xlsx",
    "ingest/contracts/generated/school_meals.ru.xlsx",
    "ingest/contracts/generated/school_meals.schema.json",
    f"{STAGING}/stg_school_meals.sql",
    f"{STAGING}/stg_school_meals.yml",
    "dbt_project/seeds/codelist_code.csv",
    "dbt_project/seeds/finding_cause.csv",
    "dbt_project/seeds/form.csv",
    "dbt_project/tests/singular/accepted_row_counts_twice.sql",
    "dbt_project/tests/singular/every_accepted_row_is_modelled.sql",
    "dbt_project/tests/singular/every_landed_row_says_where_it_is_from.sql",
}


@pytest.fixture
def root(project: Path, tmp_path: Path) -> Path:
    """A fresh copy of the toy project, its files generated."""
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    generate(tmp_path)
    return tmp_path


def _said(drifted: list[Drift]) -> dict[str, str]:
    return {str(drift.path): drift.kind for drift in drifted}


def test_a_check_of_nothing_yet_names_every_file_and_writes_none(project: Path) -> None:
    assert _said(generate(project, check=True)) == dict.fromkeys(FILES, "missing")
    assert not (project / "dbt_project").exists()


def test_what_was_just_generated_has_not_drifted(root: Path) -> None:
    assert all((root / file).exists() for file in FILES)
    assert generate(root, check=True) == []


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_changed_file_is_found_and_put_right(root: Path, file: str) -> None:
    before = (root / file).read_bytes()
    (root / file).write_bytes(before[:-40])

    assert _said(generate(root, check=True)) == {file: "different"}
    assert _said(generate(root)) == {file: "different"}
    assert (root / file).read_bytes() == before


def test_a_changed_contract_drifts_wherever_it_shows(root: Path) -> None:
    contract = root / "ingest" / "contracts" / "school_meals.yml"
    contract.write_text(contract.read_text().replace("name: menu", "name: dish"))

    assert set(_said(generate(root, check=True))) == {
        "ingest/contracts/generated/school_meals.schema.json",
        f"{STAGING}/stg_school_meals.sql",
        f"{STAGING}/stg_school_meals.yml",
    }


def test_what_no_contract_gives_any_more_goes_and_what_a_person_wrote_stays(root: Path) -> None:
    by_hand = root / STAGING / "stg_ledger__node.sql"
    by_hand.write_text("select 1 as one\n")
    left_over = root / STAGING / "stg_gone.sql"
    left_over.write_bytes((root / STAGING / "stg_school_meals.sql").read_bytes())
    old_template = root / "ingest" / "contracts" / "generated" / "gone.kk.xlsx"
    old_template.write_bytes(b"")

    assert set(_said(generate(root)).values()) == {"stale"}
    assert by_hand.exists()
    assert not left_over.exists()
    assert not old_template.exists()


def test_a_template_packed_by_another_zlib_is_the_same_template(root: Path) -> None:
    from zipfile import ZIP_STORED, ZipFile

    file = root / "ingest" / "contracts" / "generated" / "school_meals.kk.xlsx"
    with ZipFile(file) as packed:
        parts = [(part, packed.read(part)) for part in packed.infolist()]
    with ZipFile(file, "w", ZIP_STORED) as repacked:
        for part, content in parts:
            repacked.writestr(part.filename, content)

    assert generate(root, check=True) == []


def test_the_repository_has_not_drifted() -> None:
    assert generate(Path(__file__).parents[3], check=True) == []
