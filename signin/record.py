"""What a door remembers of sign-ins: failed attempts, who came in from where, whose password is still the first,
whose sessions were ended.

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
create table if not exists came_in (who text primary key, at real not null);
create table if not exists ended (user text primary key, at real not null);
"""
_REMEMBERED_SECONDS = 180 * 24 * 3600.0
"""So long it is known that a user came in from an address."""


@dataclass(frozen=True)
class Allowance:
    """How many wrong passwords are borne within so many seconds.

    `of_user`: for one user from one address; then that user waits there, and nowhere else, so that nobody can lock
    another out. `of_address`: from one address, whoever they were for; it may be that of a whole department, so it is
    slowed to one try each `pause` seconds and not shut. `of_user_anywhere`: for one user from all addresses together;
    then only those are heard from which the user came in before.
    """

    of_user: int = 5
    of_address: int = 10
    of_user_anywhere: int = 25
    seconds: float = 15 * 60.0
    pause: float = 60.0


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
        with self._opened() as con:
            con.execute(
                "delete from attempt where at <= ? or at > ?", (now - self._allowed.seconds, now + 60)
            )
            con.execute("delete from came_in where at <= ?", (now - _REMEMBERED_SECONDS,))
            if seconds := self._wait(con, user, address, now):
                return seconds
            counted = [_pair(user, address), _user(user), *([_address(address)] if address else [])]
            con.executemany("insert into attempt values (?, ?)", [(who, now) for who in counted])
        return 0.0

    def _wait(self, con: sqlite3.Connection, user: str, address: str, now: float) -> float:
        """The seconds this user has to wait at this address."""
        allowed, pair = self._allowed, _pair(user, address)
        here = _failed(con, pair)
        waits = [self._until_one_is_past(here, allowed.of_user, now)]
        is_known = con.execute("select 1 from came_in where who = ?", (pair,)).fetchone() is not None
        if not is_known:
            waits.append(self._until_one_is_past(_failed(con, _user(user)), allowed.of_user_anywhere, now))
        # Who comes here every day and has not erred is not kept waiting by whoever guesses at the next desk.
        if address and (here or not is_known):
            of_all = _failed(con, _address(address))
            if len(of_all) >= allowed.of_address:
                waits.append(of_all[-1] + allowed.pause - now)
        longest = max(waits)
        return max(1.0, longest) if longest > 0 else 0.0

    def _until_one_is_past(self, failed: list[float], allowed: int, now: float) -> float:
        return failed[-allowed] + self._allowed.seconds - now if len(failed) >= allowed else 0.0

    def succeeded(self, user: str, address: str, now: float) -> None:
        """The attempt that was admitted at `now` was right: it and the user's failures there before it are forgotten,
        and that the user comes in from there is remembered.

        Failures of others from the same address are not: one own account must not open the way to guess others'.
        """
        pair = _pair(user, address)
        with self._opened() as con:
            of_pair = "at in (select at from attempt where who = ?)"
            con.execute(f"delete from attempt where who = ? and {of_pair}", (_user(user), pair))
            con.execute("delete from attempt where who = ?", (pair,))
            con.execute("delete from attempt where who = ? and at = ?", (_address(address), now))
            con.execute("insert or replace into came_in values (?, ?)", (pair, now))

    def give_first(self, user: str, now: float) -> None:
        """Somebody else chose this user's password: sessions that are open may be those of whoever knew the old one."""
        with self._opened() as con:
            con.execute("insert or replace into ended values (?, ?)", (user, now))
            con.execute("insert or replace into first_password values (?, ?)", (user, now))

    def end(self, user: str, now: float) -> None:
        """This user may come in no more: sessions that are open are over."""
        with self._opened() as con:
            con.execute("insert or replace into ended values (?, ?)", (user, now))

    def has_first(self, user: str) -> bool:
        """Whether the user still has to choose a password."""
        with self._opened() as con:
            return con.execute("select 1 from first_password where user = ?", (user,)).fetchone() is not None

    def is_over(self, user: str, began: float) -> bool:
        """Whether a session of this user that began then has been ended since."""
        with self._opened() as con:
            ended = con.execute("select at from ended where user = ?", (user,)).fetchone()
        return ended is not None and began < float(ended[0])

    def chose_own(self, user: str) -> None:
        """The user chose a password."""
        with self._opened() as con:
            con.execute("delete from first_password where user = ?", (user,))


def _user(name: str) -> str:
    """Names that a person takes for the same count together; a file that is read by others holds no names."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return "user " + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def _pair(user: str, address: str) -> str:
    return "at " + hashlib.sha256(f"{_user(user)} {_address(address)}".encode()).hexdigest()


def _failed(con: sqlite3.Connection, who: str) -> list[float]:
    """When attempts failed, the oldest first."""
    return [float(at) for (at,) in con.execute("select at from attempt where who = ? order by at", (who,))]


def _address(address: str) -> str:
    return "address " + hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
