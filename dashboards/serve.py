"""Serve Superset: `python -m dashboards.serve` in Superset's environment.

In: BBAJ_HOME, BBAJ_SUPERSET_PORT (8088), BBAJ_SUPERSET_HOST (127.0.0.1), BBAJ_SUPERSET_WORKERS (2).
Out: the dashboards brought up to their definition; then the process becomes gunicorn, so that whoever started
it can end it.
"""

from __future__ import annotations

import gc
import os
import sys

from dashboards.install import install, told
from dashboards.places import CONFIG, REPOSITORY, Places, keep_private, port


def command(environment: dict[str, str]) -> list[str]:
    """The gunicorn command line."""
    host = environment.get("BBAJ_SUPERSET_HOST") or "127.0.0.1"
    workers = environment.get("BBAJ_SUPERSET_WORKERS") or "2"
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port(environment)}"),
        *("--workers", workers, "--worker-class", "gthread", "--threads", "8", "--timeout", "120"),
        *("--graceful-timeout", "5"),
        *("--no-control-socket", "--preload", "superset.app:create_app()"),
    ]


def main() -> None:
    """Become the server."""
    keep_private()
    gc.set_threshold(200_000, 20, 50)  # as in Superset's settings, which are read a second later
    # After an update, or before anything was published, what is shown is brought up to the definition first.
    print(told(install(Places.from_environment())), flush=True)
    places = Places.from_environment()
    environment = {
        **os.environ,
        "BBAJ_HOME": str(places.home),
        "SUPERSET_CONFIG_PATH": str(CONFIG),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])),
        "SCARF_ANALYTICS": "false",
    }
    line = command(environment)
    os.execve(line[0], line, environment)


if __name__ == "__main__":
    main()
