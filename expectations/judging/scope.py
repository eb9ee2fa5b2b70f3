"""Whose report a file is. In: what is said of it. Out: `Scope`, which who only asks for a verdict holds as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.schema.values.period import Period


@dataclass(frozen=True)
class Scope:
    """Whose report a file is and on which period; None where an interactive check does not say.

    `is_whole`: the file is the whole report and not a part of it, as one building's. `received_on`: the day of its
    receipt in the country's time, as the ledger keeps it: never the day on which it is judged.
    """

    node_code: str | None = None
    node_kind: str | None = None
    period: Period | None = None
    is_whole: bool = True
    received_on: date | None = None
