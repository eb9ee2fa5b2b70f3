"""Whether a summary may go out: figures gate the outbox, never a blank page and never one that misleads.

In: a summary's content, the publication it was read from, the same figures of the whole country's file. Out: reasons
to hold it back, none where it may go. Each is told to those who wait for it, with what has to happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from dashboards.reports.content import Content, Headline, Place
from dashboards.reports.reading import STRUCTURE, opened
from ingest.ledger.records import Publication

Code = Literal["nothing_published", "too_early", "empty", "incomplete", "contradiction", "failed"]
LEAST_REPORTED = 0.5
"""Of those who were to report; below it a figure says more about who reported than about schools."""


@dataclass(frozen=True)
class Reason:
    """Why a summary is held back. `facts` are numbers, moments and names of figures, nothing of a person."""

    code: Code
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the ledger keeps it."""
        return {"code": self.code, **self.facts}


Key = tuple[str, str, str, str, str]
"""Figure, period, level, oblast, district."""


@dataclass(frozen=True)
class Beside:
    """The key figures of the whole country's file, which the dashboards show: part and whole of each."""

    basis: str
    figures: Mapping[Key, tuple[int | None, int | None]]

    @classmethod
    def of(cls, warehouse: Path, basis: str) -> Beside:
        """As they are published."""
        with opened(warehouse) as file:
            rows = file.rows(
                "select figure, period, level, oblast_code, district_code, part, whole from rpt_key_figure "
                f"where basis = ? and {STRUCTURE} and level <> 'organisation'",
                (basis,),
            )
        keys = ("figure", "period", "level", "oblast_code", "district_code")
        found = {tuple(str(row[key]) for key in keys): (row["part"], row["whole"]) for row in rows}
        return cls(basis, found)  # type: ignore[arg-type]

    def contradicts(self, headline: Headline, place: Place) -> bool:
        """Whether the dashboards say another number than the summary; of what they do not show they say nothing."""
        source = headline.source
        if source.table != "rpt_key_figure" or source.conditions.get("basis") != self.basis:
            return False
        period = source.conditions.get("period")
        if period is None:
            return False
        key = (headline.code, period, place.level, place.oblast_code, place.district_code)
        part, whole = self.figures.get(key, (None, None))
        shown: float | int | None = part
        if headline.unit == "share":
            shown = part / whole if part is not None and whole else None
        return headline.value.value != shown


def reasons(
    content: Content, main: str, publication: Publication, due: datetime | None, beside: Beside
) -> Iterator[Reason]:
    """Why this summary is not to be sent. `main`: the figure it is about; `due`: when its reports were to be there."""
    if due is not None and publication.published_at < due:
        yield Reason("too_early", {"due": due.isoformat(), "published": publication.published_at.isoformat()})
    if all(headline.value.value is None for headline in content.headlines):
        yield Reason("empty")
        return
    figure = next((headline for headline in content.headlines if headline.code == main), None)
    if figure is None or figure.value.symbol == "x":
        yield Reason("empty")
    elif figure.due and figure.reported / figure.due < LEAST_REPORTED:
        yield Reason(
            "incomplete", {"reported": figure.reported, "expected": figure.due, "least": LEAST_REPORTED}
        )
    wrong = [each.code for each in content.headlines if beside.contradicts(each, content.place)]
    if wrong:
        yield Reason("contradiction", {"figures": wrong})
