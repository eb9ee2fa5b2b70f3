"""Contract files → `Contract` objects.

In: the folder of contracts (`<form>.yml`, `shared/columns.yml`, older versions in `past/<form>.v<N>.yml`).
Out: validated contracts in an order in which every form follows those it depends on. What is wrong with a
file is said with the file, the key and the remedy.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ingest.schema.codelist import CodelistError, codelist
from ingest.schema.contract import Contract, FormField

CONTRACTS = Path(__file__).parent.parent / "contracts"
_SHARED = Path("shared") / "columns.yml"


class ContractError(Exception):
    """A contract file that cannot be followed. Carries `file`, `key`, `problem` and `remedy`."""

    def __init__(self, file: Path, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file.name}: {key}: {problem}. {remedy}")
        self.file, self.key, self.problem, self.remedy = file, key, problem, remedy


def contracts(directory: Path | None = None, *, anew: bool = False) -> dict[str, Contract]:
    """All current contracts by form, each after the forms it depends on. Raises ContractError.

    Files are read once a process; `anew` reads them again.
    """
    folder = (directory or CONTRACTS).resolve()
    if anew:
        _contracts.cache_clear()
    return dict(_contracts(folder))


def contract(form: str, version: int | None = None, directory: Path | None = None) -> Contract:
    """The contract of a form, by default the current one. Raises KeyError for an unknown form or version."""
    folder = (directory or CONTRACTS).resolve()
    current = _contracts(folder)[form]
    if version in (None, current.version):
        return current
    file = folder / "past" / f"{form}.v{version}.yml"
    if not file.exists():
        raise KeyError(f"{form} version {version}")
    return _read(file, _shared_columns(folder))


@lru_cache(maxsize=32)
def _contracts(folder: Path) -> dict[str, Contract]:
    shared = _shared_columns(folder)
    read = {found.form: found for found in (_read(file, shared) for file in sorted(folder.glob("*.yml")))}
    for found in read.values():
        _require_known(folder, found, read)
    try:
        order = TopologicalSorter({form: found.depends_on for form, found in read.items()}).static_order()
        return {form: read[form] for form in order}
    except CycleError as error:
        forms = " → ".join(error.args[1])
        raise ContractError(
            folder, "depends_on", f"the forms wait for each other: {forms}", "Break the circle"
        ) from error


def _require_known(folder: Path, found: Contract, read: dict[str, Contract]) -> None:
    file = folder / f"{found.form}.yml"
    if not file.exists():
        raise ContractError(file, "form", f"is {found.form}", "Name the file after the form")
    for form in found.depends_on:
        if form not in read:
            raise ContractError(file, "depends_on", f"{form} is no form", f"Use one of {', '.join(read)}")
    for field in found.fields:
        if field.constraints.codelist:
            try:
                codelist(field.constraints.codelist)
            except CodelistError as error:
                raise ContractError(
                    file, f"fields.{field.name}.constraints.codelist", str(error), "Add the codelist"
                ) from error


def _shared_columns(folder: Path) -> dict[str, Any]:
    file = folder / _SHARED
    shared = _mapping(file) if file.exists() else {}
    for name, column in shared.items():
        if not isinstance(column, dict):
            raise ContractError(file, name, "holds no mapping", "Write the keys of a field under it")
        try:
            FormField.model_validate({"name": name, **column})
        except ValidationError as error:
            first = error.errors()[0]
            key = _key((name, *first["loc"]), {})
            raise ContractError(file, key, _problem(first), _remedy(first)) from error
    return shared


# libyaml's parser where PyYAML was built with it: ten times faster, and a check begins by reading contracts.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceOnly(_SAFE):  # type: ignore[misc]
    """YAML in which a key may stand once; plain YAML silently takes the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for twice in (key for key in keys if keys.count(key) > 1):
            raise yaml.constructor.ConstructorError(
                None, None, f"{twice!r} stands there twice", node.start_mark
            )
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def _mapping(file: Path) -> dict[str, Any]:
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), _OnceOnly)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise ContractError(file, "(syntax)", problem, "Correct the YAML at that line") from error
    if not isinstance(found, dict):
        raise ContractError(file, "(file)", "holds no mapping", "Begin with `form: <name>`")
    return found


def _read(file: Path, shared: dict[str, Any]) -> Contract:
    found = _mapping(file)
    if not isinstance(found.get("fields", []), list):
        raise ContractError(file, "fields", "is no list", "Begin every column with `- name:` or `- use:`")
    found["fields"] = [
        _resolved(file, index, field, shared) for index, field in enumerate(found.get("fields") or [])
    ]
    try:
        return Contract.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise ContractError(file, _key(first["loc"], found), _problem(first), _remedy(first)) from error


def _resolved(file: Path, index: int, field: Any, shared: dict[str, Any]) -> Any:
    """A field with its `use:` replaced by the shared column, its own keys laid over it."""
    if not isinstance(field, dict) or "use" not in field:
        return field
    name = field["use"]
    if name not in shared:
        known = ", ".join(sorted(shared)) or "none yet"
        raise ContractError(file, f"fields[{index}].use", f"{name} is no shared column", f"Known: {known}")
    own = {key: value for key, value in field.items() if key != "use"}
    base = {"name": name, **shared[name]}
    constraints = {**(base.get("constraints") or {}), **(own.pop("constraints", None) or {})}
    return {**base, **own, **({"constraints": constraints} if constraints else {})}


def _key(location: tuple[int | str, ...], found: dict[str, Any]) -> str:
    """A pydantic location as a person would say it: fields by their names, not their numbers."""
    parts = [str(part) for part in location]
    if len(location) > 1 and location[0] == "fields" and isinstance(location[1], int):
        field = found["fields"][location[1]]
        parts[1] = str(field.get("name", location[1])) if isinstance(field, dict) else parts[1]
    if len(parts) > 1 and parts[-2] in ("minimum", "maximum"):
        parts.pop()  # which of the possible types pydantic tried last
    return ".".join(parts) or "(file)"


def _problem(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return "missing"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"{error['msg']} (found {error['input']!r})"


def _remedy(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "Remove it or correct its spelling"
    if error["type"] == "missing":
        return "Add it; it has no default on purpose"
    if error["type"] == "string_type":
        return "Write a text; put it in quotes if YAML takes it for something else"
    return "Correct it as the message says"
