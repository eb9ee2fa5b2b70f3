"""Whose memory is limited looks for garbage as often as Python does, whatever it was forked from."""

from __future__ import annotations

import gc
import io
import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from ingest.garbage import look_rarely
from ingest.read.sandbox import child as reading
from warehouse.services.apart import child as judging

USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def rarely() -> Iterator[None]:
    """This process looks rarely, as every command does."""
    before = gc.get_threshold()
    look_rarely()
    assert gc.get_threshold()[0] > 100 * USUAL[0]
    yield
    gc.set_threshold(*before)


def _read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "_streams", lambda: (io.BytesIO(), io.BytesIO()))
    patch.setattr(sys, "meta_path", [*sys.meta_path])
    reading.main()


def _judge(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judging, "_die_with", lambda _parent: None)
    patch.setattr(judging.failpoint, "ends_with_us", lambda _asker: None)
    one, other = socket.socketpair()
    other.close()
    judging.serve_apart(one.detach(), 0, 0)


@pytest.mark.parametrize("work", [_read, _judge])
def test_who_reads_and_who_judges_look_as_usual(
    work: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    work(monkeypatch)
    assert gc.get_threshold() == USUAL
