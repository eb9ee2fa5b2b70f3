"""The list of all parts of what is installed, as CycloneDX writes it.

In: a lock. Out: `dist/sbom/<lock>.cdx.json`, the same for the same lock, with every package, its version, its hashes.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from audit.locks import Lock, canonical

_SPEC = "1.6"


class IncompleteError(Exception):
    """The list lacks packages that the lock pins."""


def write_sbom(lock: Lock, tools: Path, folder: Path) -> Path:
    """Write it. Raises IncompleteError, and CalledProcessError where the tool fails."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{lock.name}.cdx.json"
    line = [str(tools / "cyclonedx-py"), "requirements", "--output-reproducible", "--spec-version", _SPEC]
    subprocess.run(
        [*line, "--output-format", "JSON", "-o", str(file), str(lock.file)], check=True, capture_output=True
    )
    listed = {
        (canonical(each["name"]), each["version"])
        for each in json.loads(file.read_text(encoding="utf-8"))["components"]
    }
    missing = {(pin.name, pin.version) for pin in lock.pins()} - listed
    if missing:
        raise IncompleteError(", ".join(sorted(name for name, _ in missing)))
    return file
