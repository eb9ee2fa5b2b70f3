"""Airflow over one home: scheduler, DAG processor and API server, with everything its settings need.

In: a `Home` and a port. Out: `Airflow`, started, asked and ended; nothing of its configuration is edited by hand.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from ingest.home import Home, SettingsError
from ingest.ports import AIRFLOW_PORT
from ingest.serve.service import PROJECT, Service, kept_secret
from ingest.settings.services import ServiceSettings


def airflow_environment(home: Home, port: int = AIRFLOW_PORT) -> dict[str, str]:
    """The environment in which Airflow runs over a home: everything its configuration needs, no cfg to edit."""
    at, services = home.airflow, _services_of(home)
    address = os.environ.get("BBAJ_AIRFLOW_URL", "").rstrip("/") or f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTOR": services.executor,
        "CORE__PARALLELISM": str(services.tasks_at_once),
        "CORE__FERNET_KEY": kept_secret(at / "fernet_key", Fernet.generate_key().decode()),
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__AUTH_MANAGER": "signin.airflow_manager.GuardedFabAuthManager",
        "FAB__CONFIG_FILE": str(PROJECT / "signin" / "airflow_config.py"),
        "FAB__SESSION_LIFETIME_MINUTES": "720",
        "FAB__COOKIE_SECURE": str(address.startswith("https:")),
        "FAB__COOKIE_SAMESITE": "Lax",
        "FAB__ENABLE_PROXY_FIX": str("BBAJ_AIRFLOW_URL" in os.environ),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": address,
        "API__WORKERS": "1",
        "API__SECRET_KEY": kept_secret(at / "api_secret"),
        "API_AUTH__JWT_SECRET": kept_secret(at / "jwt_secret"),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        # A file that changes is read at once; what stays as it is, nine files of it, once in a while: each time is a
        # process of its own. One that failed for a passing cause is not known before it is read again.
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        **_database(at, services),
        "LOGGING__BASE_LOG_FOLDER": str(home.logs / "airflow"),
        # Airflow tells of every request and every step of its own; what our work says is heard in full.
        "LOGGING__LOGGING_LEVEL": "WARNING",
        "LOGGING__NAMESPACE_LEVELS": "airflow.task=INFO ingest=INFO warehouse=INFO expectations=INFO",
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        # On a busy machine an answer takes its time: a task is not given up for that. One that is lost, since its
        # process died or never began, is noticed in minutes: everything after it waits.
        "SCHEDULER__TASK_QUEUED_TIMEOUT": "120",
        "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "20",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "180",
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
        "WORKERS__EXECUTION_API_RETRIES": "10",
        # Who looks after a task may hear of its end only when the next heartbeat is due: for five seconds, as it is
        # usual, every other task would hold a place in which nothing runs.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "WORKERS__MAX_FAILED_HEARTBEATS": "50",
        "SCHEDULER__CATCHUP_BY_DEFAULT": "False",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    kept_secret(at / "program_secret")
    return {
        **os.environ,
        **_metrics(home),
        **{f"AIRFLOW__{key}": value for key, value in settings.items()},
        "AIRFLOW_HOME": str(at),
        "BBAJ_HOME": str(home.root),
        "PATH": path,
        "PYTHONPATH": str(PROJECT),
        "SCARF_NO_ANALYTICS": "true",
        "DO_NOT_TRACK": "1",
    }


def _services_of(home: Home) -> ServiceSettings:
    """What the settings say of services; the usual where they cannot be followed, which health and tasks tell of."""
    try:
        return home.settings.services
    except SettingsError:
        return ServiceSettings()


def _database(at: Path, services: ServiceSettings) -> dict[str, str]:
    """Where Airflow keeps its own data: a file of the home, or the database that the settings name. One driver opens
    the server's for both kinds of Airflow's sessions."""
    if address := services.database_of("airflow"):
        named = "postgresql+psycopg://" + address.partition("://")[2]
        return {"DATABASE__SQL_ALCHEMY_CONN": named, "DATABASE__SQL_ALCHEMY_CONN_ASYNC": named}
    return {
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{at / 'airflow.db'}",
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "ingest.serve.airflow_database.SQLITE",
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC": "ingest.serve.airflow_database.SQLITE",
    }


def _metrics(home: Home) -> dict[str, str]:
    """What makes Airflow send its own metrics to the collector that the settings name, if any. A collector that is away
    holds nothing up for long."""
    try:
        endpoint = home.settings.watching.otel_endpoint
    except SettingsError:  # its tasks tell of them
        return {}
    if endpoint is None:
        return {}
    return {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
        "OTEL_SERVICE_NAME": "airflow",
    }


class Airflow(Service):
    """Scheduler, DAG processor and API server on one database."""

    name = "airflow"
    _token: str | None = None

    def command(self) -> tuple[list[str], dict[str, str]]:
        return [sys.executable, "-m", "ingest.serve.airflow_parts"], airflow_environment(self.home, self.port)

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

    def pause(self, dag_id: str) -> None:
        """Begin no run any more: what calls for one meanwhile is not made up for."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}?update_mask=is_paused", {"is_paused": True})

    def resume(self, dag_id: str) -> None:
        """Begin runs again."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}?update_mask=is_paused", {"is_paused": False})

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
            secret = kept_secret(self.home.airflow / "program_secret")
            who = {"username": "bbaj", "password": secret}
            self._token = self._call("POST", "/auth/token", who, authorised=False)["access_token"]
        return self._token
