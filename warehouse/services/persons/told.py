"""Everything that is held of one person, for whoever is entitled to know it.

In: what is known of the person. Out: `Told`: files and rows, rows of the lake under the vault's pseudonym, publications
whose restricted part has rows, findings, files that lie in the drop folder. That somebody asked is written down in the
ledger before anything is answered, with a keyed digest in place of the identifier. Restricted data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.findings.findings_file import read_findings
from ingest.databases import read_file
from ingest.digests import DamagedFileError
from ingest.home import Home, InstallationError
from ingest.ledger.records import InstallationEvent, User
from ingest.progress import Tell, tell_nobody
from warehouse.services.persons.haystack import words_in
from warehouse.services.persons.holdings import Holdings, look_for
from warehouse.services.persons.lake import InLake, in_lake, keys_of, listed
from warehouse.services.persons.person import Person, folded
from warehouse.storage.builds.finished.person_rows import holds_persons
from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN, PERSONS
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.secret import secrets_in
from warehouse.storage.keys.vault import Vault


class SeveralPersonsError(InstallationError):
    """More than one person has that name and birth date. Carries their `identifiers`."""

    def __init__(self, identifiers: Sequence[str]) -> None:
        super().__init__(f"{len(identifiers)} persons have that name and birth date")
        self.of("several_persons", count=len(identifiers), listed=", ".join(identifiers))
        self.identifiers = tuple(identifiers)


@dataclass(frozen=True)
class Asked:
    """Who is asked for: by identifier, or by last name, first name and birth date."""

    iin: str | None = None
    last: str = ""
    first: str = ""
    born: date | None = None

    def person(self, home: Home) -> Person:
        named = bool(self.last and self.first and self.born)
        return Person(
            identifiers=frozenset({self.iin} if self.iin else ()),
            names=frozenset({(folded(self.last), folded(self.first))} if named else ()),
            births=frozenset({self.born} if named and self.born else ()),
            written=frozenset({(self.last, self.first)} if named else ()),
            demo=home.settings.demo,
        )

    def person_is_named_in(self, text: str) -> bool:
        """Whether a text says the identifier or the name: it would stay in the ledger for ever."""
        inside = folded(text)
        named = (
            bool(self.last and self.first) and folded(self.last) in inside and folded(self.first) in inside
        )
        return named or bool(self.iin and self.iin.lstrip("0") in text)

    def mark(self) -> str:
        """What the digest in the ledger is made of."""
        return self.iin or f"{folded(self.last)}\0{folded(self.first)}\0{self.born}"


@dataclass
class Told:
    """What is held. `keys`: the vault's of the person. `publications`: number → rows in its restricted part.
    `findings`: pairs of receipt and finding. `dropped`: places below the drop folder."""

    holdings: Holdings
    keys: tuple[int, ...] = ()
    lake: list[InLake] = field(default_factory=list)
    publications: dict[int, int] = field(default_factory=dict)
    findings: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (self.holdings.held or self.lake or self.publications or self.findings or self.dropped)


def find(home: Home, asked: Asked, tell: Tell = tell_nobody) -> Told:
    """What is held of the person. Raises SeveralPersonsError."""
    holdings = look_for(home, _known(home, asked, tell), tell)
    keys = keys_of(home, holdings.person)
    return Told(
        holdings,
        tuple(keys),
        list(in_lake(home, keys)),
        publications_with(home, keys),
        list(_findings(home, holdings)),
        [str(path.relative_to(home.drop)) for path in dropped_with(home, holdings.person)],
    )


def record_answer(
    home: Home, asked: Asked, told: Told | None, actor: User, reason: str, purpose: str
) -> InstallationEvent:
    """Write down that somebody was told what is held: who, why, what for, of whom by a keyed digest, how much.

    `told` is None where more than one person is meant and only their identifiers were told.
    """
    found = (
        {} if told is None else {"files": len(told.holdings.held), "rows": sum(1 for _ in told.holdings.rows)}
    )
    return InstallationEvent.objects.create(
        kind=InstallationEvent.Kind.PERSON_SHOWN,
        actor=actor,
        at=home.now(),
        details={"reason": reason, "purpose": purpose, "person": digest_of(home, asked), **found},
    )


def digest_of(home: Home, asked: Asked) -> str:
    """Tells of whom an act speaks to whoever has the vault's secret and asks for the same person again."""
    with Vault(home):  # whose secret it is, is looked at when it is opened
        secret = secrets_in(home.keys, may_create=False)[-1]
    return f"v{secret.version}:{secret.hmacs([asked.mark().encode()])[0].hex()}"


def _known(home: Home, asked: Asked, tell: Tell) -> Person:
    """The person asked for, by identifier where a name leads to one."""
    person = asked.person(home)
    if person.identifiers:
        return person
    identifiers = sorted(look_for(home, person, tell).similar)
    if len(identifiers) > 1:
        raise SeveralPersonsError(identifiers)
    return Asked(identifiers[0], asked.last, asked.first, asked.born).person(home) if identifiers else person


def publications_with(home: Home, keys: Sequence[int]) -> dict[int, int]:
    """Number → rows of the restricted part that have the person's key of the domain."""
    found: dict[int, int] = {}
    for folder in sorted(home.persons.glob("[0-9]*")):
        file = folder / PERSONS
        if folder.name.isdigit() and file.is_file() and (rows := _rows_with(home, file, keys)):
            found[int(folder.name)] = rows
    return found


def _rows_with(home: Home, file: Path, keys: Sequence[int]) -> int:
    if not keys:
        return 0
    try:
        with read_file(file) as con:
            [(domain, version)] = con.execute(f"SELECT domain, key_version FROM {KEY_DOMAIN}").fetchall()
            secrets = {each.version: each for each in secrets_in(home.keys, domain, may_create=False)}
            own = list(DomainKeys(domain, secrets[version]).of(keys).values())
            columns = con.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
            counted = [
                con.execute(f'SELECT count(*) FROM "{table}" WHERE "{name}" IN ({listed(own)})').fetchone()
                for table, name in columns
                if holds_persons(name)
            ]
    except (duckdb.Error, KeyError, ValueError):
        return 0  # damaged, or of a secret that is gone: `bbaj verify` says so
    return sum(each[0] for each in counted if each)


def _findings(home: Home, holdings: Holdings) -> Iterator[tuple[int, dict[str, Any]]]:
    places = {
        submission.pk: {row.number for row in held.rows}
        for held in holdings.held.values()
        for submission in held.submissions
    }
    for file in sorted(home.findings.glob("*.json"), key=lambda each: (len(each.name), each.name)):
        if not file.stem.isdigit():
            continue
        number = int(file.stem)
        if number not in places and not words_in(file, holdings.person.identifiers):
            continue
        try:
            entries = read_findings(home.findings, number)["findings"]
        except (DamagedFileError, FileNotFoundError, ValueError, KeyError):
            continue  # `bbaj verify` says so
        for entry in entries:
            if entry["row"] in places.get(number, ()) or speaks_of(entry, holdings.person):
                yield number, entry


def speaks_of(entry: dict[str, Any], person: Person) -> bool:
    """Whether a recorded finding says who the person is."""
    texts = (entry["value"], entry["suggestion"], *entry["message"].values())
    return any(person.is_named_in(text) for text in texts if text)


def dropped_with(home: Home, person: Person) -> Iterator[Path]:
    """Files of the drop folder that hold the person: received ones, those nobody could identify, and waiting ones."""
    for path in sorted(home.drop.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        words = {*person.identifiers, *(word for name in person.written for word in name)}
        found = words_in(path, words)
        if found & person.identifiers or any(set(name) <= found for name in person.written):
            yield path
