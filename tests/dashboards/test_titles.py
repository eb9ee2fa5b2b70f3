"""What "view as table" and "drill to detail" answer has titles in the language, and the figures of the chart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests

from dashboards.definition import load
from dashboards.exports.ours import Ours
from dashboards.rendering.render import identifier
from dashboards.words.titles import under_titles

DEFINITION = load()
LANGUAGES = ("kk", "ru")
RAW = re.compile(r"^[a-z0-9_]+$")
CHARTS = ("districts", "not-reported", "attendance-by-week", "regions-by-discipline")


@pytest.fixture(scope="module")
def session(superset: Any) -> requests.Session:
    found: requests.Session = superset.session()
    return found


def asked(superset: Any, session: requests.Session, language: str, name: str, kind: str) -> dict[str, Any]:
    address = f"{superset.address}/api/v1/chart/{identifier(language, f'charts/{name}')}"
    context = json.loads(session.get(address, timeout=60).json()["result"]["query_context"])
    answer = session.post(
        f"{superset.address}/api/v1/chart/data", json={**context, "result_type": kind}, timeout=120
    )
    assert answer.ok, answer.text[:500]
    return dict(answer.json()["result"][0])


@pytest.mark.services
@pytest.mark.parametrize("kind", ["results", "samples", "drill_detail"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_no_name_of_a_column_is_shown(
    superset: Any, session: requests.Session, name: str, language: str, kind: str
) -> None:
    found = asked(superset, session, language, name, kind)
    assert found["data"] and found["colnames"]
    assert [each for each in found["colnames"] if RAW.match(each)] == []
    assert all(list(row) == found["colnames"] for row in found["data"])
    assert len(found["coltypes"]) == len(found["colnames"])
    chart = DEFINITION.charts[name]
    dataset = DEFINITION.datasets[chart.dataset]
    for column in chart.columns:
        assert dataset.columns[column].label[language] in found["colnames"]


@pytest.mark.services
@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_are_percents_as_the_chart_shows_them(
    superset: Any, session: requests.Session, language: str
) -> None:
    label = DEFINITION.datasets["attendance"].metrics["attendance_rate"].label[language]
    shown = asked(superset, session, language, "districts", "results")["data"]
    exact = asked(superset, session, language, "districts", "full")["data"]
    for row, of in zip(shown, exact, strict=True):
        if of["attendance_rate"] is not None:
            assert abs(row[f"{label}, %"] - of["attendance_rate"] * 100) <= 0.0501


def test_what_is_made_by_hand_keeps_its_names_and_no_two_are_alike() -> None:
    found = {
        "colnames": ["a", "b", "first_day"],
        "coltypes": [1, 0, 0],
        "data": [{"a": "x", "b": 1, "first_day": 2}],
    }
    by_hand = under_titles(found, {"a": "T", "b": "T"}, {}, Ours("kk"))
    assert by_hand["colnames"] == ["T", "T (2)", "first_day"]
    assert by_hand["data"] == [{"T": "x", "T (2)": 1, "first_day": 2}]
    ours = under_titles(found, {"a": "T"}, {}, Ours("kk", True, ordering=frozenset({"first_day"})))
    assert (ours["colnames"], ours["coltypes"], ours["data"]) == (["T"], [1], [{"T": "x"}])
