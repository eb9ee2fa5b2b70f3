"""The chain from dashboard to column: whole in the repository, and each kind of break is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboards.authored import DefinitionError
from dashboards.check_chain import broken_links, models
from dashboards.definition import ASSETS, load


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ASSETS, tmp_path / "assets"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_chain_is_whole() -> None:
    assert list(broken_links(load(), models())) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("charts/attendance-rate.yaml", "metric: attendance_rate", "metric: attendance", "attendance is not defined"),
        ("charts/not-reported.yaml", "district_name,", "village_name,", "column village_name is not defined"),
        ("charts/not-reported.yaml", "dataset: discipline", "dataset: order", "dataset order is not defined"),
        ("datasets/attendance.yaml", "rpt_attendance_by_territory", "rpt_gone", "no model rpt_gone"),
        ("datasets/attendance.yaml", "rpt_attendance_by_territory", "fct_attendance", "no model fct_attendance"),
        ("datasets/attendance.yaml", "late_arrivals", "late_comers", "has no column late_comers"),
        ("dashboards/attendance-and-reporting.yaml", "attendance-rate: 2", "attendance: 2", "chart attendance is not"),
        ("dashboards/attendance-and-reporting.yaml", "kind: basis", "kind: choice", "no filter of kind basis"),
    ],
)  # fmt: skip
def test_a_broken_link_is_named(assets: Path, file: str, old: str, new: str, complaint: str) -> None:
    change(assets / file, old, new)
    assert any(complaint in str(error) for error in broken_links(load(assets), models()))


def test_an_unknown_key_is_named_with_the_known_ones(assets: Path) -> None:
    change(assets / "charts/attendance-rate.yaml", "kind:", "sort_of:")
    with pytest.raises(
        DefinitionError, match=r"charts/attendance-rate\.yaml: sort_of: unknown key\. .*Known: title"
    ):
        load(assets)


def test_a_text_without_a_language_is_named(assets: Path) -> None:
    change(assets / "charts/attendance-rate.yaml", "ru: Посещаемость", "Посещаемость: ")
    with pytest.raises(DefinitionError, match=r"charts/attendance-rate\.yaml: title: must hold kk and ru"):
        load(assets)


def test_a_missing_key_is_named(assets: Path) -> None:
    change(assets / "charts/attendance-rate.yaml", "kind: number\n", "")
    with pytest.raises(DefinitionError, match="kind: missing"):
        load(assets)
