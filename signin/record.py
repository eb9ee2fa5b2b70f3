"""What a door remembers of sign-ins: failed attempts, and whose password is still the first one.

In: names of users, addresses of clients, times in seconds since 1970 (UTC). Out: a small SQLite file for its owner
alone, shared by all processes of a service.
"""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
create table if not exists attempt (who text not null, at real not null);
create index if not exists attempt_who on attempt (who, at);
create table if not exists first_password (user text primary key, given_at real not null);
"""


@dataclass(frozen=True)
class Allowance:
    """How many wrong passwords are borne within so many seconds, for one user and from one address.

    An address may be that of a whole department, so more are borne from it than for a user.
    """

    of_user: int = 5
    of_address: int = 50
    seconds: float = 15 * 60.0


class Record:
    """The memory of one door."""

    def __init__(self, file: Path, allowance: Allowance | None = None) -> None:
        self._file, self._allowed = file, allowance or Allowance()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if not self._file.exists():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
        with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as con:
            con.executescript(_SCHEMA)
            con.execute("begin immediate")
            try:
                yield con
            except BaseException:
                con.execute("rollback")
                raise
            con.execute("commit")

    def admit(self, user: str, address: str, now: float) -> float:
        """Count an attempt before the password is looked at; the seconds to wait, 0 when it may go on. An address
        that is not known is empty.

        Counted first, so that a hundred attempts at once are not all admitted before the first one fails. An
        attempt that was refused counts for nothing: whoever waits is let in.
        """
        counted = [(_user(user), self._allowed.of_user)]
        if address:
            counted.append((_address(address), self._allowed.of_address))
        with self._opened() as con:
            con.execute(
                "delete from attempt where at <= ? or at > ?", (now - self._allowed.seconds, now + 60)
            )
            for who, allowed in counted:
                failed = [
                    at for (at,) in con.execute("select at from attempt where who = ? order by at", (who,))
                ]
                if len(failed) >= allowed:
                    return max(1.0, float(failed[-allowed]) + self._allowed.seconds - now)
            con.executemany("insert into attempt values (?, ?)", [(who, now) for who, _ in counted])
        return 0.0

    def succeeded(self, user: str, address: str, now: float) -> None:
        """The attempt that was admitted at `now` was right: it and the user's failures before it are forgotten.

        Failures of others from the same address are not: one own account must not open the way to guess others'.
        """
        with self._opened() as con:
            con.execute("delete from attempt where who = ?", (_user(user),))
            con.execute("delete from attempt where who = ? and at = ?", (_address(address), now))

    def give_first(self, user: str, now: float) -> None:
        """Somebody else chose this user's password."""
        with self._opened() as con:
            con.execute("insert or replace into first_password values (?, ?)", (user, now))

    def has_first(self, user: str) -> bool:
        """Whether the user still has to choose a password."""
        with self._opened() as con:
            return con.execute("select 1 from first_password where user = ?", (user,)).fetchone() is not None

    def chose_own(self, user: str) -> None:
        """The user chose a password."""
        with self._opened() as con:
            con.execute("delete from first_password where user = ?", (user,))


def _user(name: str) -> str:
    """Names that a person takes for the same count together; a file that is read by others holds no names."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return "user " + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def _address(address: str) -> str:
    return "address " + hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
