"""What gauges measured, in words and as a document.

In: `Health` and a language. Out: rows for a screen or a page; one document with stable keys. The words stand in
`ingest/words/health.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.schema.texts.language import Language
from ingest.schema.texts.words import Words
from ingest.told import phrases
from warehouse.services.health.gauge import Fact, Measured, State
from warehouse.services.health.gauges import GAUGES
from warehouse.services.health.look import UNMEASURED, Health

WORDS = Words("health")
_DAY, _HOUR, _MINUTE = 86400, 3600, 60
_GIB, _MIB = 1 << 30, 1 << 20


@dataclass(frozen=True)
class Row:
    """One measurement in words; `remedy` is empty where nothing is to be done."""

    name: str
    state: State
    state_word: str
    said: str
    remedy: str


def rows_of(health: Health, language: Language) -> list[Row]:
    """Every measurement, in the order of the gauges."""
    return [_row(name, each, language) for name, each in health.measured]


def document_of(health: Health) -> dict[str, Any]:
    """The same for programs."""
    return {
        "state": health.state,
        "at": health.at,
        "gauges": [
            {
                "gauge": name,
                "subject": each.subject or None,
                "state": each.state,
                "said": each.said,
                "facts": dict(each.facts),
            }
            for name, each in health.measured
        ],
    }


def limits_of(settings: Mapping[str, float], language: Language) -> list[tuple[str, str, float, str]]:
    """Gauge, limit, what counts here, what it means."""
    return [
        (
            WORDS.say(each.name, language),
            name,
            settings.get(name, usual),
            WORDS.say(f"limit_{name}", language),
        )
        for each in GAUGES
        for name, usual in each.limits.items()
    ]


def _row(name: str, measured: Measured, language: Language) -> Row:
    is_unmeasured = measured.said == UNMEASURED
    said = UNMEASURED if is_unmeasured else f"{name}_{measured.said}"
    remedy = f"{UNMEASURED if is_unmeasured else name}_remedy"
    subject = _subject(name, measured.subject, language)
    return Row(
        name=" · ".join(filter(None, (WORDS.say(name, language), subject))),
        state=measured.state,
        state_word=WORDS.say(f"state_{measured.state}", language),
        said=WORDS.say(said, language, **_filled(measured.facts, language)),
        remedy="" if measured.state == "well" else WORDS.say(remedy, language),
    )


def _subject(gauge: str, subject: str, language: Language) -> str:
    """What a task, a purpose or parts of the home are called."""
    if gauge == "tasks":
        known = f"task_{subject}"
        return phrases()[known].say(known, language) if known in phrases() else subject
    if gauge == "purposes":
        return f"№ {subject}" if subject else ""
    return ", ".join(WORDS.say(f"part_{part}", language) for part in subject.split())


def _filled(facts: Mapping[str, Fact], language: Language) -> dict[str, Fact]:
    """The facts, and beside amounts of time, bytes and shares the same as text."""
    filled = dict(facts)
    for name, value in facts.items():
        stem, _, kind = name.rpartition("_")
        if kind == "seconds":
            filled[stem] = "—" if value is None else _duration(int(value), language)
        elif kind == "bytes" and value is not None:
            filled[stem] = _size(int(value), language)
        elif kind == "share" and value is not None:
            filled[f"{name}_text"] = WORDS.say("per_cent", language, amount=round(float(value) * 100, 1))
    return filled


def _duration(seconds: int, language: Language) -> str:
    days, rest = divmod(seconds, _DAY)
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    if days:
        return WORDS.say("days_hours", language, days=days, hours=hours)
    if hours:
        return WORDS.say("hours_minutes", language, hours=hours, minutes=minutes)
    return WORDS.say("minutes_alone", language, minutes=minutes)


def _size(amount: int, language: Language) -> str:
    if amount >= _GIB:
        return WORDS.say("bytes_gib", language, amount=round(amount / _GIB, 1))
    return WORDS.say("bytes_mib", language, amount=round(amount / _MIB))
