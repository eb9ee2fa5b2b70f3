"""What a build is told of the ledger: every submission, and whether it counts."""

from __future__ import annotations

import duckdb

from ingest.ledger.decisions.manifest import NOTHING, counting
from ingest.ledger.records import Submission
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance
from warehouse.storage.builds import inputs


def test_a_submission_is_told_whether_it_counts_or_not(country: Country) -> None:
    waiting = country.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    manifest = counting()
    everything = set(Submission.objects.values_list("pk", flat=True))
    assert waiting in everything - set(manifest.table["submission_id"].to_pylist())
    for pinned in (manifest, NOTHING):
        with duckdb.connect() as con:
            con.register("manifest", pinned.table)
            told = inputs._submissions(con).read_all().to_pylist()
        assert [row["submission_id"] for row in told] == sorted(everything)
        counted = {row["submission_id"] for row in told if row["is_operational"] or row["is_official"]}
        assert counted == set(pinned.table["submission_id"].to_pylist())
        left_out = {row["submission_id"] for row in told if row["is_held_back"]}
        assert left_out == set(manifest.table["submission_id"].to_pylist()) - counted
