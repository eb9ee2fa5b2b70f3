"""Each test is given to one process, groups whole and in their order; where a process dies, its tests go to others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from xdist.remote import Producer

from tests.sharing import ByGroup, say_less

TESTS = [
    f"{file}::test_{number}"
    for file, count in zip("abcde", (3, 1, 5, 2, 4), strict=True)
    for number in range(count)
]


class Process:
    def __init__(self) -> None:
        self.given: list[int] = []
        self.shutting_down = False
        self.gateway = SimpleNamespace(id=id(self))

    def send_runtest_some(self, places: list[int]) -> None:
        self.given += places

    def shutdown(self) -> None:
        self.shutting_down = True


def _join(shared: Any) -> Process:
    process = Process()
    shared.add_node(process)
    shared.add_node_collection(process, TESTS)
    return process


@pytest.mark.parametrize("dies_after", [None, 0, 1, 2, 3])
def test_each_test_is_given_to_one_process_and_groups_stay_whole(dies_after: int | None) -> None:
    config: Any = SimpleNamespace(
        getvalue=lambda _name: ["popen", "popen"], option=SimpleNamespace(loadscopereorder=False)
    )
    group_of = {"d": "b"}
    shared: Any = ByGroup(lambda file: group_of.get(file, file), config, Producer("tests", enabled=False))
    processes = [_join(shared), _join(shared)]
    shared.schedule()
    alive, done = list(processes), dict.fromkeys(processes, 0)
    died_at: list[str] = []
    while any(done[each] < len(each.given) for each in alive):
        for each in alive:
            if each is processes[0] and done[each] == dies_after:
                alive.remove(each)
                died_at.append(shared.remove_node(each))
                processes.append(_join(shared))  # as xdist begins another in its place
                alive.append(processes[-1])
                done[processes[-1]] = 0
                shared.schedule()
                break
            if done[each] < len(each.given):
                shared.mark_test_complete(each, each.given[done[each]])
                done[each] += 1
    assert shared.tests_finished
    ran = {each: [TESTS[place] for place in each.given[: done[each]]] for each in processes}
    assert sorted(test for tests in ran.values() for test in tests) == sorted(TESTS)
    if dies_after is not None:
        assert died_at == [TESTS[processes[0].given[dies_after]]]
        return
    for tests in ran.values():
        groups = [group_of.get(test[0], test[0]) for test in tests]
        assert groups == sorted(groups), "in their order, none divided"
    assert not {test[0] for test in ran[processes[0]]} & {test[0] for test in ran[processes[1]]}


def test_what_goes_well_is_said_once_and_what_fails_always() -> None:
    said: list[tuple[str, Any]] = []

    class WorkerInteractor:
        def sendevent(self, name: str, **told: Any) -> None:
            said.append((name, told.get("data", {}).get("when")))

    speaker = WorkerInteractor()
    say_less(SimpleNamespace(pluginmanager=SimpleNamespace(get_plugins=lambda: [speaker])))  # type: ignore[arg-type]
    for outcome in ("passed", "failed", "skipped"):
        said.clear()
        speaker.sendevent("logstart", nodeid="a")
        for when in ("setup", "call", "teardown"):
            speaker.sendevent("testreport", data={"when": when, "outcome": outcome})
        speaker.sendevent("runtest_protocol_complete", item_index=1)
        times = ["call"] if outcome == "passed" else ["setup", "call", "teardown"]
        assert said == [*(("testreport", when) for when in times), ("runtest_protocol_complete", None)]
