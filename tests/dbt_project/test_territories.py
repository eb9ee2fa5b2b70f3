"""The official classifier, all 15,594 codes of it: one tree, nothing lost, names as people read them."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

_FOLDERS = (os.environ.get("BBAJ_SHARED_DATA"), Path(__file__).parents[3] / "shared" / "data")
KATO = next(
    (Path(folder) / "kato.csv" for folder in _FOLDERS if folder and (Path(folder) / "kato.csv").exists()),
    None,
)
pytestmark = pytest.mark.skipif(
    KATO is None, reason="the classifier kato.csv lies in none of the folders of real data"
)


@pytest.fixture(scope="module")
def register() -> dict[str, dict[str, str]]:
    assert KATO is not None
    with KATO.open(encoding="utf-8", newline="") as lines:
        return {row["kato"]: row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def territories(
    register: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory, new_installation: Any
) -> Any:
    installation = new_installation(tmp_path_factory.mktemp("kato"))
    installation.submit(1, "territory_register", "KZ", "2026-07-17", list(register.values()), official=True)
    installation.inputs["publication"].append(
        {"number": 1, "data_as_of": datetime(2026, 7, 17), "demo": False}
    )
    installation.write()
    result = installation.dbt(
        "build",
        "--select",
        "+dim_territory",
        "+brg_territory_ancestor",
        "--indirect-selection",
        "cautious",
        "--exclude-resource-type",
        "unit_test",
    )
    assert result.returncode == 0, result.stdout
    return installation


def _parent(code: str, codes: dict[str, Any]) -> str | None:
    prefixes = (code[:6] + "000", code[:4] + "00000", code[:2] + "0000000")
    return next((prefix for prefix in prefixes if prefix != code and prefix in codes), None)


def _immediate(code: str) -> str | None:
    for kept in (6, 4, 2):
        if code[kept:].strip("0"):
            return code[:kept].ljust(9, "0")
    return None


def test_every_code_is_in_the_tree_once(register: dict[str, dict[str, str]], territories: Any) -> None:
    rows = territories.query(
        "select territory_code, parent_territory_code from dim_territory where territory_key >= 0"
    )
    assert len(rows) == len(register) == 15_594
    assert dict(rows) == {code: _parent(code, register) for code in register}
    reparented = [code for code, parent in rows if parent and parent != _immediate(code)]
    assert len(reparented) == 39


def test_levels_reconcile(territories: Any) -> None:
    levels = Counter(
        dict(
            territories.query("select level, count(*) from dim_territory where territory_key >= 0 group by 1")
        )
    )
    assert levels == {"oblast": 20, "district": 209, "sub_district": 2_379, "settlement": 12_986}
    reporting = territories.query(
        "select reporting_level, count(*) from dim_territory where reporting_level is not null group by 1"
    )
    assert dict(reporting) == {"oblast": 20, "district": 228}


def test_the_closure_reaches_the_top_from_everywhere(
    register: dict[str, dict[str, str]], territories: Any
) -> None:
    expected = 0
    for code in register:
        above: str | None = code
        while above:
            expected, above = expected + 1, _parent(above, register)
    assert territories.query("select count(*) from brg_territory_ancestor where territory_key >= 0") == [
        (expected,)
    ]
    tops = territories.query(
        "select count(distinct territory_key) from brg_territory_ancestor where ancestor_level = 'oblast'"
    )
    assert tops == [(15_594,)]


def test_names_look_right_on_a_dashboard(territories: Any) -> None:
    names = {
        code: found
        for code, *found in territories.query("select territory_code, name_kk, name_ru from dim_territory")
    }
    assert names["101000000"] == ["Семей қаласы", "город Семей"]
    assert names["471000000"] == ["Ақтау қаласы", "город Актау"]
    assert names["790000000"] == ["Шымкент қаласы", "город Шымкент"]
    assert names["475220100"] == ["Форт-Шевченко қаласы", "город Форт-Шевченко"]
    assert names["596600000"] == ["Ғабит Мүсірепов атындағы аудан", "район имени Габита Мусрепова"]
    for code, name_kk, name_ru in territories.query(
        "select territory_code, name_kk, name_ru from dim_territory where reporting_level is not null"
    ):
        assert name_kk.endswith(("облысы", "ауданы", "аудан", "қаласы")), (code, name_kk)
        assert name_ru.startswith(("город ", "район ", "область ")) or name_ru.endswith(
            (" район", " область")
        ), (code, name_ru)


def test_districts_of_one_name_can_be_told_apart(territories: Any) -> None:
    for language in ("kk", "ru"):
        rows = territories.query(
            f"select district_name_{language}, count(distinct district_code) from dim_territory "
            f"where territory_key >= 0 group by 1 having count(distinct district_code) > 1"
        )
        assert rows == []
    ((name,),) = territories.query(
        "select distinct district_name_ru from dim_territory where district_code = '314000000'"
    )
    assert name == "Жамбылский район (Жамбылская область)"
