"""The list of erasures: what must be erased again wherever an older state of the installation comes back.

In: an erasure that begins or has ended. Out: which have not ended in this home. Each is a file of two: one beside the
home, written before anything is erased, one in `restricted/erasures`, written when all is. What stands beside and not
inside was interrupted, or belongs to a home that was restored from before it, and is done again. An erasure names no
person: keyed digests that the vault can tell, contents by their SHA-256, rows by their numbers.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from ingest.home import Home, InstallationError
from warehouse.storage.files import written
from warehouse.storage.identity import uid_of

log = logging.getLogger(__name__)
ERASURES = "erasures"


class ListUnusableError(InstallationError):
    """The list beside the home cannot be written or read: without it a restored copy would bring a person back."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: the list of erasures cannot be used")
        self.of("erasures_unusable", folder=folder)


@dataclass(frozen=True)
class FromFile:
    """What goes of one content: rows by table and number, cells by table, row and field."""

    rows: Sequence[tuple[int, int]] = ()
    cells: Sequence[tuple[int, int, str]] = ()


@dataclass(frozen=True)
class Erasure:
    """One erasure. `uid`: of which installation. `at`: when it began. `aliases`: kind, version of the secret and HMAC
    in hexadecimal of each identifier. `files`: SHA-256 → what goes of it. `dropped`: SHA-256 of files of the drop
    folder that go."""

    number: str
    uid: str
    at: str
    actor: str
    reason: str
    aliases: Sequence[tuple[str, int, str]] = ()
    files: Mapping[str, FromFile] = field(default_factory=dict)
    dropped: Sequence[str] = ()

    def text(self) -> str:
        """As it is written, with a digest of itself."""
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return f"{said} {hashlib.sha256(said.encode()).hexdigest()}\n"

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises ListUnusableError where it is not what was written."""
        try:
            text = file.read_text(encoding="utf-8")
            said: dict[str, Any] = json.loads(text.rpartition(" ")[0])
            said["aliases"] = [tuple(each) for each in said["aliases"]]
            said["files"] = {
                sha256: FromFile(
                    [tuple(each) for each in gone["rows"]], [tuple(each) for each in gone["cells"]]
                )
                for sha256, gone in said["files"].items()
            }
            found = cls(**said)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ListUnusableError(file) from error
        if found.text() != text:
            raise ListUnusableError(file)
        return found


def begin(home: Home, erasure: Erasure) -> None:
    """From here on the erasure is finished, whatever happens. Raises ListUnusableError with nothing begun."""
    try:
        _write(home.erasures / f"{erasure.number}.json", erasure)
    except OSError as error:
        raise ListUnusableError(home.erasures) from error


def end(home: Home, erasure: Erasure) -> None:
    """All of it is done in this home."""
    _write(_inside(home) / f"{erasure.number}.json", erasure)


def unfinished(home: Home) -> list[Erasure]:
    """What is to be done still, oldest first. Raises ListUnusableError."""
    uid = uid_of(home)
    done = {file.name for file in _inside(home).glob("*.json")}
    try:
        beside = sorted(file for file in home.erasures.glob("*.json") if file.name not in done)
    except OSError as error:
        raise ListUnusableError(home.erasures) from error
    found = [Erasure.read(file) for file in beside]
    return sorted((each for each in found if each.uid == uid), key=lambda each: (each.at, each.number))


def keep_beside(home: Home) -> None:
    """Put what stands inside beside the home as well, where the home was moved without its list."""
    try:
        for file in _inside(home).glob("*.json"):
            if not (home.erasures / file.name).exists():
                begin(home, Erasure.read(file))
    except (ListUnusableError, OSError) as error:
        log.warning("the list of erasures beside the home lacks what stands in it: %s", error)  # stops nobody


def bring_list(origin: Home, to: Home) -> int:
    """Give a home that is being restored what is known of erasures where it is restored from; how many."""
    count = 0
    for file in (*origin.erasures.glob("*.json"), *_inside(origin).glob("*.json")):
        if not (to.erasures / file.name).exists():
            begin(to, Erasure.read(file))
            count += 1
    return count


def _inside(home: Home) -> Path:
    return home.restricted / ERASURES


def _write(file: Path, erasure: Erasure) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written(file, 0o600) as draft:
        draft.write_text(erasure.text(), encoding="utf-8")
