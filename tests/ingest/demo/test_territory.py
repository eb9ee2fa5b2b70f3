"""The map is the real one."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from ingest.demo.world.territory import regions, reporting_districts, territories, towns
from ingest.schema.values.identifier import is_kato

REAL = Path(__file__).parents[4] / "shared" / "data" / "kato.csv"


def test_the_map_has_every_region_district_and_city_district() -> None:
    levels = Counter(one.level for one in territories())
    assert levels == {"oblast": 20, "district": 209, "sub_district": 19, "settlement": 48}
    assert all(is_kato(one.kato) for one in territories())
    assert len({one.kato for one in territories()}) == len(territories())


def test_every_region_has_districts_that_answer_for_schools() -> None:
    found = [district for region in regions() for district in reporting_districts(region.kato)]
    assert len(found) == 228
    assert all(one.kato[:2] == one.region[:2] for one in found)


def test_towns_lie_in_their_district() -> None:
    assert [one.name_kk for one in towns("113200000")] == ["Ақкөл қаласы"]
    assert towns("750000000") == ()


@pytest.mark.parametrize("letters", ["Г.А.", "Қ.Ә.", "г.", " қ.", "им."])
def test_names_are_spelled_out(letters: str) -> None:
    assert not [one for one in territories() if letters in f"{one.name_ru} {one.name_kk}"]


@pytest.mark.real_input
@pytest.mark.skipif(not REAL.exists(), reason="the classifier itself is not here")
def test_every_code_is_in_the_official_classifier_with_its_level_and_type() -> None:
    with REAL.open(encoding="utf-8", newline="") as lines:
        real = {row["kato"]: (row["level"], row["type_code"]) for row in csv.DictReader(lines)}
    assert {one.kato: (one.level, one.type_code) for one in territories()}.items() <= real.items()
