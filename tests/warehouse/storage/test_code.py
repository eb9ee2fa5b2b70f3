"""A build is made anew when the model or a dictionary changes, and at no other time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from warehouse.storage.builds import code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a few files."""
    for file in ("dbt_project/dbt_project.yml", "ingest/codelists/sex.csv", "dbt_project/models/marts/a.sql"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(__file__), tmp_path / file)
    for part in ("macros", "seeds", "tests"):
        (tmp_path / "dbt_project" / part).mkdir()
    monkeypatch.setattr(code, "PROJECT", tmp_path)
    monkeypatch.setattr(code, "DBT_PROJECT", tmp_path / "dbt_project")
    return tmp_path


@pytest.mark.parametrize(
    "file", ["dbt_project/dbt_project.yml", "ingest/codelists/sex.csv", "dbt_project/models/marts/a.sql"]
)
def test_whatever_is_written_to_a_file_of_the_code_makes_another(project: Path, file: str) -> None:
    first = code.code_fingerprint()
    text = (project / file).read_text(encoding="utf-8")
    for other in (text + " ", text.swapcase()):  # as long as before, as well
        (project / file).write_text(other, encoding="utf-8")
        assert code.code_fingerprint() != first
    (project / file).write_text(text, encoding="utf-8")
    assert code.code_fingerprint() == first


def test_one_that_comes_or_goes_or_has_another_name_makes_another(project: Path) -> None:
    found = [code.code_fingerprint()]
    model = project / "dbt_project" / "models" / "marts" / "a.sql"
    model.rename(model.with_name("b.sql"))
    found.append(code.code_fingerprint())
    shutil.copy(model.with_name("b.sql"), project / "dbt_project" / "macros" / "c.sql")
    found.append(code.code_fingerprint())
    model.with_name("b.sql").unlink()
    found.append(code.code_fingerprint())
    assert len(set(found)) == len(found)


def test_what_is_no_code_makes_none(project: Path) -> None:
    first = code.code_fingerprint()
    (project / "dbt_project" / "target").mkdir()
    (project / "dbt_project" / "target" / "manifest.json").write_text("{}", encoding="utf-8")
    (project / "ingest" / "codelists" / "README.md").write_text("x", encoding="utf-8")
    assert code.code_fingerprint() == first
