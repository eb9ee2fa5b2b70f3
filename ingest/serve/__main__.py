"""`python -m ingest.serve airflow`: the service in the foreground until told to end, for the Procfile and systemd."""

from __future__ import annotations

import os
import sys

from ingest.home import Home
from ingest.private import keep_private
from ingest.serve.airflow import AIRFLOW_PORT, Airflow
from ingest.serve.superset import SUPERSET_PORT, Superset


def main() -> int:
    """Become the service; its port is AIRFLOW_PORT (8080) or BBAJ_SUPERSET_PORT (8088)."""
    keep_private()
    home = Home.from_environment()
    home.create()
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name == "airflow":
        return Airflow(home, int(os.environ.get("AIRFLOW_PORT", AIRFLOW_PORT))).stay()
    if name == "superset":
        return Superset(home, int(os.environ.get("BBAJ_SUPERSET_PORT", SUPERSET_PORT))).stay()
    print("python -m ingest.serve airflow|superset", file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main())
