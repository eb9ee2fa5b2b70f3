"""Ledgers of earlier versions: their builds carried the list of their submissions."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.home import Home

_BEFORE = [("ledger", "0019_officers_answer_persons")]
_STARTED = datetime(2026, 9, 20, 5, tzinfo=UTC)


def test_builds_of_an_earlier_version_say_how_much_they_are_of_and_are_sealed(home: Home) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from ingest.ledger.records import Build
    from ingest.ledger.seals.sealed import require_sealed

    MigrationExecutor(connection).migrate(_BEFORE)
    old = MigrationExecutor(connection).loader.project_state(_BEFORE).apps.get_model("ledger", "Build")
    entries = [
        {"submission_id": 4, "node_code": "a", "received_at": "2026-09-14T04:00:00Z", "approved_at": None},
        {"submission_id": 7, "node_code": "a", "received_at": "2026-09-14T04:00:00.250Z",
         "accepted_at": "2026-09-15T10:00:00+05:00", "approved_at": None},
    ]  # fmt: skip
    for manifest in (entries, []):
        old.objects.create(
            manifest=manifest, manifest_sha256="0" * 64, state="succeeded", started_at=_STARTED
        )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("ledger"))

    require_sealed(Build, Build.objects.values_list("pk", flat=True))
    first, second = Build.objects.order_by("pk")
    latest = datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert (first.submissions, first.organisations, first.data_as_of) == (2, 1, latest)
    assert (second.submissions, second.organisations, second.data_as_of) == (0, 0, None)
    first.state = "failed"
    first.save(update_fields=["state"])
