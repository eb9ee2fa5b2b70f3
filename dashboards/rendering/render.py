"""The definition rendered to Superset's import bundles, one per language.

In: `Definition`, the path of the published warehouse. Out: file name → content, and a zip of them.
The same definition gives the same bytes: identifiers are UUIDv5 of the path, time stamps are fixed.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from dashboards.authored import MISUSED, DefinitionError
from dashboards.check_chain import Models, has_structure, models, require_whole, territory_columns
from dashboards.definition import Basis, Column, Dataset, Definition, load
from dashboards.places import Places
from dashboards.rendering.chart_kinds import superset_chart
from dashboards.rendering.layout import PHONE, dashboard_file
from dashboards.rendering.metrics import FORMATS, expression
from dashboards.words.speech import DASHBOARD_LANGUAGES, SQL_TYPES

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "bbaj:dashboards")
DATABASE = str(uuid.uuid5(NAMESPACE, "databases/warehouse"))  # one for all languages
BEGINNING = "2026-01-01T00:00:00+00:00"
HOURS_EAST = 5  # Kazakhstan keeps one time, UTC+5, since 1 March 2024; columns of type timestamp are UTC
WRITTEN: dict[str, Any] = {"allow_unicode": True, "sort_keys": False}
Files = dict[str, str]


def identifier(language: str, path: str) -> str:
    """UUIDv5 of an asset: the same path in the same language is the same asset for ever."""
    return str(uuid.uuid5(NAMESPACE, f"{language}/{path}"))


def render(definition: Definition, language: str, warehouse: Path, known: Models | None = None) -> Files:
    """Render one language. Keys are paths inside the bundle, values YAML. `known`: the models, by default dbt's."""
    known = models() if known is None else known
    files: dict[str, Any] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": BEGINNING},
        "databases/warehouse.yaml": _database(definition, warehouse),
    }
    structured = {
        name
        for name, dataset in definition.datasets.items()
        if has_structure(known, dataset.model, definition.structure.column)
    }
    for name, dataset in definition.datasets.items():
        territory = territory_columns(known, dataset.model)
        file = _dataset(definition, name, dataset, language, territory, is_structured=name in structured)
        files[f"datasets/warehouse/{name}.yaml"] = file
    for name, chart in definition.charts.items():
        is_structured = chart.dataset in structured
        files[f"charts/{name}.yaml"] = _chart(definition, name, language, is_structured=is_structured)
    for name in definition.dashboards:
        for phone in (False, True):
            file = dashboard_file(definition, name, language, identifier, structured, on_phone=phone)
            files[f"dashboards/{name}{PHONE if phone else ''}.yaml"] = file
    return {path: yaml.dump(value, Dumper=_Apart, **WRITTEN) for path, value in files.items()}


class _Apart(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes each object where it stands: Superset's importer changes numbers in place, and would change one that is
    named at several places as often."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def bundle(files: Mapping[str, str]) -> bytes:
    """Zip rendered files; equal files give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"bbaj/{path}", date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return target.getvalue()


def _database(definition: Definition, warehouse: Path) -> dict[str, Any]:
    # Nothing but the file is read, nothing is written, and no question takes the memory of the whole machine.
    settings = {
        "enable_external_access": False,
        "memory_limit": "2GB",
        "temp_directory": "",
        "lock_configuration": True,
    }
    connect = {"read_only": True, "config": settings}
    return {
        "database_name": definition.warehouse,
        "sqlalchemy_uri": f"duckdb:///{warehouse}",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {
            "engine_params": {"connect_args": connect},
            "metadata_params": {},
            "metadata_cache_timeout": {},
            "schemas_allowed_for_csv_upload": [],
        },
        "uuid": DATABASE,
        "version": "1.0.0",
    }


def _dataset(
    definition: Definition,
    name: str,
    dataset: Dataset,
    language: str,
    territory: Sequence[str],
    *,
    is_structured: bool,
) -> dict[str, Any]:
    singles: list[Basis] = [definition.basis, *([definition.structure] if is_structured else [])]
    columns = [*dataset.columns.values(), *([_structure_column(definition)] if is_structured else [])]
    localized = [
        {
            "column_name": column.physical(language),
            "verbose_name": column.label[language],
            "is_dttm": column.type in ("date", "timestamp", "local_timestamp"),
            "type": SQL_TYPES[column.type],
            "groupby": True,
            "filterable": True,
            "is_active": True,
        }
        for column in columns
    ]
    shown = {column.physical(language) for column in columns}
    named = dict.fromkeys((*(each.column for each in singles), *dataset.measures, *territory))
    unseen = [each for each in named if each not in shown]
    return {
        "table_name": dataset.label[language],
        "description": None,
        "main_dttm_col": dataset.time or None,
        "offset": 0,
        "schema": "main",
        "sql": _selection(definition, dataset, language, territory, is_structured=is_structured),
        "filter_select_enabled": True,
        "columns": [*localized, *(_measure(each, _label(dataset, each, language)) for each in unseen)],
        "metrics": [
            {
                "metric_name": key,
                "verbose_name": None if metric.orders_only else metric.label[language],
                "description": metric.meaning.get(language),
                "metric_type": None,
                "expression": expression(metric, *singles),
                "d3format": FORMATS[metric.format],
            }
            for key, metric in dataset.metrics.items()
        ],
        "uuid": identifier(language, f"datasets/{name}"),
        "version": "1.0.0",
        "database_uuid": DATABASE,
    }


def _structure_column(definition: Definition) -> Column:
    structure = definition.structure
    return Column("string", structure.label, localized=True, source=structure.column)


def _selection(
    definition: Definition, dataset: Dataset, language: str, territory: Sequence[str], *, is_structured: bool
) -> str:
    """The model's columns for a reader of `language`, and nothing else.

    Superset's metadata on SQLite allows one dataset per table, so the two languages cannot both be tables;
    as a selection the dataset also bears a name people can read. The codes of territories are for the rules on rows.
    """
    columns = [_as_shown(c.physical(language), c.type) for c in dataset.columns.values()]
    wanted = dict.fromkeys([*columns, definition.basis.column, *dataset.measures, *territory])
    selected = f"SELECT {', '.join(wanted)}"
    if not is_structured:
        return f"{selected} FROM {dataset.model}"
    # A place that did not change has one row for both structures, and is a row of each here.
    structure = definition.structure
    name = _structure_column(definition).physical(language)
    return " UNION ALL ".join(
        f"{selected}, '{code}' AS {structure.column}, '{called[language]}' AS {name} FROM {dataset.model} "
        f"WHERE {structure.column} IN ('{structure.either}', '{code}')"
        for code, called in structure.values.items()
    )


def _as_shown(column: str, kind: str) -> str:
    if kind == "number":
        return f"CAST({column} AS DOUBLE) AS {column}"
    return f"{column} + INTERVAL '{HOURS_EAST}' HOUR AS {column}" if kind == "timestamp" else column


def _label(dataset: Dataset, column: str, language: str) -> str | None:
    """What a column without a name of its own is called: as the metric like it, for which Superset's pages take it."""
    metric = dataset.metrics.get(column)
    return metric.label[language] if metric and not metric.orders_only else None


def _measure(column: str, label: str | None) -> dict[str, Any]:
    """A column that only metrics or rules read: present for the chain, not offered for grouping."""
    return {
        "column_name": column,
        "verbose_name": label,
        "is_dttm": False,
        "type": None,
        "groupby": False,
        "filterable": False,
    }


def _chart(definition: Definition, name: str, language: str, *, is_structured: bool) -> dict[str, Any]:
    chart = definition.charts[name]
    dataset = definition.datasets[chart.dataset]
    viz_type, form, query = superset_chart(chart, dataset, language)
    singles: list[Basis] = [definition.basis, *([definition.structure] if is_structured else [])]
    on_default = [
        {"col": f"{each.column}_{language}", "op": "IN", "val": [each.values[each.default][language]]}
        for each in singles
    ]
    context = {
        "datasource": {"id": 0, "type": "table"},  # the importer fills in the number
        "force": False,
        "queries": [{**query, "filters": [*query["filters"], *on_default]}],
        "form_data": form,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title[language],
        "description": None,
        "viz_type": viz_type,
        "params": form,
        "query_context": json.dumps(context, ensure_ascii=False, sort_keys=True),
        "cache_timeout": None,
        "uuid": identifier(language, f"charts/{name}"),
        "version": "1.0.0",
        "dataset_uuid": identifier(language, f"datasets/{chart.dataset}"),
    }


def main() -> int:
    """Write the bundles of every language into a directory."""
    parser = argparse.ArgumentParser(description="Render the dashboards to import bundles of Superset.")
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    places = Places.from_environment()
    try:
        definition = load()
        require_whole(definition)
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return MISUSED
    for language in DASHBOARD_LANGUAGES:
        target = directory / f"dashboards-{language}.zip"
        target.write_bytes(bundle(render(definition, language, places.warehouse)))
        print(target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
