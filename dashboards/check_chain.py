"""The chain dashboard → chart → dataset → model → column, walked link by link.

In: the definition and dbt's model files (`dbt_project/models/**/*.yml`). Out: the broken links, in words.
A chart that names a metric nobody defined, or a column the model no longer has, is found here in a
second instead of by a reader in front of an error.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dashboards.chart_kinds import KINDS
from dashboards.definition import Chart, Dataset, Definition, load
from dashboards.metrics import columns_of
from dashboards.places import REPOSITORY
from dashboards.speech import DASHBOARD_LANGUAGES

MODELS = REPOSITORY / "dbt_project" / "models"
Models = Mapping[str, set[str]]


def models(directory: Path = MODELS) -> dict[str, set[str]]:
    """Model → its columns, from dbt's yml files."""
    found: dict[str, set[str]] = {}
    for path in sorted(directory.glob("**/*.yml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for model in content.get("models") or []:
            found.setdefault(model["name"], set()).update(c["name"] for c in model.get("columns") or [])
    return found


def broken_links(definition: Definition, known: Models) -> Iterator[str]:
    """Yield one sentence for each broken link."""
    for name, dashboard in definition.dashboards.items():
        charts = [chart for row in dashboard.rows for chart in row.charts]
        yield from (
            f"dashboard {name}: chart {c} is not defined" for c in charts if c not in definition.charts
        )
        for key, choice in dashboard.filters.items():
            dataset = definition.datasets.get(choice.dataset)
            if dataset is None or choice.column not in dataset.columns:
                column = f"{choice.dataset}.{choice.column}"
                yield f"dashboard {name}: filter {key} reads {column}, which is not defined"
            if unknown := set(choice.excluded) - set(charts):
                yield f"dashboard {name}: filter {key} excepts {sorted(unknown)}, not on the dashboard"
        if not any(choice.kind == "basis" for choice in dashboard.filters.values()):
            yield f"dashboard {name}: no filter of kind basis"
    for name, chart in definition.charts.items():
        if chart.dataset not in definition.datasets:
            yield f"chart {name}: dataset {chart.dataset} is not defined"
        else:
            yield from _chart_links(name, chart, definition.datasets[chart.dataset])
    for name, dataset in definition.datasets.items():
        yield from _dataset_links(name, dataset, definition.basis.column, known)


def _chart_links(name: str, chart: Chart, dataset: Dataset) -> Iterator[str]:
    if chart.kind not in KINDS:
        yield f"chart {name}: kind {chart.kind} is unknown"
    columns = {chart.by, chart.over, *chart.columns, *chart.where} - {""}
    metrics = {chart.metric, *chart.metrics, chart.rank.get("by", ""), chart.sort.get("by", "")} - {""}
    for column in sorted(columns - set(dataset.columns)):
        yield f"chart {name}: column {column} is not in dataset {chart.dataset}"
    for metric in sorted(metrics - set(dataset.metrics)):
        yield f"chart {name}: metric {metric} is not in dataset {chart.dataset}"


def _dataset_links(name: str, dataset: Dataset, basis: str, known: Models) -> Iterator[str]:
    if dataset.model not in known:
        yield f"dataset {name}: dbt has no model {dataset.model}"
        return
    physical = {c.physical(language) for c in dataset.columns.values() for language in DASHBOARD_LANGUAGES}
    for column in sorted((physical | set(dataset.measures) | {basis, dataset.time}) - known[dataset.model]):
        yield f"dataset {name}: model {dataset.model} has no column {column}"
    declared = {*dataset.measures, *(c.source for c in dataset.columns.values())}
    for key, metric in dataset.metrics.items():
        for column in sorted(columns_of(metric) - declared):
            yield f"dataset {name}: metric {key} sums {column}, which the dataset does not list"


def main() -> int:
    """Print the broken links; the exit code is 1 if there are any."""
    parser = argparse.ArgumentParser(description="Walk dashboards down to the columns of dbt's models.")
    parser.add_argument("--models", type=Path, default=MODELS)
    broken = list(broken_links(load(), models(parser.parse_args().models)))
    for sentence in broken:
        print(sentence)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
