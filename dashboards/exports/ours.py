"""What the definition knows of a dataset: its language, its basis, its periods; of one made by hand, little.

In: the definition, the identifier of a dataset. Out: `Ours`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.definition import Definition
from dashboards.rendering.render import identifier
from dashboards.words.speech import DASHBOARD_LANGUAGES


@dataclass(frozen=True)
class Ours:
    """`basis`: the column with the names of bases, empty where a dataset has none; `periods`: columns that dashboards
    choose a period by; `shown`: columns with a title; `ordering`: metrics that only order."""

    language: str
    is_ours: bool = False
    basis: str = ""
    basis_label: str = ""
    default_basis: str = ""
    region: str = ""
    periods: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    ordering: frozenset[str] = frozenset()


def known(definition: Definition) -> Mapping[str, Ours]:
    """Identifier of a dataset → what is known of it, for every dataset in each language."""
    return {
        identifier(language, f"datasets/{name}"): _of(definition, name, language)
        for name in definition.datasets
        for language in DASHBOARD_LANGUAGES
    }


def _of(definition: Definition, name: str, language: str) -> Ours:
    dataset, basis = definition.datasets[name], definition.basis
    chosen = {
        choice.column
        for dashboard in definition.dashboards.values()
        for key, choice in dashboard.filters.items()
        if key == "period"
    }
    column = dataset.columns.get("basis_name")
    region = dataset.columns.get("oblast_name")
    return Ours(
        language,
        True,
        column.physical(language) if column else "",
        column.label[language] if column else "",
        basis.values[basis.default][language] if column else "",
        region.label[language] if region else "",
        frozenset(dataset.columns[each].physical(language) for each in chosen if each in dataset.columns),
        frozenset(each.physical(language) for each in dataset.columns.values()),
        frozenset(key for key, metric in dataset.metrics.items() if metric.orders_only),
    )
