"""`python -m ingest.serve airflow`: the service in the foreground until told to end, for the Procfile and systemd."""

from __future__ import annotations

import sys

from ingest.home import Home
from ingest.ports import port_of
from ingest.private import keep_private
from ingest.serve.airflow import Airflow
from ingest.serve.health_page import HealthPage
from ingest.serve.superset import Superset


def main() -> int:
    """Become the service; its port is AIRFLOW_PORT (8080), BBAJ_SUPERSET_PORT (8088) or BBAJ_HEALTH_PORT (8090)."""
    keep_private()
    home = Home.from_environment()
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name == "health":  # it tells of a home that is away or full, and makes none
        return HealthPage(home, port_of("health")).stay()
    home.create()
    if name == "airflow":
        return Airflow(home, port_of("airflow")).stay()
    if name == "superset":
        return Superset(home, port_of("superset")).stay()
    print("python -m ingest.serve airflow|superset|health", file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main())
