"""When all was last looked through for damage, backed up, and restored for trial."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ingest.home import OWNER
from warehouse.services.backup.record import Kind, last_kept
from warehouse.services.health.gauge import Measured, gauge, state_of
from warehouse.services.health.sight import Sight
from warehouse.services.troubles import last_success

_DAY = 86400.0


@gauge(says="never ended", verified_days=15)
def verified(sight: Sight) -> Iterator[Measured]:
    """When the clockwork last looked through everything that is stored, and found it whole."""
    yield _at(sight, last_success(sight.home, "verify_everything"), "verified_days")


@gauge(says="never ended failed", backup_days=2)
def backup(sight: Sight) -> Iterator[Measured]:
    """The last backup."""
    yield _kept(sight, "backup", "backup_days")


@gauge(says="never ended failed", drill_days=15)
def drill(sight: Sight) -> Iterator[Measured]:
    """The last restoring for trial."""
    yield _kept(sight, "drill", "drill_days")


def _kept(sight: Sight, kind: Kind, limit: str) -> Measured:
    last = last_kept(sight.home, kind)
    if last is None:
        return _at(sight, None, limit)
    if not last.succeeded:
        return Measured("attention", "failed", {"age_seconds": sight.age(last.at)})
    return _at(sight, last.at, limit)


def _at(sight: Sight, last: datetime | None, limit: str) -> Measured:
    """Never is told of an installation that has been there for as long as it may take; a demonstration needs none."""
    days = sight.limit(limit)
    if last is None:
        age = sight.age(_made(sight)) or 0
        return Measured("well" if sight.settings.demo else state_of(age, days * _DAY), "never")
    age = sight.age(last) or 0
    return Measured(
        "well" if sight.settings.demo else state_of(age, days * _DAY), "ended", {"age_seconds": age}
    )


def _made(sight: Sight) -> datetime | None:
    """When the raw store was first known to be this installation's."""
    try:
        return datetime.fromtimestamp((sight.home.raw / OWNER).stat().st_mtime, UTC)
    except OSError:
        return None
