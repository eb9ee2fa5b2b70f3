"""The rule library: every rule by its name, which is also the code of the finding it makes."""

from __future__ import annotations

from expectations.rules import (
    attendance_week,
    calendar,
    cells,
    classes,
    cross_column,
    general,
    identifiers,
    indicators,
    keys,
    lists,
    name_order,
    organisations,
    passport,
    persons,
    previous_period,
    registers,
    school_year,
    spelling,
    staff,
    term_results,
    territories,
)
from expectations.rules.rule import Rule

_MODULES = (
    *(cells, keys, identifiers, cross_column, calendar, registers),
    *(spelling, persons, classes, school_year, territories, organisations, attendance_week),
    *(term_results, staff, passport, indicators, lists, previous_period, general, name_order),
)
RULES: dict[str, type[Rule]] = {
    found.code_of_class(): found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Rule) and "is_base" not in vars(found)
}
