"""Licences of what the locks pin, each held against the list of those that are allowed.

In: a lock, its environment, `licences.toml`. Out: each package's licence as SPDX writes it; what is not allowed or not
known, which fails. What packages call their licence is no SPDX expression in most: the words known are data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

from audit.locks import Lock, Pin, canonical

FILE = Path(__file__).with_name("licences.toml")
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+-]+")


@dataclass(frozen=True)
class Policy:
    """`allowed`: SPDX ids. `words`: what packages write instead of one → the expression. `packages`: where a package
    says nothing usable, its expression and how that is known. `exceptions`: package → why it may be there all the same.
    """

    allowed: frozenset[str]
    words: Mapping[str, str]
    packages: Mapping[str, Mapping[str, str]]
    exceptions: Mapping[str, Mapping[str, str]]


@dataclass
class Licensed:
    """`known`: package → expression; `refused`: package → why it may not be there."""

    known: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def policy(file: Path = FILE) -> Policy:
    """What the file says."""
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    words = {word.casefold(): licence for word, licence in said["words"].items()}
    return Policy(frozenset(said["allowed"]["ids"]), words, said["packages"], said["exceptions"])


def licences_of(lock: Lock, rules: Policy) -> Licensed:
    """The licence of every package of a lock."""
    found = Licensed()
    for pin in lock.pins():
        expression, trouble = _judged(pin, _installed(lock.environment), rules)
        found.known[pin.name] = expression or "unknown"
        if trouble:
            found.refused[pin.name] = trouble
    return found


def _judged(pin: Pin, installed: Mapping[str, Distribution], rules: Policy) -> tuple[str | None, str]:
    named = rules.packages.get(pin.name)
    said = named["licence"] if named else None
    if said is None:
        package = installed.get(pin.name)
        if package is None:
            return (
                None,
                f"is not installed here ({pin.marker or 'everywhere'}) and [packages] does not name its licence",
            )
        if package.version != pin.version:
            return None, f"{package.version} is installed, {pin.version} is locked"
        said = expression_of(package, rules)
    if said is None:
        return None, "says no licence that [words] knows"
    if not is_allowed(said, rules.allowed) and pin.name not in rules.exceptions:
        return said, f"{said} is not allowed"
    return said, ""


@cache
def _installed(environment: Path) -> Mapping[str, Distribution]:
    folders = [str(each) for each in environment.glob("lib/*/site-packages")]
    return {canonical(each.metadata["Name"]): each for each in distributions(path=folders)}


def expression_of(package: Distribution, rules: Policy) -> str | None:
    """What a package says its licence is, as an SPDX expression; None where nothing it says is known."""
    said = package.metadata
    free, exact = (next(iter(said.get_all(key) or []), None) for key in ("License", "License-Expression"))
    for text in _said(exact, said.get_all("Classifier") or [], free):
        expression = rules.words.get(text.casefold(), text)
        if all(
            each in rules.allowed or each in rules.words.values() or _is_spdx(each)
            for each in ids_of(expression)
        ):
            return expression
    return None


def _said(expression: str | None, classifiers: list[str], free: str | None) -> Iterator[str]:
    """The most exact first. A free text that is a whole licence says as much as its first line."""
    if expression:
        yield expression
    named = sorted(each.rpartition("::")[2].strip() for each in classifiers if each.startswith("License ::"))
    named = [each for each in named if each != "OSI Approved"]
    if named:
        yield " | ".join(named)
    if free and free.strip():
        yield free.strip().splitlines()[0].strip()


def _is_spdx(licence: str) -> bool:
    """Whether it looks like an id at all: those that are not allowed are told by name, not as unknown."""
    return re.fullmatch(r"[A-Z][A-Za-z0-9]*-[0-9][\w.-]*|ISC|MIT|Zlib", licence) is not None


def ids_of(expression: str) -> list[str]:
    """The licences an expression is made of."""
    return [each for each in _TOKEN.findall(expression) if each not in ("AND", "OR", "WITH", "(", ")")]


def is_allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Whether one may take it: of `OR` one side suffices, of `AND` both are needed. An exception (`WITH`) gives more.

    Raises ValueError for what is no expression.
    """
    tokens = _TOKEN.findall(expression)
    if not tokens or "".join(tokens) != re.sub(r"\s", "", expression):
        raise ValueError(f"no expression: {expression!r}")
    result, rest = _either(tokens, allowed)
    if rest:
        raise ValueError(f"no expression: {expression!r}")
    return result


def _either(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    result, rest = _both(tokens, allowed)
    while rest[:1] == ["OR"]:
        other, rest = _both(rest[1:], allowed)
        result = result or other
    return result, rest


def _both(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    result, rest = _one(tokens, allowed)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], allowed)
        result = result and other
    return result, rest


def _one(tokens: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    if tokens[:1] == ["("]:
        result, rest = _either(tokens[1:], allowed)
        if rest[:1] != [")"]:
            raise ValueError("a bracket is not closed")
        return result, rest[1:]
    if not tokens or tokens[0] in ("AND", "OR", "WITH", ")"):
        raise ValueError("a licence is missing")
    rest = tokens[1:]
    return tokens[0] in allowed, rest[2:] if rest[:1] == ["WITH"] else rest
