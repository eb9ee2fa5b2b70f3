"""Editions of summaries looked through: what was sent once must be shown the same for ever.

In: a home and what its ledger says. Out: which archived files are not what they were. They cannot be made anew: what
they were made of is published no longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.digests import Damage
from ingest.home import Home
from warehouse.services.verify.found import Found
from warehouse.services.verify.known import Known


def edition_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each edition, None for whole ones. Without every byte sizes are compared."""
    for folder, files in sorted(known.editions.items()):
        for name, said in sorted(files.items()):
            file = home.editions / folder / name
            damage = _damage(file, said, every_byte)
            place = str(file.relative_to(home.root))
            yield Found("editions", place, damage, "edition") if damage else None


def _damage(file: Path, said: Mapping[str, Any], every_byte: bool) -> Damage | None:
    try:
        if file.stat().st_size != said["size"]:
            return "cut"
        if every_byte and hashlib.sha256(file.read_bytes()).hexdigest() != said["sha256"]:
            return "altered"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    return None
