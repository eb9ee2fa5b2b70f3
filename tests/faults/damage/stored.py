"""Every kind of stored file of a home, and what looking through them finds.

In: a home. Out: kind → its files; the places that are damaged."""

from __future__ import annotations

from pathlib import Path

import ingest.ledger
from ingest.digests import digest_path
from ingest.home import OWNER, Home
from ingest.receive.store import RawStore
from warehouse.services.verify import look
from warehouse.services.verify.known import Known

SEED = 20261126


KINDS = (
    *("lake", "reference", "findings", "builds", "published"),
    *("lake, digests", "reference, digests", "findings, digests", "builds, digests", "published, digests"),
    *("published, reading", "raw", "vault, keys", "builds, beside", "builds, begun with", "home, owners"),
    "editions",
)


def known_to(home: Home) -> Known:
    ingest.ledger.setup(home)
    return Known.of_ledger()


def files_of(home: Home) -> dict[str, list[Path]]:
    """Every kind of stored file: the store that looks through it, with its digests."""
    with_digest = {
        "lake": [each for each in home.lake.glob("*/period=*/*.parquet") if each.stem != "empty"],
        "reference": list(home.reference.glob("*/period=*/*.parquet")),
        "findings": list(home.findings.glob("*.json")),
        "builds": [*home.builds.glob("*/warehouse.duckdb"), *home.builds.glob("*/persons.duckdb")],
        "published": [
            *home.published.glob("[0-9]/warehouse.duckdb"),
            *home.published.glob("[0-9]/manifest.json"),
            *home.published.glob("[0-9]/submissions.parquet"),
            *home.persons.glob("[0-9]/persons.duckdb"),
        ],
    }
    found = {kind: sorted(files) for kind, files in with_digest.items()}
    found["lake"] += sorted(home.lake.glob("*/period=none/empty.parquet"))
    digests = {f"{kind}, digests": [digest_path(file) for file in files] for kind, files in found.items()}
    raw = [RawStore(home).path(sha256) for sha256 in sorted(known_to(home).raw)]
    reading = sorted(home.published.glob("[0-9]/reading/*.duckdb"))  # the manifest says what they are
    keys = sorted(home.keys.glob("*.key"))
    drafts = sorted(file for file in home.draft.iterdir() if file.suffix != ".digest")
    return (
        found
        | digests
        | {
            "published, reading": reading,
            "raw": raw,
            "vault, keys": keys,
            "builds, beside": [
                *sorted(home.builds.glob("[0-9]/model.json")),
                *sorted(home.builds.glob("[0-9]/inputs/manifest.parquet")),
            ],
            "editions": sorted(home.editions.glob("*/*/*/[0-9]/*")),
            "builds, begun with": [*drafts, *map(digest_path, drafts)],
            "home, owners": [root / OWNER for root in (home.raw, home.lake, home.published)],
        }
    )


def damaged_in(home: Home, kind: str, *, every_byte: bool = True, known: Known | None = None) -> list[str]:
    store = kind.partition(",")[0]
    looked = look.look_through(home, known or known_to(home), every_byte=every_byte, stores=[store])
    return [each.place for each in looked.damaged]
