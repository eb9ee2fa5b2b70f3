"""A page opens for whom there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.dashboards.browser import reader as pages
from tests.dashboards.test_first_choices import ALWAYS

pytestmark = [pytest.mark.services, pytest.mark.browser]


def _most_of_each_kind() -> list[str]:
    """Of dashboards whose filters and charts are of the same kinds the first, of the others those that add a kind."""
    known: set[str] = set()
    chosen = []
    kinds = {
        slug: {pages.DEFINITION.charts[name].kind for row in dashboard.rows for name in row.charts}
        | {f"{each.latest} {each.single} {each.within is None}" for each in dashboard.filters.values()}
        for slug, dashboard in pages.DEFINITION.dashboards.items()
        if slug in ALWAYS
    }
    while new := max(kinds, key=lambda slug: (len(kinds[slug] - known), slug)):
        if not kinds[new] - known:
            return chosen
        known |= kinds[new]
        chosen.append(new)
    return chosen


@pytest.fixture(scope="module")
def nobody(guests: BrowserContext, superset: Any, readers: Any) -> Iterator[pages.Reader]:
    """A reader of a district without any rows."""
    with pages.entered(guests, superset, readers.sessions["nowhere"].cookies) as context:
        someone = pages.Reader(context, superset, "kk")
        someone.page.set_viewport_size({"width": 1440, "height": 3200})
        yield someone


@pytest.mark.parametrize("slug", _most_of_each_kind())
def test_a_page_opens_for_whom_there_is_nothing(nobody: pages.Reader, slug: str) -> None:
    """Every kind of chart and filter comes to rest. That every chart has an answer is asked where readers are
    (`test_reading_access.py`)."""
    nobody.visit(slug, is_filled=False)
