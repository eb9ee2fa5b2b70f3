"""Lists of dashboards, charts and datasets hold what is in the reader's language, and for the reader's screen.

In: a question for a list, the language of the session. Out: the same without what we rendered for others. What somebody
made by hand has no language and stays. In English, which nothing is rendered in, everything is listed. Only lists are
narrowed: whoever has the address of an asset in the other language opens it as before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from dashboards.definition import load
from dashboards.rendering.layout import PHONE
from dashboards.rendering.render import identifier
from dashboards.words.speech import DASHBOARD_LANGUAGES

_LIST = ".get_list"
_OF_CHART = re.compile(r"slice_id=(\d+)")


@lru_cache(maxsize=4)
def unlisted(language: str, is_phone: bool) -> Mapping[str, frozenset[UUID]]:
    """Kind of asset → identifiers of those that a reader of that language does not see in lists."""
    if language not in DASHBOARD_LANGUAGES:
        return {}
    definition = load()
    others = [each for each in DASHBOARD_LANGUAGES if each != language]
    dashboards = {
        UUID(identifier(each, f"dashboards/{name}{PHONE if phone else ''}"))
        for name in definition.dashboards
        for each in DASHBOARD_LANGUAGES
        for phone in (False, True)
        if each != language or phone != is_phone
    }
    return {
        "dashboards": frozenset(dashboards),
        **{
            kind: frozenset(UUID(identifier(each, f"{kind}/{name}")) for name in names for each in others)
            for kind, names in (("charts", definition.charts), ("datasets", definition.datasets))
        },
    }


def narrow_lists(language_of_page: Any, on_phone: Any) -> None:
    """From here on. Called while Superset's application is made, before its views are."""
    from flask import request
    from superset.charts.api import ChartRestApi
    from superset.daos.log import LogDAO
    from superset.dashboards.api import DashboardRestApi
    from superset.datasets.api import DatasetRestApi
    from superset.views.base import BaseFilter

    def hidden(kind: str) -> frozenset[UUID]:
        return unlisted(language_of_page(), on_phone()).get(kind, frozenset())

    for kind, interface in (
        ("dashboards", DashboardRestApi),
        ("charts", ChartRestApi),
        ("datasets", DatasetRestApi),
    ):

        class OfTheLanguage(BaseFilter):  # type: ignore[misc]
            of = kind

            def apply(self, query: Any, _value: Any) -> Any:
                if not (request.endpoint or "").endswith(_LIST):
                    return query
                uuid = self.model.uuid
                return query.filter(uuid.is_(None) | uuid.not_in(hidden(self.of)))

        interface.base_filters = [*interface.base_filters, ["id", OfTheLanguage, list]]

    as_before = LogDAO.get_recent_activity

    def get_recent_activity(*given: Any, **named: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = as_before(*given, **named)
        addresses = _addresses(hidden("dashboards"), hidden("charts"))
        return [each for each in found if not _is_one_of(str(each.get("item_url") or ""), *addresses)]

    LogDAO.get_recent_activity = staticmethod(get_recent_activity)


def _addresses(dashboards: frozenset[UUID], charts: frozenset[UUID]) -> tuple[set[str], set[str]]:
    """Slugs of dashboards and numbers of charts by their identifiers."""
    from superset import db
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    slugs = db.session.query(Dashboard.slug).filter(Dashboard.uuid.in_(dashboards)).all()
    numbers = db.session.query(Slice.id).filter(Slice.uuid.in_(charts)).all()
    return {str(slug) for (slug,) in slugs}, {str(number) for (number,) in numbers}


def _is_one_of(address: str, slugs: set[str], numbers: set[str]) -> bool:
    chart = _OF_CHART.search(address)
    return bool(chart and chart[1] in numbers) or address.rstrip("/").rpartition("/")[2] in slugs
