"""A gauge: a function that measures one thing of an installation, with its limits and what it may say.

In: a `Sight` of a home. Out: measurements, each with its state. `name`, `says` and `limits` name words of
`ingest/words/health.yml`: `<name>`, `<name>_<said>`, `<name>_remedy`, `limit_<limit>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from warehouse.services.health.sight import Sight

State = Literal["well", "attention", "broken"]
STATES: tuple[State, ...] = ("well", "attention", "broken")
Fact: TypeAlias = int | float | str | None


@dataclass(frozen=True)
class Measured:
    """`said` names what was found and `facts` fill its words: numbers, moments, versions and names of the program's
    own, never of a person, a file or a place, because everybody may read them. `subject`: of which of several.

    Facts whose names end in `_seconds`, `_bytes` and `_share` are put into words as such.
    """

    state: State
    said: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    subject: str = ""


Measure: TypeAlias = Callable[[Sight], Iterable[Measured]]


@dataclass(frozen=True)
class Gauge:
    """`says`: everything that its measurements may say. `limits`: name → what counts unless the settings say else."""

    name: str
    says: tuple[str, ...]
    limits: Mapping[str, float]
    measure: Measure


def gauge(says: str, **limits: float) -> Callable[[Measure], Gauge]:
    """Makes a gauge of a function, named as it is. `says`: words apart by blanks."""

    def made(measure: Measure) -> Gauge:
        return Gauge(measure.__name__, tuple(says.split()), limits, measure)

    return made


def state_of(value: float, attention: float, broken: float = float("inf")) -> State:
    """The state of something of which less is better."""
    return "broken" if value >= broken else "attention" if value >= attention else "well"
