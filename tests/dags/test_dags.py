"""The clockwork as it stands: which DAGs, which tasks, when, and that parsing them loads nothing heavy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HEAVY = (
    "django",
    "great_expectations",
    "dbt",
    "pandas",
    "pyarrow",
    "duckdb",
    "warehouse",
    "expectations",
    "ingest",
)

EXPECTED = {
    "backup": {"tasks": {"back_up_everything": []}, "schedule": "0 20 * * *", "outlets": {}},
    "drill": {"tasks": {"try_backup": []}, "schedule": "0 22 * * 6", "outlets": {}},
    "build": {
        "tasks": {"build_warehouse": []},
        "schedule": ["bbaj://landed"],
        "outlets": {"build_warehouse": ["bbaj://built"]},
    },
    "collect": {
        "tasks": {"receive_drop": [], "notice_decisions": []},
        "schedule": "0:01:00",
        "outlets": {"receive_drop": ["bbaj://received"], "notice_decisions": ["bbaj://landed"]},
    },
    "health": {"tasks": {"watch_health": []}, "schedule": "0:05:00", "outlets": {}},
    "summaries": {"tasks": {"make_summaries": []}, "schedule": "0 1,8 * * *", "outlets": {}},
    "outbox": {"tasks": {"send_messages": []}, "schedule": "0:05:00", "outlets": {}},
    "judge": {
        "tasks": {
            "judge_waiting": [],
            "settle_obligations": ["judge_waiting"],
            "tell_of_faults": ["judge_waiting"],
        },
        "schedule": ["bbaj://received"],
        "outlets": {"judge_waiting": ["bbaj://landed"]},
    },
    "obligations": {
        "tasks": {"open_obligations": [], "settle_obligations": ["open_obligations"]},
        "schedule": "30 19 * * *",
        "outlets": {},
    },
    "publish": {
        "tasks": {"publish_warehouse": []},
        "schedule": ["bbaj://built"],
        "outlets": {"publish_warehouse": ["bbaj://published"]},
    },
    "verify": {
        "tasks": {"verify_everything": [], "forget_task_logs": []},
        "schedule": "0 21 * * *",
        "outlets": {},
    },
}

# Each runs in a process of its own, so that what is loaded there was loaded by the DAG files and nothing else.
IMPORT_ALL = """
import importlib.util, json, pathlib, sys
import airflow.sdk
before = set(sys.modules)
for file in sorted(pathlib.Path("dags").glob("*.py")):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""

READ_SHAPE = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
assert not bag.import_errors, bag.import_errors
def schedule(dag):
    named = getattr(dag.schedule, "objects", dag.schedule)
    return sorted(asset.uri.rstrip("/") for asset in named) if isinstance(named, (list, tuple)) else str(named)
print(json.dumps({
    key: {
        "tasks": {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks},
        "schedule": schedule(dag),
        "outlets": {t.task_id: [asset.uri.rstrip("/") for asset in t.outlets] for t in dag.tasks if t.outlets},
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "asleep": [t.task_id for t in dag.tasks if getattr(t, "deferrable", False) or t.start_from_trigger],
    }
    for key, dag in bag.dags.items()
}))
"""


def run(script, home):
    environment = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    return run(READ_SHAPE, tmp_path_factory.mktemp("airflow"))


def test_exactly_these_dags_tasks_and_schedules(shapes):
    kept = ("tasks", "schedule", "outlets")
    assert {dag_id: {key: dag[key] for key in kept} for dag_id, dag in shapes.items()} == EXPECTED


def test_no_run_overtakes_another_and_none_is_made_up_for(shapes):
    assert {(dag["catchup"], dag["max_active_runs"]) for dag in shapes.values()} == {(False, 1)}


def test_no_task_waits_for_a_triggerer_which_nobody_starts(shapes):
    assert {dag_id: dag["asleep"] for dag_id, dag in shapes.items()} == {key: [] for key in EXPECTED}


def test_parsing_loads_nothing_heavy(tmp_path):
    assert not set(run(IMPORT_ALL, tmp_path)) & set(HEAVY)


def test_no_dag_file_is_named_like_one_of_our_packages():
    packages = {"ingest", "expectations", "warehouse", "dashboards", "dags", "tests"}
    assert not {file.stem for file in (PROJECT / "dags").glob("*.py")} & packages
