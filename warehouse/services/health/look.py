"""All gauges of an installation read, one after the other.

In: a home. Out: `Health`. A gauge that fails is told as one that could not measure; the others go on. Writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.home import Home
from warehouse.services.health.gauge import STATES, Gauge, Measured, State
from warehouse.services.health.gauges import GAUGES, default_limits
from warehouse.services.health.sight import LedgerAwayError, Sight

log = logging.getLogger(__name__)
UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class Health:
    """What was measured `at` that moment, by the name of each gauge; the worst `state` of all."""

    at: datetime
    measured: tuple[tuple[str, Measured], ...]

    @property
    def state(self) -> State:
        return max((each.state for _, each in self.measured), key=STATES.index, default="well")


def look_at(home: Home, gauges: Iterable[Gauge] = GAUGES, at: datetime | None = None) -> Health:
    """How an installation stands at this moment, or as seen `at` another."""
    sight = Sight(home, default_limits(), *filter(None, (at,)))
    found = [(gauge.name, each) for gauge in gauges for each in _measured(gauge, sight)]
    return Health(sight.at, tuple(found))


def _measured(gauge: Gauge, sight: Sight) -> Iterator[Measured]:
    try:
        found = list(gauge.measure(sight))
    except LedgerAwayError:
        yield Measured("attention", UNMEASURED)
        return
    except Exception as fault:
        # By its kind alone: what it says may name files or persons.
        log.warning("gauge %s failed: %s", gauge.name, type(fault).__name__)
        yield Measured("attention", UNMEASURED)
        return
    assert all(each.said in gauge.says for each in found), gauge.name
    yield from found
