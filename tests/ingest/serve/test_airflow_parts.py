"""Parts of Airflow: one that ends is started again; one that cannot stay up ends them all."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from ingest.serve.airflow_parts import PARTS, PROGRAM, Part, await_server, keep_up_all
from tests.warm import run_python

STAYS = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


def _ends_once(told: Path) -> list[str]:
    """A program that ends the first two times it is started, and then stays."""
    code = f"import os, time; at = {str(told)!r}; open(at, 'a').write('x')\nif os.path.getsize(at) > 2: time.sleep(600)"
    return [sys.executable, "-S", "-c", code]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on which the pauses between two starts are over soon."""
    monkeypatch.setattr(Part, "clock", staticmethod(lambda: time.monotonic() * 200))
    monkeypatch.setattr("ingest.serve.airflow_parts._STAYED_SECONDS", float("inf"))


def _parts(*commands: list[str]) -> list[Part]:
    return [Part(f"part{number}", command, Part.clock) for number, command in enumerate(commands)]


def test_a_part_that_ended_runs_again_and_the_others_went_on(hurried: None, tmp_path: Path) -> None:
    told = tmp_path / "told"
    parts = _parts(_ends_once(told), STAYS)
    seen = set()

    def is_told() -> bool:
        seen.add(parts[1].process and parts[1].process.pid)
        return told.exists() and told.stat().st_size > 2

    assert keep_up_all(parts, is_told, pause=0.01)
    assert told.read_text() == "xxx"
    assert len(seen - {None}) == 1, "the other one was left alone"
    assert all(part.process and part.process.wait(60) is not None for part in parts), "both were ended"


def test_a_part_that_cannot_stay_up_ends_them_all(hurried: None) -> None:
    parts = _parts([sys.executable, "-S", "-c", "raise SystemExit(3)"], STAYS)
    assert not keep_up_all(parts, lambda: False, pause=0.01)
    assert parts[0].starts == 6
    assert parts[1].process and parts[1].process.wait(60) is not None


def test_a_part_that_ran_for_long_is_given_all_its_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    part = Part("part", [sys.executable, "-S", "-c", ""], lambda: now[0])
    for _ in range(40):
        assert part.keep_up()
        assert part.process
        part.process.wait(60)
        now[0] += 61
        assert part.keep_up()
        now[0] += 61
    part.end(60)


def test_the_pause_between_two_starts_grows() -> None:
    now, pauses = [0.0], []
    part = Part("part", [sys.executable, "-S", "-c", ""], lambda: now[0])
    while part.keep_up():
        assert part.process
        part.process.wait(60)
        if not part.keep_up():
            break
        pauses.append(part.again_at - now[0])
        now[0] = part.again_at
    assert pauses == [1, 2, 4, 8, 16]


def test_the_server_comes_first_and_the_others_wait_for_it(hurried: None) -> None:
    (server,) = _parts(STAYS)
    asked = iter([False, False, True])
    await_server(server, lambda: next(asked), pause=0.01)
    assert server.process and server.process.poll() is None
    server.ask_to_end()
    server.end(60)


def test_a_server_that_cannot_stay_up_is_not_waited_for(hurried: None) -> None:
    (server,) = _parts([sys.executable, "-S", "-c", "raise SystemExit(3)"])
    await_server(server, lambda: False, pause=0.01)
    assert server.starts == 6


def test_no_part_serves_logs_on_the_network_and_the_server_is_ended_last() -> None:
    assert list(PARTS)[-1] == "api-server"
    assert "--skip-serve-logs" in PARTS["scheduler"]


# The scheduler as it is started, in whose place stands a program that tells how it finds itself.
_TOLD = """
import os, runpy, sys, threading, types
def told():
    begun_with = ("warehouse.services.tasks.clockwork", "warehouse.storage.builds.build", "django.db")
    loaded = [name for name in begun_with if name in sys.modules]
    if "ingest.schema.forms.load" in sys.modules and loaded:
        loaded += [f"{sys.modules['ingest.schema.forms.load']._contracts.cache_info().currsize} reading of contracts"]
    print(sys.argv, loaded, threading.active_count(), os.listdir(os.environ["BBAJ_HOME"]))
sys.modules["airflow"] = types.ModuleType("airflow")
sys.modules["airflow.__main__"] = types.SimpleNamespace(main=told)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("executor", "loaded"),
    [
        (
            "LocalExecutor",
            [
                *("warehouse.services.tasks.clockwork", "warehouse.storage.builds.build", "django.db"),
                "1 reading of contracts",
            ],
        ),
        ("CeleryExecutor", []),
    ],
)
def test_tasks_of_this_machine_find_loaded_what_they_begin_with(
    tmp_path: Path, executor: str, loaded: list[str]
) -> None:
    """Nothing is opened and no thread is started: neither would be there after a fork."""
    environment = {**os.environ, "BBAJ_HOME": str(tmp_path), "AIRFLOW__CORE__EXECUTOR": executor}
    ran = run_python(_TOLD, PROGRAM[2], "scheduler", "--skip-serve-logs", env=environment, ahead=())
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"{['airflow', 'scheduler', '--skip-serve-logs']} {loaded} 1 []\n"
