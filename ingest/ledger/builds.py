"""Builds: which submissions a run of the model was pinned to, and how it ended.

In: a manifest. Out: a `Build`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ingest.ledger.records import Build
from ingest.ledger.seals.tally import fold

if TYPE_CHECKING:
    from ingest.ledger.decisions.manifest import Manifest


def start(manifest: Manifest, at: datetime) -> Build:
    """Begin a build pinned to these submissions and no others."""
    fold()
    return Build.objects.create(
        manifest_sha256=manifest.fingerprint,
        submissions=len(manifest),
        organisations=manifest.organisations,
        data_as_of=manifest.data_as_of,
        started_at=at,
    )


def finish(
    build_id: int,
    state: Literal["succeeded", "failed"],
    at: datetime,
    held_back: Sequence[dict[str, Any]] = (),
) -> Build:
    """Say how it ended; `held_back` lists {submission, reason}."""
    build = Build.objects.get(pk=build_id)
    build.state, build.ended_at, build.held_back = state, at, list(held_back)
    build.save(update_fields=["state", "ended_at", "held_back"])
    return build


def running() -> list[Build]:
    """Builds that were begun and of which nobody has said yet how they ended."""
    return list(Build.objects.filter(state=Build.State.RUNNING).order_by("pk"))


def end_interrupted(at: datetime) -> list[int]:
    """Say of those that their processes died; their numbers. Only for who knows that nobody builds."""
    found = [build.pk for build in running()]
    Build.objects.filter(pk__in=found).update(state=Build.State.FAILED, ended_at=at)
    return found
