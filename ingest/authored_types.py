"""What pydantic finds wrong with a value that somebody wrote, told in our words.

In: one of its errors. Out: which words of `authored.yml` say it, with their facts. The words of each kind of error
stand in `authored_types.yml`; pydantic's own, which are English, are shown to nobody who reads another language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).with_suffix(".yml")
_CHOICES = frozenset({"literal_error", "enum"})
Texts = Mapping[str, str]
"""A text by language."""


def kind_and_facts(error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name of the words and what they are filled with; of an error as `ValidationError.errors` gives it."""
    kind, facts, value = error["type"], dict(error.get("ctx") or {}), error["input"]
    if kind in _CHOICES:
        return "not_one_of", {"found": value, "known": re.findall(r"'([^']*)'", str(facts.get("expected")))}
    if expected := expected_types().get(kind):
        return "wrong_type", {"expected": expected, "value": value}
    if texts := unsuitable().get(kind):
        return "unsuitable", {
            "why": {of: text.format_map(facts) for of, text in texts.items()},
            "value": value,
        }
    return "refused", {"value": value}


@lru_cache(maxsize=1)
def expected_types() -> Mapping[str, str]:
    """Kind of error → the type that the value must be of, by its name among `expected` of `authored.yml`."""
    return {kind: expected for expected, kinds in _read()["must_be"].items() for kind in kinds}


@lru_cache(maxsize=1)
def unsuitable() -> Mapping[str, Texts]:
    """Kind of error → what the value of the right type must be besides."""
    found: Mapping[str, Texts] = _read()["unsuitable"]
    return found


@lru_cache(maxsize=1)
def of_programs_alone() -> frozenset[str]:
    """Kinds of error that no file can bring about."""
    return frozenset(_read()["of_programs_alone"])


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return found
