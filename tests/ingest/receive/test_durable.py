"""Whatever is received is durable, its name as well as its bytes: seen in what the system is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.home import Home
from tests.durability import Durability

SCHOOL = "650140000011"
HERE = f"{SCHOOL}/attendance/2026-W37"


def test_nothing_that_is_received_is_lost_with_the_power(
    home: Home, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.receive.drop import collect

    put(f"{HERE}/a.csv", "one")
    put(f"{HERE}/nobody/knows.csv", "two")
    put(f"{SCHOOL}/attendance/2026-W36/none.nil", "")
    watched = Durability(monkeypatch)
    collect(home, quiet_seconds=0)
    rooms = {place.relative_to(home.root).parts[0] for place in watched.named}
    assert rooms >= {"raw", "drop"}
    # What lay in folders of the drop folder was written by others, and is in the raw store where it was received.
    assert watched.lost(lambda place: home.drop in place.parents[1:]) == []


def test_a_journal_that_is_replaced_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.receive.watch import Watched, keep_watching, watch, watched

    one = Watched(**dict.fromkeys(Watched.__dataclass_fields__, ""))
    watch(tmp_path, one)
    seen = Durability(monkeypatch)
    keep_watching(tmp_path, [one])
    assert (len(seen.named), seen.lost(), watched(tmp_path)) == (1, [], [one])


def test_what_is_not_asked_to_be_durable_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Durability(monkeypatch)
    (tmp_path / "draft").write_text("one")
    (tmp_path / "draft").replace(tmp_path / "final")
    assert watched.lost() == [f"the bytes of {tmp_path / 'final'}", f"the name of {tmp_path / 'final'}"]
    with (tmp_path / "draft").open("w") as out:
        out.write("two")
        os.fsync(out.fileno())
    (tmp_path / "draft").rename(tmp_path / "other")
    assert watched.lost()[2:] == [f"the name of {tmp_path / 'other'}"]
    folder = os.open(tmp_path, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    assert watched.lost() == [f"the bytes of {tmp_path / 'final'}"]
