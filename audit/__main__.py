"""`make audit`: vulnerabilities, licences, ages and lists of parts of every lock.

In: `--service` (pypi, osv, esms), `--only` one of the four. Out: what was found, on stdout; lists in `dist/sbom`. Exit
code: 0 where everything was asked and is right, 1 where something is wrong, 2 where nobody could be asked.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from audit.ages import ages_of
from audit.licences import FILE, licences_of, policy
from audit.locks import LOCKS, PROJECT
from audit.sbom import IncompleteError, write_sbom
from audit.vulnerabilities import audit

UV = (shutil.which("uv") or str(PROJECT / ".tools" / "bin" / "uv"),)
TOOLS = PROJECT / ".venv-audit" / "bin"
WRONG, UNASKED = 1, 2
_LISTED = 20


def main(arguments: list[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m audit", description=__doc__)
    parser.add_argument("--service", default="pypi", choices=("pypi", "osv", "esms"))
    parser.add_argument("--only", choices=("vulnerabilities", "licences", "sbom", "ages"))
    parser.add_argument("--out", type=Path, default=PROJECT / "dist" / "sbom")
    asked = parser.parse_args(arguments)
    parts: dict[str, Callable[[], int]] = {
        "licences": audit_licences,
        "sbom": lambda: write_lists(asked.out),
        "ages": audit_ages,
        "vulnerabilities": lambda: audit_vulnerabilities(asked.service),
    }
    codes = [work() for name, work in parts.items() if asked.only in (None, name)]
    return WRONG if WRONG in codes else max(codes)


def audit_licences() -> int:
    """Say what is not allowed or not known; 0 or WRONG."""
    rules, code = policy(), 0
    used = set()
    for lock in LOCKS:
        found = licences_of(lock, rules)
        used |= set(found.known)
        print(f"licences of {lock.name}: {len(found.known)} packages, {len(found.refused)} refused")
        for name, why in found.refused.items():
            print(f"  {name}: {why}")
            code = WRONG
    for name in sorted((set(rules.exceptions) | set(rules.packages)) - used):
        print(f"  {FILE.name}: {name} is in no lock any longer; take it out")
        code = WRONG
    return code


def audit_ages() -> int:
    """Say what is older than it must be, which is no fault by itself; UNASKED where the index did not answer."""
    code = 0
    for lock in LOCKS:
        found = ages_of(lock, UV)
        if found.failed:
            print(f"ages of {lock.name}: NOT AUDITED: {found.failed}")
            code = UNASKED
            continue
        print(
            f"ages of {lock.name}: {len(found.older)} of {len(lock.pins())} packages are older than they must be"
        )
        for name, (locked, today) in sorted(found.older.items()):
            print(f"  {name} {locked}: `make lock` takes {today}")
    return code


def write_lists(folder: Path) -> int:
    """Write the lists of parts; 0 or WRONG."""
    for lock in LOCKS:
        try:
            file = write_sbom(lock, TOOLS, folder)
        except (IncompleteError, subprocess.CalledProcessError, OSError) as error:
            print(f"list of parts of {lock.name}: {error}")
            return WRONG
        print(f"list of parts of {lock.name}: {len(lock.pins())} packages in {file}")
    return 0


def audit_vulnerabilities(service: str) -> int:
    """Say what is vulnerable; WRONG where something is, UNASKED where the service did not answer for all."""
    accepted = tomllib.loads((PROJECT / "audit" / "accepted.toml").read_text(encoding="utf-8"))["accepted"]
    codes = [0]
    for lock in LOCKS:
        found = audit(lock, TOOLS, service, accepted)
        print(f"vulnerabilities of {lock.name}: {found.asked} asked about, {len(found.found)} found")
        for name, version, number, fixed in found.found:
            print(f"  {name} {version}: {number}, fixed in {fixed}")
            codes.append(WRONG)
        if found.failed or found.unasked or not found.asked:
            codes.append(UNASKED)
            listed = ", ".join(found.unasked[:_LISTED]) + (" …" if len(found.unasked) > _LISTED else "")
            why = found.failed or f"{len(found.unasked)} packages {service} did not answer for: {listed}"
            print(f"  NOT AUDITED: {why}")
    if UNASKED in codes:
        print(
            f"The service {service} could not be asked about everything: nothing is known of the packages not audited."
        )
    return WRONG if WRONG in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
