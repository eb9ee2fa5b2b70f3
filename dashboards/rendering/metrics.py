"""Saved metrics: the SQL of a metric, made from its readable definition.

In: `Metric`, the basis and, where the model has one, the structure. Out: one SQL expression for Superset.
Sums first and one division last, so that a rate is right for any group; an empty denominator gives no
number instead of an error. Rows of two bases, or of two structures, are never added up: together they give the figure
of the default one, so that a chart opened by itself, where nobody has chosen, says what its page says first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from dashboards.authored import DefinitionError
from dashboards.definition import Basis, Metric
from dashboards.rendering import comparison

_PARTS = {
    "share": "Write `of: column`, and lists of columns as `part` and `without`.",
    "ratio": "Write `of: column` and `to: column`.",
    "stock": "Write `of: column` and `over: column`, the column of the period.",
    "figure": "Write `of: column` and `to: column`, and of a change `less_of: column` and `less_to: column`.",
}
FORMATS = {
    "share": ".1%",
    "whole_share": ".0%",
    "count": ",.0f",
    "decimal": ",.1f",
    "mark": ".2f",
    "measured": ",.1~f",
    "change": "+,.1~f",
    "order": "d",
}


_TEXTS = {"share": ("of",), "ratio": ("of", "to"), "stock": ("of", "over"), "figure": ("of", "to")}
_LISTS = {"share": ("part", "without")}
_MORE = {"figure": comparison.OPTIONAL}
SHAPES = ("total", "only", "stock", "share", "ratio", "figure", "earliest", "least")


def expression(metric: Metric, *singles: Basis) -> str:
    """The SQL of a metric, on the basis the rows have, and so of the structure; on the default where they have several.

    Shapes: total → sum; only → what one row says, nothing where several are together; stock → sum ÷ number of periods;
    share → sum of parts ÷ sum of whole (0…1);
    ratio → sum ÷ sum; figure → one of several figures, or its change (`comparison`); earliest → first day,
    least → least number: what orders.
    Raises DefinitionError when the metric is none or several of them.
    """
    shapes = [getattr(metric, shape) for shape in SHAPES]
    if sum(bool(shape) for shape in shapes) != 1:
        problem = f"must be exactly one of {', '.join(SHAPES)}"
        raise DefinitionError("metric", "", problem, "Keep one of them.")
    for shape in _TEXTS:
        given = getattr(metric, shape)
        if given and (wrong := _wrong_part(shape, given)):
            raise DefinitionError("metric", f"{shape}.{wrong}", "is not as a metric needs it", _PARTS[shape])
    if metric.earliest:
        day = metric.earliest  # as a number, 20260831: Superset orders by numbers alone
        return f"MIN(EXTRACT(YEAR FROM {day}) * 10000 + EXTRACT(MONTH FROM {day}) * 100 + EXTRACT(DAY FROM {day}))"
    if metric.least:
        return f"MIN({metric.least})"
    return f"CASE {' '.join(_cases(metric, singles))} END" if singles else _value(metric)


def _cases(metric: Metric, singles: tuple[Basis, ...]) -> Iterator[str]:
    """What is added up when: all rows where they have one value of each; of what they have several, the default."""
    for several in _subsets(singles):
        alone = [f"MIN({each.column}) = MAX({each.column})" for each in singles if each not in several]
        chosen = " AND ".join(f"{each.column} = '{each.default}'" for each in several)
        value = _value(metric, f" FILTER (WHERE {chosen})" if chosen else "")
        yield f"WHEN {' AND '.join(alone)} THEN {value}" if alone else f"ELSE {value}"


def _subsets(singles: tuple[Basis, ...]) -> Iterator[tuple[Basis, ...]]:
    """Every choice of some of them, the fewest first."""
    for count in range(len(singles) + 1):
        yield from combinations(singles, count)


def _value(metric: Metric, chosen: str = "") -> str:
    """The figure; `chosen`: which rows its sums take, all of them by default."""
    if metric.figure:
        return comparison.figure(metric.figure, chosen)
    if metric.only:
        return f"CASE WHEN COUNT(*){chosen} = 1 THEN CAST(MAX({metric.only}){chosen} AS DOUBLE) END"
    if metric.total:
        return _sum([metric.total], metric.without, chosen)
    if metric.stock:
        periods = f"COUNT(DISTINCT {metric.stock['over']}){chosen}"
        return f"CAST({_sum([metric.stock['of']], (), chosen)} AS DOUBLE) / NULLIF({periods}, 0)"
    if metric.ratio:
        part, whole = _sum([metric.ratio["of"]], (), chosen), _sum([metric.ratio["to"]], (), chosen)
    else:
        of = str(metric.share["of"])
        parts = metric.share.get("part") or [of]
        part, whole = _sum(parts, metric.share.get("without", ()), chosen), _sum([of], (), chosen)
    return f"CAST({part} AS DOUBLE) / NULLIF({whole}, 0)"


def _wrong_part(shape: str, parts: Mapping[str, Any]) -> str | None:
    """The first key of a share or a ratio that is missing, unknown or of another type."""
    texts, lists, more = _TEXTS[shape], _LISTS.get(shape, ()), _MORE.get(shape, ())
    for key in texts:
        if not isinstance(parts.get(key), str):
            return key
    for key, value in parts.items():
        if key not in (*texts, *lists, *more):
            return key
        if key in more and not isinstance(value, str):
            return key
        if key in lists and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            return key
    return None


def columns_of(metric: Metric) -> set[str]:
    """The columns of the model a metric reads, the basis apart."""
    named = {metric.total, metric.only, metric.earliest, metric.least, *metric.without}
    named |= {*metric.ratio.values(), *metric.stock.values()}
    if metric.figure:
        named |= {*metric.figure.values(), *comparison.COLUMNS}
    share = metric.share
    named |= {share.get("of", ""), *share.get("part", ()), *share.get("without", ())}
    return named - {""}


def _sum(plus: list[str], minus: tuple[str, ...] | list[str], chosen: str) -> str:
    sums = [" + ".join(f"SUM({c}){chosen}" for c in plus), *(f"SUM({c}){chosen}" for c in minus)]
    terms = " - ".join(sums)
    return f"({terms})" if len(plus) + len(minus) > 1 else terms
