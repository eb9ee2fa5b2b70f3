"""The machine the installation lives on: room, memory, clock, programs, and the certificate it shows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from ingest.home import Home
from warehouse.services.health.gauge import Fact, Measured, gauge
from warehouse.services.health.sight import Sight

_DAY = 86400.0
_GIB = 1 << 30
_PROJECT = Path(__file__).parents[4]
PROGRAMS = {
    "bbaj": "bbaj",
    "duckdb": "duckdb",
    "dbt": "dbt-core",
    "great_expectations": "great-expectations",
    "airflow": "apache-airflow",
    "django": "django",
}
"""What their versions are told of, by the names of their packages."""


@dataclass
class _Disk:
    parts: list[str]
    seen: os.statvfs_result


@gauge(
    says="free read_only unreachable",
    disk_free_gib=5,
    disk_free_share=0.05,
    disk_broken_gib=0.5,
    disk_inodes_share=0.05,
)
def disk(sight: Sight) -> Iterator[Measured]:
    """Room on each file system that a part of the home lies on, in bytes and in files."""
    disks = _disks(sight.home)
    for each in disks.values():
        yield _room(sight, each, subject=" ".join(each.parts) if len(disks) > 1 else "")
    if not disks:
        yield Measured("broken", "unreachable")


def _room(sight: Sight, disk: _Disk, subject: str) -> Measured:
    seen = disk.seen
    free, size = seen.f_bavail * seen.f_frsize, seen.f_blocks * seen.f_frsize
    share = free / size if size else 1.0
    files = seen.f_favail / seen.f_files if seen.f_files else 1.0  # some file systems count none
    facts = {
        "free_bytes": free,
        "size_bytes": size,
        "free_share": round(share, 4),
        "files_share": round(files, 4),
    }
    if seen.f_flag & os.ST_RDONLY:
        return Measured("broken", "read_only", facts, subject)
    is_short = free < sight.limit("disk_free_gib") * _GIB or share < sight.limit("disk_free_share")
    is_short |= files < sight.limit("disk_inodes_share")
    is_full = free < sight.limit("disk_broken_gib") * _GIB or (seen.f_files and not seen.f_favail)
    return Measured("broken" if is_full else "attention" if is_short else "well", "free", facts, subject)


def _disks(home: Home) -> dict[int, _Disk]:
    """By the number of the device; parts that are not there yet lie where the home does."""
    parts = (
        "root",
        "raw",
        "restricted",
        "lake",
        "builds",
        "published",
        "drop",
        "logs",
        "airflow",
        "superset",
    )
    found: dict[int, _Disk] = {}
    for part in parts:
        try:
            path = getattr(home, part)
            device = path.stat().st_dev
            if device in found:
                found[device].parts.append(part)
            else:
                found[device] = _Disk([part], os.statvfs(path))
        except OSError:
            continue
    return found


@gauge(says="free unknown", memory_free_share=0.05)
def memory(sight: Sight) -> Iterator[Measured]:
    """Memory that programs may still have."""
    amounts = _memory()
    if not amounts:
        yield Measured("well", "unknown")
        return
    free, size = amounts["MemAvailable"], amounts["MemTotal"]
    is_short = free < sight.limit("memory_free_share") * size
    facts = {"free_bytes": free, "size_bytes": size, "free_share": round(free / size, 4)}
    yield Measured("attention" if is_short else "well", "free", facts)


def _memory() -> Mapping[str, int]:
    """As Linux tells it, in bytes."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    found = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return found if {"MemAvailable", "MemTotal"} <= set(found) else {}


@gauge(says="right behind", clock_minutes=10)
def clock(sight: Sight) -> Iterator[Measured]:
    """The clock is not behind what is written down already."""
    newest = sight.ledger.newest
    ahead = int((newest - sight.now).total_seconds()) if newest else 0
    if ahead > sight.limit("clock_minutes") * 60:
        yield Measured("attention", "behind", {"ahead_seconds": ahead})
    else:
        yield Measured("well", "right")


@gauge(says="as_locked others")
def versions(sight: Sight) -> Iterator[Measured]:
    """The programs that are installed are those that were locked and tested together."""
    installed = {name: _version(package) for name, package in PROGRAMS.items()}
    installed |= {"python": python_version(), "superset": _superset()}
    locked = _locked()
    others = [
        name for name, package in PROGRAMS.items() if package in locked and locked[package] != installed[name]
    ]
    facts = {name: found or "—" for name, found in installed.items()} | {"count": len(others)}
    yield Measured("attention" if others else "well", "others" if others else "as_locked", facts)


@cache
def _locked() -> Mapping[str, str]:
    """Package → version of the lock beside the program; empty where it was installed without one."""
    try:
        lines = (_PROJECT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pins = (line.split(";")[0].rstrip(" \\").partition("==") for line in lines if "==" in line)
    return {package.strip(): pinned.strip() for package, _, pinned in pins}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _superset() -> str | None:
    """It lives in an environment of its own."""
    found = (_PROJECT / ".venv-dashboards").glob("lib/*/site-packages/apache_superset-*.dist-info")
    return next((each.name.removesuffix(".dist-info").partition("-")[2] for each in found), None)


@gauge(says="none valid ends ended unreadable", certificate_days=30)
def certificate(sight: Sight) -> Iterator[Measured]:
    """How long the certificate is valid that the settings name."""
    file = sight.settings.watching.tls_certificate
    if file is None:
        yield Measured("well", "none")
        return
    ends = _ends(sight.home.root / file)
    if ends is None:
        yield Measured("broken", "unreadable")
        return
    left = int((ends - sight.at).total_seconds())
    facts: dict[str, Fact] = {"left_seconds": max(left, 0), "ends": f"{ends:%Y-%m-%d}"}
    if left <= 0:
        yield Measured("broken", "ended", facts)
    else:
        is_near = left < sight.limit("certificate_days") * _DAY
        yield Measured("attention" if is_near else "well", "ends" if is_near else "valid", facts)


def _ends(file: Path) -> datetime | None:
    """When the first certificate of a file, or one that signs it, ceases to hold; None where there is none."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        chain = load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return None
    return min((each.not_valid_after_utc.astimezone(UTC) for each in chain), default=None)
