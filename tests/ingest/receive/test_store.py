from __future__ import annotations

import errno
import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.home import Home
from ingest.receive.store import DamagedError, RawStore

ABC = hashlib.sha256(b"abc").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(Home(tmp_path))


def _everything(store: RawStore) -> set[str]:
    root = store.path(ABC).parents[2]
    return {path.name for path in root.rglob("*") if path.is_file()}


def test_a_content_lies_under_its_sha256(store: RawStore) -> None:
    stored = store.put(io.BytesIO(b"abc"))
    assert (stored.sha256, stored.size) == (ABC, 3)
    kept = store.path(ABC)
    assert kept.parts[-3:] == ("ba", "78", ABC)
    assert kept.read_bytes() == b"abc"
    assert kept.stat().st_mode & 0o077 == 0
    with store.open(ABC, verify=True) as stream:
        assert stream.read() == b"abc"


@given(content=st.binary(max_size=3 << 20))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_content_comes_back_as_it_was(content: bytes, store: RawStore) -> None:
    stored = store.put(io.BytesIO(content))
    with store.open(stored.sha256, verify=True) as stream:
        assert stream.read() == content


def test_storing_again_changes_nothing_and_mends_damage(store: RawStore, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"abc")
    store.put(source)
    store.path(ABC).write_bytes(b"abX")
    with pytest.raises(DamagedError), store.open(ABC, verify=True):
        pass
    store.put(source)
    assert store.path(ABC).read_bytes() == b"abc"
    assert _everything(store) == {ABC}


def test_a_content_nobody_stored_is_not_found(store: RawStore) -> None:
    with pytest.raises(FileNotFoundError), store.open(ABC):
        pass


def test_a_link_is_not_followed(store: RawStore, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic links"):
        store.put(link)


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_a_full_disk_leaves_nothing_behind(
    failing: str, store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "fsync":

        def full(descriptor: int) -> None:
            if Path(f"/proc/self/fd/{descriptor}").is_file():
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(Full(b"abc") if failing == "write" else io.BytesIO(b"abc"))
    assert _everything(store) == set()


def test_leftovers_of_interrupted_receipts_are_swept_after_a_day(store: RawStore) -> None:
    store.put(io.BytesIO(b"abc"))
    incoming = store.path(ABC).parents[2] / ".incoming"
    (incoming / "old").write_bytes(b"x")
    (incoming / "new").write_bytes(b"x")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(incoming / "old", (two_days_ago, two_days_ago))
    assert store.sweep() == 1
    assert _everything(store) == {"new", ABC}


def test_only_who_asks_for_it_waits_until_all_was_compared(store: RawStore) -> None:
    """A large file is not read twice by whoever compares it on the way."""
    store.put(io.BytesIO(b"abc"))
    store.path(ABC).chmod(0o600)
    store.path(ABC).write_bytes(b"abd")
    with store.open(ABC) as stream:
        assert stream.read() == b"abd"
    with pytest.raises(DamagedError), store.open(ABC, verify=True):
        pass
