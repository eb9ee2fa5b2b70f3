"""Obligations brought up to what decides over many of them, where any of that moved since the last time.

In: a home. Out: obligations as `keep_obligations` makes them. Registers and calendars in effect, directives, the day,
the settings and the forms decide over many at once; what an act decides on one report it has settled itself, in its own
transaction, and a country's year is not gone through for it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

from ingest.home import SETTINGS_FILE, Home
from ingest.ledger.decisions import winners
from ingest.ledger.receipts.aside import program
from ingest.ledger.records import Directive
from ingest.schema.forms.load import CONTRACTS
from ingest.schema.values.period import LOCAL_TIME
from warehouse.services.hierarchy.registers import (
    CALENDAR,
    REGISTERS,
    calendar_if_readable,
    follow,
    keep_obligations,
)
from warehouse.storage.files import written

_NOTE = ".brought-up.json"


def bring_up(home: Home) -> Counter[str]:
    """Follow the registers, and keep obligations where something moved; how many changed to what. Raises as
    `keep_obligations`."""
    follow(home)
    note, decides = home.reference / _NOTE, _decides(home)
    if noted(note) == decides:
        return Counter()
    changed = keep_obligations(home)
    # Without a calendar nothing was asked for, and who mends it moves nothing that is noted.
    if calendar_if_readable(home) is not None:
        with written(note, 0o600) as draft:
            draft.write_text(json.dumps(decides), encoding="utf-8")
    return changed


def forget_brought_up(home: Home) -> None:
    """Let everything be gone through again: the ledger is another than the one that was brought up."""
    (home.reference / _NOTE).unlink(missing_ok=True)


def _decides(home: Home) -> dict[str, object]:
    in_effect = {form: [each.pk for each in winners.operational(form)] for form in (*REGISTERS, CALENDAR)}
    return {"in_effect": in_effect, **decided_by(home)}


def decided_by(home: Home) -> dict[str, object]:
    """What decides over many reports beside registers and calendars, as plain values, however long the ledger is."""
    settings = home.root / SETTINGS_FILE
    return {
        "directives": Directive.objects.count(),
        "day": home.now().astimezone(LOCAL_TIME).date().isoformat(),
        "settings": settings.read_text(encoding="utf-8") if settings.exists() else "",
        "forms": _forms(),
        "program": program(),
    }


def _forms() -> str:
    digest = hashlib.sha256()
    for file in sorted(CONTRACTS.glob("*.yml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def noted(note: Path) -> object:
    """What was noted as JSON in a file that may be lost."""
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # lost, or damaged: the same
        return None
