"""What became of a cell that is not written as the fast way expects.

In: nothing. Out: `Odd`, said by `dates`, `times`, `numbers` and `words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from ingest.schema.texts.closed import Labels


@dataclass(frozen=True)
class Odd:
    """Either the `value` a text has, in the column's type, or the `code` of the finding that says why it has none.

    `suggestion`: what the submitter probably meant, as it should be written. `params`: further words of the
    finding's message.
    """

    value: date | time | datetime | int | Decimal | bool | str | None = None
    code: str | None = None
    suggestion: str | None = None
    params: Mapping[str, str | Labels] = field(default_factory=dict)
