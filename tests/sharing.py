"""How tests are shared out among the processes of `make test`, and how little these say to each other.

In: which tests stay together, by the file of each. Out: a scheduler of xdist; a process that says what is made use of.
Both for twenty-five thousand tests, for each of which xdist looks through the names of all, and is told five things.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling


class ByGroup(LoadScopeScheduling):
    """Gives whole groups out, in their order."""

    def __init__(self, group_of: Callable[[str], str], config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._group_of = group_of
        self._places: dict[str, int] = {}

    def _split_scope(self, nodeid: str) -> str:
        return self._group_of(nodeid.partition("::")[0])

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """A group that is done is forgotten: what is left of all groups is counted again and again."""
        group = self._split_scope(self.registered_collections[node][item_index])
        super().mark_test_complete(node, item_index, duration)
        if all(self.assigned_work[node][group].values()):
            del self.assigned_work[node][group]

    def _assign_work_unit(self, node: Any) -> None:
        """As xdist does it, which looks for each test through the list of all."""
        if not self._places:
            self._places = {each: place for place, each in enumerate(self.registered_collections[node])}
        group, tests = self.workqueue.popitem(last=False)
        self.assigned_work.setdefault(node, {})[group] = tests
        node.send_runtest_some([self._places[each] for each, is_done in tests.items() if not is_done])


def say_less(config: pytest.Config) -> None:
    """Of a test that goes well the others hear its result; not that it begins, and was set up and taken down."""
    plugins = config.pluginmanager.get_plugins()
    [speaker] = [each for each in plugins if type(each).__name__ == "WorkerInteractor"]
    say = speaker.sendevent

    def sendevent(name: str, **told: Any) -> None:
        report = told.get("data", {}) if name == "testreport" else {}
        is_usual = report.get("when") in ("setup", "teardown") and report["outcome"] == "passed"
        if name != "logstart" and not is_usual:
            say(name, **told)

    speaker.sendevent = sendevent
