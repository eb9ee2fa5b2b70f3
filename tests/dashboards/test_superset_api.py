"""Each imported chart asked through Superset's API: rows without error, in both languages, on each basis."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pytest
import requests

from dashboards.definition import load
from dashboards.places import Places
from dashboards.rendering.metrics import expression
from dashboards.rendering.render import identifier
from tests.dashboards.bare import may_be_bare

pytestmark = pytest.mark.services
DEFINITION = load()
LANGUAGES = ("kk", "ru")
Shown = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def signed_in(superset: Any) -> requests.Session:
    session: requests.Session = superset.session()
    return session


@pytest.fixture(scope="module")
def shown(superset: Any, signed_in: requests.Session) -> Shown:
    """What a chart shows in a language; each is asked once."""
    questions = superset.questions()

    @cache
    def ask(language: str, name: str) -> dict[str, Any]:
        return answer(superset, signed_in, questions[identifier(language, f"charts/{name}")])

    return ask


def chart_of(superset: Any, signed_in: requests.Session, language: str, name: str) -> dict[str, Any]:
    found = signed_in.get(
        f"{superset.address}/api/v1/chart/{identifier(language, f'charts/{name}')}", timeout=60
    )
    assert found.ok, found.text
    return dict(found.json()["result"])


def answer(superset: Any, signed_in: requests.Session, context: dict[str, Any]) -> dict[str, Any]:
    asked = signed_in.post(f"{superset.address}/api/v1/chart/data", json=context, timeout=120)
    assert asked.ok, asked.text[:2000]
    return dict(asked.json()["result"][0])


def test_the_bring_up_reports_what_it_imported(superset: Any) -> None:
    charts = len(LANGUAGES) * len(DEFINITION.charts)
    assert superset.report["imported"]["charts"] == charts
    assert superset.report["imported"]["dashboards"] == 2 * len(LANGUAGES) * len(DEFINITION.dashboards)


# Each in one language, of a dataset's charts every second in the other. What the other asks instead, the columns of
# its language, is in the published file: see the test below.
@pytest.mark.parametrize(
    ("name", "language"), [(name, LANGUAGES[at % 2]) for at, name in enumerate(sorted(DEFINITION.charts))]
)
def test_a_chart_returns_rows(superset: Any, shown: Shown, language: str, name: str) -> None:
    result = shown(language, name)
    assert result["error"] is None
    if not superset.holds(DEFINITION.datasets[DEFINITION.charts[name].dataset].model):
        return  # nobody of the country reported of it: the page says so, and nothing breaks
    assert result["data"] or may_be_bare(DEFINITION.charts[name]), f"{name} has no rows"
    metrics = DEFINITION.datasets[DEFINITION.charts[name].dataset].metrics
    figures = DEFINITION.charts[name].metrics or (DEFINITION.charts[name].metric,)
    if DEFINITION.charts[name].kind == "ranking":
        bare = [row for row in result["data"] if all(row[metric] is None for metric in figures)]
        assert not bare, "what has no figure would be drawn as nought and ranked first"
    for metric in figures:
        if metrics[metric].figure or metrics[metric].only:
            # The first period of a year has none before it, and in a small country few organisations are alike
            # (tests/dbt_project/test_key_figures.py, test_distribution.py).
            continue
        assert any(row[metric] is not None for row in result["data"]), f"{metric} is empty"


@pytest.mark.parametrize("name", sorted(DEFINITION.datasets))
def test_each_column_is_in_the_published_file_in_both_languages(superset: Any, name: str) -> None:
    """Filled in one where it is in the other."""
    dataset = DEFINITION.datasets[name]
    pairs = [(each.physical("kk"), each.physical("ru")) for each in dataset.columns.values()]
    assert pairs
    wrong = " or ".join(f"({kk} is null) <> ({ru} is null)" for kk, ru in pairs)
    with duckdb.connect(str(Places(superset.home).warehouse), read_only=True) as warehouse:
        assert warehouse.execute(f"select count(*) from {dataset.model} where {wrong}").fetchall() == [(0,)]


@pytest.mark.parametrize("name", sorted(DEFINITION.datasets))
def test_every_metric_says_something_of_the_country(superset: Any, name: str) -> None:
    """One that no chart of the test above shows, too."""
    dataset = DEFINITION.datasets[name]
    if superset.holds(dataset.model):
        silent = {
            key
            for key, each in dataset.metrics.items()
            # Of several figures there is no one total, and what is a row's own is none of many.
            if not each.figure and not each.only and not superset.says(dataset.model, expression(each))
        }
        assert not silent


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_basis_is_chosen_the_default_one_is_shown(
    superset: Any, signed_in: requests.Session, language: str
) -> None:
    """A chart opened by itself, a page on which "clear all" was pressed."""
    chart = chart_of(superset, signed_in, language, "attendance-rate")
    context = json.loads(chart["query_context"])
    of_the_default = answer(superset, signed_in, context)["data"]
    context["queries"][0]["filters"] = []
    assert answer(superset, signed_in, context)["data"] == of_the_default
    assert of_the_default[0]["attendance_rate"] is not None


def test_kazakh_and_russian_show_the_same_numbers(superset: Any, shown: Shown) -> None:
    for name, chart in DEFINITION.charts.items():
        if chart.kind == "number":
            kk, ru = (shown(language, name)["data"] for language in LANGUAGES)
            assert kk == ru, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_may_read_the_words_and_nothing_else(superset: Any, language: str) -> None:
    pack = requests.get(f"{superset.address}/superset/language_pack/{language}/", timeout=60)
    assert pack.ok and pack.json()["locale_data"]["superset"][""]["lang"] == language
    assert not requests.get(f"{superset.address}/api/v1/chart/1", timeout=60).ok
