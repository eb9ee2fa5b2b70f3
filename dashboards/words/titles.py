"""Tables that pages open on the figures of a chart, and on the rows behind it, have titles and not names of columns.

In: what Superset answers to "view as table" and "drill to detail". Out: the same under the titles that charts have;
shares as percents, numbers as the chart shows them. What has no title in our datasets is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboards.definition import Dataset, Definition, load
from dashboards.exports.ours import Ours, known
from dashboards.exports.table import SHARE, Column, numeric_column, rounded
from dashboards.rendering.render import identifier
from dashboards.words.speech import DASHBOARD_LANGUAGES

Titled = Mapping[str, str]
_PLAIN = Ours("")


def title_tables() -> None:
    """From here on. Needs Superset's application."""
    from superset.common import query_actions
    from superset.common.chart_data import ChartDataResultFormat, ChartDataResultType

    definition = load()
    ours, measures = known(definition), measures_of(definition)
    functions = query_actions._result_type_functions

    def titled(as_before: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def answer(context: Any, question: Any, *rest: Any) -> dict[str, Any]:
            found = as_before(context, question, *rest)
            if context.result_format != ChartDataResultFormat.JSON or not isinstance(found.get("data"), list):
                return found
            dataset = question.datasource or context.datasource
            uuid = str(getattr(dataset, "uuid", ""))
            labels = {**measures.get(uuid, {}), **{k: v for k, v in _titles(dataset) if v and v != k}}
            formats = {each.metric_name: each.d3format for each in getattr(dataset, "metrics", ())}
            return under_titles(found, labels, formats, ours.get(uuid, _PLAIN))

        return answer

    for kind in (ChartDataResultType.RESULTS, ChartDataResultType.SAMPLES, ChartDataResultType.DRILL_DETAIL):
        functions[kind] = titled(functions[kind])


def under_titles(
    found: Mapping[str, Any], labels: Titled, formats: Mapping[str, str | None], ours: Ours
) -> dict[str, Any]:
    """An answer with its columns renamed. `labels`: titles of columns and metrics; `formats`: of metrics, d3's."""
    names = [str(name) for name in found.get("colnames") or ()]
    kept = [
        place
        for place, name in enumerate(names)
        if name not in ours.ordering and (not ours.is_ours or _title(name, labels) is not None)
    ]
    columns = [
        numeric_column(_title(names[place], labels) or names[place], formats.get(names[place]))
        for place in kept
    ]
    titles = list(
        _apart(f"{c.label}, %" if c.kind == SHARE and "%" not in c.label else c.label for c in columns)
    )
    rows = [
        {
            title: _shown(row.get(names[place]), column)
            for place, title, column in zip(kept, titles, columns, strict=True)
        }
        for row in found["data"]
    ]
    types: Sequence[Any] = found.get("coltypes") or ()
    changed = {
        "data": rows,
        "colnames": titles,
        "coltypes": [types[place] for place in kept if place < len(types)],
    }
    return {**found, **changed}


def measures_of(definition: Definition) -> dict[str, dict[str, str]]:
    """Identifier of a dataset → title of each measure that a metric sums or counts as it is."""
    return {
        identifier(language, f"datasets/{name}"): dict(_measures(dataset, language))
        for name, dataset in definition.datasets.items()
        for language in DASHBOARD_LANGUAGES
    }


def _measures(dataset: Dataset, language: str) -> Iterator[tuple[str, str]]:
    for metric in dataset.metrics.values():
        measure = metric.total or metric.stock.get("of", "")
        if measure and not metric.without:
            yield measure, metric.label[language]


def _titles(dataset: Any) -> list[tuple[str, str]]:
    return list((dataset.data.get("verbose_map") or {}).items()) if dataset is not None else []


def _title(name: str, labels: Titled) -> str | None:
    """Of a column; of a metric of one group, of the metric and the group."""
    if name in labels:
        return labels[name]
    metric, comma, group = name.partition(", ")
    return f"{labels[metric]}, {group}" if comma and metric in labels else None


def _apart(titles: Iterator[str]) -> Iterator[str]:
    """No two alike: rows are told by them."""
    seen: dict[str, int] = {}
    for title in titles:
        seen[title] = seen.get(title, 0) + 1
        yield title if seen[title] == 1 else f"{title} ({seen[title]})"


def _shown(value: Any, column: Column) -> Any:
    if column.places is None or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    found = rounded(value, column)
    if found is None:
        return None
    return round(float(found) * 100, column.places) if column.kind == SHARE else float(found)
