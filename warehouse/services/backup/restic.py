"""restic, the program that keeps backups: encrypted, each content once, on a path or on any server it knows.

In: a repository with its password. Out: snapshots made, listed, restored, let go; or what went wrong, by the name of
its words. Debian's 0.14 is enough.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from ingest.home import InstallationError
from ingest.settings.backup import ALWAYS_KEPT

PROGRAM = "restic"
HOST = "bbaj"
"""The same on every machine: a home that moves goes on with its backups."""
_UNREAD = 3
_LAST = ALWAYS_KEPT
"""Of the newest, however old: a day on which an upgrade is tried may have several."""
_LONGEST = 300
_OF_ANOTHER = ("RESTIC_REPOSITORY", "RESTIC_PASSWORD", "RESTIC_KEY", "RESTIC_CACHE", "RESTIC_FROM")
_PASSWORD = re.compile(r"//([^/:@\s]*):[^/@\s]*@")
_ENGLISH = {"LC_ALL": "C.UTF-8"}
# A server that does not answer is not one without a repository, which restic asks about in the same breath. Of a
# machine reached by ssh restic may end before it has passed on what ssh said, and says of it that no session began.
_SILENT = (
    *("connection refused", "connection reset", "connection timed out", "i/o timeout", "no route to host"),
    *("no such host", "could not resolve hostname", "dial tcp", "network is unreachable", "unauthorized"),
    *("kex_exchange_identification", "unable to start the sftp session"),
)
# What restic says, by what is wrong; the first that fits.
_SAID = {
    "backup_password_wrong": ("wrong password or no key found",),
    "backup_disk_full": ("no space left on device", "disk quota exceeded", "file too large"),
    "backup_locked": ("already locked",),
    "backup_no_repository": ("is there a repository at the following location",),
    "backup_exists": ("config file already exists", "config already exists"),
    "backup_damaged": (
        *("ciphertext verification failed", "does not match", "not found in index", "invalid data returned"),
        *("hash mismatch", "does not exist", "unexpected eof", "error loading", "unable to load", "contains errors"),
        *("no such file or directory", "decrypting", "invalid argument", "not in the repository", "too short"),
        *("no matching id found", "unmatched"),
    ),
    "backup_away": (
        *("connection refused", "no such host", "timeout", "permission denied", "dial tcp", "network is unreachable"),
        *("unexpected http response", "access denied", "broken pipe"),
    ),
}  # fmt: skip


def shown(address: str) -> str:
    """An address, or words with one in them, as people may see it: without the password of a server."""
    return _PASSWORD.sub(r"//\1:…@", address)


class BackupError(InstallationError):
    """A repository cannot be written, read or found. `code` says how; no password of a server is in what it says."""

    def __init__(self, said: str) -> None:
        super().__init__(shown(said))

    def of(self, code: str, **details: Any) -> Self:
        """The same error under the name by which people's words of it are found."""
        told = {name: shown(each) if isinstance(each, str) else each for name, each in details.items()}
        return super().of(code, **told)


@dataclass(frozen=True)
class Snapshot:
    """One state that a repository keeps."""

    id: str
    at: datetime
    tags: tuple[str, ...]

    def tag(self, name: str) -> str | None:
        """What follows `name-` in one of its tags."""
        return next((tag.removeprefix(f"{name}-") for tag in self.tags if tag.startswith(f"{name}-")), None)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Snapshot:
        moment = datetime.fromisoformat(_to_microseconds(str(said["time"])))
        return cls(str(said["id"]), moment, tuple(said.get("tags") or ()))


@dataclass(frozen=True)
class Made:
    """A snapshot just made. `added`: bytes that were new; `unread`: what could not be read and is there still."""

    id: str
    files: int
    size: int
    added: int
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repository:
    """`address` as restic knows it; `password` opens it; `cache`: where restic keeps what spares it asking again;
    `held`: descriptors of locks that a running restic holds on to, should this process die."""

    address: str
    password: str = field(repr=False)
    cache: Path
    held: tuple[int, ...] = ()

    def create(self) -> None:
        """Make it. Raises BackupError, `backup_exists` where there is one."""
        self._run("init")

    def make(self, paths: Sequence[str], tags: Sequence[str], folder: Path) -> Made:
        """A snapshot of these paths below a folder, under their relative names. Raises BackupError."""
        words = ["backup", "--json", "--host", HOST, "--exclude", ".incoming", "--exclude", "*.partial"]
        for tag in tags:
            words += ["--tag", tag]
        done = self._run(*words, *paths, folder=folder, allowed=(0, _UNREAD))
        said = _summary(done.stdout)
        # A file that went while restic read was replaced or no longer needed: what a backup must have never goes.
        unread = tuple(each for each in _unread(done.stderr) if os.path.lexists(folder / each))
        return Made(
            str(said["snapshot_id"]),
            int(said["total_files_processed"]),
            int(said["total_bytes_processed"]),
            int(said["data_added"]),
            unread,
        )

    def snapshots(self, tag: str) -> list[Snapshot]:
        """Those with a tag, the oldest first. Raises BackupError."""
        listed = json.loads(self._run("snapshots", "--json", "--tag", tag).stdout or "[]") or []
        return sorted((Snapshot.of(each) for each in listed), key=lambda found: found.at)

    def keep_by_rule(self, tag: str, daily: int, weekly: int, monthly: int) -> list[Snapshot]:
        """Let go of what the rule does not keep, and of its content; what is left, the last few in any case.

        Raises BackupError.
        """
        rule = [
            "--keep-last",
            str(_LAST),
            "--keep-daily",
            str(daily),
            "--keep-weekly",
            str(weekly),
            "--keep-monthly",
            str(monthly),
        ]
        done = self._run("forget", "--json", "--tag", tag, "--group-by", "", *rule, "--prune")
        groups = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("[")))
        return [Snapshot.of(each) for group in groups for each in group["keep"] or ()]

    def forget(self, ids: Collection[str]) -> None:
        """Let go of these snapshots and of their content. Raises BackupError."""
        if ids:
            self._run("forget", *sorted(ids), "--prune")

    def restore(self, snapshot: str, to: Path) -> None:
        """Write a snapshot's files below a folder. Raises BackupError."""
        self._run("restore", snapshot, "--target", str(to))

    def check(self) -> None:
        """See whether the repository's parts fit each other. Raises BackupError."""
        self._run("check")

    def _run(
        self, *words: str, folder: Path | None = None, allowed: Collection[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        done = self._once(words, folder)
        if done.returncode not in allowed and _code_of(done) == "backup_locked":
            # The lock of a restic that was killed: this lets go of no other.
            self._once(("unlock",), folder)
            done = self._once(words, folder)
        if done.returncode in allowed:
            return done
        code = _code_of(done)
        raise BackupError(f"{PROGRAM} {words[0]}: {_why(done)}").of(
            code, repository=self.address, why=_why(done)
        )

    def _once(self, words: Sequence[str], folder: Path | None) -> subprocess.CompletedProcess[str]:
        program = shutil.which(PROGRAM)
        if program is None:
            raise BackupError(f"{PROGRAM} is not installed").of("backup_no_restic")
        self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        # What the shell says of another repository is not meant for this one; how a server lets one in is.
        ours = {name: value for name, value in os.environ.items() if not name.startswith(_OF_ANOTHER)}
        return subprocess.run(
            [program, "-r", self.address, "--cache-dir", str(self.cache), *words],
            env={**ours, **_ENGLISH, "RESTIC_PASSWORD": self.password},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            pass_fds=self.held,
            check=False,
        )


def _code_of(done: subprocess.CompletedProcess[str]) -> str:
    said = f"{done.stderr}\n{done.stdout}".lower()
    if any(each in said for each in _SILENT):
        return "backup_away"
    return next(
        (code for code, words in _SAID.items() if any(each in said for each in words)), "backup_failed"
    )


def _why(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["?"]
    told = next((line for line in lines if line.startswith("Fatal:")), lines[-1])
    return told.removeprefix("Fatal: ")[:_LONGEST]


def _summary(said: str) -> dict[str, Any]:
    found = [json.loads(line) for line in said.splitlines() if '"summary"' in line]
    return next(each for each in found if each.get("message_type") == "summary")


def _unread(said: str) -> list[str]:
    """Names of what restic could not read, each once."""
    items = []
    for line in said.splitlines():
        if line.startswith("{"):
            told = json.loads(line)
            if told.get("message_type") == "error":
                items.append(str(told.get("item") or ""))
    return list(dict.fromkeys(items))


def _to_microseconds(moment: str) -> str:
    """restic tells nanoseconds, and leaves zeroes at the end away."""
    date, point, rest = moment.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{date}.{digits[:6]:0<6}{rest[len(digits) :]}" if point else moment
