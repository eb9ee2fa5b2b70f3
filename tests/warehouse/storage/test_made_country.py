"""The country that is made by SQL to be measured is one that a build takes for any other: see bench/national."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from bench.national.country import make_country, report_again
from ingest.home import Home
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Node, Obligation
from tests.warehouse.one_table import run_one_table
from warehouse.services import building
from warehouse.storage.builds import build as builds
from warehouse.storage.builds.engines.dbt_process import Dbt
from warehouse.storage.lake.lake_files import lake_file, require_lake


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    return home


def test_it_is_built_and_built_anew_after_a_report_that_corrects_another(home: Home) -> None:
    made = make_country(home, 6, 1.0)
    manifest = counting()
    attended = [each for each in manifest if each.form == "attendance"]
    assert made.rows == sum(each.rows_accepted for each in attended) == made.learners * 20
    assert Node.objects.filter(kind="organisation").count() == made.organisations == 6
    assert len(require_lake(home, manifest)) > len(manifest.batches()) > 7
    for form, period, batch in manifest.batches():
        rows = pq.read_metadata(lake_file(home.lake, form, period, batch)).num_rows
        assert rows == sum(each.rows_accepted for each in manifest.of_batches([(form, period, batch)]))
    with patch.object(Dbt, "run", run_one_table):
        first = building.build(home)
        landing = pq.read_table(home.builds / str(first.build_id) / "inputs" / "landing.parquet")
        assert all(landing["is_key_once"].to_pylist())
        assert Obligation.objects.filter(form="attendance", status="fulfilled").count() == 24
        assert not building.is_due(home)
        number = report_again(home, 6, 3)
        assert building.is_due(home)
        second = building.build(home)
    now = {each.submission_id: each.is_operational for each in counting()}
    assert {key for key, operational in now.items() if operational} - manifest.submissions == {number}
    assert not second.skipped
    assert builds.inputs_of(home, first.build_id) != builds.inputs_of(home, second.build_id)
