"""Where editions lie: a folder each, written once, with a digest of every file.

In: a home and an edition. Out: its content, its files. What is archived is never written again: whoever asks for an
edition of years ago gets the bytes that were sent then.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dashboards.reports.content import Content
from ingest.digests import DamagedFileError
from ingest.home import Home
from ingest.ledger.editions import About
from ingest.ledger.records import Edition
from warehouse.storage.files import PARTIAL, fsync_folder, make_folder, written

CONTENT = "content.json"
LANGUAGES = ("kk", "ru")
KINDS = ("pdf", "xlsx")


def file_name(language: str, kind: str) -> str:
    """A file of an edition, in its folder: its report in a language, as PDF or workbook."""
    return f"{language}.{kind}"


def folder_of(home: Home, about: About, number: int) -> Path:
    """Where an edition lies."""
    return home.editions / about.report / about.period / about.node.code / str(number)


def place_of(home: Home, edition: Edition) -> Path:
    """Where an edition lies that the ledger knows."""
    return folder_of(home, About(edition.report, edition.period, edition.node), edition.number)


def write(home: Home, about: About, number: int, files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Archive the files of an edition, all or none, durably; name → size and SHA-256.

    What lies there already was left by somebody who died before the ledger knew of it, and gives way.
    """
    final = folder_of(home, about, number)
    make_folder(final.parent, 0o700)
    draft = final.with_name(f"{number}{PARTIAL}")
    for stale in (draft, final):
        shutil.rmtree(stale, ignore_errors=True)
    draft.mkdir(mode=0o700)
    said: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        with written(draft / name, 0o400) as place:
            place.write_bytes(content)
        said[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    draft.replace(final)
    fsync_folder(final.parent)
    return said


def read(home: Home, edition: Edition, name: str) -> bytes:
    """A file of an edition as it was archived. Raises DamagedFileError where it is gone or is not what was written."""
    file = place_of(home, edition) / name
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise DamagedFileError(file, "missing") from None
    except OSError:
        raise DamagedFileError(file, "unreadable") from None
    said = edition.files.get(name, {})
    if len(content) != said.get("size"):
        raise DamagedFileError(file, "cut")
    if hashlib.sha256(content).hexdigest() != said.get("sha256"):
        raise DamagedFileError(file, "altered")
    return content


def content_of(home: Home, edition: Edition) -> Content:
    """What an edition says. Raises DamagedFileError."""
    return Content.model_validate_json(read(home, edition, CONTENT))


def damaged(home: Home, edition: Edition) -> Iterator[DamagedFileError]:
    """What of an edition is not as it was archived."""
    for name in edition.files:
        try:
            read(home, edition, name)
        except DamagedFileError as error:
            yield error
