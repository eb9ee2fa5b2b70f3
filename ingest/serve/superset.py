"""Superset in its own environment, over the published warehouse.

In: a `Home` and a port. Out: `Superset`, brought up, started, asked and ended.
"""

from __future__ import annotations

import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from ingest.private import UMASK
from ingest.serve.service import PROJECT, Service


class Superset(Service):
    """Superset in its own environment, over the published warehouse."""

    name = "superset"

    @property
    def python(self) -> Path:
        return PROJECT / ".venv-dashboards" / "bin" / "python"

    def environment(self) -> dict[str, str]:
        """The environment both of the program and of its installation."""
        return {
            **os.environ,
            "BBAJ_HOME": str(self.home.root),
            "BBAJ_SUPERSET_PORT": str(self.port),
            "PYTHONPATH": str(PROJECT),
        }

    def install(self) -> subprocess.Popen[bytes]:
        """Begin making or renewing Superset's metadata and importing the dashboards; returns the process."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with (self.home.logs / "superset-install.log").open("ab") as log:
            return subprocess.Popen(
                [str(self.python), "-m", "dashboards.install"],
                env=self.environment(),
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                umask=UMASK,
            )

    def command(self) -> tuple[list[str], dict[str, str]]:
        return [str(self.python), "-m", "dashboards.serve"], self.environment()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
