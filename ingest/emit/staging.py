"""Contract → dbt: the lake folder of a form as a source, and its staging model, one to one.

In: a contract. Out: `stg_<form>.sql`, which casts every landed column to a type both engines know, and
`stg_<form>.yml` with the source, the columns' meaning and the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from ingest.emit.emitter import Emitter, GeneratedFile, contract_path, notice
from ingest.schema.forms.contract import Contract, FormField

FOLDER = PurePosixPath("dbt_project/models/staging")
# Period texts stay texts: with `hive_types_autocast` DuckDB would make dates of some of them.
_LOCATION = (
    'read_parquet(\'{{{{ env_var("BBAJ_LAKE", "lake") }}}}/{form}/*/*.parquet\', hive_partitioning = true,'
    " hive_types_autocast = false, union_by_name = true)"
)
_KEYS = (
    ("submission_id", "bigint", "The accepted submission the row came with."),
    ("batch_id", "string", "The landing that wrote the row; only the one its verdict names counts."),
    ("source_row", "int", "Row of the submitted sheet or file, counted from 1."),
    ("period", "string", "Reporting period as submitters write it."),
)
_PERSON_KEY = "Random key of the person, issued by the identity vault; the number itself never lands."
_AGE = "Full years on the first day of the period; the birth date itself never lands."
_SQL = """\
-- {notice}
with source as (
    select * from {{{{ source('lake', '{form}') }}}}
),

renamed as (
    select
{columns}
    from source
)

select * from renamed
"""


def staging_sql(contract: Contract) -> str:
    """The staging model: every landed column cast to its portable type, in the contract's order."""
    typed = [(field.lake_name, str(field.lake_type)) for field in contract.landed_fields]
    typed += [(name, sql_type) for name, sql_type, _ in _KEYS]
    columns = ",\n".join(f"        cast({name} as {sql_type}) as {name}" for name, sql_type in typed)
    return _SQL.format(notice=notice(contract_path(contract)), form=contract.form, columns=columns)


def staging_yml(contract: Contract) -> str:
    """The properties of source and model. English, as all of the model's documentation is."""
    properties = {"version": 2, "sources": [_source(contract)], "models": [_model(contract)]}
    text = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False, width=1000)
    return f"# {notice(contract_path(contract))}\n{text}"


def _source(contract: Contract) -> dict[str, Any]:
    table = {
        "name": contract.form,
        "description": f"{_grain(contract)}, as landed.",
        "config": {"meta": {"external_location": _LOCATION.format(form=contract.form)}},
    }
    return {"name": "lake", "tables": [table]}


def _model(contract: Contract) -> dict[str, Any]:
    columns = [_column(field.lake_name, field.lake_type, _meaning(field)) for field in contract.landed_fields]
    columns += [_column(name, sql_type, text) for name, sql_type, text in _KEYS]
    return {
        "name": f"stg_{contract.form}",
        "description": f"{_grain(contract)}, of every landed submission, winning or not.",
        "columns": columns,
    }


def _grain(contract: Contract) -> str:
    return contract.grain.rstrip(".")


def _column(name: str, sql_type: str, text: str) -> dict[str, Any]:
    return {"name": name, "data_type": sql_type, "description": text}


def _meaning(field: FormField) -> str:
    if field.lands_as == "person_key":
        return _PERSON_KEY
    if field.lands_as == "age":
        return _AGE
    meaning = (field.description or field.labels).en.rstrip(".")
    return (
        f"{meaning}; code of `{field.constraints.codelist}`." if field.constraints.codelist else f"{meaning}."
    )


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    for contract in contracts.values():
        for suffix, text in (("sql", staging_sql(contract)), ("yml", staging_yml(contract))):
            yield GeneratedFile(FOLDER / f"stg_{contract.form}.{suffix}", text.encode())


STAGING = Emitter("staging", (f"{FOLDER}/stg_*.sql", f"{FOLDER}/stg_*.yml"), _files, beside_handmade=True)
