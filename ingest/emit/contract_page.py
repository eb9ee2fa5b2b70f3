"""Every key of a contract for who writes one: `docs/contract.en.md`.

In: the classes a contract file is read into. Out: one page, a section a class, in the order in which they are met:
what the class is, then its keys with type and default.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ingest.emit.emitter import Emitter, GeneratedFile, notice
from ingest.schema.forms.condition import Comparisons, Operator
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import Correction
from ingest.schema.forms.layout import CrossTable, Rearranged

PAGE = PurePosixPath("docs/contract.en.md")
_ROOTS: Mapping[str, tuple[type[BaseModel], str]] = {
    "A contract": (Contract, "`ingest/contracts/<form>.yml`"),
    "A layout": (Rearranged, "`ingest/contracts/layouts/<form>/<name>.yml`"),
    "A cross-table": (CrossTable, "`ingest/contracts/layouts/<form>/<name>.yml`"),
    "A correction": (Correction, "`ingest/contracts/corrections/<form>.yml`, a list"),
}


def contract_page() -> str:
    """The page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"<!-- {notice('ingest/schema')} -->"
    yield "# The keys of contracts, layouts and corrections\n"
    yield "Keys without a default must be there. An unknown key is an error, answered with file, key and what was"
    yield "probably meant.\n"
    told: set[type[BaseModel]] = set()
    for title, (root, where) in _ROOTS.items():
        yield f"## {title}\n\n{where}\n"
        waiting = [root]
        while waiting:
            kind = waiting.pop(0)
            if kind in told:
                continue
            told.add(kind)
            yield from _section(kind)
            waiting += [each for field in kind.model_fields.values() for each in _models_in(field.annotation)]


def _section(kind: type[BaseModel]) -> Iterator[str]:
    yield f"### {kind.__name__}\n"
    yield f"{inspect.getdoc(kind) or ''}\n"
    yield "| key | type | default |"
    yield "|---|---|---|"
    for name, field in kind.model_fields.items():
        yield f"| `{field.alias or name}` | {_type_of(field.annotation)} | {_default_of(field)} |"
    yield ""


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def _type_of(annotation: Any) -> str:  # noqa: PLR0911 - one answer for each kind of type
    """A type in words a writer of YAML understands."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_of(parts[0])
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(_type_of(part) for part in parts if part is not type(None))
    if origin in (tuple, list):
        return f"list of {_type_of(parts[0])}"
    if annotation == Comparisons:
        signs = ", ".join(f"`{sign}`" for sign in get_args(Operator))
        return f"comparisons: {signs} → constant, list of them or [OtherColumn](#othercolumn)"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{_type_of(parts[0])} → {_type_of(parts[1])}"
    plain = str(getattr(annotation, "__name__", annotation))
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return f"[{plain}](#{plain.lower()})" if is_model else _IN_WORDS.get(plain, plain)


_IN_WORDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "date",
    "time": "time",
    "datetime": "date-time",
}


def _default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "—"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}, []) or isinstance(default, BaseModel):
        return "none"
    return f"`{re.sub(r'^(True|False)$', lambda found: found[0].lower(), str(default))}`"


def _emit(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    yield GeneratedFile(PAGE, contract_page().encode())


CONTRACT_PAGE = Emitter("contract_page", (str(PAGE),), _emit)
