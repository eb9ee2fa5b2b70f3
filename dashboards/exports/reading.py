"""From what Superset has at hand when a chart is exported to a `Table`.

In: the frame of figures, the dataset, the form of the chart and the filters of its question; what the publication says
of itself. Out: a table in the language of the dataset, with nothing that the chart does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from typing import Any

from dashboards.exports.ours import Ours
from dashboards.exports.passport import Passport
from dashboards.exports.table import DAY, MOMENT, NUMBER, TEXT, Column, Table, is_day, numeric_column
from dashboards.exports.words import WORDS

_SIGNS = {"==": "", "IN": "", "NOT IN": "", "!=": "≠ ", ">": "> ", "<": "< ", ">=": "≥ ", "<=": "≤ "}


@dataclass(frozen=True)
class Asked:
    """One export. `labels`: titles of columns and metrics; `formats`: metric → format of d3; `hidden`: columns that are
    in the frame and not on the page; `own`: conditions that the chart itself has and its title says."""

    title: str
    dashboard: str
    frame: Any
    total: Any
    labels: Mapping[str, str]
    formats: Mapping[str, str]
    hidden: frozenset[str]
    filters: Sequence[Mapping[str, Any]]
    own: Sequence[tuple[str, Any]]
    limit: int
    regions: Mapping[str, str]


def table_of(asked: Asked, ours: Ours, passport: Passport | None) -> Table:
    """The table with all that is said about it."""
    words = WORDS[ours.language]
    names = [str(name) for name in asked.frame.columns]
    kept = [place for place, name in enumerate(names) if name not in asked.hidden]
    rows = [
        tuple(plain(row[place]) for place in kept) for row in asked.frame.itertuples(index=False, name=None)
    ]
    columns = [_column(names[place], [row[at] for row in rows], asked) for at, place in enumerate(kept)]
    if asked.regions and columns:
        rows = [(asked.regions.get(str(row[0]), row[0]), *row[1:]) for row in rows]
        columns[0] = Column(ours.region or columns[0].label)
    basis, period, others = _filters(asked, ours)
    facts = [(words["dashboard"], asked.dashboard)] if asked.dashboard else []
    if basis:
        facts.append((ours.basis_label, basis))
    facts.append((words["period"], period := period or words["whole_period"]))
    facts.append(
        (words["filters"], "; ".join(f"{name}: {value}" for name, value in others) or words["no_filters"])
    )
    constants = [(ours.basis_label, basis)] if basis else []
    constants.append((words["chosen_period"], period))
    if others:
        constants.append((words["filters"], "; ".join(f"{name}: {value}" for name, value in others)))
    if passport:
        facts += passport.facts(ours.language)
        constants += passport.constants(ours.language)
    total = _total(asked, [names[place] for place in kept], words["total"])
    warnings = [words["cut"].format(rows=len(rows))] if asked.limit and len(rows) >= asked.limit else []
    return Table(
        asked.title, columns, rows, ours.language, facts, constants, total, period,
        passport.number if passport else None, passport.as_of if passport else None, warnings,
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A cell as Python has it: None for what is no value, numbers and moments without their library."""
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float) and isnan(value):
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        return plain(value.item())
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value


def _column(name: str, values: Sequence[Any], asked: Asked) -> Column:
    label = _label(name, asked.labels)
    found = [value for value in values if value is not None]
    if name in asked.formats:
        return numeric_column(label, asked.formats[name])
    if found and all(isinstance(value, date) for value in found):
        return Column(label, DAY if all(map(is_day, found)) else MOMENT)
    if found and all(isinstance(value, int | float | Decimal) for value in found):
        return Column(label, NUMBER)
    return Column(label, TEXT)


def _label(name: str, labels: Mapping[str, str]) -> str:
    """The title of a column; of a metric of one group, of the metric and the group."""
    if name in labels:
        return labels[name]
    metric, comma, group = name.partition(", ")
    return f"{labels[metric]}, {group}" if comma and metric in labels else name


def _total(asked: Asked, kept: Sequence[str], word: str) -> tuple[Any, ...] | None:
    if asked.total is None or not len(asked.total):
        return None
    sums = dict(
        zip(map(str, asked.total.columns), next(asked.total.itertuples(index=False, name=None)), strict=True)
    )
    return tuple(
        word if not at and name not in sums else plain(sums.get(name)) for at, name in enumerate(kept)
    )


def _filters(asked: Asked, ours: Ours) -> tuple[str, str, list[tuple[str, str]]]:
    """The basis, the period and the other conditions in force, in words."""
    basis, period, others = "", "", []
    for name, told, values in _told(asked, ours):
        if name == ours.basis:
            basis = told
        elif name in ours.periods:
            many = WORDS[ours.language]["several_periods"].format(number=len(values))
            period = told if len(values) <= 2 else many
            if len(values) > 2:
                others.append((_label(name, asked.labels), told))
        else:
            others.append((_label(name, asked.labels), told))
    return basis or ours.default_basis, period, others


def _told(asked: Asked, ours: Ours) -> Iterator[tuple[str, str, list[Any]]]:
    for each in asked.filters:
        name, sign, value = str(each.get("col")), str(each.get("op", "")).upper(), each.get("val")
        if value in (None, "No filter") or isinstance(each.get("col"), dict) or (name, value) in asked.own:
            continue
        values = list(value) if isinstance(value, list | tuple | set) else [value]
        told = ", ".join(_word(one) for one in values)
        if sign == "NOT IN":
            told = WORDS[ours.language]["except"].format(values=told)
        yield name, _SIGNS.get(sign, f"{sign} ") + told, values


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    return str(value)
