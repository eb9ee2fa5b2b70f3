from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home

Put = Callable[..., Path]
SCHOOL, OTHER_SCHOOL = "650140000011", "650140000022"
HERE = f"{SCHOOL}/attendance/2026-W37"
COLLECT = "import ingest.ledger; ingest.ledger.setup(); from ingest.home import Home; \
from ingest.receive.drop import collect; collect(Home.from_environment())"


def _collect(home: Home, **options: float) -> Any:
    from ingest.receive.drop import collect

    return collect(home, **options)


def _lying(home: Home, below: str = "") -> set[str]:
    """Every file below a folder of the drop folder; of the drop folder itself, what is not ours."""
    root = home.drop / below
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    return {place for place in found if below or not place.startswith(".")}


def _submissions() -> list[tuple[str, str, bool]]:
    from ingest.ledger.records import Submission

    made = Submission.objects.order_by("pk").select_related("scope__node")
    return [(str(one.scope), one.file_name, one.is_nil_return) for one in made]


def test_a_file_is_received_for_its_place_and_moves(home: Home, put: Put) -> None:
    from ingest.ledger.records import Submission
    from ingest.receive.store import RawStore

    put(f"{HERE}/a.csv", "one")
    put(f"{OTHER_SCHOOL}/attendance/2026-W37~5A/b.csv", "two")
    report = _collect(home)
    assert len(report.received) == 2
    assert _submissions() == [
        (HERE, "a.csv", False),
        (f"{OTHER_SCHOOL}/attendance/2026-W37~5A", "b.csv", False),
    ]
    assert _lying(home) == set()
    assert _lying(home, ".received") == {
        f"{HERE}/a.csv",
        f"{OTHER_SCHOOL}/attendance/2026-W37~5A/b.csv",
    }
    submission = Submission.objects.order_by("pk")[0]
    assert (submission.channel, submission.actor.username) == ("drop", "drop")
    with RawStore(home).open(submission.raw_file_id or "", verify=True) as stream:
        assert stream.read() == b"one"


def test_what_was_put_there_for_all_to_read_is_its_owners_alone_once_received(home: Home, put: Put) -> None:
    for number, mode in enumerate((0o777, 0o644, 0o600)):
        put(f"{HERE}/{number}.csv", str(number)).chmod(mode)
    put("nobody/knows.csv", "two").chmod(0o666)
    _collect(home, quiet_seconds=0)
    _collect(home, quiet_seconds=0)  # which writes what it watches anew
    moved = [path for path in home.drop.rglob("*") if path.is_file()]
    assert len(moved) >= 4
    assert {path.name: path.stat().st_mode & 0o777 for path in moved if path.stat().st_mode & 0o077} == {}


def test_a_journal_is_its_owners_alone_from_its_first_line(tmp_path: Path) -> None:
    from ingest.receive.watch import Watched, watch

    before = os.umask(0)
    try:
        watch(tmp_path, Watched(**dict.fromkeys(Watched.__dataclass_fields__, "")))
    finally:
        os.umask(before)
    (journal,) = tmp_path.iterdir()
    assert journal.stat().st_mode & 0o777 == 0o600


def test_a_name_used_again_displaces_no_earlier_file(home: Home, put: Put) -> None:
    put(f"{HERE}/a.csv", "one")
    _collect(home)
    put(f"{HERE}/a.csv", "two")
    _collect(home)
    kept = {(home.drop / ".received" / place).read_text() for place in _lying(home, ".received")}
    assert kept == {"one", "two"}
    assert len(_submissions()) == 2


def test_the_same_bytes_put_there_again_are_a_duplicate(home: Home, put: Put) -> None:
    put(f"{HERE}/a.csv", "one")
    first = _collect(home)
    put(f"{HERE}/again.csv", "one", datetime(2026, 9, 15, tzinfo=UTC))
    second = _collect(home)
    assert second.duplicates == first.received
    assert len(_submissions()) == 1


@pytest.mark.parametrize(
    ("name", "content", "is_nil"),
    [
        ("nil", "", True),
        ("nil.txt", "", True),
        ("NIL.TXT", "", True),
        ("5A.nil", "", True),
        ("5A.NIL", "\ufeff \r\n\t\n", True),
        ("nil.txt", " " * 65_536, True),
        ("nil.txt", " " * 65_537, False),  # a long file is not looked through
        ("nil.txt", "not empty", False),
        ("empty.csv", "", False),
    ],
)
def test_nil_returns(name: str, content: str, is_nil: bool, home: Home, put: Put) -> None:
    put(f"{HERE}/{name}", content)
    report = _collect(home)
    assert bool(report.nil_returns) is is_nil
    assert _submissions() == [(HERE, name, is_nil)]


@pytest.mark.parametrize("content", ["мәлімет жоқ", "iin,class_grade\n1,5\n", "0", "\n" * 100_000 + "1"])
def test_a_nil_return_that_holds_something_is_none(content: str, home: Home, put: Put) -> None:
    put(f"{HERE}/5A.nil", content)
    report = _collect(home)
    assert not report.nil_returns
    assert report.unidentified == [f"{HERE}/5A.nil"]
    assert _submissions() == []
    (beside,) = home.drop.rglob("*.json")
    assert "файл не пуст" in beside.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("a.csv", "wrong_folder"),
        (f"{SCHOOL}/a.csv", "wrong_folder"),
        (f"{HERE}/deeper/a.csv", "wrong_folder"),
        ("650140000099/attendance/2026-W37/a.csv", "unknown_node"),
        (f"{SCHOOL}/attendence/2026-W37/a.csv", "unknown_form"),
        (f"{SCHOOL}/attendance/2026-09/a.csv", "bad_period"),
        (f"{SCHOOL}/attendance/2026-W37~/a.csv", "bad_part"),
    ],
)
def test_what_cannot_be_identified_is_kept_with_its_reason(
    place: str, reason: str, home: Home, put: Put
) -> None:
    from ingest.ledger.records import ReceiptProblem

    put(place, "one")
    put(f"{HERE}/good.csv", "two")
    report = _collect(home)
    assert report.unidentified == [place]
    assert _lying(home) == set()
    assert _lying(home, ".unidentified") == {place, f"{place}.json"}
    finding = json.loads((home.drop / ".unidentified" / f"{place}.json").read_text(encoding="utf-8"))
    assert finding["code"] == "cannot_identify"
    assert set(finding["message"]) == {"kk", "ru", "en"}
    problem = ReceiptProblem.objects.get()
    assert (problem.path, problem.details["reason"]) == (place, reason)
    assert _submissions() == [(HERE, "good.csv", False)]


def test_links_and_devices_are_set_aside_unopened(home: Home, put: Put, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = put(f"{HERE}/a.csv").parent
    (folder / "link.csv").symlink_to(secret)
    os.mkfifo(folder / "pipe.csv")
    report = _collect(home, quiet_seconds=0)
    assert sorted(report.unidentified) == [f"{HERE}/link.csv", f"{HERE}/pipe.csv"]
    assert _submissions() == [(HERE, "a.csv", False)]


def test_what_is_still_being_written_waits(home: Home, put: Put) -> None:
    put(f"{HERE}/a.csv", at=datetime.now(UTC))
    put(f"{HERE}/b.csv.part")
    put(f"{HERE}/~$c.xlsx")
    put(f"{HERE}/.d.csv.swp")
    report = _collect(home)
    assert sorted(report.waiting) == [f"{HERE}/a.csv", f"{HERE}/b.csv.part"]
    assert _submissions() == []
    assert len(_lying(home)) == 4


def test_a_file_changed_while_it_was_read_waits(
    home: Home, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.receive import drop
    from ingest.receive.store import RawStore, StoredFile

    path = put(f"{HERE}/a.csv", "half")
    # On a share nobody is kept from writing meanwhile.
    monkeypatch.setattr(drop, "closed_to_writers", lambda path: nullcontext("unknown"))

    class Slow(RawStore):
        def put(self, source: object) -> StoredFile:
            stored = super().put(source)  # type: ignore[arg-type]
            with path.open("a") as more:
                more.write("the other half")
            return stored

    monkeypatch.setattr(drop, "RawStore", Slow)
    report = _collect(home, quiet_seconds=0)
    assert report.waiting == [f"{HERE}/a.csv"]
    assert _submissions() == []
    assert path.exists()


@pytest.mark.parametrize("hours", [1, 24, 9_000])
def test_a_file_that_is_copied_with_its_old_day_is_not_quiet(
    home: Home, put: Put, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """A copy keeps when its bytes were written elsewhere, and here nobody says whether more of them come."""
    from ingest.receive import drop

    monkeypatch.setattr(drop, "closed_to_writers", lambda path: nullcontext("unknown"))
    path = put(f"{HERE}/a.csv", "half")
    before = path.stat().st_mtime - 3_600 * hours
    os.utime(path, (before, before))
    assert _collect(home, quiet_seconds=1_800).waiting == [f"{HERE}/a.csv"]
    assert _submissions() == []
    assert _collect(home, quiet_seconds=0).unsure == [f"{HERE}/a.csv"]
    assert _submissions() == [(HERE, "a.csv", False)]


def test_one_unreadable_file_stops_no_other(home: Home, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.receive import drop
    from ingest.receive.store import RawStore, StoredFile

    class Failing(RawStore):
        def put(self, source: object) -> StoredFile:
            if "bad" in str(source):
                raise PermissionError(13, "Permission denied")
            return super().put(source)  # type: ignore[arg-type]

    put(f"{HERE}/bad.csv", "one")
    put(f"{HERE}/good.csv", "two")
    monkeypatch.setattr(drop, "RawStore", Failing)
    report = _collect(home)
    assert list(report.failed) == [f"{HERE}/bad.csv"]
    assert _submissions() == [(HERE, "good.csv", False)]
    assert _lying(home) == {f"{HERE}/bad.csv"}


def test_a_name_in_an_unknown_encoding_is_received(home: Home, put: Put) -> None:
    folder = put(f"{HERE}/a.csv", "one").parent
    odd = os.fsencode(folder) + "/журнал.csv".encode("cp1251")
    with open(odd, "wb") as out:  # noqa: PTH123  # a Path cannot be written down for this name
        out.write(b"two")
    _collect(home, quiet_seconds=0)
    assert len(_submissions()) == 2
    assert _lying(home) == set()


def test_files_are_received_in_the_order_they_were_put_there(home: Home, put: Put) -> None:
    start = datetime(2026, 9, 14, 4, tzinfo=UTC)
    for number, name in enumerate(("c", "a", "b")):
        put(f"{HERE}/{name}.csv", name, start + timedelta(minutes=number))
    _collect(home)
    assert [name for _, name, _ in _submissions()] == ["c.csv", "a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("content", "later"), [("HALF", 0), ("half", 1), ("HALF", 1)], ids=["bytes", "time", "both"]
)
def test_a_file_changed_between_its_receipt_and_its_move_lies_there_again(
    content: str, later: int, home: Home, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other bytes of the same length and time are seen by what they are, the same bytes written anew by their time."""
    from ingest.receive import drop, writers

    path = put(f"{HERE}/a.csv", "half")
    state = path.stat()

    def meanwhile(place: str) -> None:
        if place == "drop:moved":
            (moved,) = (home.drop / drop.RECEIVED).rglob("a.csv*")
            moved.write_text(content)
            os.utime(moved, ns=(state.st_atime_ns, state.st_mtime_ns + later * 10**9))

    monkeypatch.setattr(drop, "reach", meanwhile)
    # Nobody writes, and no lease is taken: in this one process the writer would wait until it runs out.
    monkeypatch.setattr(writers, "_leased", lambda _: "none")
    report = _collect(home, quiet_seconds=0)
    assert report.waiting == [f"{HERE}/a.csv"]
    assert path.read_text() == content


@pytest.mark.parametrize("place", [f"{HERE}/a.csv", f"{HERE}/nobody/knows.csv"])
def test_a_file_that_moved_has_moved_for_good_before_anything_else_happens(
    place: str, home: Home, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder it came to is made durable after the rename, or a loss of power would leave it nowhere."""
    from ingest.receive import drop

    synced: list[tuple[Path, bool]] = []

    def sync(folder: Path) -> None:
        synced.append((folder, any(folder.iterdir())))
        really(folder)

    really = drop.sync_folder
    monkeypatch.setattr(drop, "sync_folder", sync)
    put(place, "one")
    _collect(home)
    (moved,) = [path for path in home.drop.rglob("*.csv") if path.is_file()]
    assert (moved.parent, True) in synced


@pytest.mark.parametrize("copy", [shutil.copy2, shutil.copyfile], ids=["with its times", "anew"])
def test_a_home_that_was_copied_or_restored_receives_nothing_again(
    copy: Callable[..., object], home: Home, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes in other files are what was received; bytes that come after are not."""
    put(f"{HERE}/a.csv", "one")
    put(f"{HERE}/empty.csv", "")
    put(f"{OTHER_SCHOOL}/attendance/2026-W37/5A.nil", "")
    first = _collect(home)
    assert (len(first.received), len(first.nil_returns)) == (2, 1)
    moved = home.root.with_name("moved")
    home.root.rename(moved)
    shutil.copytree(moved, home.root, copy_function=copy)
    for _ in range(2):
        again = _collect(home, quiet_seconds=0)
        assert (again.received, again.received_anew, again.waiting, again.failed) == ([], [], [], {})
    with (home.drop / ".received" / HERE / "a.csv").open("a") as late:
        late.write("more")
    assert _collect(home, quiet_seconds=0).received_anew == [f"{HERE}/a.csv"]
    assert len(_submissions()) == 4


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_takes_the_files_time_as_time_of_receipt(demo: bool, home: Home, put: Put) -> None:
    from ingest.ledger.records import Submission

    settings = 'demo = true\nnow = "2026-09-29T10:00:00+05:00"\n' if demo else ""
    (home.root / "bbaj.toml").write_text(settings)
    put_there = datetime(2026, 9, 14, 4, tzinfo=UTC)
    put(f"{HERE}/a.csv", at=put_there)
    _collect(Home(home.root))
    assert (Submission.objects.get().received_at == put_there) is demo


@pytest.mark.parametrize(
    "failpoint",
    [
        "store:written",
        "store:renamed",
        "receipt:stored",
        "receipt:recorded",
        "drop:moved",
        "drop:problem_recorded",
        "drop:finding_written",
    ],
)
def test_killed_anywhere_the_next_collection_completes_it(failpoint: str, home: Home, put: Put) -> None:
    from ingest.ledger.records import ReceiptProblem, SubmissionEvent
    from ingest.receive.store import RawStore

    put(f"{HERE}/a.csv", "one")
    put(f"{HERE}/nil", "", datetime(2026, 9, 14, 5, tzinfo=UTC))
    put("nobody/attendance/2026-W37/b.csv", "two", datetime(2026, 9, 14, 6, tzinfo=UTC))
    environment = {**os.environ, "BBAJ_HOME": str(home.root), "BBAJ_FAILPOINT": failpoint}
    killed = subprocess.run(
        [sys.executable, "-c", COLLECT], env=environment, check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr

    _collect(home)
    assert _submissions() == [(HERE, "a.csv", False), (HERE, "nil", True)]
    assert list(SubmissionEvent.objects.values_list("kind", flat=True)) == [
        "received",
        "received",
        "accepted",
    ]
    assert ReceiptProblem.objects.count() == 1
    assert _lying(home) == set()
    assert len(_lying(home, ".received")) == 2
    assert len(_lying(home, ".unidentified")) == 2
    from ingest.ledger.records import RawFile

    with RawStore(home).open(RawFile.objects.get().sha256, verify=True) as stream:
        assert stream.read() == b"one"


def test_a_crash_before_the_move_lets_no_older_file_displace_a_newer_one(home: Home, put: Put) -> None:
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import winners
    from ingest.ledger.receipts import submissions
    from ingest.receive.address import resolve

    put(f"{HERE}/a.csv", "older")
    environment = {**os.environ, "BBAJ_HOME": str(home.root), "BBAJ_FAILPOINT": "receipt:recorded"}
    subprocess.run([sys.executable, "-c", COLLECT], env=environment, check=False, capture_output=True)
    at = datetime(2026, 9, 14, 6, tzinfo=UTC)
    newer = submissions.record_receipt(
        resolve("attendance", SCHOOL, "2026-W37"),
        ("f" * 64, 1),
        submissions.Handover(at, "portal", account("aigul")),
    ).submission
    _collect(home)
    assert len(_submissions()) == 2
    submissions.record_verdicts(
        {pk: submissions.Judgement("accepted", 1) for pk in (newer.pk - 1, newer.pk)}, at
    )
    assert winners.operational() == [newer]


def test_two_collections_at_once_receive_each_file_once(home: Home, put: Put) -> None:
    for number in range(20):
        put(f"{HERE}/{number}.csv", f"content {number}")
    environment = {**os.environ, "BBAJ_HOME": str(home.root)}
    both = [
        subprocess.Popen([sys.executable, "-c", COLLECT], env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0], [process.stderr for process in both]
    assert len(_submissions()) == 20


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400)])
def test_what_a_clock_that_is_ahead_wrote_is_not_waited_for(ahead: timedelta, home: Home, put: Put) -> None:
    put(f"{HERE}/a.csv", at=datetime.now(UTC) + ahead)
    report = _collect(home)
    assert (len(report.received), report.waiting) == (1, [])


def test_what_was_touched_a_moment_ago_is_waited_for(home: Home, put: Put) -> None:
    put(f"{HERE}/a.csv", at=datetime.now(UTC))
    report = _collect(home, quiet_seconds=3600)
    assert (report.received, report.waiting) == ([], [f"{HERE}/a.csv"])


def test_a_file_taken_away_while_the_folder_is_looked_through_keeps_nobody_waiting(
    home: Home, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.receive import drop

    vanishing = put(f"{HERE}/a.csv", "one")
    put(f"{OTHER_SCHOOL}/attendance/2026-W37/b.csv", "two")
    real = drop.entries_below

    def seen(folder: Path) -> Any:
        found = list(real(folder))
        vanishing.unlink()
        return iter(found)

    monkeypatch.setattr(drop, "entries_below", seen)
    report = _collect(home)
    assert (len(report.received), report.failed, report.waiting) == (1, {}, [])
    assert [name for _, name, _ in _submissions()] == ["b.csv"]


@pytest.mark.parametrize(("rows", "whole", "is_taken"), [(3, True, False), (0, True, True), (3, False, True)])
def test_the_whole_is_not_said_to_be_nothing_beside_parts_that_count(
    rows: int, whole: bool, is_taken: bool, home: Home, put: Put
) -> None:
    from ingest.ledger.receipts.submissions import Judgement, record_verdict

    put(f"{HERE}~5A/a.csv", "one")
    [part] = _collect(home).received
    counts = {"rows_in": rows, "rows_accepted": rows}
    record_verdict(part, Judgement("accepted", 1, **counts), home.now())
    put(f"{HERE}/nil" if whole else f"{HERE}~5Б/nil", "")
    report = _collect(home)
    assert bool(report.nil_returns) is is_taken
    assert bool(report.unidentified) is not is_taken
    assert len(_submissions()) == 1 + is_taken
