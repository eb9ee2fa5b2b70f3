"""The half of a rebuild as of a moment that works in a home of its own: a ledger taken back, a lake of then, a build.

Run as `python -m warehouse.services.as_of.trial FOLDER` in a process apart: one process knows one ledger, and this one
must touch no other. In: the moment and the home it is of, on the standard input. Out: one line of JSON on the standard
output: the build and its content, or what went wrong. Recorded verdicts are replayed, nothing is judged again.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import ingest.ledger
from ingest.digests import is_whole
from ingest.home import Home
from ingest.ledger.decisions.manifest import Manifest, counting
from ingest.ledger.records import Submission
from ingest.ledger.store.rewind import drop_later_nodes, drop_later_obligations, take_back
from ingest.private import keep_private
from ingest.schema.values.period import LOCAL_TIME
from ingest.told import Told, told_of
from warehouse.services.hierarchy.registers import ask_and_settle, follow_unnoted
from warehouse.services.upkeep.landing_again import land_again
from warehouse.storage.builds.build import build, inputs_of, persons_of, warehouse_of
from warehouse.storage.builds.finished.content import content_hash, hashes_of
from warehouse.storage.lake.empty import write_empty
from warehouse.storage.lake.lake_files import lake_file
from warehouse.storage.lake.land import Destination


def main(folder: Path) -> int:
    """See the module."""
    keep_private()
    asked = json.load(sys.stdin)
    said: dict[str, Any] = {}
    try:
        said = build_in(folder / "home", Path(asked["lake"]), datetime.fromisoformat(asked["at"]))
    except Exception as fault:
        told = told_of(fault) or Told("our_fault", {"kind": type(fault).__name__})
        said["told"] = told.to_json()
        if told.code == "our_fault":
            sys.excepthook(type(fault), fault, fault.__traceback__)
    print(json.dumps(said))
    return int("told" in said)


def build_in(root: Path, lake: Path, at: datetime) -> dict[str, Any]:
    """Build what counted at that moment in a home that was laid for it; `lake`: of the home it is of."""
    home = Home(root)
    home.__dict__["settings"] = replace(home.settings, now=at, ledger=None)  # its clock stands still
    ingest.ledger.setup(home)
    take_back(at)
    manifest = counting()
    again = _lay(home, lake, manifest)
    follow_unnoted(home)
    drop_later_nodes()
    drop_later_obligations(at.astimezone(LOCAL_TIME).date())
    ask_and_settle(home, at)
    result = build(home, force=True)
    files = [warehouse_of(home, result.build_id), persons_of(home, result.build_id)]
    readers, persons = hashes_of(files)
    return {
        "build": result.build_id,
        "submissions": len(manifest),
        "list": manifest.fingerprint,
        "landed_again": again,
        "held_back": list(result.held_back),
        "content": content_hash(readers | persons),
        "tables": readers | persons,
        "made_by": (inputs_of(home, result.build_id) or "")[128:],
        "data_as_of": manifest.data_as_of.isoformat(),
    }


def _lay(home: Home, lake: Path, manifest: Manifest) -> int:
    """Make a lake of what counted then: files that are there whole, and what is not landed again; how many of these."""
    write_empty(home)
    again = 0
    for batch in manifest.batches():
        entries = [each for each in manifest.of_batches([batch]) if each.rows_accepted]
        file = lake_file(lake, *batch)
        wanted = {each.submission_id: each.rows_accepted for each in entries}
        if _holds(file, wanted):
            to = lake_file(home.lake, *batch)
            to.parent.mkdir(parents=True, exist_ok=True)
            for each in file.parent.glob(f"{file.name}*"):
                (to.parent / each.name).symlink_to(each)
            continue
        found = Submission.objects.select_related("scope__node", "raw_file", "verdict").in_bulk(list(wanted))
        land_again(home, [found[number] for number in sorted(wanted)], Destination.of(home))
        again += len(wanted)
    return again


def _holds(file: Path, wanted: dict[int, int]) -> bool:
    """Whether a file of the lake is whole and has all rows of these submissions."""
    if not file.exists() or not is_whole(file):
        return False
    numbers: Any = pq.read_table(file, columns=["submission_id"])["submission_id"].value_counts()
    held = {each["values"]: each["counts"] for each in numbers.to_pylist()}
    return all(held.get(number) == rows for number, rows in wanted.items())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
