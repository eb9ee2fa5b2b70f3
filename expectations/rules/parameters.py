"""A contract's checks meet the rule library: what a rule takes and needs is asked of its class.

In: one entry of `checks` and the parameters made of it. Out: the rule, or an AuthorError that names the contract,
the check and what is wrong with it. Nothing of a rule's parameters is written down a second time here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from expectations.rules import RULES
from expectations.rules.rule import Rule
from ingest.authored import AuthorError, fault, words_of
from ingest.schema.forms.condition import OtherColumn
from ingest.schema.forms.contract import Check, Condition, Contract, FieldType, FormField
from ingest.schema.forms.load import contract_file
from ingest.schema.values.moment import Moment, read_moment

# What every rule has, however a contract calls it.
_OF_EVERY_RULE = frozenset({"column", "bad_bits", "when", "severity"})


def rule_named(check: Check, contract: Contract) -> type[Rule]:
    """The class of the rule a check names. Raises AuthorError where the library has none of that name."""
    if check.rule not in RULES:
        key = f"checks.{check.rule}"
        raise AuthorError(contract_file(contract), key, "no_rule", found=check.rule, known=list(RULES))
    return RULES[check.rule]


def require_parameters(kind: type[Rule], check: Check, given: Mapping[str, Any], contract: Contract) -> None:
    """The rule takes all that is given and is given all it needs. Raises AuthorError."""
    file, key = contract_file(contract), f"checks.{check.rule}"
    if check.field is None:
        raise AuthorError(file, f"{key}.field", "rule_needs", rule=check.rule)
    fields = kind.model_fields
    taken = [name for name in fields if name not in Rule.model_fields]
    for name in given:
        if name not in taken and name not in _OF_EVERY_RULE:
            place = f"limits.{name}" if name in check.limits else name
            facts = {"rule": check.rule, "found": name, "known": taken}
            raise AuthorError(file, f"{key}.{place}", "rule_takes_no", **facts)
    for name in taken:
        if fields[name].is_required() and name not in given:
            raise AuthorError(file, f"{key}.{name}", "rule_needs", rule=check.rule)


def require_comparable(kind: type[Rule], check: Check, contract: Contract) -> None:
    """What conditions compare with is of the column's own type, and the column of one the rule speaks of.

    Raises ValueError.
    """
    if kind.speaks_of_types is not None and check.field:
        field = contract.field(check.field)
        if field.type not in kind.speaks_of_types:
            types = sorted(kind.speaks_of_types)
            raise fault("column_of_other_type", column=field.name, type=field.type, types=types)
    require_same_kinds(check.when, contract)
    if check.must and check.field:
        require_same_kinds({check.field: check.must}, contract)


def require_same_kinds(conditions: Mapping[str, Condition], contract: Contract) -> None:
    """Each column is compared with what is of its own type. Raises ValueError."""
    for name, compared in conditions.items():
        if not isinstance(compared, dict):
            continue
        field = contract.field(name)
        for sign, operand in compared.items():
            if sign == "is":  # any column may be empty
                continue
            for each in operand if isinstance(operand, tuple) else (operand,):
                if not _is_comparable(field, each, contract):
                    operand_ = repr(getattr(each, "column", each))
                    facts = {"column": name, "type": field.type, "sign": sign, "operand": operand_}
                    raise fault("compared_with_other_type", **facts)


def _is_comparable(field: FormField, operand: OtherColumn | bool | float | str, contract: Contract) -> bool:
    numbers = ("integer", "number")
    if isinstance(operand, OtherColumn):
        other = contract.field(operand.column).type
        return other == field.type or (other in numbers and field.type in numbers)
    if field.type in numbers:
        return isinstance(operand, int | float) and not isinstance(operand, bool)
    if field.type == "boolean":
        return isinstance(operand, bool)
    if field.type in _MOMENTS:
        return isinstance(operand, str) and type(read_moment(operand)) is _MOMENTS[field.type]
    return isinstance(operand, str)


_MOMENTS: Mapping[FieldType, type[Moment]] = {"date": date, "time": time, "datetime": datetime}


def refused(check: Check, contract: Contract, error: Exception) -> AuthorError:
    """What is said of a check whose values the rule cannot be made with."""
    return refused_at(f"checks.{check.rule}", check.rule, error, contract)


def refused_at(key: str, rule: str, error: Exception, contract: Contract) -> AuthorError:
    """The same of a rule that stands at some key of the contract."""
    file = contract_file(contract)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        kind, facts = words_of(first)
        return AuthorError(file, ".".join([key, *map(str, first["loc"])]), kind, **facts)
    if isinstance(error, PydanticCustomError):
        return AuthorError(file, key, error.type, **(error.context or {}))
    return AuthorError(file, key, "rule_refuses", rule=rule, why=str(error))
