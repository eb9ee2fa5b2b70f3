"""The clockwork minute by minute, as its DAGs stand, without Airflow: what a run sets going when a task fails for good
or an event is lost.

In: a home, faults. Out: what each run did. The shape of the DAGs is the one `tests/dags` compares with the real ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.dags.test_dags import EXPECTED
from warehouse.services.tasks import clockwork

State = Literal["success", "skipped", "failed"]
_EACH_MINUTE = "0:01:00"


class AirflowSkipException(Exception):  # noqa: N818 - known by its name
    """What the scheduler's own says."""


def skip(why: str, **_: str) -> None:
    """In place of `clockwork._nothing_to_do`."""
    raise AirflowSkipException(why)


@dataclass
class Clockwork:
    """`fails`: task → whether it fails before or after its work, once. `loses`: events that are lost, once."""

    fails: dict[str, Literal["before", "after"]] = field(default_factory=dict)
    loses: set[str] = field(default_factory=set)
    ran: list[tuple[str, State]] = field(default_factory=list)
    _events: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def minutes(self, count: int, each: Callable[[], None] = lambda: None) -> None:
        """So many minutes; in each, what is due runs, then what that set going."""
        for _ in range(count):
            each()
            for dag, shape in EXPECTED.items():
                if shape["schedule"] == _EACH_MINUTE:
                    self.run(dag)
            while dag := next(self._set_going(), None):
                self.run(dag)

    def run(self, dag: str) -> dict[str, State]:
        """One run of a DAG."""
        shape: Any = EXPECTED[dag]
        came = [
            value
            for event in shape["schedule"]
            if isinstance(shape["schedule"], list)
            for value in self._take(event)
        ]
        states: dict[str, State] = {}
        values: dict[str, Any] = {}
        for task, above in shape["tasks"].items():
            if any(states[each] == "failed" for each in above):
                states[task] = "failed"
                continue
            if any(states[each] == "skipped" for each in above) and task != "settle_obligations":
                states[task] = "skipped"
                continue
            words = (
                [came]
                if task == "publish_warehouse"
                else [values[each] for each in above if task == "tell_of_faults"]
            )
            states[task], values[task] = self._do(task, words)
            self.ran.append((task, states[task]))
            if states[task] == "success":
                self._tell(shape["outlets"].get(task, []), values[task])
        return states

    def _do(self, task: str, words: list[Any]) -> tuple[State, Any]:
        when = self.fails.pop(task, None)
        if when == "before":
            return "failed", None
        try:
            value = getattr(clockwork, task)(*words)
        except AirflowSkipException:
            return ("failed" if when else "skipped"), None
        except (Exception, SystemExit):
            return "failed", None
        return ("failed", None) if when else ("success", value)

    def _tell(self, events: list[str], value: Any) -> None:
        for event in events:
            if event in self.loses:
                self.loses.remove(event)
            else:
                self._events[event].append(value)

    def _take(self, event: str) -> list[Any]:
        found, self._events[event] = self._events[event], []
        return found

    def _set_going(self) -> Iterator[str]:
        for dag, shape in EXPECTED.items():
            if isinstance(shape["schedule"], list) and all(
                self._events[event] for event in shape["schedule"]
            ):
                yield dag
