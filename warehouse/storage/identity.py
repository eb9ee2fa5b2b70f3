"""An installation knows itself: its stores carry one id and remember how far each other were.

In: a home. Out: its id; or a refusal where a store is another installation's, was emptied or is older than it was, in
one line with what to do. A ledger left behind, a shell that names another database or a vault made anew would
otherwise be taken for the country: its dashboards would go empty, its persons would get new keys.

`BBAJ_HOME/installation.json` remembers the ledger and the vault, the ledger remembers the vault, and a small file
`.installation` lies in each folder. Levels only grow, and are taken anew at the beginning of every command that writes.
The lake and the publications can be made anew: of them only another installation's are refused here, and a build that
misses a file of the lake says so itself.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import DatabaseError, ProgrammingError

from ingest.home import NOTE, OWNER, Home, InstallationError
from ingest.ledger.records import (
    Installation,
    InstallationEvent,
    Publication,
    RawFile,
    Submission,
    SubmissionEvent,
    User,
)
from ingest.ledger.store.database import is_file
from ingest.locks import locked
from ingest.receive.store import RawStore
from warehouse.storage.files import written
from warehouse.storage.keys.vault_file import standing_of

_DERIVED = frozenset({"lake", "published"})
_LOOKED_AT = 20
"""Of so many files that came in last more than half are there, or the raw store is an older one: one that is missing
alone is that file's trouble, and stops nobody."""
_WAIT_SECONDS = 120


class StrangerError(InstallationError):
    """A store is not the one this installation had. Carries `store` and `problem`: another, emptied or older.

    Both are given by the names of their words.
    """

    def __init__(self, store: str, problem: str, **facts: Any) -> None:
        self.store, self.problem = store.removeprefix("store_"), problem.removeprefix("store_")
        super().__init__(f"{self.store}: {self.problem} {facts}")
        self.of(problem, store=self.store, **facts)


@dataclass(frozen=True)
class HighWater:
    """How far the stores are: highest numbers in the ledger, persons in the vault."""

    submissions: int = 0
    events: int = 0
    publications: int = 0
    keys_issued: int = 0


def recognise(home: Home) -> str:
    """The installation's id, given to every store the first time. Raises StrangerError."""
    with locked(home.root / ".installation.lock", _WAIT_SECONDS):
        note = _note(home)
        if note is None and not any(_uids(home).values()):
            if not RawFile.objects.exists() and _has_content(home.raw):
                raise StrangerError("store_ledger", "store_emptied", uid="—")
            return _begin(home, secrets.token_hex(16))
        if note is not None and note["state"] == "begun":  # and died before it was done
            return _begin(home, note["uid"])
        for problem in _problems(home, note):
            raise problem
        assert note is not None
        _remember(home, note["uid"])
        return str(note["uid"])


def refuse_another_ledger(home: Home) -> None:
    """Before its tables are brought up to date: a database that is not this installation's is left as it is.

    Raises StrangerError.
    """
    note = _note(home)
    if note is None or note["state"] != "known":
        return
    row = None
    if not is_file(home) or home.ledger.exists():  # asking SQLite for a file that is gone would make one
        try:
            row = Installation.objects.filter(pk=1).first()
        except DatabaseError as error:
            if not _lacks_table(error):  # it is away, refuses us or is damaged: another trouble
                raise
    if row is None:
        raise StrangerError("store_ledger", "store_emptied", uid=note["uid"])
    if row.uid != note["uid"]:
        raise StrangerError("store_ledger", "store_another", uid=note["uid"], found=row.uid)


def _lacks_table(error: DatabaseError) -> bool:
    """Whether a database was asked for a table it does not have, in the words of either engine."""
    return isinstance(error, ProgrammingError) or "no such table" in str(error)


def adopt(home: Home, actor: User, reason: str) -> list[StrangerError]:
    """Take the stores as they are for one installation from now on; what had been wrong with them.

    For whoever has restored one of them from an older copy and knows it. The ledger keeps who did it and why.
    """
    with locked(home.root / ".installation.lock", _WAIT_SECONDS):
        note = _note(home)
        found = list(_problems(home, note))
        uids = _uids(home)
        uid = (
            uids["ledger"]
            or (note or {}).get("uid")
            or next(filter(None, uids.values()), secrets.token_hex(16))
        )
        _begin(home, uid)
        InstallationEvent.objects.create(
            kind=InstallationEvent.Kind.ADOPTED,
            actor=actor,
            at=home.now(),
            details={
                "reason": reason,
                "uid": uid,
                "problems": [[each.store, each.problem] for each in found],
            },
        )
        return found


def claim_folder(folder: Path, uid: str) -> None:
    """Write down in a folder whose it is."""
    with written(folder / OWNER, 0o600) as draft:
        draft.write_text(uid + "\n", encoding="ascii")


def uid_of(home: Home) -> str | None:
    """The id the home itself remembers; None before the first command that writes. Raises InstallationError."""
    note = _note(home)
    return str(note["uid"]) if note else None


def owner_of(folder: Path) -> str | None:
    """The id of the installation a folder belongs to."""
    try:
        return (folder / OWNER).read_text(encoding="ascii", errors="replace").strip() or None
    except FileNotFoundError:
        return None


def _begin(home: Home, uid: str) -> str:
    from warehouse.storage.keys.vault import Vault

    _write_note(home, uid, "begun", HighWater())
    with Vault(home) as vault:
        issued = vault.belong_to(uid)
    for folder in _folders(home).values():
        claim_folder(folder, uid)
    Installation.objects.update_or_create(pk=1, defaults={"uid": uid, "keys_issued": issued})
    _remember(home, uid)
    return uid


def _remember(home: Home, uid: str) -> None:
    """Take the levels as they are now; a store that was made anew is the installation's again."""
    levels = _levels(home)
    _write_note(home, uid, "known", levels)
    Installation.objects.filter(pk=1, keys_issued__lt=levels.keys_issued).update(
        keys_issued=levels.keys_issued
    )
    for store, folder in _folders(home).items():
        if store in _DERIVED and owner_of(folder) is None:
            claim_folder(folder, uid)


def _problems(home: Home, note: Mapping[str, Any] | None) -> Iterator[StrangerError]:
    """What keeps these stores from being one installation, the worst first."""
    uids = _uids(home)
    known = note["uid"] if note else next(filter(None, uids.values()), None)
    if note is None:
        yield StrangerError("store_home", "store_emptied", uid=known)
    for store, uid in uids.items():
        if uid is None and store not in _DERIVED:
            yield StrangerError(store, "store_emptied", uid=known)
        elif uid is not None and uid != known:
            yield StrangerError(store, "store_another", uid=known, found=uid)
    if note is None or uids["ledger"] != known or uids["vault"] != known:
        return
    before, now = HighWater(**note["levels"]), _levels(home)
    for name in ("submissions", "events", "publications"):
        if getattr(now, name) < getattr(before, name):
            yield StrangerError(
                "store_ledger", "store_older", level=getattr(before, name), found=getattr(now, name)
            )
            break
    issued = max(before.keys_issued, Installation.objects.get(pk=1).keys_issued)
    if now.keys_issued < issued:
        yield StrangerError("store_vault", "store_older", level=issued, found=now.keys_issued)
    if missing := _missing_of_newest(home):
        yield StrangerError("store_raw", "store_older", level=max(missing), found=min(missing) - 1)


def _missing_of_newest(home: Home) -> list[int]:
    """The newest submissions whose bytes are gone, when so many are that the store must be an older one."""
    received = Submission.objects.filter(raw_file__raw_state=RawFile.State.PRESENT).order_by("-pk")
    newest = list(received.values_list("pk", "raw_file_id")[:_LOOKED_AT])
    store = RawStore(home)
    missing = [pk for pk, sha256 in newest if not store.path(sha256 or "").is_file()]
    return missing if len(missing) > max(2, len(newest) // 2) else []


def _has_content(raw: Path) -> bool:
    """Whether anything was ever received into a raw store."""
    return next(raw.glob("[0-9a-f][0-9a-f]/*/*"), None) is not None


def _folders(home: Home) -> dict[str, Path]:
    return {"raw": home.raw, "lake": home.lake, "published": home.published}


def _uids(home: Home) -> dict[str, str | None]:
    """Store → the id it carries."""
    row = Installation.objects.filter(pk=1).first()
    standing = standing_of(home)
    found = {"ledger": row.uid if row else None, "vault": standing[0] if standing else None}
    return found | {store: owner_of(folder) for store, folder in _folders(home).items()}


def _levels(home: Home) -> HighWater:
    def highest(model: Any) -> int:
        return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    standing = standing_of(home)
    return HighWater(
        highest(Submission), highest(SubmissionEvent), highest(Publication), standing[1] if standing else 0
    )


def _note(home: Home) -> dict[str, Any] | None:
    try:
        read: dict[str, Any] = json.loads((home.root / NOTE).read_text(encoding="utf-8"))
        HighWater(**read["levels"])
        if read.pop("digest", None) not in (None, _digest(read)):  # None: written before there was one
            raise KeyError("digest")
        if read["state"] not in ("begun", "known"):
            raise KeyError(read["state"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise InstallationError(f"{NOTE} is damaged").of("note_damaged", path=home.root / NOTE) from None
    return read


def _digest(content: Mapping[str, Any]) -> str:
    """Over all that the note says: a level that became lower would hide an older ledger or vault."""
    return blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def _write_note(home: Home, uid: str, state: str, levels: HighWater) -> None:
    content: dict[str, Any] = {"uid": uid, "state": state, "levels": asdict(levels)}
    content["digest"] = _digest(content)
    note = home.root / NOTE
    text = json.dumps(content, indent=1)
    if note.exists() and note.read_text(encoding="utf-8") == text:
        return
    with written(note, 0o600) as draft:
        draft.write_text(text, encoding="utf-8")
