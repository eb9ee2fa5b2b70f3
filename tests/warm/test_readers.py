"""Reading processes that are forked read, are limited, end and are replaced as those that are started are."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ingest.read.sandbox import parent
from ingest.read.sandbox.parent import ReadError, Worker
from ingest.schema.forms.load import contract
from tests.ingest.read import bombs
from tests.ingest.read.samples import codes
from tests.warm import readers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits that the kernel keeps")
FORM = contract("attendance")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(parent, "subprocess", readers.WARM)
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    path = tmp_path / "honest.csv"
    path.write_bytes(bombs.csv(50))
    return path


def test_it_reads_as_one_that_is_started_and_ends_with_its_asker(
    worker: Worker, honest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = Worker()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(parent, "subprocess", subprocess)
            other = started.read(honest, FORM)
        forked = worker.read(honest, FORM)
    finally:
        started.close()
    assert forked.tables[0].text.equals(other.tables[0].text) and forked.findings == other.findings
    process = psutil.Process(worker.pid)
    worker.close()
    assert not process.is_running()


def test_one_beyond_its_limits_says_so_and_the_next_file_is_read(
    worker: Worker, honest: Path, tmp_path: Path
) -> None:
    before = worker.read(honest, FORM).rows_data
    bomb = bombs.write(tmp_path, "zip_bomb_within_what_is_stated")
    assert codes(worker.read(bomb, FORM)) == ["too_expensive_to_read"]
    assert worker.read(honest, FORM).rows_data == before == 50


def test_one_that_was_killed_says_so(worker: Worker, honest: Path) -> None:
    worker.warm()
    process = worker._process
    assert process is not None
    process.kill()
    assert process.wait(60) == process.returncode == -signal.SIGKILL
    assert worker.read(honest, FORM).rows_data == 50, "another has taken its place"


def test_one_killed_at_every_try_is_a_fault_of_ours_or_the_files(
    worker: Worker, honest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent, "_PROGRAM", "import os; os._exit(7); ")
    with pytest.raises(ReadError, match="7"):
        worker.read(honest, FORM)
