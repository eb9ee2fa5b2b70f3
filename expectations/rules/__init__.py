"""The rule library: every rule by its name, which is also the code of the finding it makes.

What every rule is stands here (`rule`, and its shapes `group` and `minority`); the rules stand in rooms by subject.
"""

from __future__ import annotations

from expectations.rules.attendance import (
    absence,
    class_of_learner,
    implausible,
    lessons,
    missing_rows,
    previous_week,
)
from expectations.rules.calendar import dates, school_year
from expectations.rules.marks import current_marks, current_term, previous_term, term_results
from expectations.rules.organisations import names_and_places, passport
from expectations.rules.organisations import register as register_of_organisations
from expectations.rules.people import classes, lists, name_order, persons, staff, training
from expectations.rules.rows import cross_column, general, keys, one_value, previous_report
from expectations.rules.rule import Rule
from expectations.rules.territories import indicators, targets, territories
from expectations.rules.territories import register as register_of_territories
from expectations.rules.values import constraints, identifiers, spelling

_MODULES = (
    *(constraints, identifiers, spelling),
    *(keys, cross_column, one_value, general, previous_report),
    *(dates, school_year),
    *(territories, register_of_territories, indicators, targets),
    *(names_and_places, register_of_organisations, passport),
    *(persons, name_order, classes, lists, staff, training),
    *(absence, lessons, missing_rows, class_of_learner, implausible, previous_week),
    *(term_results, previous_term, current_marks, current_term),
)
RULES: dict[str, type[Rule]] = {
    found.code_of_class(): found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Rule) and "is_base" not in vars(found)
}
