"""Every rule with its parameters for who writes a contract: `docs/rules.en.md`.

In: the rule library, the contracts, the catalogue of findings. Out: one page, a section a subject, the rules of the
library in it: what each asks, how severe it is, which parameters a check gives it, what must be known for it to run.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from expectations.rules import RULES
from expectations.rules.rule import Rule
from expectations.suite import rules_for
from ingest.emit.emitter import GeneratedFile, notice
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.catalogue import catalogue

PAGE = PurePosixPath("docs/rules.en.md")
# Given by the suite, not by who writes a check.
_GIVEN = {"severity", "bad_bits"}
_KEYS = {"column": "field"}


def rules_reference(contracts: Mapping[str, Contract]) -> GeneratedFile:
    """The page."""
    return GeneratedFile(PAGE, ("\n".join(_lines(contracts)) + "\n").encode())


def _lines(contracts: Mapping[str, Contract]) -> Iterator[str]:
    used: dict[str, list[str]] = {}
    for form, contract in contracts.items():
        for code in dict.fromkeys(rule.code for rule in rules_for(contract)):
            used.setdefault(code, []).append(form)
    yield f"<!-- {notice('expectations/rules')} -->"
    yield "# The rules and their parameters\n"
    yield "A check in a contract names a rule and gives it a `field` and what else stands here; numbers go into"
    yield "`limits`. Parameters with a value have that one unless the check says otherwise. *Needs*: without it the"
    yield "rule does not run and is listed as not checked; *wants*: without it the rule runs in part.\n"
    module = ""
    for code, kind in RULES.items():
        if kind.__module__ != module:
            module = kind.__module__
            room, file = module.split(".")[-2:]
            yield f"## {room}: {file.replace('_', ' ')}\n"
            yield f"{(inspect.getdoc(inspect.getmodule(kind)) or '').splitlines()[0]}\n"
        yield from _rule(code, kind, used.get(code, []))


def _rule(code: str, kind: type[Rule], forms: list[str]) -> Iterator[str]:
    yield f"### `{code}` · {catalogue()[code].severity}\n"
    yield f"{inspect.getdoc(kind)}\n"
    for name, field in kind.model_fields.items():
        if name in _GIVEN:
            continue
        default = (
            "" if field.is_required() else f" = `{_written(field.get_default(call_default_factory=True))}`"
        )
        if name == "when" and not field.is_required():
            continue
        yield f"- `{_KEYS.get(name, name)}`{default}"
    for word in ("needs", "wants"):
        listed = getattr(kind, word)
        if isinstance(listed, property):
            yield f"- *{word}*: what the contract names"
        elif listed:
            yield f"- *{word}*: {', '.join(listed)}"
    yield f"- used by: {', '.join(forms) if forms else 'constraints of columns, where they say so'}\n"


def _written(value: Any) -> str:
    return "none" if value is None else str(value)
