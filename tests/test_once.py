"""What is shared by the processes of a run is made once, copied for each, and not left half made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import once


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room of its own, as that of another run."""
    made = tmp_path / "room"
    made.mkdir()
    monkeypatch.setenv(once.ROOM, str(made))
    return made


def test_whoever_asks_at_the_same_time_has_a_copy_of_what_one_of_them_made(tmp_path: Path) -> None:
    makers: list[Path] = []

    def make(home: Path) -> None:
        makers.append(home)
        home.mkdir()
        (home / "file").write_text("бір", encoding="utf-8")
        (home / "link").symlink_to("file")
        (home / "from the root").symlink_to(home / "file")

    with ThreadPoolExecutor(8) as askers:
        asked = [askers.submit(once.made_once, "country", tmp_path / f"home {n}", make) for n in range(8)]
        copies = [each.result() for each in asked]
    assert len(makers) == 1 and len(set(copies)) == 8
    (copies[0] / "file").write_text("екі", encoding="utf-8")
    assert {(copy / "link").read_text(encoding="utf-8") for copy in copies[1:]} == {"бір"}
    assert all((copy / "link").is_symlink() for copy in copies)
    assert all((copy / "from the root").resolve() == (copy / "file").resolve() for copy in copies)


def test_what_could_not_be_made_is_made_by_the_next(tmp_path: Path) -> None:
    def fail(home: Path) -> None:
        home.mkdir()
        (home / "half").touch()
        raise OSError

    with pytest.raises(OSError):
        once.made_once("country", tmp_path / "home", fail)
    assert not (tmp_path / "home").exists()
    assert list(once.made_once("country", tmp_path / "home", Path.mkdir).iterdir()) == []


def test_without_a_run_it_is_made_where_it_is_wanted(
    tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(once.ROOM)
    assert once.made_once("country", tmp_path / "home", Path.mkdir).is_dir()
    assert list(room.iterdir()) == []


class _Config:
    """Of a run by itself, or of one of several processes of a run."""

    def __init__(self, is_worker: bool) -> None:
        if is_worker:
            self.workerinput = {}  # type: ignore[var-annotated]


class _Folders:
    def __init__(self, own: Path) -> None:
        self._own = own

    def getbasetemp(self) -> Path:
        return self._own


def test_a_run_begun_by_a_test_shares_nothing_with_the_run_of_that_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    folders = [tmp_path / name for name in ("gw0", "gw1", "own")]
    for folder in folders:
        folder.mkdir()
    rooms = [
        once.room_of(_Config(folder.name != "own"), _Folders(folder))  # type: ignore[arg-type]
        for folder in folders
    ]
    assert rooms[0] == rooms[1] and rooms[2].is_relative_to(folders[2])
