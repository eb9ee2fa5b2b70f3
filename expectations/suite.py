"""A contract → the Great Expectations suite that judges its files.

In: a contract. Out: one expectation for each constraint of a field, each part of an identifier, the key and
each entry of `checks`, in the order of the contract: the same contract always gives the same suite, byte for
byte (`expectations/suites/<form>.json`, drift is a failed check).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from itertools import chain
from typing import Any

from expectations.pages.wording import wording
from expectations.rules.parameters import (
    refused,
    refused_at,
    require_comparable,
    require_parameters,
    require_same_kinds,
    rule_named,
)
from expectations.rules.rows.keys import NotUnique
from expectations.rules.rows.one_value import SeveralValues
from expectations.rules.rule import Rule
from expectations.rules.values.constraints import (
    CodeNotValid,
    NotInCodelist,
    OutOfRange,
    Pattern,
    Required,
    TextLength,
)
from expectations.rules.values.identifiers import IDENTIFIER_RULES
from ingest.emit.form_page import FormCheck
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.condition import Operand, OtherColumn, columns_of
from ingest.schema.forms.contract import Check, Condition, Contract, FormField, Severity
from ingest.schema.texts.catalogue import catalogue


def rules_for(contract: Contract) -> tuple[Rule, ...]:
    """Every rule of a form. Raises AuthorError when `checks` names what the library cannot follow."""
    return _rules(contract.model_dump_json(by_alias=True))


@lru_cache(maxsize=64)
def _rules(text: str) -> tuple[Rule, ...]:
    """By the text of the contract, since a contract holds mappings and cannot be a key itself."""
    contract = Contract.model_validate_json(text)
    fields = (rule for field in contract.fields for rule in _rules_of(field, contract))
    checks = (_rule_of(check, contract) for check in contract.checks)
    return (*fields, *_rules_of_key(contract), *_dependencies(contract), *checks)


def checks_of(contract: Contract) -> list[FormCheck]:
    """Every rule of a form as its documentation page tells of it."""
    return [
        FormCheck(
            rule.code,
            rule.severity,
            contract.field(rule.column).labels,
            wording(contract, rule),
        )
        for rule in rules_for(contract)
    ]


def suite_name(contract: Contract) -> str:
    """What the suite of a form is called."""
    return f"{contract.form}.v{contract.version}"


def emit_suite(contract: Contract) -> str:
    """The suite as the text of its committed JSON file."""
    return _emitted(suite_name(contract), rules_for(contract))


def _emitted(name: str, rules: Iterable[Rule]) -> str:
    suite = {"name": name, "expectations": [rule.configuration() for rule in rules]}
    return json.dumps(suite, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def rules_version(contract: Contract) -> str:
    """Twelve hex digits that change whenever any rule of the form does."""
    return _version(suite_name(contract), contract.model_dump_json(by_alias=True))


@lru_cache(maxsize=64)
def _version(name: str, text: str) -> str:
    """Once for a contract: to write a suite out takes as long as many of its rules on a small file."""
    return hashlib.sha256(_emitted(name, _rules(text)).encode()).hexdigest()[:12]


def bad_bits(contract: Contract, *names: str | None) -> int:
    """The bits of `_bad` that stand for these columns."""
    places = {field.name: place for place, field in enumerate(contract.fields)}
    return sum(1 << places[name] for name in dict.fromkeys(names) if name)


def is_sound(contract: Contract, column: str, bad: int) -> str:
    """That a row's value of the column was not judged bad; `bad`: the bits that any row has."""
    bits = bad_bits(contract, column) & bad
    return f"(_bad & {bits}) = 0" if bits else "TRUE"


def _made(kind: type[Rule], severity: Severity | None = None, **given: Any) -> Rule:
    return kind(severity=severity or catalogue()[kind.code_of_class()].severity, **given)


def _rules_of(field: FormField, contract: Contract) -> Iterator[Rule]:
    limits = field.constraints
    place: dict[str, Any] = {"column": field.name, "bad_bits": bad_bits(contract, field.name)}
    if limits.required:
        yield _made(Required, **place)
    if limits.minimum is not None or limits.maximum is not None:
        yield _made(OutOfRange, **place, minimum=_plain(limits.minimum), maximum=_plain(limits.maximum))
    if limits.min_length is not None or limits.max_length is not None:
        yield _made(TextLength, **place, minimum=limits.min_length, maximum=limits.max_length)
    if limits.pattern:
        yield _made(Pattern, **place, expression=limits.pattern, example=field.example or "")
    if limits.codelist:
        yield _made(NotInCodelist, **place, codelist=limits.codelist)
        if any(entry.valid_from or entry.valid_to for entry in codelist(limits.codelist).codes):
            yield _made(CodeNotValid, **place, codelist=limits.codelist)
    for kind in IDENTIFIER_RULES.get(field.format, ()):
        yield _made(kind, **place)
    if limits.unique:
        yield _made(NotUnique, **place, keys=[field.name], optional=[])


def _rules_of_key(contract: Contract) -> Iterator[Rule]:
    keys = list(contract.primary_key)
    optional = [key for key in keys if not contract.field(key).constraints.required]
    yield _made(
        NotUnique,
        column=keys[0],
        keys=keys,
        optional=optional,
        bad_bits=bad_bits(contract, *keys),
        is_by_value=contract.field(keys[0]).format != "default",
    )


def _dependencies(contract: Contract) -> Iterator[Rule]:
    for each in contract.determines:
        for name in each.fields:
            compared = (columns_of(signs) for signs in each.when.values() if isinstance(signs, dict))
            bits = bad_bits(contract, name, *each.columns, *each.when, *chain.from_iterable(compared))
            given: dict[str, Any] = {"column": name, "columns": list(each.columns), "bad_bits": bits}
            try:
                require_same_kinds(each.when, contract)
                when = {"when": _conditions(each.when, contract)} if each.when else {}
            except (ValueError, LookupError) as error:
                raise refused_at("determines.when", SeveralValues.code_of_class(), error, contract) from None
            yield _made(SeveralValues, each.severity, **given, **when)


def _rule_of(check: Check, contract: Contract) -> Rule:
    kind = rule_named(check, contract)
    known = {field.name for field in contract.fields}
    bits = bad_bits(contract, *check.named_fields, *(name for name in kind.speaks_of if name in known))
    given: dict[str, Any] = {"column": check.field, "bad_bits": bits, **check.limits}
    if check.columns:
        given["columns"] = list(check.columns)
    if check.other:
        given["other"] = check.other
    if check.must:
        given["must"] = {sign: _plain_operand(operand) for sign, operand in check.must.items()}
    if check.lookup:
        given["lookup"] = check.lookup.model_dump()
    require_parameters(kind, check, given, contract)
    try:
        require_comparable(kind, check, contract)
        if check.when:
            given["when"] = _conditions(check.when, contract)
        rule = _made(kind, check.severity, **given)
        _ = (
            rule.unexpected_rows_query
        )  # written here, where a parameter it cannot be written with has an author
    except (ValueError, TypeError, LookupError) as error:
        raise refused(check, contract, error) from None
    return rule


def _conditions(when: Mapping[str, Condition], contract: Contract) -> dict[str, Any]:
    """The conditions of a check or a dependency as its rule keeps them."""
    return {
        name: {sign: _plain_operand(operand) for sign, operand in values.items()}
        if isinstance(values, dict)
        else [_typed(value, contract.field(name)) for value in values]
        for name, values in when.items()
    }


def _typed(value: str, field: FormField) -> Any:
    """A value of `when` as the column holds it."""
    if field.type == "boolean":
        return value == "true"
    return int(value) if field.type == "integer" else value


def _plain_operand(operand: Operand) -> Any:
    """What a column is compared with, as JSON can hold it."""
    return operand.model_dump() if isinstance(operand, OtherColumn) else operand


def _plain(bound: Any) -> Any:
    """A bound as JSON can hold it: a day or time as ISO text."""
    return bound.isoformat() if isinstance(bound, date | time) else bound
