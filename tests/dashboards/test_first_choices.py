"""What a filter that always holds one value holds when a page opens, and that it is empty where there is none."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from dashboards.definition import Filter
from tests.dashboards.browser import reader as pages

pytestmark = pytest.mark.services

CHOOSING = [
    (slug, key)
    for slug, dashboard in pages.DEFINITION.dashboards.items()
    for key, choice in dashboard.filters.items()
    if choice.latest or choice.single
]
ALWAYS = sorted({slug for slug, _ in CHOOSING})


def _opened(session: Any, address: str, slug: str, language: str) -> dict[str, dict[str, Any]]:
    """The filters of a dashboard by their names, as its page is told of them."""
    answer = session.get(f"{address}/api/v1/dashboard/{slug}-{language}", timeout=60)
    assert answer.status_code == 200, answer.text
    metadata = json.loads(answer.json()["result"]["json_metadata"])
    return {each["id"]: each for each in metadata["native_filter_configuration"]}


def _first(superset: Any, slug: str, choice: Filter, language: str) -> Any:
    """The newest or the first value, asked of the published file itself."""
    dataset = pages.DEFINITION.datasets[choice.dataset]
    column = dataset.columns[choice.column].physical(language)
    metric = dataset.metrics.get(choice.order_by or "")
    by = f"min({metric.earliest or metric.least})" if metric else column
    where = [f"{column} is not null"]
    where += [
        f"{dataset.columns[name].physical(language)} = '{value}'" for name, value in choice.where.items()
    ]
    above = pages.DEFINITION.dashboards[slug].filters.get(choice.within or "")
    if above and (above.latest or above.single):
        where.append(
            f"{dataset.columns[above.column].physical(language)} = '{_first(superset, slug, above, language)}'"
        )
    with duckdb.connect(superset.home / "published" / "current" / "warehouse.duckdb", read_only=True) as con:
        found = con.execute(
            f"select {column} from {dataset.model} where {' and '.join(where)} "
            f"group by 1 order by {by} {'desc' if choice.latest else 'asc'}, 1 limit 1"
        ).fetchone()
    return found[0] if found else None


@pytest.fixture(scope="module")
def sessions(superset: Any) -> dict[str, Any]:
    """The administrator, once in each language."""
    return {language: superset.session(language) for language in pages.LANGUAGES}


@pytest.mark.parametrize("language", pages.LANGUAGES)
@pytest.mark.parametrize(("slug", "key"), CHOOSING)
def test_a_page_opens_with_the_first_value_that_there_is(
    superset: Any, sessions: dict[str, Any], slug: str, key: str, language: str
) -> None:
    told = _opened(sessions[language], superset.address, slug, language)[f"NATIVE_FILTER-{key}"]
    first = _first(superset, slug, pages.DEFINITION.dashboards[slug].filters[key], language)
    assert told["requiredFirst"] is False
    assert told["defaultDataMask"]["filterState"].get("value") == (None if first is None else [first])


@pytest.mark.parametrize("slug", ALWAYS)
def test_nothing_is_chosen_for_whom_there_is_nothing(superset: Any, readers: Any, slug: str) -> None:
    told = _opened(readers.sessions["nowhere"], superset.address, slug, "kk")
    for key in [key for each, key in CHOOSING if each == slug]:
        assert told[f"NATIVE_FILTER-{key}"]["defaultDataMask"]["filterState"] == {}
