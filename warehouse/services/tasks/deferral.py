"""Whether a build waits for verdicts that are on their way, so that one build shows them all.

In: a home. Out: whether to wait. Never for long: where judging fails, or files keep coming in, what is decided already
is shown without what is not.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.home import Home
from ingest.ledger.receipts import waiting
from warehouse.services.troubles import troubles
from warehouse.storage.files import written

_LONGEST = timedelta(minutes=30)
_NOTE = ".waits.json"
_JUDGING = "judge_waiting"


def is_verdict_awaited(home: Home, now: datetime | None = None) -> bool:
    """Whether files wait for their verdict and will have it soon. By the true time, also in a demo country."""
    moment, note = now or _now(), home.builds / _NOTE
    if not waiting.by_form() or any(each.task == _JUDGING for each in troubles(home)):
        note.unlink(missing_ok=True)
        return False
    since = _noted(note)
    if since is None or since > moment:  # nobody waited yet, or the clock was put back
        _write(note, moment)
        return True
    if moment - since < _LONGEST:
        return True
    _write(note, moment)  # the next build waits again
    return False


def _now() -> datetime:
    return datetime.now(UTC)


def _noted(note: Path) -> datetime | None:
    with suppress(OSError, ValueError, TypeError):
        return datetime.fromisoformat(json.loads(note.read_text(encoding="utf-8")))
    return None


def _write(note: Path, since: datetime) -> None:
    with written(note, 0o600) as draft:
        draft.write_text(json.dumps(since.isoformat()), encoding="utf-8")
