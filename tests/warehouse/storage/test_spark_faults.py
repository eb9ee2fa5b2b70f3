"""However Spark ends, the build says why and what to do, blames no report, and leaves nothing half.

In the place of Spark stands a program that ends as Spark was seen to end; what it says is what Spark said.
"""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.home import Home, InstallationError
from ingest.ledger.records import Build, Submission
from ingest.told import told_of
from tests.warehouse.country import Country
from warehouse.services.building import build
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.engines import dbt_process
from warehouse.storage.builds.engines.spark_process import WORKING

_ENDS = {
    "no_session": (
        "print('java.io.IOException: Failed to connect to master/10.0.0.1:7077'); sys.exit(3)",
        "spark_not_begun",
    ),
    "no_memory_to_begin_with": (
        "print('There is insufficient memory for the Java Runtime Environment to continue.\\nCannot allocate memory');"
        " sys.exit(3)",
        "spark_lacked_memory",
    ),
    "memory_less_than_spark_takes": (
        "print('[INVALID_DRIVER_MEMORY] System memory 209715200 must be at least 471859200. Please increase');"
        " sys.exit(3)",
        "spark_lacked_memory",
    ),
    "memory_in_the_middle": (
        "end([('model.bbaj.fct_attendance', 'error', 'java.lang.OutOfMemoryError: Java heap space')], 1)",
        "spark_lacked_memory",
    ),
    "memory_that_took_java_with_it": (
        "print('java.lang.OutOfMemoryError: GC overhead limit exceeded');"
        "end([('model.bbaj.fct_attendance', 'error', 'Answer from Java side is empty')], 1)",
        "spark_lacked_memory",
    ),
    "java_gone": (
        "end([('model.bbaj.fct_attendance', 'error', 'py4j.protocol.Py4JNetworkError: Answer from Java side is empty'),"
        " ('model.bbaj.fct_enrolment', 'error', 'ConnectionRefusedError: [Errno 111] Connection refused')], 1)",
        "spark_lost",
    ),
    "machine_gone": (
        "end([('model.bbaj.fct_attendance', 'error', 'Job aborted due to stage failure: ExecutorLostFailure')], 1)",
        "spark_lost",
    ),
    "machine_gone_with_what_it_kept": (
        "end([('model.bbaj.rpt_staff', 'error', 'Checkpoint block rdd_7_0 not found! Either the executor that"
        " originally checkpointed this partition is no longer alive, or the original RDD is unpersisted.')], 1)",
        "spark_lost",
    ),
    "session_ended": (
        "print('Job 7 cancelled because SparkContext was shut down'); os.kill(os.getpid(), 9)",
        "spark_lost",
    ),
    "killed": ("os.kill(os.getpid(), 9)", "build_not_ended"),
    "nothing_left_behind": ("sys.exit(0)", "build_not_ended"),
    "a_promise_of_the_model_broken": (
        "end([('test.bbaj.unique_dim_date', 'fail', 'Got 3 results')], 1)",
        "build_model_failed",
    ),
}
_PROGRAM = """#!{python}
import json, os, sys
def end(results, code):
    keys = ('unique_id', 'status', 'message')
    told = [dict(zip(keys, each), failures=None, seconds=0) for each in results]
    open('model.json', 'w').write('{{"nodes": {{}}, "sources": {{}}}}')
    open('run_results.json', 'w').write(json.dumps(told))
    sys.exit(code)
open('spark/tables/half.parquet', 'w').write('half')
{how}
"""


@pytest.fixture
def asked(rostered: Country, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A country that is to be built, where Spark would be asked."""
    monkeypatch.setattr(dbt_process, "subprocess", SimpleNamespace(Popen=subprocess.Popen))
    root = rostered.home.root
    java = root / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    settings = (root / "bbaj.toml").read_text(encoding="utf-8")
    settings += (
        f'\n[spark]\nmaster = "spark://10.0.0.1:7077"\npython = "{root}/spark"\njava = "{root}/java"\n'
    )
    (root / "bbaj.toml").write_text(settings, encoding="utf-8")
    return Home(root)


def _stands_for_spark(home: Home, how: str) -> None:
    program = home.root / "spark"
    program.write_text(_PROGRAM.format(python=sys.executable, how=how), encoding="utf-8")
    program.chmod(0o755)


def test_however_spark_ends_nobody_is_blamed_and_nothing_is_left_half(asked: Home) -> None:
    before = {each.pk: each.state for each in Submission.objects.all()}
    for name, (how, code) in _ENDS.items():
        _stands_for_spark(asked, how)
        with pytest.raises(InstallationError) as caught:
            build(asked, engine="spark")
        told = told_of(caught.value)
        assert told is not None and told.code == code, name
        said: Any = [told.say(language) for language in ("kk", "ru", "en")]
        assert not [text for text in said if "{" in text or "Error" in text], name
        failed = Build.objects.latest("pk")
        assert (failed.state, failed.held_back) == ("failed", []), name
        assert not (asked.builds / str(failed.pk) / WORKING).exists(), name
        assert isinstance(caught.value, BuildError) or "10.0.0.1" in said[0], name
    assert {each.pk: each.state for each in Submission.objects.all()} == before
    assert not asked.warehouse.exists()
