"""What a publication says of itself: its number, of when its data are, how many reported.

In: a way to ask the file that the reader's account opens. Out: a `Passport`, None where that file says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboards.exports.words import WORDS

QUESTION = (
    "SELECT basis_kk, basis_ru, publication_number, data_as_of_local, data_kind_kk, data_kind_ru, "
    "reports_reported, reports_due FROM rpt_publication ORDER BY basis DESC"
)
"""The operational basis first: it is the one of a chart on which nobody chose another."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Passport:
    """Of one basis. `as_of`: local time."""

    number: int
    as_of: datetime
    kind: Mapping[str, str]
    reported: int
    due: int

    def facts(self, language: str) -> list[tuple[str, str]]:
        words = WORDS[language]
        share = f"{self.reported / self.due * 100:.1f}".replace(".", ",") if self.due else "—"
        told = words["reported_told"].format(reported=self.reported, due=self.due, share=share)
        moment = f"{self.as_of:%d.%m.%Y %H:%M}"
        publication = words["publication_told"].format(number=self.number, moment=moment)
        kind = [(words["kind"], self.kind[language])] if self.kind.get(language) else []
        return [(words["publication"], publication), (words["reported"], told), *kind]

    def constants(self, language: str) -> list[tuple[str, str]]:
        """What each row of a csv repeats."""
        words = WORDS[language]
        return [
            (words["publication_number"], str(self.number)),
            (words["as_of"], f"{self.as_of:%Y-%m-%d %H:%M}"),
            *([(words["kind"], self.kind[language])] if self.kind.get(language) else []),
        ]


def passport_of(rows: Rows, basis: str) -> Passport | None:
    """The passport of the basis with that name in either language, of the first one where it is none."""
    if not rows:
        return None
    row = next((each for each in rows if basis in (each["basis_kk"], each["basis_ru"])), rows[0])
    return Passport(
        int(row["publication_number"]),
        row["data_as_of_local"].replace(tzinfo=None),
        {language: str(row[f"data_kind_{language}"] or "") for language in ("kk", "ru")},
        int(row["reports_reported"] or 0),
        int(row["reports_due"] or 0),
    )


def unchanged(run: Callable[[], Any], ask: Callable[[], Rows]) -> tuple[Any, Rows]:
    """Figures, and what the publication they are from says: asked before and after, and again where another was
    published between."""
    before = ask()
    for _ in range(3):
        found, after = run(), ask()
        if _numbers(before) == _numbers(after):
            return found, after
        before = after
    raise RuntimeError("publications follow each other faster than a chart is computed")


def _numbers(rows: Rows) -> set[int]:
    return {int(row["publication_number"]) for row in rows}
