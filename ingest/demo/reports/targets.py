"""Targets of regional indicators in the demo country, each of which says that it is invented.

In: nothing. Out: a `Report` of the ministry and one of an oblast that sets its own. No figure is that of a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

from ingest.demo.reports.stories import Report

AS_OF = "2026-09-01"
AKMOLA = "110000000"
_SENT = datetime(2026, 9, 10, 15, 5, tzinfo=timezone(timedelta(hours=5)))
_DOCUMENT_KK = "Көрсетілім үшін ойдан шығарылған нысана, ресми құжат емес"
_DOCUMENT_RU = "Цель придумана для демонстрации, официального документа нет"

Row = Mapping[str, object]


def target_reports() -> Iterator[Report]:
    """What the ministry sets for the whole country, and one oblast for itself."""
    republic = (
        _row("republic", None, "preschool_coverage", 2023, 2024, 93.0),
        _row("republic", None, "preschool_coverage", 2025, 2027, 95.0),
        _row("republic", None, "emergency_schools", 2025, 2027, 0.0),
    )
    own = (
        _row("oblast", AKMOLA, "preschool_coverage", 2025, 2026, 96.5),
        _row("oblast", AKMOLA, "three_shift_schools", 2025, None, 2.0),
    )
    for number, (node, rows) in enumerate((("KZ", republic), (AKMOLA, own))):
        sent = _SENT + timedelta(minutes=40 * number)
        yield Report("schools", "indicator_targets", node, AS_OF, sent, "KZ", "approved", events=rows)


def _row(level: str, kato: str | None, indicator: str, first: int, last: int | None, target: float) -> Row:
    return {
        "level": level, "kato": kato, "indicator": indicator, "year_from": first, "year_to": last,
        "target": target, "document_kk": _DOCUMENT_KK, "document_ru": _DOCUMENT_RU,
    }  # fmt: skip
