"""The findings of one submission on disk, for the people who may see them.

In: a verdict and the submission's id. Out: `restricted/findings/<submission_id>.json`, readable by its owner
alone, complete or not there at all: written beside, forced to disk, then renamed. First the causes with their
counts, the worst first, then every finding in the order of the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.findings.causes import causes
from expectations.findings.queries import tokens_of
from expectations.verdict import Verdict
from ingest.digests import require_whole, write_digest


def write_findings(
    folder: Path, submission_id: int, verdict: Verdict, keys: Sequence[str | None] = ()
) -> Path:
    """Write the file and return its path; an earlier one of the same submission is replaced.

    `keys`: of each finding the key of its query, None where it asks nothing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        "submission_id": submission_id,
        "causes": [cause.to_json() for cause in causes(verdict.findings)],
        **verdict.to_json(),
        "versions": dict(verdict.versions),
        "query_keys": list(keys),
        "tokens": tokens_of(verdict.findings),
    }
    return rewrite_findings(folder, submission_id, content)


def rewrite_findings(folder: Path, submission_id: int, content: Mapping[str, Any]) -> Path:
    """Write the file of that content in place of what is there, and return its path."""
    target = folder / f"{submission_id}.json"
    partial = folder / f".{submission_id}.json.{os.getpid()}.part"
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        write_digest(target, partial)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return target


def places_file(folder: Path, submission_id: int) -> Path:
    """Where the places stand that are too many to be findings of their own: a csv, there only if there are any."""
    return folder / f"{submission_id}.places.csv"


def read_findings(folder: Path, submission_id: int) -> dict[str, Any]:
    """What `write_findings` wrote. Raises FileNotFoundError, and DamagedFileError where it is not what was written."""
    file = folder / f"{submission_id}.json"
    if not file.exists():
        raise FileNotFoundError(file)
    require_whole(file)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
