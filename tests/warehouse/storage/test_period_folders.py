"""A lake that an earlier version wrote: its folders of terms come under today's names."""

from __future__ import annotations

from pathlib import Path

from ingest.home import Home
from warehouse.services.upkeep.installation import initialise
from warehouse.storage.lake.period_folders import rename_terms


def _file(root: Path, *parts: str) -> Path:
    file = root.joinpath(*parts)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(file.name, encoding="utf-8")
    return file


def test_an_installation_finds_what_it_kept_under_the_old_name(home: Home) -> None:
    for root in (home.lake, home.reference):
        _file(root, "term_results", "period=2026-27-T1", "a.parquet")
        _file(root, "term_results", "period=2099-00-T4", "b.parquet")
        _file(root, "attendance", "period=2026-W36", "c.parquet")
    initialise(home)
    for root in (home.lake, home.reference):
        names = {folder.name for folder in (root / "term_results").iterdir()} - {"period=none"}
        assert names == {"period=2026-2027-T1", "period=2099-2100-T4"}
        assert (root / "attendance" / "period=2026-W36" / "c.parquet").exists()
    assert rename_terms(home.lake) == 0


def test_what_was_written_under_both_names_stands_in_one_folder(tmp_path: Path) -> None:
    _file(tmp_path, "term_results", "period=2026-27-T1", "a.parquet")
    _file(tmp_path, "term_results", "period=2026-2027-T1", "b.parquet")
    assert rename_terms(tmp_path) == 1
    (folder,) = (tmp_path / "term_results").iterdir()
    assert {file.name for file in folder.iterdir()} == {"a.parquet", "b.parquet"}


def test_a_folder_that_names_no_term_is_left(tmp_path: Path) -> None:
    _file(tmp_path, "term_results", "period=2026-29-T1", "a.parquet")
    assert rename_terms(tmp_path) == 0
    assert (tmp_path / "term_results" / "period=2026-29-T1" / "a.parquet").exists()
