"""The gauges of an installation, each a function that measures one thing.

In: nothing. Out: `GAUGES` in the order in which they are shown. A new one stands in a module of its subject and in the
list.
"""

from __future__ import annotations

from warehouse.services.health.gauge import Gauge
from warehouse.services.health.gauges import copies, installation, machine, queues, services, shown

GAUGES: tuple[Gauge, ...] = (
    installation.settings,
    installation.ledger,
    installation.user,
    installation.tasks,
    services.airflow,
    services.superset,
    queues.drop,
    queues.received,
    queues.set_aside,
    queues.unidentified,
    queues.unbuilt,
    shown.build,
    shown.kept_draft,
    queues.unpublished,
    queues.outbox,
    shown.publication,
    shown.purposes,
    copies.verified,
    copies.backup,
    copies.drill,
    machine.disk,
    machine.memory,
    machine.clock,
    machine.versions,
    machine.certificate,
)


def default_limits() -> dict[str, float]:
    """Every limit with what counts where the settings are silent."""
    return {name: value for each in GAUGES for name, value in each.limits.items()}
