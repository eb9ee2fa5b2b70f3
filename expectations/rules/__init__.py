"""The rule library: every rule by its name, which is also the code of the finding it makes."""

from __future__ import annotations

from expectations.rules import calendar, cells, identifiers, keys, registers, rows
from expectations.rules.rule import Rule

_MODULES = (cells, keys, identifiers, rows, calendar, registers)
_BASES = {"Rule", "ValueRule", "IdentifierFault"}

RULES: dict[str, type[Rule]] = {
    str(found.expectation_type): found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Rule) and found.__name__ not in _BASES
}
