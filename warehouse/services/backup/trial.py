"""The half of a drill that works in a home of its own: restore, look through every byte, build again, compare.

Run as `python -m warehouse.services.backup.trial FOLDER` in a process apart: one process knows one ledger, and the
drill must touch no other. In: the repositories, on the standard input. Out: one line of JSON on the standard output:
how long each step took and what came of it, or what went wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from ingest.home import Home
from ingest.ledger import publications as records
from ingest.private import keep_private
from ingest.told import Told, told_of
from warehouse.services.backup.repositories import DATA, VAULT, Repositories
from warehouse.services.backup.restic import BackupError, Repository
from warehouse.services.backup.restore import Restored, chosen, restore
from warehouse.services.upkeep.rebuild import rebuild
from warehouse.storage.builds.build import inputs_of
from warehouse.storage.shown.publish import PublicationError

_MOST_NAMED = 5


def main(folder: Path) -> int:
    """See the module."""
    keep_private()
    said: dict[str, Any] = {"seconds": {}}
    try:
        _try(_repositories(folder), folder / "home", said)
    except Exception as fault:
        told = _told(fault)
        said["told"] = told.to_json()
        if told.code == "our_fault":
            sys.excepthook(type(fault), fault, fault.__traceback__)
    print(json.dumps(said))
    return int("told" in said)


def _repositories(folder: Path) -> Repositories:
    said = json.load(sys.stdin)
    found = {
        part: Repository(said[part]["address"], said[part]["password"], folder / "cache")
        for part in (DATA, VAULT)
    }
    return Repositories(found[DATA], found[VAULT])


def _try(repositories: Repositories, to: Path, said: dict[str, Any]) -> None:
    with _timed(said, "restore"):
        snapshot = chosen(repositories)
        restored = restore(repositories, snapshot, to)
    said |= {"snapshot": snapshot.id, "of": restored.contents.at, "later": len(restored.later)}
    said |= {"submissions": restored.submissions, "rows": restored.rows}
    _require_whole(restored)
    home = Home(to)
    before = records.current()
    if before is None:
        said["same_content"] = None
        return
    published = _tables_of(home, before.number)
    with _timed(said, "rebuild"):
        rebuilt = rebuild(home)
    after = records.current()
    assert after is not None
    is_comparable = rebuilt.is_same is not None and restored.contents.inputs == inputs_of(
        home, after.build_id
    )
    said["same_content"] = rebuilt.is_same if is_comparable else None
    if is_comparable and not rebuilt.is_same:
        differing = _differing(published, _tables_of(home, after.number))
        named = ", ".join(differing[:_MOST_NAMED])
        other = BackupError(f"publication {before.number} built again has other content: {named}")
        raise other.of("drill_differs", number=before.number, named=named)


def _require_whole(restored: Restored) -> None:
    if restored.damaged:
        named = ", ".join(each.place for each in restored.damaged[:_MOST_NAMED])
        damaged = BackupError(f"{len(restored.damaged)} damaged: {named}")
        raise damaged.of("drill_damaged", count=len(restored.damaged), named=named)


def _tables_of(home: Home, number: int) -> dict[str, str]:
    """Table → hash of its content, of what is published, the part on single persons included."""
    said = json.loads((home.published / str(number) / "manifest.json").read_text(encoding="utf-8"))
    return {**said["tables"], **said["persons"]["tables"]}


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@contextmanager
def _timed(said: dict[str, Any], step: str) -> Iterator[None]:
    began = monotonic()
    try:
        yield
    finally:
        said["seconds"][step] = round(monotonic() - began, 1)


def _told(fault: Exception) -> Told:
    if isinstance(fault, PublicationError):
        return Told(f"publication_{fault.code}", {name: str(value) for name, value in fault.facts.items()})
    return told_of(fault) or Told("our_fault", {"kind": type(fault).__name__})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
