"""Bounds of receiving: the longest name and path, the last moment a file is watched, the mount that hides another."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.receive import drop, watch, writers
from ingest.receive.entries import place_for
from ingest.receive.watch import Watched

KEY = "0123456789abcdef" * 4
# What is written beside a file has a name longer by so much: `~01234567.json.part`.
ROOM = 19


@pytest.mark.parametrize("letter", ["a", "ә"])
def test_a_name_is_kept_as_long_as_what_stands_beside_it_fits(tmp_path: Path, letter: str) -> None:
    width = len(letter.encode())
    fits = letter * ((255 - ROOM - 4) // width) + "x" * ((255 - ROOM - 4) % width) + ".csv"
    assert len(fits.encode()) + ROOM == 255
    assert place_for(tmp_path, Path("school/week") / fits, KEY) == tmp_path / "school/week" / fits
    longer = place_for(tmp_path, Path("school/week") / f"y{fits}", KEY)
    assert longer.name != f"y{fits}"
    assert longer.name.endswith(f"~{KEY[:8]}.csv")
    # As much is kept as fits: less than one more letter would.
    assert 255 - width < len(longer.name.encode()) + ROOM <= 255


@pytest.mark.parametrize("length", [ROOM, ROOM + 1])
def test_of_a_name_that_becomes_shorter_a_usual_ending_stays(tmp_path: Path, length: int) -> None:
    ending = "." + "e" * (length - 1)
    shorter = place_for(tmp_path, Path("school/week") / ("x" * 250 + ending), KEY)
    assert shorter.name.endswith(ending) is (length <= ROOM)
    assert KEY[:8] in shorter.name
    assert len(shorter.name.encode()) + ROOM <= 255


def test_a_path_is_kept_as_long_as_what_stands_beside_it_fits(tmp_path: Path) -> None:
    root = Path("/r")
    left = 1024 - ROOM - len("/r/school/") - len("/a.csv")
    deep = "/".join(["d" * 99] * (left // 100)) + "/" + "e" * (left - left // 100 * 100)
    fits = Path("school") / deep / "a.csv"
    assert len(os.fsencode(root / fits)) + ROOM == 1024
    assert place_for(root, fits, KEY) == root / fits
    longer = Path("school") / f"{deep}f" / "a.csv"
    assert place_for(root, longer, KEY) == root / "school" / f"{KEY[:16]}~a.csv"


@pytest.mark.parametrize(
    ("age", "writers_are", "is_settled"),
    [
        (89.9, "none", False),
        (90.0, "none", True),
        (90.0, "unknown", False),
        (86_399.9, "unknown", False),
        (86_400.0, "unknown", True),
        (86_400.0, "some", True),
        (-89.9, "none", False),  # by a clock that was put back
        (-90.0, "none", True),
    ],
)
def test_a_file_is_watched_a_minute_and_a_half_or_a_day(
    tmp_path: Path, age: float, writers_are: str, is_settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = 1_800_000_000.0
    monkeypatch.setattr(watch.time, "time", lambda: since + age)
    monkeypatch.setattr(watch, "writers_of", lambda path: writers_are)
    assert Watched("a", "b", 1, 1, 1, since).is_settled(tmp_path) is is_settled


@pytest.mark.parametrize(
    ("lies", "was", "is_the_same"),
    [("half", "half", True), ("HALF", "half", False), ("half+", "half", False), ("half", None, False)],
)
def test_another_file_is_the_one_that_was_received_by_its_bytes_alone(
    tmp_path: Path, lies: str, was: str | None, is_the_same: bool
) -> None:
    moved = tmp_path / "b"
    moved.write_text(lies)
    digest = "" if was is None else sha256(was.encode()).hexdigest()
    received = Watched("a", "b", 0, len(was or lies), 1, 1.0, digest)
    found = received.as_copied(tmp_path)
    assert (found is not None) is is_the_same
    assert found is None or not found.has_changed(tmp_path)


@pytest.mark.parametrize("quiet_seconds", [0.0, 5.0])
@pytest.mark.parametrize(("beyond", "is_quiet"), [(-0.5, False), (0.0, True), (0.5, True)])
def test_a_file_is_quiet_from_the_last_moment_it_was_to_be(
    quiet_seconds: float, beyond: float, is_quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, age = 1_800_000_000.0, quiet_seconds + beyond
    monkeypatch.setattr(drop.time, "time", lambda: now)
    assert drop._is_quiet(now - age, quiet_seconds) is (is_quiet or quiet_seconds == 0)
    # By a clock that was put back, too.
    assert drop._is_quiet(now + age, quiet_seconds) is (is_quiet or quiet_seconds == 0)


@pytest.mark.parametrize(
    ("mounts", "is_shared"),
    [
        (["/ ext4"], False),
        (["/ ext4", "/drop cifs"], True),
        (["/drop cifs", "/ ext4"], True),
        (["/ ext4", "/drop cifs", "/drop ext4"], False),  # the later hides the earlier
        (["/ ext4", "/drop ext4", "/drop cifs"], True),
        (["/ ext4", "/dro cifs", "/dropped cifs"], False),
        (["/ ext4", "/drop cifs", "/drop/below ext4"], False),
        (["/ ext4", "/drop fuse.sshfs"], True),
    ],
)
def test_of_mounts_the_nearest_and_the_latest_tells(
    tmp_path: Path, mounts: list[str], is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "mountinfo"
    lines = [mount.split() for mount in mounts]
    listed.write_text(
        "".join(f"1 1 0:1 / {place} rw - {kind} none rw\n" for place, kind in lines), encoding="utf-8"
    )
    monkeypatch.setattr(writers, "_MOUNTS", listed)
    assert writers._is_shared(Path("/drop/below/a.csv")) is is_shared
