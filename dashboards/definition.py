"""The readable definition of the dashboards, loaded and checked.

In: the YAML files of `assets/`. Out: frozen objects, or `DefinitionError` naming file, key and remedy.
The definition knows nothing of Superset: what a chart is there is the business of `chart_kinds`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dashboards.authored import LANGUAGES, DefinitionError, listed, made, mapping, meant, read_mapping

ASSETS = Path(__file__).resolve().parent / "assets"
CODELISTS = ASSETS.parent.parent / "ingest" / "codelists"
Text = Mapping[str, str]  # language → words
Single = TypeVar("Single", bound="Basis")


@dataclass(frozen=True)
class Column:
    """A column of a model as readers see it."""

    type: str
    label: Text
    localized: bool = False
    source: str = ""

    def physical(self, language: str) -> str:
        """The column of the model that holds it for a reader of `language`."""
        return f"{self.source}_{language}" if self.localized else self.source


@dataclass(frozen=True)
class Metric:
    """A saved metric: one of total, only, stock, share, ratio, figure, earliest or least; sums first, division last.

    A stock is counted anew in each period (learners on a list): over several periods it is their mean, not their sum.
    """

    label: Text
    format: str
    total: str = ""
    only: str = ""
    stock: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    share: Mapping[str, Any] = field(default_factory=dict)
    ratio: Mapping[str, str] = field(default_factory=dict)
    figure: Mapping[str, str] = field(default_factory=dict)
    earliest: str = ""
    least: str = ""
    meaning: Text = field(default_factory=dict)
    orders_only: bool = False  # Superset draws a metric that orders as a series too, if it has a label


@dataclass(frozen=True)
class Dataset:
    """One reporting model: its columns, its additive measures, the metrics made of them; `time`: its day, if any."""

    model: str
    label: Text
    columns: Mapping[str, Column]
    measures: tuple[str, ...]
    metrics: Mapping[str, Metric]
    time: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart: what it shows of which dataset; `kind` says how.

    `stack_from`: which part of a stacked bar begins it, the one with the `largest` or with the `smallest`
    greatest value. `totals`: under a table stands the figure of all its rows, a rate from their sums.
    """

    title: Text
    dataset: str
    kind: str
    metric: str = ""
    metrics: tuple[str, ...] = ()
    subtitle: Text = field(default_factory=dict)
    by: str = ""
    over: str = ""
    columns: tuple[str, ...] = ()
    rank: Mapping[str, str] = field(default_factory=dict)  # by: metric, top: lowest | highest
    format: str = ""
    colors: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    sort: Mapping[str, Any] = field(default_factory=dict)
    page: int = 0
    search: bool = False
    totals: bool = False
    stack_from: str = "largest"
    floor: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True)
class Filter:
    """One choice a reader makes; `within` names the filter it depends on. `latest`: one value is chosen always, the
    last in order unless the reader takes another; `single`: the same with the first."""

    dataset: str
    column: str
    label: Text
    kind: str = "choice"
    hint: Text = field(default_factory=dict)
    within: str = ""
    order_by: str = ""
    latest: bool = False
    single: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)  # which rows hold the values to choose from
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of a dashboard: charts with their widths (of twelve), or a note. Height in units of 8 pixels."""

    height: int
    charts: Mapping[str, int] = field(default_factory=dict)
    note: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard:
    """A page: its filters and its rows from top to bottom."""

    title: Text
    description: Text
    filters: Mapping[str, Filter]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Basis:
    """What every figure stands on: operational (latest accepted) or official (latest approved)."""

    column: str
    codelist: str
    default: str
    values: Mapping[str, Text]  # code → names, from the codelist


@dataclass(frozen=True)
class Structure(Basis):
    """Of which structure of places a figure is told: as it was when it was reported, or as it is now.

    `either`: what stands in rows of places that are the same both ways. `label`, `hint`: of the filter.
    """

    either: str
    label: Text
    hint: Text


@dataclass(frozen=True)
class Definition:
    """All of `assets/`."""

    warehouse: str
    basis: Basis
    structure: Structure
    datasets: Mapping[str, Dataset]
    charts: Mapping[str, Chart]
    dashboards: Mapping[str, Dashboard]


def load(assets: Path = ASSETS) -> Definition:
    """Read every file of `assets`; names of datasets, charts and dashboards are their file names."""
    return Definition(
        warehouse=_warehouse(assets / "warehouse.yaml"),
        basis=_single(Basis, assets / "basis.yaml"),
        structure=_single(Structure, assets / "structure.yaml"),
        datasets={p.stem: _dataset(p) for p in sorted((assets / "datasets").glob("*.yaml"))},
        charts={p.stem: made(Chart, read_mapping(p), p) for p in sorted((assets / "charts").glob("*.yaml"))},
        dashboards={p.stem: _dashboard(p) for p in sorted((assets / "dashboards").glob("*.yaml"))},
    )


def file_of(kind: str, name: str) -> str:
    """The file that defines an asset, as its author knows it. `kind`: datasets, charts or dashboards."""
    return f"dashboards/assets/{kind}/{name}.yaml"


def _warehouse(path: Path) -> str:
    name = read_mapping(path).get("name")
    if not isinstance(name, str):
        raise DefinitionError(path, "name", "must be a text", "Write what the database is called.")
    return name


def _single(kind: type[Single], path: Path) -> Single:
    """What a figure is told for one value of."""
    raw = read_mapping(path)
    values = names_of(str(raw.get("codelist")), path)
    single = made(kind, {**raw, "values": values}, path)
    if single.default not in values:
        raise DefinitionError(
            path, "default", f"{single.default} is not in the codelist", meant(single.default, values)
        )
    return single


def names_of(codelist: str, path: Path) -> dict[str, Text]:
    """Code → names in each language, of the codelist that the file at `path` names. Raises DefinitionError."""
    file = CODELISTS / f"{codelist}.csv"
    if not file.is_file():
        known = [each.stem for each in sorted(CODELISTS.glob("*.csv"))]
        raise DefinitionError(path, "codelist", f"there is no {file.name}", meant(codelist, known))
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    try:
        return {r["code"]: {lang: r[f"label_{lang}"] for lang in LANGUAGES} for r in rows}
    except KeyError as error:
        raise DefinitionError(file, str(error.args[0]), "the column is missing", "Add it.") from None


def _dataset(path: Path) -> Dataset:
    raw = read_mapping(path)
    columns = {
        name: made(
            Column,
            {"source": value.get("from", name), **_without(value, "from")},
            path,
            f"columns.{name}",
            {"source": "from"},
        )
        for name, value in _members(raw, "columns", path)
    }
    metrics = {
        name: made(Metric, value, path, f"metrics.{name}") for name, value in _members(raw, "metrics", path)
    }
    return made(Dataset, {**raw, "columns": columns, "metrics": metrics}, path)


def _dashboard(path: Path) -> Dashboard:
    raw = read_mapping(path)
    filters = {
        name: made(
            Filter,
            {"excluded": value.get("except", []), **_without(value, "except")},
            path,
            f"filters.{name}",
            {"excluded": "except"},
        )
        for name, value in _members(raw, "filters", path)
    }
    rows = tuple(
        made(Row, mapping(value, path, f"rows.{place}"), path, f"rows.{place}")
        for place, value in enumerate(listed(raw.get("rows", []), path, "rows"), 1)
    )
    return made(Dashboard, {**raw, "filters": filters, "rows": rows}, path)


def _members(raw: Mapping[str, Any], key: str, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in mapping(raw.get(key, {}), path, key).items():
        yield name, mapping(value, path, f"{key}.{name}")


def _without(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name != key}
