"""Metrics of the pipeline, sent as OTLP over HTTP where `otel_endpoint` in the settings names a collector.

In: what tasks do and what gauges measure. Out: one request for each task at its end: how long it took, how it ended,
what it counted; of the task that watches health also every gauge. Numbers and names of the program's own, nothing else.
Whether a collector answers is no concern of a task: it never fails for that, and never waits long.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING, Any

from ingest.authored import AuthorError
from ingest.home import Home
from warehouse.services.troubles import is_success, told_of_task

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricsData

    from warehouse.services.health.look import Health

log = logging.getLogger(__name__)
_SECONDS = 3.0
_LOUD = "opentelemetry"


@dataclass
class Work:
    """What a task at work has to say. `ended`: succeeded, nothing_to_do, or the name of what kept it from it."""

    task: str
    ended: str = "succeeded"
    seconds: float = 0.0
    counts: Mapping[str, float] = field(default_factory=dict)
    health: Health | None = None

    def returned(self, result: object) -> None:
        """Take what a task returned: a number, or numbers by name."""
        named = result.items() if isinstance(result, dict) else [("result", result)]
        self.counts = {
            str(name): float(count)
            for name, count in named
            if isinstance(count, int | float) and not isinstance(count, bool)
        }


@contextmanager
def measured(home: Home, task: str) -> Iterator[Work]:
    """While a task works; sent at its end, whatever that is. Raises what the task raises and nothing else."""
    work, began = Work(task), monotonic()
    try:
        yield work
    except BaseException as fault:
        work.ended = "nothing_to_do" if is_success(fault) else told_of_task(fault).code
        raise
    finally:
        work.seconds = monotonic() - began
        send(home, work)


def send(home: Home, work: Work) -> bool:
    """Send it where the settings name a collector; whether one took it."""
    try:
        endpoint = home.settings.watching.otel_endpoint
    except (AuthorError, OSError):
        return False
    if endpoint is None:
        return False
    try:
        is_taken = _export(endpoint, _data_of(work))
    except Exception as fault:  # a fault of the libraries is no fault of the task
        log.warning("metrics could not be sent: %s", type(fault).__name__)
        return False
    if not is_taken:
        log.warning("no collector took the metrics within %.0f seconds", _SECONDS)
    return is_taken


def _data_of(work: Work) -> MetricsData | None:
    """Each process tells what was done in it: differences, which the collector adds up."""
    from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
    from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
    from opentelemetry.sdk.resources import Resource

    delta = AggregationTemporality.DELTA
    reader = InMemoryMetricReader(preferred_temporality={Counter: delta, Histogram: delta})
    resource = Resource.create({"service.name": "bbaj", "service.version": version("bbaj")})
    provider = MeterProvider([reader], resource, shutdown_on_exit=False)
    meter = provider.get_meter("bbaj")
    told = {"task": work.task, "ended": work.ended}
    meter.create_histogram("bbaj.task.duration", "s", "How long a task took").record(work.seconds, told)
    meter.create_counter("bbaj.task.runs", "1", "Tasks that ended").add(1, told)
    counter = meter.create_counter("bbaj.task.counted", "1", "What tasks counted: files, rows, reports")
    for name, count in work.counts.items():
        if count >= 0:
            counter.add(count, {"task": work.task, "counted": name})
    if work.health is not None:
        _tell_gauges(meter.create_gauge, work.health)
    return reader.get_metrics_data()


def _tell_gauges(create: Callable[..., Any], health: Health) -> None:
    """The state of each gauge as 0, 1 or 2, and each number it measured."""
    from warehouse.services.health.gauge import STATES

    state = create("bbaj.health.state", "1", "0 well, 1 needs attention, 2 broken")
    made = {}
    for name, each in health.measured:
        told = {"gauge": name, "subject": each.subject}
        state.set(STATES.index(each.state), told)
        for fact, value in _numbers(each.facts.items()):
            if fact not in made:
                made[fact] = create(f"bbaj.health.{fact}")
            made[fact].set(value, told)


def _numbers(facts: Iterable[tuple[str, object]]) -> Iterator[tuple[str, float]]:
    for name, value in facts:
        if isinstance(value, int | float):
            yield name, float(value)


def _export(endpoint: str, data: MetricsData | None) -> bool:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics.export import MetricExportResult

    if data is None:
        return False
    # What it says of a collector that is away are tracebacks, in the log of every task.
    logging.getLogger(_LOUD).setLevel(logging.CRITICAL)
    exporter = OTLPMetricExporter(f"{endpoint}/v1/metrics", timeout=_SECONDS)
    try:
        return exporter.export(data, timeout_millis=_SECONDS * 1000) is MetricExportResult.SUCCESS
    finally:
        exporter.shutdown(timeout_millis=0)
