"""Which schemas stand beside a question in SQL Lab: those of the file that is opened, and not DuckDB's own.

In: Superset's application as it starts. Out: lists of schemas without the parts that every database of DuckDB has.
"""

from __future__ import annotations

from typing import Any

_DUCKDBS_OWN = ("system.", "temp.")


def list_own_schemas() -> None:
    """From here on. Needs Superset's application."""
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec

    as_before = DuckDBEngineSpec.get_schema_names.__func__

    def get_schema_names(cls: Any, inspector: Any) -> set[str]:
        return {name for name in as_before(cls, inspector) if not name.startswith(_DUCKDBS_OWN)}

    DuckDBEngineSpec.get_schema_names = classmethod(get_schema_names)
