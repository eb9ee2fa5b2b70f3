"""What a filter that always holds one value holds when a dashboard opens: the newest or the first that the reader has.

In: Superset's answer with a dashboard; the tables of the reader. Out: the same answer with that value in the filter, so
that charts are asked for at once and for the right period. Where the reader's tables have nothing to choose from, the
page opens all the same and its charts say that there are no data: Superset's own way of choosing waits for a first
value, and without one it shows nothing, for ever.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, request

log = logging.getLogger(__name__)
_ENDPOINT = "DashboardRestApi.get"
_METADATA = "json_metadata"
_FILTERS = "native_filter_configuration"


def choose_at_opening(app: Flask) -> None:
    """From here on."""

    def choose(response: Response) -> Response:
        if request.endpoint != _ENDPOINT or response.status_code != 200 or not response.is_json:
            return response
        told = response.get_json()
        result = told.get("result") or {}
        try:
            metadata = json.loads(result.get(_METADATA) or "{}")
        except ValueError:
            return response
        if not any(each.get("requiredFirst") for each in metadata.get(_FILTERS) or ()):
            return response
        metadata[_FILTERS] = chosen_in_turn(metadata[_FILTERS])
        result[_METADATA] = json.dumps(metadata, ensure_ascii=False)
        response.set_data(json.dumps(told, ensure_ascii=False))
        # What a browser kept from before the newest period came would be taken for the page of today.
        response.headers.pop("ETag", None)
        return response

    app.after_request(choose)


def chosen_in_turn(filters: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The filters of a dashboard with what they hold at first; one that depends on another comes after it, and chooses
    among the values that go with that one's."""
    done: dict[str, dict[str, Any]] = {}
    for each in filters:
        above = [done[parent] for parent in each.get("cascadeParentIds") or () if parent in done]
        narrowed = [
            one for parent in above for one in parent["defaultDataMask"]["extraFormData"].get("filters", ())
        ]
        done[each["id"]] = _chosen(each, narrowed) if each.get("requiredFirst") else dict(each)
    return list(done.values())


def _chosen(configured: Mapping[str, Any], narrowed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    [target] = configured["targets"]
    column = target["column"]["name"]
    try:
        first = _first_of(configured, int(target["datasetId"]), column, narrowed)
    except (
        Exception
    ):  # a table that cannot be asked is shown as one without rows; its charts say what is wrong
        log.exception("first value of a filter")
        first = None
    return {**configured, "requiredFirst": False, "defaultDataMask": held(column, first)}


def held(column: str, value: Any) -> dict[str, Any]:
    """What Superset keeps of a filter that holds a value, or none."""
    if value is None:
        return {"extraFormData": {}, "filterState": {}}
    return {
        "extraFormData": {"filters": [{"col": column, "op": "IN", "val": [value]}]},
        "filterState": {"value": [value], "label": str(value), "validateStatus": False},
    }


def _first_of(
    configured: Mapping[str, Any], dataset: int, column: str, narrowed: Iterable[Mapping[str, Any]]
) -> Any:
    """The value at the head of the filter's list, from the file that the reader opens."""
    import sqlalchemy as sa
    from superset import db
    from superset.connectors.sqla.models import SqlaTable

    table = db.session.get(SqlaTable, dataset)
    order = configured.get("sortMetric")
    chosen: Any = sa.column(column)
    ordering = {each.metric_name: each.expression for each in table.metrics}
    by: Any = sa.text(ordering[order]) if order in ordering else chosen
    told = sa.text(f"({table.sql}) AS told") if table.sql else sa.table(table.table_name)
    is_rising = bool(configured["controlValues"].get("sortAscending"))
    statement = sa.select(chosen).select_from(told).where(chosen.isnot(None))
    for each in configured.get("adhoc_filters") or ():
        statement = statement.where(sa.column(each["subject"]) == each["comparator"])
    for each in narrowed:
        statement = statement.where(sa.column(each["col"]).in_(each["val"]))
    statement = statement.group_by(chosen).order_by(sa.asc(by) if is_rising else sa.desc(by)).limit(1)
    with table.database.get_sqla_engine(schema=table.schema) as engine, engine.connect() as connection:
        return connection.execute(statement).scalar()
