"""What the dashboards call tables, columns and figures: whoever reads a figure there asks for it in these words.

In: a name of the model, or a label of a dashboard in either language. Out: names of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from warehouse.storage.builds.engines.dbt_process import PROJECT

DATASETS = PROJECT / "dashboards" / "assets" / "datasets"
_LANGUAGES = ("kk", "ru")


def table_named(said: str) -> str:
    """The table of that name or label; what was said where no dashboard calls any so."""
    for dataset in _datasets():
        if _same(said, dataset["label"].values()):
            return str(dataset["model"])
    return said.strip()


def column_named(table: str, said: str) -> list[str]:
    """Columns of a table that may be meant, the likeliest first: of that name, or called so by a dashboard."""
    found = [said.strip()]
    for dataset in _datasets(table):
        for name, told in dataset.get("columns", {}).items():
            if _same(said, [name, *told["label"].values()]):
                own = str(told.get("from", name))
                endings = [f"{own}_{language}" for language in _LANGUAGES] if told.get("localized") else []
                own_label = [
                    end for end in endings if told["label"].get(end[-2:], "").casefold() == said.casefold()
                ]
                found += [*own_label, *endings, own]
    return list(dict.fromkeys(found))


def figures_named(table: str, said: str) -> list[str]:
    """The columns that a figure of a dashboard is made of; none where no dashboard calls any so."""
    for dataset in _datasets(table):
        for name, told in dataset.get("metrics", {}).items():
            if _same(said, [name, *told["label"].values()]):
                return list(dict.fromkeys(_columns_in({key: told[key] for key in told if key not in _WORDS})))
    return []


_WORDS = ("label", "meaning", "format", "orders_only")


def _columns_in(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for each in told.values():
            yield from _columns_in(each)
    elif isinstance(told, list):
        for each in told:
            yield from _columns_in(each)


def _same(said: str, names: Any) -> bool:
    return said.strip().casefold() in {str(name).casefold() for name in names}


def _datasets(table: str | None = None) -> list[dict[str, Any]]:
    return [each for each in _read() if table in (None, each["model"])]


@cache
def _read() -> tuple[dict[str, Any], ...]:
    files = sorted(DATASETS.glob("*.yaml")) if DATASETS.is_dir() else []
    return tuple(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for file in files)
