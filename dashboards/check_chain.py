"""The chain dashboard → chart → dataset → model → column, walked link by link.

In: the definition and dbt's model files (`dbt_project/models/**/*.yml`). Out: the broken links, in words.
A chart that names a metric nobody defined, or a column the model no longer has, is found here in a
second instead of by a reader in front of an error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from dashboards.authored import MISUSED, DefinitionError, meant, read_mapping
from dashboards.definition import Basis, Chart, Dashboard, Dataset, Definition, file_of, load
from dashboards.look import PAINT
from dashboards.places import REPOSITORY
from dashboards.rendering.chart_kinds import KINDS
from dashboards.rendering.metrics import FORMATS, columns_of, expression
from dashboards.words.speech import DASHBOARD_LANGUAGES, SQL_TYPES

MODELS = REPOSITORY / "dbt_project" / "models"
PERSONS = "persons"
"""The folder of models that are not in the file dashboards open."""
Models = Mapping[str, set[str]]
CODES, LEVEL = ("oblast_code", "district_code"), "level"
"""The columns by which a publication is cut into what readers of a territory may see."""


# What a chart of each kind cannot be drawn without.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "number": ("metric", "subtitle"),
    "ranking": ("by", "metrics", "rank", "format"),
    "trend": ("over", "metrics", "rank", "format"),
    "columns": ("over", "metrics", "rank", "format"),
    "table": ("columns",),
    "map": ("by", "metric"),
}
_FILTERS = ("choice", "basis")


def models(directory: Path = MODELS) -> dict[str, set[str]]:
    """Model → its columns, from dbt's yml files; none of those with a row a person. Raises DefinitionError."""
    found: dict[str, set[str]] = {}
    for path in sorted(directory.glob("**/*.yml")):
        if PERSONS in path.relative_to(directory).parts:
            continue
        for model in read_mapping(path).get("models") or []:
            found.setdefault(model["name"], set()).update(c["name"] for c in model.get("columns") or [])
    return found


def territory_columns(known: Models, model: str) -> tuple[str, ...]:
    """The columns of a model by which rows belong to territories: both codes and, where it has one, the level."""
    columns = known.get(model, set())
    return tuple(each for each in (*CODES, LEVEL) if each in columns) if set(CODES) <= columns else ()


def has_structure(known: Models, model: str, column: str) -> bool:
    """Whether rows of a model are told of places as they were and as they are: all that have places are."""
    return column in known.get(model, ())


def require_whole(definition: Definition, known: Models | None = None) -> None:
    """No link is broken. `known`: the models, by default dbt's where they stand beside. Raises DefinitionError."""
    for broken in broken_links(definition, models() if known is None else known):
        raise broken


def broken_links(definition: Definition, known: Models) -> Iterator[DefinitionError]:
    """Yield what is to be said of each broken link. Without any model, the models are not looked at."""
    for name, dashboard in definition.dashboards.items():
        yield from _dashboard_links(name, dashboard, definition)
    for name, chart in definition.charts.items():
        file = file_of("charts", name)
        if chart.dataset not in definition.datasets:
            problem = f"dataset {chart.dataset} is not defined"
            yield DefinitionError(file, "dataset", problem, meant(chart.dataset, list(definition.datasets)))
        else:
            yield from _chart_links(file, chart, definition.datasets[chart.dataset])
    for name, dataset in definition.datasets.items():
        yield from _dataset_links(file_of("datasets", name), dataset, definition.basis, known)


def _dashboard_links(name: str, dashboard: Dashboard, definition: Definition) -> Iterator[DefinitionError]:
    file = file_of("dashboards", name)
    charts = [chart for row in dashboard.rows for chart in row.charts]
    for chart in charts:
        if chart not in definition.charts:
            known = meant(chart, list(definition.charts))
            yield DefinitionError(file, f"rows.charts.{chart}", f"chart {chart} is not defined", known)
    for key, choice in dashboard.filters.items():
        place = f"filters.{key}"
        dataset = definition.datasets.get(choice.dataset)
        if dataset is None:
            known = meant(choice.dataset, list(definition.datasets))
            yield DefinitionError(file, f"{place}.dataset", f"{choice.dataset} is not defined", known)
        else:
            yield from _unknown(file, f"{place}.column", "column", [choice.column], dataset.columns)
            yield from _unknown(file, f"{place}.where", "column", choice.where, dataset.columns)
            yield from _unknown(file, f"{place}.order_by", "metric", [choice.order_by], dataset.metrics)
        yield from _unknown(file, f"{place}.within", "filter", [choice.within], dashboard.filters)
        yield from _unknown(file, f"{place}.except", "chart on the dashboard", choice.excluded, charts)
        yield from _unknown(file, f"{place}.kind", "kind", [choice.kind], _FILTERS)
    if not any(choice.kind == "basis" for choice in dashboard.filters.values()):
        yield DefinitionError(
            file, "filters", "no filter of kind basis", "Add one: every figure stands on a basis."
        )


def _unknown(
    file: str, key: str, what: str, named: Iterable[str], known: Collection[str]
) -> Iterator[DefinitionError]:
    for name in named:
        if name and name not in known:
            yield DefinitionError(file, key, f"{what} {name} is not defined", meant(name, list(known)))


def _chart_links(file: str, chart: Chart, dataset: Dataset) -> Iterator[DefinitionError]:
    yield from _unknown(file, "kind", "kind", [chart.kind], KINDS)
    for key in _NEEDED.get(chart.kind, ()):
        if not getattr(chart, key):
            yield DefinitionError(file, key, f"a chart of kind {chart.kind} needs it", "Add it.")
    columns = {"by": [chart.by], "over": [chart.over], "columns": chart.columns, "where": chart.where}
    order = {"rank.by": chart.rank.get("by"), "sort.by": chart.sort.get("by")}
    metrics = {"metric": [chart.metric], "metrics": chart.metrics} | {k: [v] for k, v in order.items() if v}
    for key, named in columns.items():
        yield from _unknown(file, key, f"of dataset {chart.dataset}, column", named, dataset.columns)
    for key, named in metrics.items():
        yield from _unknown(file, key, f"of dataset {chart.dataset}, metric", named, dataset.metrics)
    yield from _unknown(file, "format", "format", [chart.format], FORMATS)
    yield from _unknown(file, "colors", "colour", chart.colors, PAINT)
    yield from _unknown(file, "stack_from", "part", [chart.stack_from], ("largest", "smallest"))
    if chart.rank and not chart.rank.get("by"):
        yield DefinitionError(file, "rank.by", "missing", "Name the metric that orders.")
    if chart.kind == "ranking":
        top = chart.rank.get("top", "")
        if top not in ("lowest", "highest"):
            yield DefinitionError(
                file, "rank.top", f"{top!r} is no end of an order", "Write lowest or highest."
            )
    yield from _unknown(file, "rank", "key", chart.rank, ("by", "top"))
    yield from _unknown(file, "sort", "key", chart.sort, ("by", "descending"))


def _dataset_links(file: str, dataset: Dataset, basis: Basis, known: Models) -> Iterator[DefinitionError]:
    for key, shown in dataset.columns.items():
        yield from _unknown(file, f"columns.{key}.type", "type", [shown.type], SQL_TYPES)
    declared = {*dataset.measures, *(c.source for c in dataset.columns.values())}
    for key, metric in dataset.metrics.items():
        place = f"metrics.{key}"
        yield from _unknown(file, f"{place}.format", "format", [metric.format], FORMATS)
        try:
            expression(metric, basis)
        except DefinitionError as error:
            yield DefinitionError(file, f"{place}.{error.key}".rstrip("."), error.problem, error.remedy)
            continue
        for column in sorted(columns_of(metric) - declared):
            problem = f"sums {column}, which the dataset does not list"
            yield DefinitionError(file, place, problem, meant(column, sorted(declared)))
    if not known:
        return
    if dataset.model not in known:
        yield DefinitionError(
            file, "model", f"dbt has no model {dataset.model}", meant(dataset.model, sorted(known))
        )
        return
    physical = {c.physical(language) for c in dataset.columns.values() for language in DASHBOARD_LANGUAGES}
    for column in sorted(
        (physical | set(dataset.measures) | {basis.column, dataset.time}) - known[dataset.model] - {""}
    ):
        problem = f"model {dataset.model} has no column {column}"
        yield DefinitionError(file, "columns", problem, meant(column, sorted(known[dataset.model])))


def main() -> int:
    """Print the broken links; the exit code is 1 if there are any, 64 for a file that cannot be followed at all."""
    parser = argparse.ArgumentParser(description="Walk dashboards down to the columns of dbt's models.")
    parser.add_argument("--models", type=Path, default=MODELS)
    directory = parser.parse_args().models
    try:
        broken = list(broken_links(load(), models(directory)))
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return MISUSED
    for link in broken:
        print(link, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
