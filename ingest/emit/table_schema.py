"""Contract → Frictionless Table Schema: the columns a reader expects, for any program of the standard.

In: a contract. Out: JSON with the standard's own keys (https://datapackage.org/standard/table-schema/); what
the standard has no word for stands in keys that begin with `bbaj:`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import PurePosixPath
from typing import Any

from ingest.emit.emitter import Emitter, GeneratedFile, contract_path, notice
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Constraints, Contract, FormField

_HOUR_AND_MINUTE = "%H:%M"
"""Forms ask for no seconds; the standard's own default would."""


def table_schema(contract: Contract) -> dict[str, Any]:
    """The Table Schema of a form, titles and descriptions in Kazakh."""
    return {
        "$comment": notice(contract_path(contract)),
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": contract.labels.kk,
        "description": contract.description.kk,
        "fields": [_field(field) for field in contract.fields],
        "missingValues": list(contract.missing_values),
        "primaryKey": list(contract.primary_key),
        "bbaj:form": contract.form,
        "bbaj:version": contract.version,
    }


def _field(field: FormField) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "title": field.labels.kk, "type": field.type}
    if field.description:
        described["description"] = field.description.kk
    if field.example:
        described["example"] = field.example
    if field.type == "boolean":
        described |= _boolean_words()
    if field.type == "time":
        described["format"] = _HOUR_AND_MINUTE
    if constraints := _constraints(field.constraints):
        described["constraints"] = constraints
    described["bbaj:titles"] = field.labels.model_dump()
    described["bbaj:aliases"] = list(field.aliases)
    described["bbaj:privacy"] = field.privacy
    if field.format != "default":
        described["bbaj:format"] = field.format
    if field.unit:
        described["bbaj:unit"] = field.unit.model_dump()
    if field.constraints.codelist:
        described["bbaj:codelist"] = field.constraints.codelist
    return described


def _constraints(constraints: Constraints) -> dict[str, Any]:
    named = constraints.model_dump(by_alias=True, exclude_defaults=True, exclude={"codelist"})
    if constraints.codelist:
        named["enum"] = [entry.code for entry in codelist(constraints.codelist).codes]
    return {name: _written(value) for name, value in named.items()}


def _written(value: Any) -> Any:
    """A limit as the standard wants it: in the format of its field."""
    if isinstance(value, time):
        return value.strftime(_HOUR_AND_MINUTE)
    return value.isoformat() if isinstance(value, date) else value


def _boolean_words() -> dict[str, list[str]]:
    words = codelist("yes_no").by_word
    return {
        "trueValues": sorted(word for word, code in words.items() if code == "yes"),
        "falseValues": sorted(word for word, code in words.items() if code == "no"),
    }


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    for contract in contracts.values():
        path = PurePosixPath(f"ingest/contracts/generated/{contract.form}.schema.json")
        text = json.dumps(table_schema(contract), ensure_ascii=False, indent=2)
        yield GeneratedFile(path, f"{text}\n".encode())


TABLE_SCHEMAS = Emitter("table_schema", ("ingest/contracts/generated/*.schema.json",), _files)
