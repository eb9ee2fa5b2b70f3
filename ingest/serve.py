"""What runs for long: Airflow and Superset over one home, started, asked and ended as process groups.

In: a `Home` and free ports. Out: `Airflow` and `Superset` objects with their addresses; `python -m ingest.serve`
runs Airflow in the foreground for the Procfile.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

from ingest.home import Home, InstallationError
from ingest.private import UMASK, keep_private

PROJECT = Path(__file__).parent.parent
AIRFLOW_PORT, SUPERSET_PORT = 8080, 8088
_GRACE_SECONDS = 20.0


class NotReadyError(InstallationError):
    """A service that did not come up, or work that did not end, in time. `code` says which; carries the `log`."""

    def __init__(self, code: str, log: Path, **details: object) -> None:
        facts = ", ".join(f"{name} {value}" for name, value in details.items())
        super().__init__(f"{code.replace('_', ' ')} ({facts}); see {log}")
        self.of(code, log=log, **details)
        self.log = log


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kept_secret(file: Path) -> str:
    """A secret generated at first start and kept beside the data, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="utf-8")


def airflow_environment(home: Home, port: int = AIRFLOW_PORT) -> dict[str, str]:
    """The environment in which Airflow runs over a home: everything its configuration needs, no cfg to edit."""
    at = home.airflow
    settings = {
        "CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__PARALLELISM": "2",
        "CORE__FERNET_KEY": "",
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(at / "passwords.json"),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__WORKERS": "1",
        "API__SECRET_KEY": _kept_secret(at / "api_secret"),
        "API_AUTH__JWT_SECRET": _kept_secret(at / "jwt_secret"),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{at / 'airflow.db'}",
        "LOGGING__BASE_LOG_FOLDER": str(at / "logs"),
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        "SCHEDULER__CATCHUP_BY_DEFAULT": "False",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "TRIGGERER__DEFAULT_CAPACITY": "4",
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return {
        **os.environ,
        **{f"AIRFLOW__{key}": value for key, value in settings.items()},
        "AIRFLOW_HOME": str(at),
        "BBAJ_HOME": str(home.root),
        "PATH": path,
        "PYTHONPATH": str(PROJECT),
        "SCARF_NO_ANALYTICS": "true",
        "DO_NOT_TRACK": "1",
    }


@dataclass
class Service:
    """A program with its children in a process group of its own, logging to one file."""

    home: Home
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    name = "service"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.logs / f"{self.name}.log"

    def command(self) -> tuple[list[str], dict[str, str]]:
        """What to run and in which environment."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the program answers."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start the program without waiting for it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command, environment = self.command()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=environment,
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=UMASK,
            )
        return self

    def wait_until_ready(self, timeout: float = 180.0) -> Self:
        """Block until the program answers. Raises NotReadyError after `timeout` seconds or when it ended."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self.is_ready():
                return self
            if self.process is not None and self.process.poll() is not None:
                raise NotReadyError("service_ended", self.log, name=self.name, exit=self.process.returncode)
            time.sleep(0.5)
        raise NotReadyError("service_silent", self.log, name=self.name, seconds=round(timeout))

    def stop(self) -> None:
        """End the whole group: a program's children outlive it when only the parent is ended."""
        if self.process is None:
            return
        for sign, patience in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, 5.0)):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Airflow(Service):
    """Scheduler, DAG processor, API server and triggerer on one SQLite database."""

    name = "airflow"
    _token: str | None = None

    def command(self) -> tuple[list[str], dict[str, str]]:
        airflow = str(Path(sys.executable).parent / "airflow")
        return [airflow, "standalone"], airflow_environment(self.home, self.port)

    def is_ready(self) -> bool:
        """Whether API, scheduler and DAG processor are healthy and every DAG is known."""
        try:
            health = self._call("GET", "/api/v2/monitor/health", authorised=False)
            parts = (health[part]["status"] for part in ("metadatabase", "scheduler", "dag_processor"))
            return all(status == "healthy" for status in parts) and bool(self.dag_ids())
        except (OSError, KeyError, ValueError):
            return False

    def dag_ids(self) -> list[str]:
        """The DAGs the scheduler knows."""
        return sorted(found["dag_id"] for found in self._call("GET", "/api/v2/dags")["dags"])

    def trigger(self, dag_id: str) -> str:
        """Ask for one run now; returns the run's id."""
        asked = self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})
        return str(asked["dag_run_id"])

    def runs(self, dag_id: str = "~") -> list[dict[str, Any]]:
        """The newest hundred runs of a DAG, of all DAGs by default."""
        path = f"/api/v2/dags/{dag_id}/dagRuns?order_by=-run_after&limit=100"
        found: list[dict[str, Any]] = self._call("GET", path)["dag_runs"]
        return found

    def _call(self, method: str, path: str, body: Any = None, *, authorised: bool = True) -> Any:
        headers = {"Content-Type": "application/json"}
        if authorised:
            headers["Authorization"] = f"Bearer {self._login()}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _login(self) -> str:
        if self._token is None:
            passwords = json.loads((self.home.airflow / "passwords.json").read_text(encoding="utf-8"))
            who = {"username": "admin", "password": passwords["admin"]}
            self._token = self._call("POST", "/auth/token", who, authorised=False)["access_token"]
        return self._token


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


def main() -> None:
    """Run Airflow in the foreground until told to end; its port is AIRFLOW_PORT or 8080."""
    keep_private()
    home = Home.from_environment()
    home.create()
    airflow = Airflow(home, int(os.environ.get("AIRFLOW_PORT", AIRFLOW_PORT)))

    def end(_signal: int, _frame: FrameType | None) -> None:
        airflow.stop()
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    airflow.start()
    print(f"Airflow: {airflow.url} (user admin, password in {home.airflow / 'passwords.json'})", flush=True)
    assert airflow.process is not None
    sys.exit(airflow.process.wait())


if __name__ == "__main__":
    main()
