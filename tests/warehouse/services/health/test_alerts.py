"""What changes is told once: through restarts, a command that fails, a disk that is full; never through a shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.home import Home
from ingest.schema.forms.contract import LANGUAGES
from tests.faults.test_troubles import _fill, small_disk
from tests.warehouse.services.health.test_gauges import bare, decide
from warehouse.services.health import alerts
from warehouse.services.health.alerts import MEMORY, AlertError, tell_changes
from warehouse.services.health.gauge import STATES, Measured, State
from warehouse.services.health.look import Health
from warehouse.services.tasks import clockwork
from warehouse.services.troubles import troubles

__all__ = ["bare", "small_disk"]
NOW = datetime(2026, 9, 29, 5, tzinfo=UTC)


def health(**states: State | None) -> Health:
    """Of memory and tasks: a state each, None where it could not be measured; other names are tasks that failed."""
    measured = []
    for name, state in states.items():
        if state is None:
            measured.append((name, Measured("attention", "unmeasured")))
        elif name in ("memory", "clock"):
            said = {"memory": "unknown", "clock": "right"}[name]
            measured.append((name, Measured(state, said)))
        else:
            facts = {"since_seconds": 60, "times": 2, "code": "disk_full"}
            measured.append(("tasks", Measured(state, "fails", facts, name)))
    return Health(NOW, tuple(measured))


def told(home: Home, seen: Health) -> list[tuple[str, State | None, State]]:
    return [(each.key, each.before, each.after) for each in tell_changes(Home(home.root), seen)]


@pytest.fixture
def command(bare: Home, tmp_path: Path) -> Callable[[], list[dict[str, object]]]:
    """An alert command that keeps what it is told; called, everything so far."""
    kept, script = tmp_path / "kept", tmp_path / "alert"
    script.write_text(f'#!/bin/sh\n(cat; echo; echo "$@"; env) >> {kept}\n', encoding="utf-8")
    script.chmod(0o700)
    decide(bare, f'alert_command = ["{script}", "; touch {tmp_path}/shell", "$(id)"]\n')

    def read() -> list[dict[str, object]]:
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]

    return read


def test_each_change_is_told_once_and_in_three_languages(
    bare: Home,
    command: Callable[[], list[dict[str, object]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BBAJ_LEDGER_URL", "postgresql://user:secretword@host/db")
    assert told(bare, health(memory="well", clock="well")) == []
    assert command() == []
    for _ in range(3):
        tell_changes(Home(bare.root), health(memory="attention", clock="well", judge_waiting="attention"))
    [said] = command()
    assert said["state"] == "attention"
    changes = {(each["gauge"], each["subject"]): each for each in said["changes"]}  # type: ignore[attr-defined]
    assert set(changes) == {("memory", None), ("tasks", "judge_waiting")}
    for each in changes.values():
        assert set(each["text"]) == set(each["remedy"]) == set(LANGUAGES)
        assert (each["before"] in ("well", None), each["after"]) == (True, "attention")
    assert told(bare, health(memory="broken", clock="well")) == [
        ("memory", "attention", "broken"),
        ("tasks judge_waiting", "attention", "well"),
    ]
    assert told(bare, health(memory="well", clock="well")) == [("memory", "broken", "well")]
    assert len(command()) == 3
    written = (tmp_path / "kept").read_text(encoding="utf-8")
    assert f"; touch {tmp_path}/shell $(id)" in written
    assert "secretword" not in written and "BBAJ_LEDGER_URL=" not in written
    assert not (tmp_path / "shell").exists()


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional={"memory": st.sampled_from((*STATES, None)), "a": st.sampled_from(STATES)}
        ),
        max_size=8,
    )
)
def test_what_is_told_is_what_changed_however_often_the_program_starts_anew(
    looks: list[dict[str, State | None]],
) -> None:
    with TemporaryDirectory() as folder:
        home, known = Home(Path(folder)), {"memory": "well", "tasks a": "well"}
        for look in looks:
            now = {
                key: look.get(name, "well") or known[key]
                for name, key in (("memory", "memory"), ("a", "tasks a"))
            }
            found = {key: after for key, _, after in told(home, health(**look))}
            assert found == {key: state for key, state in now.items() if state != known[key]}
            assert told(home, health(**look)) == []
            known = now


@pytest.mark.parametrize(
    "line", ['["/bin/sh", "-c", "cat > /dev/null; exit 3"]', '["/nowhere/at/all"]', '["/bin/sleep", "1000"]']
)
def test_a_command_that_fails_is_told_of_and_tried_again(
    bare: Home, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "_SECONDS", 0.3 if "sleep" in line else 600.0)
    decide(bare, f"alert_command = {line}\n")
    monkeypatch.setenv("BBAJ_HOME", str(bare.root))
    for _ in range(2):
        with pytest.raises(AlertError):
            tell_changes(Home(bare.root), health(memory="attention"))
    with pytest.raises(SystemExit):
        clockwork.watch_health()
    [trouble] = troubles(bare)
    assert trouble.task == "watch_health" and trouble.told.code.startswith("alert_")
    assert all("{" not in trouble.told.say(language) for language in LANGUAGES)
    decide(bare)
    assert told(bare, health(memory="attention")) == [("memory", None, "attention")]


def test_a_command_that_reads_nothing_does_not_hold_us_up(bare: Home) -> None:
    decide(bare, 'alert_command = ["/bin/true"]\n')
    many: dict[str, State | None] = {f"task{number}": "attention" for number in range(2000)}
    assert len(told(bare, health(**many))) == 2000
    assert told(bare, health(**many)) == []


def test_dying_before_it_is_remembered_tells_again(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(bare)
    with monkeypatch.context() as patch:
        patch.setattr(alerts, "_remember", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            told(bare, health(memory="attention"))
    assert told(bare, health(memory="attention")) == [("memory", None, "attention")]


@pytest.mark.parametrize(
    "damage", [b"", b"\0" * 100, b"{", b'{"states": [1]}', b'{"states": {"memory": 7}}', b"\xff" * 20000]
)
def test_a_damaged_memory_tells_what_is_not_well(bare: Home, damage: bytes) -> None:
    decide(bare)
    (bare.root / MEMORY).write_bytes(damage)
    assert told(bare, health(memory="broken", clock="well")) == [("memory", None, "broken")]
    assert told(bare, health(memory="broken", clock="well")) == []


def test_on_a_full_disk_it_is_told_once(small_disk: Path) -> None:
    home = decide(Home(small_disk / "home"))
    assert told(home, health(memory="well")) == []
    _fill(small_disk)
    assert told(home, health(memory="broken")) == [("memory", "well", "broken")]
    assert told(home, health(memory="broken")) == []


def test_the_task_says_how_many_gauges_are_in_which_state(
    bare: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBAJ_HOME", str(decide(bare).root))
    counted = clockwork.watch_health()
    assert counted["broken"] >= 2
    assert not bare.ledger.exists() and not bare.raw.exists()
