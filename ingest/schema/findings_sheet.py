"""The sheet of findings in a marked workbook: how it is called, and how its rows are known again when it comes back.

In: a cell of that sheet. Out: the `QueryToken` it holds. Whoever writes marked workbooks and whoever reads what was
handed in agree here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

FINDINGS_SHEETS = ("Тексеру нәтижесі", "Результаты проверки", "Findings")
"""What the list of findings in a workbook given back is called: it comes along when that is corrected and sent."""
_TOKEN = re.compile(r"bbaj:([0-9a-f]{24}):([0-9a-f]{12})")


@dataclass(frozen=True)
class QueryToken:
    """What stands unseen in the row of a query on a sheet of findings.

    `query`: tells the question, whatever row it stands in. `digest`: of what the row says, so that a row which was
    sorted away from its token still leads to it.
    """

    query: str
    digest: str

    def __str__(self) -> str:
        return f"bbaj:{self.query}:{self.digest}"

    @classmethod
    def read(cls, cell: object) -> QueryToken | None:
        """The token a cell holds, None where it holds none."""
        found = _TOKEN.fullmatch(cell.strip()) if isinstance(cell, str) else None
        return cls(found[1], found[2]) if found else None


@dataclass(frozen=True)
class Explanation:
    """What somebody wrote beside one row of a sheet of findings, and what tells which question it answers.

    `query`: the token that stands in the row or that the row leads to, None where it was taken away. `digest`, `loose`:
    of what the row says, with its place and without it; empty where the columns that say it are gone. `sheet`, `row`:
    where it stands.
    """

    text: str
    sheet: str
    row: int
    query: str | None = None
    digest: str = ""
    loose: str = ""


def row_digest(place: str, value: str, text: str) -> str:
    """Of what a row of the sheet of findings says; white space does not count."""
    said = "\n".join(" ".join(part.split()) for part in (place, value, text))
    return hashlib.sha256(said.encode()).hexdigest()[:12]
