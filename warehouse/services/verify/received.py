"""The raw store and the findings looked through: what came in, and what was said of it.

In: a home and what its ledger says. Out: what is damaged. Neither can be made anew: what mends them is a backup.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from expectations.findings.findings_file import places_file, read_findings
from ingest.digests import SUFFIX, damage_of, digest_path
from ingest.home import REDACTED, Home
from ingest.receive.store import RawStore
from warehouse.services.verify.found import Found
from warehouse.services.verify.known import Judged, Known

_MOST_SENDERS = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")


def raw_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each received file in turn; None for one that is whole."""
    store = RawStore(home)
    for sha256, size in sorted(known.raw.items()):
        path = store.path(sha256)
        damage = _raw_damage(path, sha256, size, every_byte)
        if damage is None:
            yield None
            continue
        senders = known.senders.get(sha256, [])
        said = ", ".join(map(str, senders[:_MOST_SENDERS])) + (" …" if len(senders) > _MOST_SENDERS else "")
        facts = {"senders": said or "—", "receipts": [each.receipt for each in senders]}
        yield Found("raw", _place(home, path), damage, "raw", facts)
    for sha256 in sorted(known.redacted):
        left = store.redacted_path(sha256)
        damage = damage_of(left, every_byte=every_byte)
        numbers = [each.receipt for each in known.senders.get(sha256, [])]
        facts = {"senders": ", ".join(map(str, numbers[:_MOST_SENDERS])) or "—", "receipts": numbers}
        yield Found("raw", _place(home, left), damage, "raw", facts) if damage else None
        if store.path(sha256).exists():  # the erasure was not ended, or somebody put the original back
            yield Found("raw", _place(home, store.path(sha256)), "erased", "erased", facts)


def raw_strangers(home: Home) -> Iterator[Found]:
    """What lies in the raw store under a name that no content has."""
    store = RawStore(home)
    for path in sorted(home.raw.rglob("*")):
        inside = path.relative_to(home.raw)
        if path.is_dir() or inside.parts[0].startswith("."):
            continue
        name = path.name.removesuffix(SUFFIX).removesuffix(REDACTED)
        is_bare = path.name == name or not path.name.endswith((REDACTED, REDACTED + SUFFIX))
        if (
            not _SHA256.fullmatch(name)
            or store.path(name).parent != path.parent
            or (is_bare and path.name != name)
        ):
            yield Found("raw", _place(home, path), "stranger", "stranger")


def findings_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """The findings of each verdict in turn; None for whole ones."""
    for number, judged in sorted(known.verdicts.items()):
        file, places = home.findings / f"{number}.json", places_file(home.findings, number)
        damage: str | None = damage_of(file, every_byte=every_byte)
        if damage is None and every_byte:
            damage = _other_findings(home, number, judged)
        facts = {"receipts": [number], "listed": number}
        yield Found("findings", _place(home, file), damage, "findings", facts) if damage else None
        if places.exists() or digest_path(places).exists():
            damage = damage_of(places, every_byte=every_byte)
            yield Found("findings", _place(home, places), damage, "findings", facts) if damage else None


def findings_strangers(home: Home) -> Iterator[Found]:
    """Findings of no verdict are left by a judging that died; anything else is a stranger."""
    for path in sorted(home.findings.iterdir()) if home.findings.is_dir() else ():
        name = path.name.removesuffix(SUFFIX)
        if not path.name.startswith(".") and not re.fullmatch(r"\d+\.(json|places\.csv)", name):
            yield Found("findings", _place(home, path), "stranger", "stranger")


def _raw_damage(path: Path, sha256: str, size: int, every_byte: bool) -> str | None:
    try:
        if not path.is_file() or path.is_symlink():
            return "missing" if not path.exists() else "exchanged"
        if path.stat().st_size != size:
            return "cut"
        if every_byte:
            with path.open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
                    return "altered"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    return None


def _other_findings(home: Home, number: int, judged: Judged) -> str | None:
    """Whether a whole file says anything else than the ledger: it may be the one of another day."""
    try:
        said = read_findings(home.findings, number)
        same = (said["submission_id"], said["verdict"], said["rows_in"]) == (
            number,
            judged.outcome,
            judged.rows_in,
        )
    except (ValueError, KeyError, TypeError):
        return "altered"
    return None if same else "exchanged"


def _place(home: Home, path: Path) -> str:
    return str(path.relative_to(home.root))
