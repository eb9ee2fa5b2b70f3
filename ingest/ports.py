"""Where the services answer on this machine: each on a port of its own, on loopback.

In: the environment. Out: port numbers. Whoever starts a service and whoever asks whether it answers read them here.
"""

from __future__ import annotations

import os

_PORTS = {
    "airflow": ("AIRFLOW_PORT", 8080),
    "superset": ("BBAJ_SUPERSET_PORT", 8088),
    "health": ("BBAJ_HEALTH_PORT", 8090),
}
AIRFLOW_PORT, SUPERSET_PORT, HEALTH_PORT = (port for _, port in _PORTS.values())


def port_of(service: str) -> int:
    """The port of a service: what its variable says, else the one it has everywhere. Raises ValueError."""
    variable, usual = _PORTS[service]
    return int(os.environ.get(variable) or usual)
