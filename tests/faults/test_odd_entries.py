"""What anybody may put into a drop folder: names of every kind, depths, permissions. The rest is received, nothing is
lost, and what cannot be taken is recorded once and shown until it is put right."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.ledger.receipts import receipt_problems
from ingest.ledger.records import ReceiptProblem, Submission
from ingest.receive.drop import collect
from ingest.receive.dropped import CollectReport
from ingest.receive.entries import Unreached, entries_below, place_for
from tests.warehouse.country import SCHOOLS, WEEKS, Country

HERE = f"{SCHOOLS[0]}/attendance/{WEEKS[0]}"
NOBODY = 65534


def _collect(home: Home) -> CollectReport:
    return collect(home, quiet_seconds=0)


def _put(home: Home, place: str | bytes, content: bytes) -> bytes:
    path = os.path.join(os.fsencode(home.drop), os.fsencode(place))  # noqa: PTH118  # names in no known encoding
    subprocess.run([b"mkdir", b"-p", b"--", os.path.dirname(path)], check=True)  # noqa: PTH120  # a thousand deep
    with open(path, "wb") as out:  # noqa: PTH123
        out.write(content)
    return path


def _bytes_lying(home: Home) -> list[bytes]:
    """The content of every file below the drop folder that was put there, wherever it lies now."""
    found = []
    # Neither Python's walk nor its removal of trees bears a thousand folders in each other.
    listed = subprocess.run([b"find", home.drop, b"-type", b"f", b"-print0"], capture_output=True, check=True)
    for path in listed.stdout.split(b"\0")[:-1]:
        with open(path, "rb") as file:  # noqa: PTH123
            content = file.read()
        if content.startswith(b"content "):
            found.append(content)
    return sorted(found)


@pytest.fixture(autouse=True)
def _nothing_deep_is_left(country: Country) -> Iterator[None]:
    yield
    subprocess.run(["rm", "-rf", "--", country.home.drop], check=True)


def _odd_name(chance: random.Random) -> bytes:
    """A name a file system takes: any bytes but zero and slash, up to the longest."""
    kinds = [
        lambda: bytes(chance.randrange(1, 256) for _ in range(chance.randint(1, 255))).replace(b"/", b"_"),
        lambda: chance.choice(["ж" * 127, "\U0010ffff.csv", unicodedata.normalize("NFD", "Қазақ й.csv")]).encode(),
        lambda: b"a" * 251 + b".csv",
        lambda: b"b" + b"." * 254,
        lambda: b"x." + b"y" * 253,
        lambda: "".join(chance.choice("\u202e\u200b\n\t\r\x7f\x1b 'И\u0301«»;,%&$`|<>") for _ in range(20)).encode(),
        lambda: "журнал.csv".encode("cp1251"),
        lambda: b"--by=KZ.csv",
    ]  # fmt: skip
    return chance.choice(kinds)().lstrip(b".~").strip(b"/") or b"n"


@pytest.mark.parametrize("seed", range(4))
def test_files_of_any_name_are_received_where_their_folder_says_whose_they_are(
    country: Country, seed: int
) -> None:
    home = country.home
    chance = random.Random(seed)
    names = {_odd_name(chance) for _ in range(40)}
    names = {name for name in names if not name.lower().endswith((b".tmp", b".part", b".nil", b"~"))}
    for nth, name in enumerate(sorted(names)):
        _put(home, os.fsencode(HERE) + b"/" + name, b"content %d" % nth)
    before = _bytes_lying(home)

    report = _collect(home)

    assert report.failed == {}
    assert report.unidentified == []
    assert len(report.received) + len(report.left) + len(report.waiting) == len(names)
    assert len(report.received) > len(names) * 0.8
    assert _bytes_lying(home) == before
    assert Submission.objects.filter(pk__in=report.received).count() == len(report.received)
    assert _collect(home).received == []


def test_names_at_any_depth_are_set_aside_once_and_the_rest_is_received(country: Country) -> None:
    home = country.home
    deep = "/".join(["қалта"] * 60)
    places = [
        f"{deep}/файл.csv",
        "ж" * 120 + "/а/б/" + "г" * 127,
        "/".join(["d"] * 1000) + "/f.csv",
        "x" * 255,
    ]
    for nth, place in enumerate(places):
        _put(home, place, b"content %d" % nth)
    _put(home, f"{HERE}/good.csv", b"content good")
    before = _bytes_lying(home)

    report = _collect(home)

    assert len(report.received) == 1
    assert len(report.unidentified) == len(places)
    assert report.failed == {}
    assert _bytes_lying(home) == before
    again = _collect(home)
    assert again == CollectReport()
    assert len(list(receipt_problems.newest_first())) == len(places)


def test_a_path_longer_than_the_system_takes_stops_nobody(country: Country) -> None:
    home = country.home
    start = os.open(home.drop, os.O_DIRECTORY)
    for _ in range(60):  # each step within the limit, all of it beyond
        os.mkdir("d" * 100, dir_fd=start)
        inner = os.open("d" * 100, os.O_DIRECTORY, dir_fd=start)
        os.close(start)
        start = inner
    with open(os.open("f.csv", os.O_CREAT | os.O_WRONLY, dir_fd=start), "wb") as out:  # noqa: PTH123
        out.write(b"content deep")
    os.close(start)
    _put(home, f"{HERE}/good.csv", b"content good")

    report = _collect(home)

    assert len(report.received) == 1
    [(place, _)] = report.failed.items()
    assert place.startswith("ddd")
    _collect(home)
    [(problem, _)] = receipt_problems.newest_first()
    assert problem.code == "cannot_take"
    assert "ұзын" in problem.details["finding"]["message"]["kk"]


def test_links_in_a_circle_sockets_and_pipes_are_no_files(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = country.home
    (home.drop / HERE).mkdir(parents=True)
    (home.drop / HERE / "circle").symlink_to(home.drop)
    (home.drop / HERE / "self.csv").symlink_to("self.csv")
    os.mkfifo(home.drop / HERE / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as there:
        monkeypatch.chdir(home.drop / HERE)  # a socket's path is short
        there.bind("s.csv")
    _put(home, f"{HERE}/good.csv", b"content good")

    report = _collect(home)

    assert len(report.received) == 1
    assert len(report.unidentified) == 4
    assert _collect(home) == CollectReport()


@contextmanager
def _as_nobody() -> Iterator[None]:
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can become another user")
def test_a_folder_or_file_that_may_not_be_read_or_moved_is_shown_and_stops_nobody(country: Country) -> None:
    home = country.home
    for school in SCHOOLS:
        for week in WEEKS:
            _put(home, f"{school}/attendance/{week}/a.csv", f"content {school}{week}".encode())
    root = home.root
    for parent in root.parents:
        if parent.is_relative_to("/tmp") and parent != Path("/tmp"):
            parent.chmod(0o755)
    for path in [root, *root.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    closed = [
        home.drop / SCHOOLS[0] / "attendance" / WEEKS[0],
        home.drop / SCHOOLS[1] / "attendance" / WEEKS[1] / "a.csv",
    ]
    for path in closed:
        os.chown(path, 0, 0)
        path.chmod(0)

    with _as_nobody():
        report = _collect(home)

    assert (len(report.received), report.unidentified) == (2, [])
    assert sorted(report.failed) == sorted(path.relative_to(home.drop).as_posix() for path in closed)
    assert {problem.code for problem in ReceiptProblem.objects.all()} == {"cannot_take"}
    # Put right, they are received; what is shown to people is gone with its cause.
    for path in closed:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert len(_collect(home).received) == 2


def test_a_place_always_fits_and_is_free(tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(300):
        parts = [os.fsdecode(_odd_name(chance)) for _ in range(chance.randint(1, 6))]
        target = place_for(tmp_path, Path(*parts), "0123456789abcdef")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_name(target.name + ".json.part").touch()
        target.write_bytes(b"")
        taken = place_for(tmp_path, Path(*parts), "fedcba9876543210")
        assert taken != target
        assert not os.path.lexists(taken)
        shutil.rmtree(target.parent)


def test_what_vanishes_between_two_looks_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.csv").touch()
    real = os.scandir

    def scan(path: Path) -> object:
        if Path(path).name == "a":
            raise FileNotFoundError(2, "gone")
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    assert [entry for entry in entries_below(tmp_path) if isinstance(entry, Unreached)] == []
