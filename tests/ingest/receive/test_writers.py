"""Files that somebody is still writing: real processes that pause, die, take turns and come too late."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.receive import drop, watch, writers
from ingest.receive.drop import collect
from ingest.receive.dropped import CollectReport
from ingest.receive.writers import writers_of

SCHOOL = "650140000011"
HERE = f"{SCHOOL}/attendance/2026-W37"
QUIET = 0.3
# Says that it opens a file, opens it as asked, writes a part, says so, and goes on or ends when it is told to.
WRITER = """
import os, sys
path, mode, parts = sys.argv[1], sys.argv[2], sys.argv[3:]
print("opening", flush=True)
with open(path, mode) as out:
    for part in parts:
        out.write(part)
        out.flush()
        print("written", flush=True)
        sys.stdin.readline()
"""


class Writer:
    """A program that copies a file in parts, pausing between them."""

    def __init__(self, path: Path, *parts: str, mode: str = "w") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), mode, *parts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout and self.process.stdout.readline() == "opening\n"

    def wait_until_it_waits(self) -> None:
        """Until it sleeps in the middle of opening, however busy the machine is: often asked, always asleep."""
        asleep = 0
        while asleep < 20:
            state = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
            asleep = asleep + 1 if state.split()[0] in "SD" else 0
            time.sleep(0.01)

    def wait_for_part(self) -> None:
        assert self.process.stdout and self.process.stdout.readline() == "written\n"

    def go_on(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def finish(self) -> None:
        self.go_on()
        assert self.process.wait(20) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


def _after_quiet(home: Home) -> CollectReport:
    time.sleep(QUIET * 1.5)
    return collect(home, quiet_seconds=QUIET)


def _contents() -> list[bytes]:
    """What was received, in the order of the receipts."""
    from ingest.ledger.records import Submission
    from ingest.receive.store import RawStore

    store = RawStore(Home.from_environment())
    return [store.path(one.raw_file_id or "").read_bytes() for one in Submission.objects.order_by("pk")]


@pytest.fixture(autouse=True)
def _environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBAJ_HOME", str(home.root))


def test_a_copy_that_pauses_is_taken_when_it_has_ended(home: Home) -> None:
    path = home.drop / HERE / "a.csv"
    copy = Writer(path, "bin;iin\n", "1;2\n", "3;4\n")
    for _ in range(3):
        copy.wait_for_part()
        assert _after_quiet(home).waiting == [f"{HERE}/a.csv"]
        copy.go_on()
    assert copy.process.wait(20) == 0
    assert len(_after_quiet(home).received) == 1
    assert _contents() == [b"bin;iin\n1;2\n3;4\n"]


def test_a_copy_killed_in_the_middle_and_begun_again_is_received_whole(home: Home) -> None:
    path = home.drop / HERE / "a.csv"
    first = Writer(path, "half\n")
    first.wait_for_part()
    first.kill()
    _after_quiet(home)
    again = Writer(path, "half\n", "other half\n")
    again.wait_for_part()
    assert _after_quiet(home).waiting == [f"{HERE}/a.csv"]
    again.go_on()
    again.wait_for_part()
    again.finish()
    _after_quiet(home)
    assert _contents() == [b"half\n", b"half\nother half\n"]


def test_two_writers_are_both_waited_for(home: Home) -> None:
    path = home.drop / HERE / "a.csv"
    one, other = Writer(path, "one\n", mode="a"), Writer(path, "other\n", mode="a")
    one.wait_for_part()
    other.wait_for_part()
    one.finish()
    assert _after_quiet(home).waiting == [f"{HERE}/a.csv"]
    other.finish()
    assert len(_after_quiet(home).received) == 1


def test_a_handle_that_only_might_write_is_waited_for(home: Home, put: Callable[..., Path]) -> None:
    """As programs of Windows keep a file, over a share of this machine: open for reading and writing, idle."""
    path = put(f"{HERE}/a.csv", "whole\n")
    idle = Writer(path, "", mode="r+")
    idle.wait_for_part()
    assert collect(home).waiting == [f"{HERE}/a.csv"]
    idle.finish()
    assert len(_after_quiet(home).received) == 1


def test_who_only_reads_keeps_nothing_waiting(home: Home, put: Callable[..., Path]) -> None:
    path = put(f"{HERE}/a.csv", "whole\n")
    with path.open(encoding="utf-8"):
        assert len(collect(home).received) == 1


def test_a_copy_under_another_name_renamed_at_its_end_is_received_once(home: Home) -> None:
    """As rsync does it: the new content is another file, under a hidden name until it is whole."""
    folder = home.drop / HERE
    for content in ("one\n", "two\n"):
        copy = Writer(folder / ".a.csv.X1y2Z3", content)
        copy.wait_for_part()
        assert _after_quiet(home).received == []
        copy.finish()
        (folder / ".a.csv.X1y2Z3").rename(folder / "a.csv")
        assert len(_after_quiet(home).received) == 1
    assert _contents() == [b"one\n", b"two\n"]


def test_who_opens_the_file_while_it_is_taken_has_it_received_anew(
    home: Home, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(f"{HERE}/a.csv", "half\n")
    late: list[Writer] = []
    receive = drop._receive

    def meanwhile(*given: object) -> None:
        late.append(Writer(path, "other half\n", mode="a"))
        late[-1].wait_until_it_waits()  # for us: the file is not open
        receive(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(drop, "_receive", meanwhile)
    collect(home)
    monkeypatch.undo()
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    late[0].wait_for_part()
    assert _after_quiet(home).received_anew == []  # it still writes
    late[0].finish()
    report = _after_quiet(home)
    assert report.received_anew == [f"{HERE}/a.csv"]
    assert len(report.received) == 1
    assert _contents() == [b"half\n", b"half\nother half\n"]
    assert not path.exists()


def test_bytes_that_come_after_the_move_are_not_lost_beside_a_new_file_of_that_name(
    home: Home, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(f"{HERE}/a.csv", "half\n")
    with path.open("a", encoding="utf-8") as handle:
        # On a share of another machine nobody sees that handle.
        monkeypatch.setattr(drop, "closed_to_writers", lambda path: nullcontext("unknown"))
        monkeypatch.setattr(watch, "writers_of", lambda path: "unknown")
        monkeypatch.setattr(drop, "writers_of", lambda path: "unknown")
        assert collect(home, quiet_seconds=0).unsure == [f"{HERE}/a.csv"]
        handle.write("other half\n")
    put(f"{HERE}/a.csv", "new\n")
    report = _after_quiet(home)
    assert report.received_anew == [f"{HERE}/a.csv"]
    assert len(report.received + _after_quiet(home).received) == 2
    assert sorted(_contents()) == [b"half\n", b"half\nother half\n", b"new\n"]


def test_a_share_is_waited_for_by_both_clocks(
    home: Home, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that keeps the time of the original looks old while it is written."""
    monkeypatch.setattr(writers, "_is_shared", lambda path: True)
    put(f"{HERE}/a.csv", "half\n")
    assert collect(home, quiet_seconds=QUIET).waiting == [f"{HERE}/a.csv"]
    report = _after_quiet(home)
    assert (len(report.received), report.unsure) == (1, [f"{HERE}/a.csv"])


def test_a_file_is_forgotten_when_nobody_can_write_to_it_any_more(
    home: Home, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(f"{HERE}/a.csv", "whole\n")
    collect(home)
    assert [each.place for each in watch.watched(home.drop)] == [f"{HERE}/a.csv"]
    collect(home)
    assert len(watch.watched(home.drop)) == 1
    monkeypatch.setattr(watch, "_SETTLED_SECONDS", 0.0)
    collect(home)
    assert watch.watched(home.drop) == []


def test_a_torn_line_of_the_journal_loses_no_other(home: Home, put: Callable[..., Path]) -> None:
    put(f"{HERE}/a.csv", "whole\n")
    collect(home)
    with (home.drop / ".watched.jsonl").open("a") as journal:
        journal.write('{"place": "b.c')
    assert [each.place for each in watch.watched(home.drop)] == [f"{HERE}/a.csv"]


@contextmanager
def _without_leases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refused(descriptor: int, *_: int) -> int:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(writers.fcntl, "fcntl", refused)
        yield


def test_where_no_lease_is_granted_the_open_files_of_processes_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("whole")
    with _without_leases(monkeypatch):
        assert writers_of(path) in ("none", "unknown")
        with path.open("a"):
            assert writers_of(path) == "some"
        with path.open():
            assert writers_of(path) in ("none", "unknown")


@pytest.mark.parametrize(
    ("told", "may_write"),
    [
        ("pos:\t0\nflags:\t0100000\nmnt_id:\t29\n", False),
        ("pos:\t0\nflags:\t0100001\nmnt_id:\t29\n", True),
        ("pos:\t0\nflags:\t0102002\nmnt_id:\t29\n", True),
        ("pos:\t0\nmnt_id:\t29\n", True),
        ("", True),
    ],
)
def test_who_does_not_say_how_a_file_is_open_may_write_to_it(
    tmp_path: Path, told: str, may_write: bool
) -> None:
    (tmp_path / "3").write_text(told)
    assert writers._writes(tmp_path / "3") is may_write


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        *((name, False) for name in ("Thumbs.db", "DESKTOP.INI", "отчёт.lnk", "~$a.xlsx", "a.tmp", "a.csv.sha256")),
        *((name, False) for name in ("a.csv.crdownload", "a.PART", ".DS_Store", "._a.xlsx", "a.xlsx~", "a.txt.bak")),
        *((name, True) for name in ("thumbs.csv", "part.csv", "tmp.xlsx", "a.bak.csv", "sha256.csv")),
    ],
)  # fmt: skip
def test_what_programs_leave_is_no_submission(
    name: str, is_taken: bool, home: Home, put: Callable[..., Path]
) -> None:
    path = put(f"{HERE}/{name}", "whole\n")
    put(f"{HERE}/__MACOSX/a.csv", "whole\n")
    report = collect(home)
    assert (len(report.received) == 1, path.exists()) == (is_taken, not is_taken)
    assert report.unidentified == []


def test_an_installation_adds_names_of_its_own(home: Home, put: Callable[..., Path]) -> None:
    (home.root / "bbaj.toml").write_text('not_submissions = ["ReadMe*"]\n', encoding="utf-8")
    put(f"{HERE}/README.txt", "whole\n")
    assert collect(Home(home.root)).left == [f"{HERE}/README.txt"]


def test_a_name_in_no_known_encoding_is_watched_too(home: Home, put: Callable[..., Path]) -> None:
    folder = put(f"{HERE}/a.csv").parent
    odd = os.fsencode(folder) + "/журнал.csv".encode("cp1251")
    with open(odd, "wb") as out:  # noqa: PTH123  # a Path cannot be written down for this name
        out.write(b"two")
    assert len(_after_quiet(home).received) == 2
    assert _after_quiet(home).failed == {}
