"""Old logs of tasks go, and nothing else does, whatever lies there."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.authored import AuthorError
from ingest.home import SETTINGS_FILE, Home
from warehouse.services.tasks.task_logs import forget_old_logs

DAY, NOW = 86400, 1_800_000_000.0
ROOTS = (
    "dag_id=judge/run_id=a/task_id=b",
    "dag_id=collect/run_id=ә",
    "dag_processor/2026-11-01",
    "scheduler/x",
)
OTHERS = ("", "other", "dag_id", "x/dag_id=judge")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ROOTS + OTHERS),
            st.sampled_from(("attempt=1.log", "attempt=2.log", "air.log", "airflow.cfg", "log", "x.log.gz")),
            st.integers(0, 100),
        ),
        max_size=12,
    ),
    st.integers(1, 60),
)
def test_what_is_old_and_a_log_of_a_task_goes(files: list[tuple[str, str, int]], kept: int) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        (home.root / SETTINGS_FILE).write_text(f"task_logs_days = {kept}\n", encoding="utf-8")
        written = {}
        for where, name, days in files:
            file = home.logs / "airflow" / where / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x")
            os.utime(file, (NOW - days * DAY,) * 2)
            written[file] = where in ROOTS and name.endswith(".log") and days > kept
        assert forget_old_logs(home, NOW) == sum(written.values())
        assert {file for file in written if file.exists()} == {
            file for file, goes in written.items() if not goes
        }
        assert forget_old_logs(home, NOW) == 0


def test_folders_left_empty_go_a_new_one_and_what_a_link_leads_to_stay(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    old = home.logs / "airflow" / "dag_id=judge" / "run_id=old" / "task_id=x"
    new = home.logs / "airflow" / "dag_id=judge" / "run_id=new"
    beyond = tmp_path / "beyond"
    for folder in (old, new, beyond):
        folder.mkdir(parents=True)
    for file in (old / "attempt=1.log", beyond / "attempt=1.log"):
        file.write_bytes(b"x")
        os.utime(file, (NOW - 99 * DAY,) * 2)
    for folder in (old, old.parent):
        os.utime(folder, (NOW - 99 * DAY,) * 2)
    os.utime(new, (NOW,) * 2)
    (home.logs / "airflow" / "dag_id=link").symlink_to(beyond)
    (new / "task_id=link").symlink_to(beyond)
    os.utime(new, (NOW,) * 2)
    assert forget_old_logs(home, NOW) == 1
    assert not old.parent.exists() and new.exists()
    assert (beyond / "attempt=1.log").exists()


def test_a_home_without_logs_and_a_setting_that_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert forget_old_logs(home, NOW) == 0
    for wrong in ("0", "-1", '"x"', "true"):
        (tmp_path / SETTINGS_FILE).write_text(f"task_logs_days = {wrong}\n", encoding="utf-8")
        with pytest.raises(AuthorError):
            forget_old_logs(Home(tmp_path), NOW)
