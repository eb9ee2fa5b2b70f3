"""What must hold after any fault: old or new is shown and whole, every receipt verifies, the content is that of a way
nobody disturbed.

In: a home. Out: nothing where it holds; AssertionError says what does not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import ingest.ledger
from ingest.home import Home
from tests.faults.trials.begin import WAY, do


@dataclass(frozen=True)
class Told:
    """What an installation says when all is done. `lake`: the rows that count; `submissions`: what came in and what
    became of it; `content`: table → hash, None where nothing was published."""

    lake: str
    submissions: tuple[tuple[Any, ...], ...]
    obligations: tuple[tuple[Any, ...], ...]
    content: dict[str, str] | None


def require_old_or_new(home: Home, allowed: Collection[int]) -> None:
    """A reader finds one of these publications, whole."""
    from warehouse.storage.builds.finished.warehouse_file import damage_of_readers_part
    from warehouse.storage.shown.publish import shown_number

    bind(home)
    from ingest.ledger.records import Publication

    number = shown_number(home)
    assert number in allowed, f"publication {number} is shown, not one of {sorted(allowed)}"
    known = Publication.objects.filter(number=number).first()
    assert known is not None, f"the ledger knows nothing of publication {number}, which is shown"
    damage = damage_of_readers_part(home.published / str(number), number, known.content_hash)
    assert damage is None, f"publication {number} is {damage}"
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        found = con.execute("SELECT DISTINCT publication_number FROM rpt_publication").fetchall()
    assert found == [(number,)]


def require_receipts(home: Home, acknowledged: Collection[tuple[int, str]] = ()) -> None:
    """Every submission's bytes are what they were, those of whoever was given a receipt (number, SHA-256) too."""
    from ingest.receive.store import RawStore

    bind(home)
    from ingest.ledger.records import Submission

    held = {each.pk: each.raw_file_id for each in Submission.objects.all()}
    for number, sha256 in acknowledged:
        assert held.get(number) == sha256, f"receipt {number} is lost"
    store = RawStore(home)
    for number, kept in held.items():
        problem = store.problem_of(kept) if kept else None
        assert problem is None, f"the file of receipt {number} is {problem}"


def require_all_taken(home: Home, names: Collection[str]) -> None:
    """Every file of the drop folder went its way once: it lies there no more, and has one receipt or one finding."""
    left = [
        file for file in home.drop.rglob("*") if file.is_file() and not _is_ours(file.relative_to(home.drop))
    ]
    assert not left, f"left lying: {left}"
    bind(home)
    from ingest.ledger.records import SubmissionEvent

    events = SubmissionEvent.objects.filter(kind="received", channel="drop")
    received = sorted(events.values_list("submission__file_name", flat=True))
    assert received == sorted(names), received


def require_whole(home: Home) -> None:
    """Nothing that is stored is damaged, nothing lies about half written."""
    from warehouse.services.verify.known import Known
    from warehouse.services.verify.look import look_through

    bind(home)
    looked = look_through(home, Known.of_ledger(), every_byte=True)
    assert not looked.damaged, looked.damaged
    partial = [file for root in (home.lake, home.published) for file in root.rglob("*.partial*")]
    assert not partial, partial


def go_on(home: Home, acts: Collection[str] = WAY, environment: dict[str, str] | None = None) -> None:
    """Go the whole way once more, undisturbed."""
    for act in acts:
        done = do(home, act, environment=environment)
        assert done.returncode in (0, 1), f"{act}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr


def told_by(home: Home) -> Told:
    """What the installation says now."""
    bind(home)
    from ingest.ledger.publications import current
    from ingest.ledger.records import Obligation, Submission, Verdict
    from warehouse.storage.builds.finished.content import hashes_of
    from warehouse.storage.shown.publish import persons_shown

    batches = [each for (each,) in Verdict.objects.exclude(batch_id="").values_list("batch_id").distinct()]
    digest = hashlib.sha256()
    with duckdb.connect(":memory:") as con:
        for form in ("learner_roster", "attendance"):
            rows = con.execute(
                "SELECT * EXCLUDE (batch_id) FROM read_parquet(?, union_by_name = true) "
                "WHERE list_contains(?, batch_id) ORDER BY ALL",
                [str(home.lake / form / "*" / "*.parquet"), batches],
            ).fetchall()
            digest.update(repr(rows).encode())
    came_in = Submission.objects.order_by("pk").values_list("pk", "state", "raw_file_id", "file_name")
    asked = Obligation.objects.order_by("form", "node__code", "period").values_list(
        "form", "node__code", "period", "status"
    )
    content, persons = None, persons_shown(home)
    if current() is not None and persons is not None:
        [readers] = hashes_of([home.warehouse])
        content = readers | _by_keys_of_the_vault(home, persons)
    return Told(digest.hexdigest(), tuple(came_in), tuple(asked), content)


def _by_keys_of_the_vault(home: Home, persons: Path) -> dict[str, str]:
    """Table → hash of its rows, persons under the keys they have in the vault: a new secret of the domain changes the
    keys that are published and nothing else. A key that is not of the secret in force is nobody's."""
    import pyarrow as pa

    from warehouse.storage.builds.finished.person_rows import columns_in, holds_persons
    from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN
    from warehouse.storage.keys.domain_keys import PUBLICATION, domain_keys
    from warehouse.storage.keys.vault import Vault

    with Vault(home) as vault:
        keys = domain_keys(home, PUBLICATION).of(vault.issued())
    found = {}
    with duckdb.connect(str(persons), read_only=True) as con:
        con.register("keys", pa.table({"person": list(keys), "key": list(keys.values())}))
        told = con.execute(f"SELECT domain, key_version FROM {KEY_DOMAIN}").fetchall()
        assert told == [(PUBLICATION, domain_keys(home, PUBLICATION).version)], told
        for table, columns in columns_in(con, "main").items():
            theirs = [
                f"CASE WHEN {name} < 0 THEN {name} ELSE (SELECT person FROM keys WHERE key = {name}) END AS {name}"
                for name, _ in columns
                if holds_persons(name)
            ]
            instead = f" REPLACE ({', '.join(theirs)})" if theirs else ""
            rows = con.execute(f"SELECT *{instead} FROM main.{table} ORDER BY ALL").fetchall()
            found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    found.pop(KEY_DOMAIN)
    return found


def require_same(found: Told, expected: Told, *, content: bool = True) -> None:
    """Every part of it, named where it differs."""
    assert found.submissions == expected.submissions, (found.submissions, expected.submissions)
    assert found.lake == expected.lake, "the lake has other rows"
    assert found.obligations == expected.obligations, "other obligations"
    if content:
        assert found.content is not None and expected.content is not None
        differ = [
            table
            for table in found.content | expected.content
            if found.content.get(table) != expected.content.get(table)
        ]
        assert not differ, f"other content in {differ}"


def receipts_in(output: str) -> set[tuple[int, str]]:
    """The receipts a program acknowledged, each on a line of its own: `receipt 12 <sha256>`."""
    return {
        (int(number), sha256)
        for number, sha256 in re.findall(r"^receipt (\d+) ([0-9a-f]{64})$", output, re.M)
    }


def let_go() -> None:
    """Have no ledger open."""
    from django.db import connections

    connections.close_all()


def bind(home: Home) -> None:
    """Make the home's ledger that of this process, read anew."""
    let_go()
    ingest.ledger.setup(home)


def _is_ours(place: Path) -> bool:
    return place.parts[0].startswith(".")
