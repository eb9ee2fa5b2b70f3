"""What the filters of an organisation's card hold, for whoever comes to it from its name in a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.cards import CARD, card_state
from dashboards.definition import load

pytest.importorskip("flask")
DEFINITION = load()
REPOSITORY = Path(__file__).resolve().parents[2]
names = st.text(min_size=1, max_size=40)


@given(language=st.sampled_from(["kk", "ru"]), district=names, organisation=names)
def test_the_card_holds_the_organisation_of_its_district(
    language: str, district: str, organisation: str
) -> None:
    state = card_state(DEFINITION, language, {"district": district, "organisation": organisation}, {})
    assert set(state) == {"NATIVE_FILTER-district", "NATIVE_FILTER-organisation"}
    for name, value in (("district", district), ("organisation", organisation)):
        mask = state[f"NATIVE_FILTER-{name}"]
        assert mask["filterState"]["value"] == [value]
        assert mask["extraFormData"]["filters"] == [
            {"col": f"{name}_name_{language}", "op": "IN", "val": [value]}
        ]


def test_basis_and_structure_come_along_and_nothing_else_does() -> None:
    before = {
        f"NATIVE_FILTER-{name}": {"id": name}
        for name in ("basis", "structure", "district", "period", "oblast")
    }
    state = card_state(DEFINITION, "kk", {"district": "а", "organisation": "б"}, before)
    assert state["NATIVE_FILTER-basis"] == {"id": "basis"} and state["NATIVE_FILTER-structure"] == {
        "id": "structure"
    }
    assert state["NATIVE_FILTER-district"]["filterState"]["value"] == ["а"]
    assert set(state) == {
        f"NATIVE_FILTER-{name}" for name in ("basis", "structure", "district", "organisation")
    }


def test_small_groups_are_no_organisation_to_be_opened() -> None:
    """The page knows them by the words that the model has for them."""
    page = (REPOSITORY / "dashboards" / "templates" / "bbaj" / "cards.html").read_text(encoding="utf-8")
    with (REPOSITORY / "dbt_project" / "seeds" / "special_member.csv").open(encoding="utf-8") as seed:
        [few] = [row for row in csv.DictReader(seed) if row["code"] == "few"]
    assert f"['{few['label_kk']}', '{few['label_ru']}']" in page


def test_the_card_has_the_filters_that_are_set() -> None:
    assert {"basis", "district", "organisation"} <= DEFINITION.dashboards[CARD].filters.keys()
