"""The files of written purposes: one for each that is in force, of what is shown now, and none else.

In: purposes as the ledger has them, the publication that is shown. Out: below `restricted/purposes/<purpose>/` the file
`<publication>/warehouse.duckdb` for Superset's service user alone, and the purpose's own secret. Files of purposes that
are over, and of other publications, are gone; so is the secret, without which nobody makes these keys again. No backup
has any of it. Whether a purpose is in force is asked at each opening, too: a file that lies here still opens to nobody.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

from ingest.home import Home
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.persons.purposes import Purpose, close_what_is_over, in_force, is_any_over, purposes
from ingest.locks import locked
from ingest.receive.failpoint import reach
from signin import asked
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.persons_apart import PERSONS
from warehouse.storage.files import PARTIAL, fsync_file, fsync_folder
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.erasures import unfinished
from warehouse.storage.keys.secret import Secret
from warehouse.storage.shown.narrowed import write_narrowed

log = logging.getLogger(__name__)
DOMAIN = "purpose"
_SECRET = "secret"
_WAIT_SECONDS = 600.0


def file_of(home: Home, purpose: int, publication: int) -> Path:
    """What the analyst opens."""
    return home.purposes / str(purpose) / str(publication) / WAREHOUSE


def keep_purposes(home: Home, shown: int | None) -> list[Purpose]:
    """Let there be the file of each purpose in force, of the publication `shown`, and no other; those in force.

    While somebody is being erased there is none. One that cannot be made is missing, and the others are not.
    """
    if not home.purposes.is_dir() and not purposes():
        return []
    with _alone(home):
        now = home.now()
        if is_any_over(now):
            close_what_is_over(account(PIPELINE), now, asked_so_far(home))
        given = in_force(now)
        wanted = [] if shown is None or unfinished(home) else given
        for purpose in wanted:
            _make(home, purpose, shown or 0)
        _forget(home, {each.number for each in given}, {(each.number, shown) for each in wanted})
        return given


def make_ahead(home: Home, publication: int) -> None:
    """Make the files of a publication that is about to be shown; those of the one before stay until it is."""
    if not in_force(home.now()):
        return
    with _alone(home):
        for purpose in [] if unfinished(home) else in_force(home.now()):
            _make(home, purpose, publication)


def forget_rows(home: Home) -> None:
    """Let every file go at once. Purposes stay in force, and have files again when somebody keeps them."""
    if home.purposes.is_dir():
        with _alone(home):
            _forget(home, None, set())


def _alone(home: Home) -> AbstractContextManager[int]:
    return locked(home.restricted / ".purposes.lock", _WAIT_SECONDS)


def asked_so_far(home: Home) -> dict[str, object]:
    """How far the journal is: what the ledger says of it can be held against it later."""
    read = asked.read(home.purposes)
    return {"lines": read.lines, "digest": read.digest}


def _make(home: Home, purpose: Purpose, publication: int) -> None:
    final = file_of(home, purpose.number, publication)
    persons = home.persons / str(publication) / PERSONS
    if final.is_file() or not persons.is_file():
        return
    draft = final.parent.with_name(f"{publication}{PARTIAL}")
    shutil.rmtree(draft, ignore_errors=True)
    for folder in (home.purposes, final.parent.parent, draft):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        keys = DomainKeys(DOMAIN, _secret_of(home.purposes / str(purpose.number) / _SECRET))
        whole = home.published / str(publication) / WAREHOUSE
        write_narrowed(draft / WAREHOUSE, whole, persons, purpose.tables, purpose.node, keys)
        (draft / WAREHOUSE).chmod(0o600)
        fsync_file(draft / WAREHOUSE)
        reach("purpose:made")
        draft.rename(final.parent)
        fsync_folder(final.parent.parent)
    except Exception:
        # What one purpose lacks keeps nobody from a publication: `bbaj health` says that it has no file.
        log.exception("the file of purpose %s was not made", purpose.number)
        shutil.rmtree(draft, ignore_errors=True)


def _secret_of(file: Path) -> Secret:
    """The purpose's own, made at first use and gone with it."""
    if not file.is_file():
        draft = file.with_name(f"{file.name}{PARTIAL}")
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        draft.chmod(0o600)
        fsync_file(draft)
        draft.replace(file)
        fsync_folder(file.parent)
    return Secret(1, bytes.fromhex(file.read_text(encoding="ascii")))


def _forget(home: Home, in_force: set[int] | None, files: set[tuple[int, int | None]]) -> None:
    """Remove what is of no purpose `in_force` (None: of none is it known), and of it every file but these."""
    for folder in home.purposes.glob("[0-9]*"):
        if in_force is not None and folder.name not in map(str, in_force):
            shutil.rmtree(folder)
            continue
        for each in folder.iterdir():
            if each.is_dir() and (folder.name, each.name) not in {(str(a), str(b)) for a, b in files}:
                shutil.rmtree(each)
