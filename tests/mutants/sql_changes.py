"""Small wrong changes of SQL: boundaries, filters, joins, aggregates, orders, defaults.

In: SQL text. Out: `(offset, before, after, kind)` of every change that can be made. What stands in quotes, in a comment
or in braces (a placeholder, a macro of dbt) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[int, str, str, str]

_LEFT_ALONE = re.compile(r"'(?:[^'\n]|'')*'|--[^\n]*|\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}", re.DOTALL)
# Pattern → what replaces it, where the first group is what is replaced.
_SWAPS: tuple[tuple[str, str, str], ...] = (
    (r" (<) ", "<=", "boundary"),
    (r" (<=) ", "<", "boundary"),
    (r" (>) ", ">=", "boundary"),
    (r" (>=) ", ">", "boundary"),
    (r" (<>) ", "=", "comparison"),
    (r"\b(not in)\b", "in", "filter"),
    (r"\b(is not null)\b", "is null", "filter"),
    (r"\b(is null)\b", "is not null", "filter"),
    (r"(?:\bwhere|\bon|\band|\bor|\bwhen|\() (not) ", "", "filter"),
    (r"\b(not exists)\b", "exists", "filter"),
    (r"\b(left join)\b", "inner join", "join"),
    (r"\b(inner join)\b", "left join", "join"),
    (r"_(kk) as \w", "ru", "column"),
    (r"_(ru) as \w", "kk", "column"),
    (r"\b(min)\(", "max", "aggregate"),
    (r"\b(max)\(", "min", "aggregate"),
    (r"\b(sum)\(", "max", "aggregate"),
    (r"\b(bool_and)\(", "bool_or", "aggregate"),
    (r"\b(bool_or)\(", "bool_and", "aggregate"),
    (r"\bcount\((distinct )", "", "aggregate"),
    (r"\b(least)\(", "greatest", "aggregate"),
    (r"\b(greatest)\(", "least", "aggregate"),
    (r" (desc)\b", "asc", "order"),
    (r" (asc)\b", "desc", "order"),
    (r"\b(true)\b", "false", "constant"),
    (r"\b(false)\b", "true", "constant"),
    (r"\bperiod_(start)\b", "end", "which end"),
    (r"\bperiod_(end)\b", "start", "which end"),
    (r"\bvalid_(from)\b", "to", "which end"),
    (r"\bvalid_(to)\b", "from", "which end"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), after, kind) for pattern, after, kind in _SWAPS)
_WHERE = re.compile(r"\bwhere\s+(?=\S)", re.IGNORECASE)
_AFTER_WHERE = re.compile(r"\b(?:group by|order by|having|union|qualify|limit)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(and|or)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\b(?:(?!\band\b).)*$", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(?<=[=<>+\-*/,(] )\b\d{1,5}\b(?![.\d'])|(?<=[(])\d{1,5}\b(?=\))")
_DEFAULT = re.compile(r"\bcoalesce\(", re.IGNORECASE)


def sql_changes(sql: str, *, is_whole: bool = False) -> Iterator[Found]:
    """Every change, in no order. `is_whole`: it is a statement, not a piece of one in a text of Python."""
    bare = _LEFT_ALONE.sub(lambda found: "\x00" * len(found[0]), sql)
    for pattern, after, kind in _PATTERNS:
        for found in pattern.finditer(bare):
            yield found.start(1), found[1], _cased(found[1], after), kind
    for found in _CONDITION.finditer(bare):
        if not _BETWEEN.search(bare[: found.start()]):
            other = "or" if found[0].lower() == "and" else "and"
            yield found.start(), found[0], _cased(found[0], other), "condition"
    for found in _NUMBER.finditer(bare):
        yield found.start(), found[0], str(int(found[0]) + 1), "constant"
    yield from _without_defaults(sql, bare)
    if is_whole:
        yield from _without_filters(sql, bare)


def _without_defaults(sql: str, bare: str) -> Iterator[Found]:
    """`coalesce(a, b)` becomes `(a)`: nothing stands in for what is not there."""
    for found in _DEFAULT.finditer(bare):
        depth, comma = 1, None
        for place in range(found.end(), len(bare)):
            if bare[place] == "(":
                depth += 1
            elif bare[place] == ")":
                depth -= 1
            elif bare[place] == "," and depth == 1 and comma is None:
                comma = place
            if depth == 0:
                if comma is not None:
                    whole = sql[found.start() : place + 1]
                    yield found.start(), whole, f"({sql[found.end() : comma]})", "default"
                break


def _without_filters(sql: str, bare: str) -> Iterator[Found]:
    """Every row passes a `where`."""
    for found in _WHERE.finditer(bare):
        start, depth, end = found.end(), 0, len(bare)
        for place in range(start, len(bare)):
            depth += (bare[place] == "(") - (bare[place] == ")")
            if depth < 0 or (depth == 0 and _AFTER_WHERE.match(bare, place)):
                end = place
                break
        condition = sql[start:end].rstrip()
        yield start, condition, _cased(found[0].strip(), "true"), "filter"


def _cased(before: str, after: str) -> str:
    return after.upper() if before.isupper() else after
