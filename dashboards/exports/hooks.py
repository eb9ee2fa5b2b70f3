"""Superset's exports led through ours: of charts, of maps, of SQL Lab.

In: Superset's application as it starts. Out: answers with our files; who may export is asked as before. What reads the
figures, and with them every limit on who sees what, stays Superset's.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask, Response, abort, request

from dashboards.definition import load
from dashboards.exports import csv_file, xlsx_file
from dashboards.exports.names import disposition, file_name
from dashboards.exports.ours import Ours, known
from dashboards.exports.passport import QUESTION, Passport, Rows, passport_of, unchanged
from dashboards.exports.reading import Asked, plain, table_of
from dashboards.exports.table import Table
from dashboards.region_map import tiles
from dashboards.rendering.render import DATABASE
from dashboards.words.speech import DASHBOARD_LANGUAGES

KINDS: Mapping[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_file.written),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.written),
}
_SQL_LAB = "SqlLabRestApi.export_csv"
_STREAMED = "SqlLabRestApi.export_streaming_csv"
_NAME = re.compile(r"filename=(?P<name>\S+)")


class Frame:
    """The figures of one question, kept as they came until the file is written."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame


def lead_exports(app: Flask) -> None:
    """From here on. Called while Superset's application is made, before its views are."""
    app.config["CSV_EXPORT"] = {"encoding": "utf-8-sig"}
    _keep_frames()
    _lead_charts()
    _lead_maps()
    _lead_questions()
    app.before_request(_stream_nothing)
    app.after_request(_name_in_utf8)


def _keep_frames() -> None:
    from superset.common.chart_data import ChartDataResultFormat, ChartDataResultType
    from superset.common.query_context_processor import QueryContextProcessor
    from superset.utils import csv as supersets_csv

    as_before = QueryContextProcessor.get_data

    def get_data(self: Any, df: Any, coltypes: Any) -> Any:
        context = self._query_context
        if context.result_format not in ChartDataResultFormat.table_like():
            return as_before(self, df, coltypes)
        if context.result_type != ChartDataResultType.POST_PROCESSED:
            return Frame(df)
        if (
            context.result_format == ChartDataResultFormat.CSV
        ):  # Superset reads it again, as it writes by default
            return supersets_csv.df_to_escaped_csv(df, index=False)
        return as_before(self, df, coltypes)

    QueryContextProcessor.get_data = get_data


def _lead_charts() -> None:
    from superset import security_manager
    from superset.charts.data.api import ChartDataRestApi
    from superset.commands.chart.data.get_data_command import ChartDataCommand
    from superset.common.chart_data import ChartDataResultFormat, ChartDataResultType

    run, send = ChartDataCommand.run, ChartDataRestApi._send_chart_response

    def run_once(self: Any, **named: Any) -> Any:
        context = self._query_context
        if context.result_format not in ChartDataResultFormat.table_like():
            return run(self, **named)
        found, passport = unchanged(lambda: run(self, **named), lambda: _passport_rows(context.datasource))
        return {**found, "passport": passport}

    def answer(self: Any, result: dict[str, Any], form_data: Any = None, *rest: Any, **named: Any) -> Any:
        context = result["query_context"]
        kind = str(getattr(context.result_format, "value", context.result_format))
        if kind not in KINDS:
            return send(self, result, form_data, *rest, **named)
        if not security_manager.can_access("can_csv", "Superset"):
            return self.response_403()
        if context.result_type == ChartDataResultType.POST_PROCESSED:
            return _recoded(send(self, result, form_data, *rest, **named), kind)
        frames = [each["data"].frame for each in result["queries"] if isinstance(each.get("data"), Frame)]
        if not frames:
            return self.response_400("—")
        question = context.queries[0]
        form = {**(context.form_data or {}), **(form_data or {})}
        total = frames[1] if len(frames) > 1 and not context.queries[1].columns else None
        return _sent(kind, form, context.datasource, frames[0], total, question.filter, question.row_limit,
                     result.get("passport") or ())  # fmt: skip

    ChartDataCommand.run, ChartDataRestApi._send_chart_response = run_once, answer


def _lead_maps() -> None:
    from superset.views.core import Superset

    as_before = Superset.generate_json

    def generate_json(self: Any, viz_obj: Any, response_type: str | None = None) -> Any:
        kind = str(getattr(response_type, "value", response_type))
        if kind not in KINDS:
            return as_before(self, viz_obj, response_type)
        found, passport = unchanged(viz_obj.get_df_payload, lambda: _passport_rows(viz_obj.datasource))
        if found.get("df") is None:
            return as_before(self, viz_obj, response_type)
        filters = viz_obj.query_obj().get("filter") or ()
        return _sent(kind, viz_obj.form_data, viz_obj.datasource, found["df"], None, filters, None, passport)

    Superset.generate_json = generate_json


def _lead_questions() -> None:
    """What SQL Lab found."""
    from types import SimpleNamespace

    from superset.commands.sql_lab import export

    def df_to_escaped_csv(df: Any, **_named: Any) -> str:
        rows = (tuple(plain(value) for value in row) for row in df.itertuples(index=False, name=None))
        return csv_file.raw(list(df.columns), rows)

    export.csv = SimpleNamespace(df_to_escaped_csv=df_to_escaped_csv)


def _sent(
    kind: str, form: Mapping[str, Any], dataset: Any, frame: Any, total: Any, filters: Sequence[Mapping[str, Any]],
    limit: int | None, rows: Rows,
) -> Response:  # fmt: skip
    ours = _ours().get(str(getattr(dataset, "uuid", "")), Ours(_language()))
    asked = _asked(form, dataset, ours, frame, total, filters, limit)
    bases = [str(v) for f in filters if f.get("col") == ours.basis for v in _listed(f.get("val"))]
    passport: Passport | None = (
        passport_of(rows, (bases or [ours.default_basis])[0]) if ours.is_ours else None
    )
    table = table_of(asked, ours, passport)
    mimetype, write = KINDS[kind]
    return Response(
        write(table),
        headers={"Content-Disposition": disposition(file_name(table, kind)), "Content-Type": mimetype},
    )


def _asked(
    form: Mapping[str, Any], dataset: Any, ours: Ours, frame: Any, total: Any,
    filters: Sequence[Mapping[str, Any]], limit: int | None,
) -> Asked:  # fmt: skip
    chart, dashboard = _chart(form, dataset), _dashboard(form)
    labels = {k: v for k, v in (dataset.data.get("verbose_map") or {}).items() if v} if dataset else {}
    metrics = {each.metric_name: each.d3format for each in getattr(dataset, "metrics", ())}
    formats = {name: d3 for name, d3 in metrics.items() if d3}
    for name, look in (form.get("column_config") or {}).items():
        if name in metrics and isinstance(look, Mapping) and look.get("d3NumberFormat"):
            formats[name] = look["d3NumberFormat"]
    drawn = {str(each) for key in ("metrics", "percent_metrics") for each in form.get(key) or () if each}
    drawn.add(str(form.get("metric")))
    orders = {str(form.get(key)) for key in ("timeseries_limit_metric", "x_axis_sort")} & set(metrics)
    nameless = {str(n) for n in frame.columns} - ours.shown - set(metrics) if ours.is_ours else set()
    nameless &= {column.column_name for column in getattr(dataset, "columns", ())}
    return Asked(
        title=chart.slice_name if chart else str(getattr(dataset, "name", "") or "ББАЖ").rpartition(".")[2],
        dashboard=dashboard.dashboard_title if dashboard else "",
        frame=frame,
        total=total,
        labels=labels,
        formats=formats,
        hidden=frozenset(ours.ordering | (orders - drawn) | nameless),
        filters=filters,
        own=_own(chart),
        limit=limit or 0,
        regions={code: tile.name[ours.language] for code, tile in _tiles().items()}
        if form.get("viz_type") == "country_map"
        else {},
    )


def _chart(form: Mapping[str, Any], dataset: Any) -> Any:
    """The saved chart, where it is one of that dataset: nobody reads the name of another by its number."""
    from superset import db
    from superset.models.slice import Slice

    number = str(form.get("slice_id") or "")
    found = db.session.get(Slice, int(number)) if number.isdecimal() else None
    return found if found is not None and found.datasource_id == getattr(dataset, "id", None) else None


def _dashboard(form: Mapping[str, Any]) -> Any:
    """The dashboard it stands on, where the reader may open that."""
    from superset import db, security_manager
    from superset.models.dashboard import Dashboard

    number = str(form.get("dashboardId") or "")
    found = db.session.get(Dashboard, int(number)) if number.isdecimal() else None
    return found if found is not None and security_manager.can_access_dashboard(found) else None


def _own(chart: Any) -> list[tuple[str, Any]]:
    return [
        (str(each.get("subject")), each.get("comparator"))
        for each in ((chart.form_data.get("adhoc_filters") or ()) if chart else ())
        if isinstance(each, Mapping)
    ]


def _passport_rows(dataset: Any) -> Rows:
    """What the file that the reader opens says of its publication; nothing for other databases."""
    database = getattr(dataset, "database", None)
    if database is None or str(database.uuid) != DATABASE:
        return ()
    found: list[dict[str, Any]] = database.get_df(QUESTION).to_dict(orient="records")
    return found


def _stream_nothing() -> None:
    """Superset's other way of writing what SQL Lab found, piece by piece, is not there. It is for more rows than a
    question here may have, so no button leads to it; it asks when the reader's session is over, and so the file of
    nobody; and what it writes has neither our encoding nor our guard against formulas."""
    if request.endpoint == _STREAMED:
        abort(404)


def _recoded(response: Any, kind: str) -> Any:
    """A pivoted table, which Superset writes itself, in our csv."""
    if kind == "csv" and response.status_code == 200 and response.mimetype == "text/csv":
        text = response.get_data().decode("utf-8-sig")
        response.set_data(csv_file.encoded(list(csv.reader(io.StringIO(text)))))
    return response


def _name_in_utf8(response: Response) -> Response:
    """SQL Lab writes the name of its file as an address is written, and browsers save it so."""
    found = (
        _NAME.search(response.headers.get("Content-Disposition", ""))
        if request.endpoint == _SQL_LAB
        else None
    )
    if found:
        name = unquote(found["name"])
        response.headers["Content-Disposition"] = (
            f"attachment; filename=\"bbaj.csv\"; filename*=UTF-8''{quote(name)}"
        )
    return response


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _language() -> str:
    from flask import session

    chosen = session.get("locale")
    return str(chosen) if chosen in DASHBOARD_LANGUAGES else DASHBOARD_LANGUAGES[0]


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, Ours]:
    return known(load())


@lru_cache(maxsize=1)
def _tiles() -> Any:
    return tiles()
