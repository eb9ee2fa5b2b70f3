"""Metrics reach a collector where one line of the settings asks for them; without it, or without one that answers,
nothing is different. Against a small receiver of OTLP."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ingest.home import Home
from ingest.serve import free_port
from ingest.serve.airflow import airflow_environment
from tests.warehouse.country import PROJECT
from tests.warehouse.services.health.test_alerts import health
from tests.warehouse.services.health.test_gauges import bare, decide
from warehouse.services.tasks import clockwork
from warehouse.services.tasks.metrics import Work, measured, send
from warehouse.services.troubles import troubles

__all__ = ["bare"]


class Collector:
    """Every point that was received: name of the metric, its attributes, its value."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.status = 200

    def points(self) -> list[tuple[str, dict[str, str], float]]:
        found = []
        for request in self.requests:
            for metric in (m for r in request.resource_metrics for s in r.scope_metrics for m in s.metrics):
                kind = metric.WhichOneof("data")
                for point in getattr(metric, kind).data_points:
                    value = point.sum if "istogram" in kind else point.as_double or point.as_int
                    found.append(
                        (metric.name, {a.key: a.value.string_value for a in point.attributes}, value)
                    )
        return found

    def services(self) -> set[str]:
        attributes = [
            a for request in self.requests for r in request.resource_metrics for a in r.resource.attributes
        ]
        return {each.value.string_value for each in attributes if each.key == "service.name"}


@contextmanager
def collecting() -> Iterator[tuple[str, Collector]]:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/metrics" and collector.status == 200:
                collector.requests.append(ExportMetricsServiceRequest.FromString(body))
            self.send_response(collector.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", collector
    finally:
        server.shutdown()
        server.server_close()


def test_a_task_tells_how_long_it_took_how_it_ended_and_what_it_counted(bare: Home) -> None:
    with collecting() as (address, collector):
        home = decide(bare, f'otel_endpoint = "{address}/"\n')
        with measured(home, "judge_waiting") as work:
            work.returned({"accepted": 3, "rows": 120, "is_whole": True, "named": "Жасырынқызы"})
        with pytest.raises(OSError), measured(home, "build_warehouse"):
            raise OSError(28, "Жасырынқызы", "/Жасырынқызы")
        with pytest.raises(KeyError), measured(home, "build_warehouse"):
            raise KeyError("Жасырынқызы")
        points = collector.points()
        assert collector.services() == {"bbaj"}
        runs = [(told["task"], told["ended"]) for name, told, _ in points if name == "bbaj.task.runs"]
        assert runs == [
            ("judge_waiting", "succeeded"),
            ("build_warehouse", "disk_full"),
            ("build_warehouse", "our_fault"),
        ]
        counted = {told["counted"]: value for name, told, value in points if name == "bbaj.task.counted"}
        assert counted == {"accepted": 3, "rows": 120}
        assert len([name for name, *_ in points if name == "bbaj.task.duration"]) == 3
        assert "Жасырынқызы".encode() not in b"".join(each.SerializeToString() for each in collector.requests)


def test_every_gauge_is_told_as_numbers(bare: Home) -> None:
    with collecting() as (address, collector):
        decide(bare, f'otel_endpoint = "{address}"\n')
        assert send(
            bare, Work("gauges", health=health(memory="well", clock="attention", judge_waiting="broken"))
        )
        states = {
            (told["gauge"], told["subject"]): value
            for name, told, value in collector.points()
            if name == "bbaj.health.state"
        }
        assert states == {("memory", ""): 0, ("clock", ""): 1, ("tasks", "judge_waiting"): 2}
        assert (
            "bbaj.health.times",
            {"gauge": "tasks", "subject": "judge_waiting"},
            2.0,
        ) in collector.points()


def test_the_clockwork_sends_them(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as (address, collector):
        monkeypatch.setenv("BBAJ_HOME", str(decide(bare, f'otel_endpoint = "{address}"\n').root))
        clockwork.watch_health()
        names = {name for name, *_ in collector.points()}
        assert {"bbaj.task.runs", "bbaj.health.state", "bbaj.health.free_bytes"} <= names


@pytest.mark.parametrize(
    "line", ["", "otel_endpoint = 7\n", 'otel_endpoint = "http://127.0.0.1:{port}"\n', "refuses"]
)
def test_without_a_collector_a_task_is_as_it_was(
    bare: Home, line: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with collecting() as (address, collector):
        collector.status = 400
        text = f'otel_endpoint = "{address}"\n' if line == "refuses" else line.format(port=free_port())
        with measured(decide(bare, text), "judge_waiting") as work:
            work.returned(3)
        with pytest.raises(KeyError), measured(bare, "judge_waiting"):
            raise KeyError
    assert troubles(bare) == []
    assert "Traceback" not in caplog.text + capfd.readouterr().err


_AIRFLOWS_OWN = """
from airflow.observability.metrics.otel_logger import get_otel_logger
get_otel_logger().incr("trial_of_ours")
from opentelemetry.metrics import get_meter_provider
assert get_meter_provider().force_flush(60000)
"""


def test_airflow_sends_its_own_to_the_same_place(bare: Home) -> None:
    with collecting() as (address, collector):
        environment = airflow_environment(decide(bare, f'otel_endpoint = "{address}"\n'))
        assert environment["AIRFLOW__METRICS__OTEL_ON"] == "True"
        command = [sys.executable, "-c", _AIRFLOWS_OWN]
        done = subprocess.run(
            command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "airflow.trial_of_ours" in {name for name, *_ in collector.points()}
        assert collector.services() == {"airflow"}
    for silent in ("", "otel_endpoint = 7\n"):
        environment = airflow_environment(Home(decide(bare, silent).root))
        assert "AIRFLOW__METRICS__OTEL_ON" not in set(environment) - set(os.environ)
