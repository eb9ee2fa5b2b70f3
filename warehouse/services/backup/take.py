"""A backup: everything that cannot be made again, encrypted, into two repositories; older ones let go of by rule.

In: a home whose settings name a repository. Out: a snapshot of the vault and, after it, one of the data that names it:
a backup is there once the latter is. Interrupted anywhere it leaves the earlier ones as they are, and the next begins
anew; two at once do not happen.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from ingest.home import Home
from ingest.receive.failpoint import reach
from warehouse.services.backup.record import recorded
from warehouse.services.backup.repositories import VAULT, Repositories, alone, ready
from warehouse.services.backup.restic import BackupError, Made
from warehouse.services.backup.staging import Contents, lay_ready, read_in_place, staging_of

TAG = "bbaj"
"""On every snapshot of ours; a repository may have others."""
OF, VAULT_AT = "of", "vault"
"""Tags `of-<id of the installation>`, and on a snapshot of the data `vault-<id of the vault's snapshot>`."""
_MOST_NAMED = 5


@dataclass(frozen=True)
class Taken:
    """A backup. `snapshot`: its name; `files`, `size`: what it holds; `added`: bytes that were new; `kept`: how many
    backups there are now."""

    snapshot: str
    files: int
    size: int
    added: int
    kept: int


def back_up(home: Home) -> Taken:
    """Take a backup now. Raises BackupError, and BusyError while another of this home is at work."""
    with alone(home) as lock, recorded(home, "backup") as line:
        repositories = ready(home).holding(lock)
        try:
            contents = lay_ready(home, line["at"])
            vault, data = _store(home, repositories, contents)
        finally:
            shutil.rmtree(staging_of(home), ignore_errors=True)
        line |= {"snapshot": data.id, "files": data.files, "bytes": data.size + vault.size}
        line["added"] = data.added + vault.added
        if unread := (*data.unread, *vault.unread):
            # The rest is safe, and nothing older is let go of: it may have what this one lacks.
            named = ", ".join(unread[:_MOST_NAMED])
            raise BackupError(f"{len(unread)} files could not be read: {named}").of(
                "backup_unread", count=len(unread), named=named
            )
        line["kept"] = _keep_by_rule(home, repositories, contents.uid)
        return Taken(data.id, data.files, line["bytes"], line["added"], line["kept"])


def _store(home: Home, repositories: Repositories, contents: Contents) -> tuple[Made, Made]:
    tags = [TAG, f"{OF}-{contents.uid}"]
    vault = repositories.vault.make(["."], tags, staging_of(home) / VAULT)
    reach("backup:vault_stored")
    data = repositories.data.make(read_in_place(home), [*tags, f"{VAULT_AT}-{vault.id}"], home.root)
    reach("backup:stored")
    return vault, data


def _keep_by_rule(home: Home, repositories: Repositories, uid: str) -> int:
    """Let go of backups by the rule of the settings, and of the vaults that no backup names any more."""
    rule = home.settings.backup
    assert rule is not None
    of_us = f"{OF}-{uid}"
    kept = repositories.data.keep_by_rule(of_us, rule.daily, rule.weekly, rule.monthly)
    reach("backup:let_go")
    named = tuple(filter(None, (each.tag(VAULT_AT) for each in kept)))
    vaults = repositories.vault.snapshots(of_us)
    repositories.vault.forget([each.id for each in vaults if not each.id.startswith(named)])
    return len(kept)
