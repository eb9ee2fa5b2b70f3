"""What judges apart is forked from each test: nothing is imported twice, and it ends with the thread that began it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.forked import Forked
from warehouse.services.apart import parent


@pytest.fixture(autouse=True)
def _forked() -> Iterator[None]:
    if not parent.can_be_apart():
        yield
        return
    import warehouse.services.apart.ahead_of_check  # noqa: F401

    before, parent._worker = parent._worker, parent.Worker(Forked())
    yield
    parent._worker.close()
    parent._worker = before
