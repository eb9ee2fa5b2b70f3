"""`python -m ingest.serve airflow`: the service in the foreground until told to end, for the Procfile and systemd."""

from __future__ import annotations

import sys

from ingest.home import Home
from ingest.ports import port_of
from ingest.private import keep_private
from ingest.serve.airflow import Airflow
from ingest.serve.superset import Superset


def main() -> int:
    """Become the service; its port is AIRFLOW_PORT (8080) or BBAJ_SUPERSET_PORT (8088)."""
    keep_private()
    home = Home.from_environment()
    home.create()
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name == "airflow":
        return Airflow(home, port_of("airflow")).stay()
    if name == "superset":
        return Superset(home, port_of("superset")).stay()
    print("python -m ingest.serve airflow|superset", file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main())
