"""Contract files → `Contract` objects.

In: the folder of contracts (`<form>.yml`, `shared/columns.yml`, older versions in `past/<form>.v<N>.yml`).
Out: validated contracts in an order in which every form follows those it depends on. What is wrong with a
file is said with the file, the key and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from ingest.authored import AuthorError, list_in, mapping_in, read_yaml, validated
from ingest.schema.forms.codelist import codelist, codelists
from ingest.schema.forms.contract import Contract, FormField

CONTRACTS = Path(__file__).parents[2] / "contracts"
_SHARED = Path("shared") / "columns.yml"


def contracts(directory: Path | None = None, *, anew: bool = False) -> dict[str, Contract]:
    """All current contracts by form, each after the forms it depends on. Raises AuthorError.

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


def contract_file(found: Contract) -> Path:
    """Where the contract of a form stands, for whoever has to correct it."""
    return CONTRACTS / f"{found.form}.yml"


@lru_cache(maxsize=32)
def _contracts(folder: Path) -> dict[str, Contract]:
    shared = _shared_columns(folder)
    read = {found.form: found for found in (_read(file, shared) for file in sorted(folder.glob("*.yml")))}
    for found in read.values():
        _require_known(folder / f"{found.form}.yml", found, list(read))
    try:
        order = TopologicalSorter({form: found.depends_on for form, found in read.items()}).static_order()
        return {form: read[form] for form in order}
    except CycleError as error:
        forms = " → ".join(error.args[1])
        raise AuthorError(folder / f"{error.args[1][0]}.yml", "depends_on", "circle", forms=forms) from None


def _require_known(file: Path, found: Contract, forms: list[str]) -> None:
    """Everything the contract names elsewhere is there. Raises AuthorError."""
    for form in found.depends_on:
        if form not in forms:
            raise AuthorError(file, "depends_on", "no_form", found=form, known=forms)
    for field in found.fields:
        lists = {"constraints.codelist": field.constraints.codelist, "named": field.named}
        for key, listed in lists.items():
            if listed and listed not in (known := codelists()):
                raise AuthorError(
                    file, f"fields.{field.name}.{key}", "no_codelist", found=listed, known=known
                )
            if listed:
                codelist(listed)


def _named_columns(found: Contract) -> Iterator[tuple[str, str]]:
    """Key → column, for every column the contract speaks of."""
    yield from (("primaryKey", name) for name in found.primary_key)
    for check in found.checks:
        key = f"checks.{check.rule}"
        yield from ((f"{key}.{part}", name) for part in ("field", "other") if (name := getattr(check, part)))
        yield from ((f"{key}.when.{name}", name) for name in check.when)
        yield from ((f"{key}.columns", name) for name in check.columns)
        yield from ((f"{key}.column", name) for name in check.compared_with)
        yield from (
            (f"{key}.lookup.key", name) for name in (check.lookup.key.values() if check.lookup else ())
        )
    for dependency in found.determines:
        yield from (("determines.columns", name) for name in dependency.columns)
        yield from (("determines.fields", name) for name in dependency.fields)
        yield from ((f"determines.when.{name}", name) for name in dependency.when)
    yield from found.layout.named_columns()


def _shared_columns(folder: Path) -> dict[str, Any]:
    file = folder / _SHARED
    shared = mapping_in(read_yaml(file), file) if file.exists() else {}
    for name, column in shared.items():
        validated(FormField, {"name": name, **mapping_in(column, file, str(name))}, file, str(name))
    return shared


def _read(file: Path, shared: dict[str, Any]) -> Contract:
    found = mapping_in(read_yaml(file), file)
    if found.get("fields") is not None:
        fields = list_in(found["fields"], file, "fields")
        found["fields"] = [_resolved(file, index, field, shared) for index, field in enumerate(fields)]
    read = validated(Contract, found, file)
    if file.stem.partition(".")[0] != read.form:
        raise AuthorError(file, "form", "named_otherwise", found=read.form)
    columns = [field.name for field in read.fields]
    for key, name in _named_columns(read):
        if name not in columns:
            raise AuthorError(file, key, "no_column", found=name, known=columns)
    return read


def _resolved(file: Path, index: int, field: Any, shared: dict[str, Any]) -> Any:
    """A field with its `use:` replaced by the shared column, its own keys laid over it."""
    if not isinstance(field, dict) or "use" not in field:
        return field
    name = field["use"]
    if not isinstance(name, str) or name not in shared:
        known = sorted(map(str, shared))
        raise AuthorError(file, f"fields[{index}].use", "no_shared_column", found=name, known=known)
    own = {key: value for key, value in field.items() if key != "use"}
    base = {"name": name, **shared[name]}
    limits = own.pop("constraints", None) or {}
    constraints = {
        **(base.get("constraints") or {}),
        **mapping_in(limits, file, f"fields.{name}.constraints"),
    }
    return {**base, **own, **({"constraints": constraints} if constraints else {})}
