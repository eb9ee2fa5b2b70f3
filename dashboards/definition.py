"""The readable definition of the dashboards, loaded and checked.

In: the YAML files of `assets/`. Out: frozen objects, or `DefinitionError` naming file, key and remedy.
The definition knows nothing of Superset: what a chart is there is the business of `chart_kinds`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

ASSETS = Path(__file__).resolve().parent / "assets"
CODELISTS = ASSETS.parent.parent / "ingest" / "codelists"
Text = Mapping[str, str]  # language → words
T = TypeVar("T")


class DefinitionError(ValueError):
    """The definition is wrong; the message names the file, the key and what to write."""


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
    """A saved metric: one of total, share, ratio or earliest; always sums first, division last."""

    label: Text
    format: str
    total: str = ""
    without: tuple[str, ...] = ()
    share: Mapping[str, Any] = field(default_factory=dict)
    ratio: Mapping[str, str] = field(default_factory=dict)
    earliest: str = ""
    meaning: Text = field(default_factory=dict)
    orders_only: bool = False  # Superset draws a metric that orders as a series too, if it has a label


@dataclass(frozen=True)
class Dataset:
    """One reporting model: its columns, its additive measures, the metrics made of them."""

    model: str
    label: Text
    time: str
    columns: Mapping[str, Column]
    measures: tuple[str, ...]
    metrics: Mapping[str, Metric]


@dataclass(frozen=True)
class Chart:
    """One chart: what it shows of which dataset; `kind` says how.

    `stack_from`: which part of a stacked bar begins it, the one with the `largest` or with the `smallest`
    greatest value.
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
    stack_from: str = "largest"
    floor: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True)
class Filter:
    """One choice a reader makes; `within` names the filter it depends on."""

    dataset: str
    column: str
    label: Text
    kind: str = "choice"
    hint: Text = field(default_factory=dict)
    within: str = ""
    order_by: str = ""
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
class Definition:
    """All of `assets/`."""

    warehouse: str
    basis: Basis
    datasets: Mapping[str, Dataset]
    charts: Mapping[str, Chart]
    dashboards: Mapping[str, Dashboard]


def load(assets: Path = ASSETS) -> Definition:
    """Read every file of `assets`; names of datasets, charts and dashboards are their file names."""
    return Definition(
        warehouse=_read(assets / "warehouse.yaml")["name"],
        basis=_basis(assets / "basis.yaml"),
        datasets={p.stem: _dataset(p) for p in sorted((assets / "datasets").glob("*.yaml"))},
        charts={
            p.stem: _make(Chart, _read(p), f"charts/{p.name}")
            for p in sorted((assets / "charts").glob("*.yaml"))
        },
        dashboards={p.stem: _dashboard(p) for p in sorted((assets / "dashboards").glob("*.yaml"))},
    )


def _basis(path: Path) -> Basis:
    raw = _read(path)
    with (CODELISTS / f"{raw.get('codelist')}.csv").open(encoding="utf-8", newline="") as stream:
        values = {
            r["code"]: {lang: r[f"label_{lang}"] for lang in ("kk", "ru", "en")}
            for r in csv.DictReader(stream)
        }
    basis = _make(Basis, {**raw, "values": values}, "basis.yaml")
    if basis.default not in values:
        raise DefinitionError(
            f"basis.yaml: default {basis.default!r} is not in the codelist; known: {', '.join(values)}"
        )
    return basis


def _dataset(path: Path) -> Dataset:
    where = f"datasets/{path.name}"
    raw = _read(path)
    columns = {
        name: _make(
            Column,
            {"source": value.get("from", name), **_without(value, "from")},
            f"{where}: columns: {name}",
        )
        for name, value in raw.get("columns", {}).items()
    }
    metrics = {n: _make(Metric, v, f"{where}: metrics: {n}") for n, v in raw.get("metrics", {}).items()}
    return _make(Dataset, {**raw, "columns": columns, "metrics": metrics}, where)


def _dashboard(path: Path) -> Dashboard:
    where = f"dashboards/{path.name}"
    raw = _read(path)
    filters = {
        name: _make(
            Filter, {"excluded": v.get("except", []), **_without(v, "except")}, f"{where}: filters: {name}"
        )
        for name, v in raw.get("filters", {}).items()
    }
    rows = tuple(_make(Row, v, f"{where}: rows[{n}]") for n, v in enumerate(raw.get("rows", [])))
    return _make(Dashboard, {**raw, "filters": filters, "rows": rows}, where)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DefinitionError(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise DefinitionError(f"{path.name}: must hold keys and values")
    return content


def _make(kind: type[T], raw: Mapping[str, Any], where: str) -> T:
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(raw) - set(known)):
        raise DefinitionError(f"{where}: unknown key {unknown[0]!r}; known keys: {', '.join(known)}")
    required = {n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING}
    if missing := sorted(required - set(raw)):
        raise DefinitionError(f"{where}: key {missing[0]!r} is missing; add it")
    for name, value in raw.items():
        if (
            known[name].type == "Text"
            and (value or name in required)
            and not {"kk", "ru"} <= set(value) <= {"kk", "ru", "en"}
        ):
            raise DefinitionError(f"{where}: {name} must hold kk and ru, found: {', '.join(map(str, value))}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})


def _without(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name != key}
