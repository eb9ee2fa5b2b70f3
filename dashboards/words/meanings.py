"""What every indicator means, as a page that any dashboard links to.

In: the definition of the dashboards, which says each label and meaning once. Out: the page's sections, one per
dataset, with an anchor for each indicator; the words around them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.definition import Definition, Text

PAGE = "/bbaj/indicators"
"""The page's address; the language follows."""
_UNITS: dict[str, Text] = {
    "share": {"kk": "%", "ru": "%"},
    "whole_share": {"kk": "%", "ru": "%"},
    "count": {"kk": "сан", "ru": "число"},
    "decimal": {"kk": "орташа сан", "ru": "среднее число"},
    "mark": {"kk": "балл", "ru": "балл"},
    "change": {"kk": "пайыздық тармақ немесе сан", "ru": "процентный пункт или число"},
    "measured": {"kk": "көрсеткіштің өз бірлігі", "ru": "единица самого показателя"},
}
WORDS: dict[str, Text] = {
    "title": {"kk": "Көрсеткіштердің мағынасы", "ru": "Значение показателей"},
    "lead": {
        "kk": "Ақпараттық тақталардағы әр көрсеткіш нені білдіреді және қалай есептеледі.",
        "ru": "Что означает каждый показатель информационных панелей и как он считается.",
    },
    "contents": {"kk": "Мазмұны", "ru": "Содержание"},
    "seen": {"kk": "Тақталар:", "ru": "Панели:"},
    "unit": {"kk": "Өлшем бірлігі:", "ru": "Единица:"},
    "home": {"kk": "Ақпараттық тақталарға оралу", "ru": "Вернуться к информационным панелям"},
    "other": {"kk": "На русском языке", "ru": "Қазақ тілінде"},
}


@dataclass(frozen=True)
class Indicator:
    """One indicator of a section. `anchor` is unique on the page and the same in each language."""

    anchor: str
    label: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Section:
    """The indicators of one dataset. `dashboards`: address → title of the pages that show it."""

    anchor: str
    title: str
    indicators: tuple[Indicator, ...]
    dashboards: dict[str, str]


def address(language: str, dataset: str = "") -> str:
    """Where the page is, or its section of one dataset."""
    return f"{PAGE}/{language}" + (f"#{dataset}" if dataset else "")


def sections(definition: Definition, language: str) -> tuple[Section, ...]:
    """What the page holds, in the order in which the dashboards' titles stand, then what none of them shows."""
    order = sorted(definition.dashboards, key=lambda name: definition.dashboards[name].title[language])
    shown = [dataset for name in order for dataset in main_datasets(definition, name)]
    names = dict.fromkeys([*shown, *definition.datasets])
    return tuple(_section(definition, name, language) for name in names)


def main_datasets(definition: Definition, dashboard: str) -> Iterator[str]:
    """The datasets of a dashboard as it shows them, what stands on every one of them apart."""
    everywhere = set.intersection(*(_datasets(definition, name) for name in definition.dashboards))
    for row in definition.dashboards[dashboard].rows:
        for chart in row.charts:
            if (dataset := definition.charts[chart].dataset) not in everywhere:
                yield dataset


def _datasets(definition: Definition, dashboard: str) -> set[str]:
    charts = [chart for row in definition.dashboards[dashboard].rows for chart in row.charts]
    return {definition.charts[chart].dataset for chart in charts}


def _section(definition: Definition, name: str, language: str) -> Section:
    dataset = definition.datasets[name]
    indicators = tuple(
        Indicator(f"{name}.{key}", m.label[language], m.meaning.get(language, ""), _UNITS[m.format][language])
        for key, m in dataset.metrics.items()
        if not m.orders_only
    )
    dashboards = {
        f"/superset/dashboard/{key}-{language}/": dashboard.title[language]
        for key, dashboard in definition.dashboards.items()
        if name in _datasets(definition, key)
    }
    return Section(name, dataset.label[language], indicators, dashboards)
