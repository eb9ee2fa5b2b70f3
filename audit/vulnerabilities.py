"""Known vulnerabilities of what the locks pin, as a public service knows them (pip-audit).

In: a lock. Out: what is vulnerable, and what could not be asked about: a package nobody answered for was not audited.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from audit.locks import Lock, Pin, canonical

_SECONDS = 1800
_MARKER = re.compile(r"\s;[^\\\n]*")


@dataclass
class Audited:
    """`asked`: packages the service answered for; `unasked`: those it did not; `found`: package, version, id, fix."""

    asked: int = 0
    unasked: list[str] = field(default_factory=list)
    found: list[tuple[str, str, str, str]] = field(default_factory=list)
    failed: str = ""

    @property
    def is_clean(self) -> bool:
        """Every package was asked about, and none is vulnerable."""
        return bool(self.asked) and not (self.unasked or self.found or self.failed)


def audit(lock: Lock, tools: Path, service: str, accepted: Iterable[str] = ()) -> Audited:
    """Ask the service (pypi, osv or esms) about every package of a lock. `accepted`: ids somebody decided about."""
    with NamedTemporaryFile("w", suffix=".lock", encoding="utf-8") as everywhere:
        # What only another system installs is asked about, too.
        everywhere.write(_MARKER.sub("", lock.file.read_text(encoding="utf-8")))
        everywhere.flush()
        line = [str(tools / "pip-audit"), "-s", service, "--disable-pip", "--require-hashes"]
        line += ["-r", everywhere.name, "-f", "json", "--progress-spinner", "off", "--timeout", "15"]
        line += [word for each in accepted for word in ("--ignore-vuln", each)]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return Audited(failed=f"no answer within {_SECONDS} seconds")
    return read(done.stdout, lock.pins(), done.stderr)


def read(said: str, pins: Iterable[Pin], complained: str = "") -> Audited:
    """What pip-audit answered. It ends with 0 also where it could ask about nothing, so its code tells nothing, and a
    package it does not mention was not asked about."""
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = complained.strip().splitlines()[-1:] or ["pip-audit answered nothing"]
        return Audited(failed=last[0][:300])
    audited = Audited()
    for each in packages:
        if "skip_reason" in each or "vulns" not in each:
            audited.unasked.append(each.get("name", "?"))
            continue
        audited.asked += 1
        for found in each["vulns"]:
            fixed = ", ".join(found.get("fix_versions", ())) or "no release yet"
            audited.found.append((each["name"], each["version"], found["id"], fixed))
    mentioned = {canonical(each.get("name", "")) for each in packages}
    audited.unasked += [pin.name for pin in pins if pin.name not in mentioned]
    return audited
