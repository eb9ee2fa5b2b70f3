"""The rule library: every rule by its name, which is also the code of the finding it makes."""

from __future__ import annotations

from expectations.rules import (
    attendance_week,
    calendar,
    cells,
    classes,
    identifiers,
    indicators,
    keys,
    lists,
    organisations,
    passport,
    persons,
    places,
    previous,
    registers,
    rows,
    school_year,
    staff,
    term_results,
    texts,
)
from expectations.rules.rule import Rule

_MODULES = (
    *(cells, keys, identifiers, rows, calendar, registers),
    *(texts, persons, classes, school_year, places, organisations, attendance_week),
    *(term_results, staff, passport, indicators, lists, previous),
)
_BASES = {
    "AgainstListBefore",
    "ClassDayRule",
    "FileAgainstRegister",
    "FileRule",
    "GroupRule",
    "IdentifierFault",
    "PartsAndWhole",
    "Rule",
    "ValueRule",
}

RULES: dict[str, type[Rule]] = {
    str(found.expectation_type): found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Rule) and found.__name__ not in _BASES
}
