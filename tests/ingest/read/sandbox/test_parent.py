"""Files read apart: the same reading as here, and no file harms the next one, the process or the machine."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.read.form.read import read
from ingest.read.reading import Reading
from ingest.read.sandbox import parent as worker
from ingest.read.sandbox import reading_frames as handover
from ingest.read.sandbox.limits import FLOOR_MEMORY, FLOOR_SECONDS, MIB, Limits, limits_of
from ingest.read.sandbox.parent import ReadError, Worker, read_apart
from ingest.read.sandbox.patience import TimeUpError, listen
from ingest.read.sandbox.protocol import receive
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.means import Means
from tests.ingest.read import bombs
from tests.ingest.read.samples import codes, reconciled

LARGE = 20_000
PROJECT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def one() -> Iterator[Worker]:
    """One worker for all of them: each test begins where a hostile file may have left it."""
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    path = tmp_path / "honest.csv"
    path.write_bytes(bombs.csv(5))
    return path


def _same(left: Reading, right: Reading) -> bool:
    bare = [
        (table.sheet, table.columns, table.header_row, table.text.to_pydict())
        for reading in (left, right)
        for table in reading.tables
    ]
    half = len(bare) // 2
    facts = [
        (each.findings, each.rows_in, each.rows_not_data, each.stamp, each.unreadable)
        for each in (left, right)
    ]
    return bare[:half] == bare[half:] and facts[0] == facts[1]


@pytest.mark.parametrize("name", bombs.HOSTILE)
def test_a_hostile_file_is_named_and_the_next_one_is_read(
    one: Worker, tmp_path: Path, honest: Path, attendance: Contract, name: str
) -> None:
    found = reconciled(one.read(bombs.write(tmp_path, name), attendance))
    assert set(codes(found)) & bombs.HOSTILE[name][1], codes(found)
    assert any(finding.severity == "error" for finding in found.findings)
    assert all("…" not in text for finding in found.findings for text in finding.message.values())
    after = one.read(honest, attendance)
    assert (after.rows_data, codes(after)) == (5, [])


@pytest.mark.parametrize("name", bombs.HARMLESS)
def test_a_harmless_one_is_read_and_noted(
    one: Worker, tmp_path: Path, attendance: Contract, name: str
) -> None:
    found = reconciled(one.read(bombs.write(tmp_path, name), attendance))
    assert found.rows_data
    assert set(codes(found)) >= bombs.HARMLESS[name][1]
    assert [finding.code for finding in found.findings if finding.severity == "error"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of a child's memory")
def test_no_hostile_file_takes_more_memory_than_the_floor(tmp_path: Path) -> None:
    """In a process of its own, whose children are the reading processes alone."""
    for name in bombs.HOSTILE:
        bombs.write(tmp_path, name)
    code = f"""
import resource
from pathlib import Path
from ingest.read.sandbox.parent import Worker
from ingest.schema.forms.load import contract
one, form = Worker(), contract("attendance")
for path in sorted(Path({str(tmp_path)!r}).iterdir()):
    one.read(path, form)
one.close()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= FLOOR_MEMORY


def test_what_is_read_apart_is_what_is_read_here(one: Worker, tmp_path: Path, attendance: Contract) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for content in (bombs.csv(1), bombs.csv(LARGE), bombs.workbook(), b"", bombs.csv(1) + b"x,y\n"):
        path = tmp_path / "file"
        path.write_bytes(content)
        assert _same(one.read(path, attendance, scratch), read(path, attendance))
    assert list(scratch.iterdir()) == []


def test_a_process_that_was_killed_is_replaced(one: Worker, honest: Path, attendance: Contract) -> None:
    one.read(honest, attendance)
    before = one.pid
    assert before
    os.kill(before, signal.SIGKILL)
    assert one.read(honest, attendance).rows_data == 5
    assert one.pid != before


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of a child's memory")
def test_a_large_honest_file_does_not_cost_the_next_one_a_new_process(
    one: Worker, tmp_path: Path, honest: Path, attendance: Contract
) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(bombs.csv(1_000_000))
    one.read(honest, attendance)
    before = one.pid
    assert one.read(large, attendance, tmp_path).rows_data == 1_000_000
    assert one.pid == before


def test_beyond_its_processor_time_a_file_is_given_up(
    one: Worker, tmp_path: Path, attendance: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow.csv"
    slow.write_bytes(bombs.csv(1) + b'"' + bombs.csv(400_000))
    monkeypatch.setattr(worker, "limits_of", lambda path: Limits(8 * FLOOR_MEMORY, 0))
    monkeypatch.setattr(Limits, "patience", 600)
    assert codes(one.read(slow, attendance)) == ["too_expensive_to_read"]


def test_beyond_the_clocks_patience_as_well(
    one: Worker, honest: Path, attendance: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.read(honest, attendance)
    assert one.pid
    os.kill(one.pid, signal.SIGSTOP)
    monkeypatch.setattr(Limits, "patience", 1)
    assert codes(one.read(honest, attendance)) == ["too_expensive_to_read"]
    monkeypatch.undo()
    assert one.read(honest, attendance).rows_data == 5


def test_a_library_gone_astray_is_the_files_fault(
    one: Worker, honest: Path, attendance: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        assert one.pid
        os.kill(one.pid, signal.SIGSEGV)

    one.read(honest, attendance)
    monkeypatch.setattr(worker, "send", gone)
    assert codes(one.read(honest, attendance)) == ["breaks_the_reader"]


def test_our_own_faults_are_raised_without_what_the_file_holds(
    one: Worker, honest: Path, attendance: Contract
) -> None:
    with pytest.raises(FileNotFoundError):
        one.read(honest.with_name("nothing"), attendance)
    with pytest.raises(ReadError, match="AttributeError"):
        one.read(honest, Means("no contract"))  # type: ignore[arg-type]
    assert one.read(honest, attendance).rows_data == 5


def test_a_forked_process_reads_with_a_worker_of_its_own(honest: Path, attendance: Contract) -> None:
    read_apart(honest, attendance)
    mine = worker._worker.pid
    child = os.fork()
    if child == 0:
        ends = 1
        try:
            rows = read_apart(honest, attendance).rows_data
            ends = 0 if rows == 5 and worker._worker.pid != mine else 2
            worker._worker.close()
        finally:
            os._exit(ends)
    assert os.waitpid(child, 0)[1] == 0
    assert read_apart(honest, attendance).rows_data == 5
    assert worker._worker.pid == mine


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_reading_process_knows_no_secret(
    honest: Path, attendance: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBAJ_LEDGER_URL", "postgresql://me:secret@db/ledger")
    made = Worker()
    made.read(honest, attendance)
    assert "secret" not in Path(f"/proc/{made.pid}/environ").read_text()
    made.close()


def test_nothing_but_a_reading_is_believed(tmp_path: Path) -> None:
    for harm in (os.system, subprocess.Popen, read):
        with pytest.raises(pickle.UnpicklingError):
            handover.unpack([pickle.dumps(harm)], tmp_path, 1)
    with pytest.raises(ValueError, match="not a reading"):
        handover.unpack([pickle.dumps("text")], tmp_path, 1)
    other = tmp_path / "other"
    other.write_bytes(b"kept")
    bare = pickle.dumps(Reading())
    with pytest.raises(ValueError, match="not a file of this reading"):
        handover.unpack([bare, b"other@"], tmp_path, 1)
    assert other.exists()


def test_a_large_honest_file_is_due_more_and_a_padded_one_is_not(tmp_path: Path) -> None:
    small, large, padded = (tmp_path / name for name in ("small", "large", "padded"))
    small.write_bytes(bombs.csv(10))
    large.write_bytes(bombs.csv(200_000))
    padded.write_bytes(bombs.csv(10) + b",,,,,\n" * 2_000_000)
    assert (limits_of(small).memory, limits_of(small).seconds) == (FLOOR_MEMORY, FLOOR_SECONDS)
    assert limits_of(large).memory > FLOOR_MEMORY + 5 * large.stat().st_size
    assert limits_of(padded).memory < FLOOR_MEMORY + MIB


def test_a_text_without_a_contract_is_read_with_no_library_of_forms(tmp_path: Path) -> None:
    """Nobody who reads a small text waits for Arrow, models of contracts or tables."""
    code = (
        "import sys, ingest.read.sandbox.child, ingest.read.folder\n"
        "print(*({'pyarrow', 'numpy', 'duckdb', 'pydantic', 'fastexcel', 'python_calamine'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_one_process_reads_texts_workbooks_and_forms_in_any_order(
    one: Worker, tmp_path: Path, honest: Path, attendance: Contract
) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(bombs.workbook())
    for _ in range(2):
        assert [one.write(path, tmp_path).rows_written for path in (honest, book, honest)] == [5, 20, 5]
        assert one.read(honest, attendance).rows_data == 5


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has loaded is seen in /proc")
def test_reading_loads_no_library_it_has_no_use_for(
    one: Worker, tmp_path: Path, honest: Path, attendance: Contract
) -> None:
    """Whatever it is given: others would have them loaded in passing, which takes as long as all the rest."""
    book = tmp_path / "book.xlsx"
    book.write_bytes(bombs.workbook())
    for path in (honest, book):
        one.write(path, tmp_path)
        assert one.read(path, attendance).rows_data
    loaded = Path(f"/proc/{one.pid}/maps").read_text(encoding="utf-8")
    assert [name for name in ("pyarrow", "pandas", "duckdb", "django") if f"/{name}/" in loaded] == [
        "pyarrow"
    ]


@pytest.mark.parametrize("can_poll", [True, False])
def test_a_process_that_says_half_and_stops_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, can_poll: bool
) -> None:
    """Also where the system cannot wait for a pipe with a limit."""
    if not can_poll:
        monkeypatch.delattr(select, "poll")
    code = "import sys, time; sys.stdout.buffer.write(b'\\x02'); sys.stdout.flush(); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        with pytest.raises(TimeUpError), listen(process, 2) as said:
            receive(said)
    finally:
        process.kill()
        process.communicate()
