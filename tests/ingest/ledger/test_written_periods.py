"""Ledgers of earlier versions: a term is written with its whole school year from now on."""

from __future__ import annotations

from datetime import date

from ingest.home import Home

_BEFORE = [("ledger", "0009_removals_are_confirmed")]
_AFTER = [("ledger", "0010_terms_name_whole_school_years")]


def test_terms_of_an_earlier_version_are_written_with_the_whole_school_year(home: Home) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from ingest.ledger.records import Obligation, Scope

    MigrationExecutor(connection).migrate(_BEFORE)
    old = MigrationExecutor(connection).loader.project_state(_BEFORE).apps
    node = old.get_model("ledger", "Node").objects.get()
    written = {"2026-27-T1": "term", "2099-00-T4": "term", "2026-2027": "school_year", "2026-W36": "week"}
    days = {"period_start": date(2026, 9, 1), "period_end": date(2026, 10, 31)}
    for text, kind in written.items():
        common = {"form": "x", "node": node, "period": text, "period_kind": kind, **days}
        old.get_model("ledger", "Scope").objects.create(part_key="whole", **common)
        old.get_model("ledger", "Obligation").objects.create(due_at="2026-11-01T00:00Z", **common)

    MigrationExecutor(connection).migrate(_AFTER)

    whole = {"2026-2027-T1", "2099-2100-T4", "2026-2027", "2026-W36"}
    assert set(Scope.objects.values_list("period", flat=True)) == whole
    assert set(Obligation.objects.values_list("period", flat=True)) == whole
