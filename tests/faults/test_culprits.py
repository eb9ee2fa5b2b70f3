"""A model fails at one submission's rows: that one is held back by name, everything else is built."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.digests import write_digest
from ingest.home import Home
from ingest.ledger.decisions.manifest import ManifestEntry, counting
from ingest.ledger.records import Build, SubmissionEvent
from ingest.schema.forms.load import contracts
from tests.warehouse.country import Country
from warehouse.storage.builds import build as builds
from warehouse.storage.builds.build import BuildError, build
from warehouse.storage.builds.culprits import Failed, submissions_at_fault
from warehouse.storage.lake.keys_once import is_known
from warehouse.storage.lake.lake_files import lake_file

FAILED = Failed("fct_attendance", is_error=True, message="Conversion Error: out of range\nmore")


def _entry(number: int, form: str) -> ManifestEntry:
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    known = {
        "submission_id": number,
        "form": form,
        "received_at": moment,
        "accepted_at": moment,
        "period_start": date(2026, 9, 7),
        "period_end": date(2026, 9, 13),
    }
    fields = ManifestEntry.__dataclass_fields__
    return ManifestEntry(**{name: known.get(name) for name in fields})  # type: ignore[arg-type]


@given(count=st.integers(1, 60), bad=st.integers(0, 59), known=st.integers(0, 60))
def test_the_submission_is_found_in_few_tries(count: int, bad: int, known: int) -> None:
    manifest = [_entry(number, "attendance") for number in range(count)] + [_entry(1000, "term_results")]
    culprit, tries = bad % count, list[int]()

    def attempt(some: Sequence[ManifestEntry], names: Sequence[str]) -> list[str]:
        tries.append(len(some))
        assert manifest[-1] in some
        return [*names] if culprit in {each.submission_id for each in some} else []

    found = submissions_at_fault([FAILED], manifest, set(range(known)), {"attendance"}, attempt)
    assert found == {culprit: "model_failed: fct_attendance"}
    assert len(tries) <= count.bit_length() + 1


@pytest.mark.parametrize(
    "failed",
    [
        FAILED,
        Failed("fct_attendance", is_error=True, message="IO Error: No space left on device"),
        Failed("assert_rows_add_up", is_error=False, message="Got 3 results"),
    ],
)
def test_what_fails_without_any_submission_is_blamed_on_none(failed: Failed) -> None:
    manifest = [_entry(number, "attendance") for number in range(5)]
    assert submissions_at_fault([failed], manifest, set(), {"attendance"}, lambda some, names: names) == {}


@pytest.fixture
def modelled(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The model, which fails at these submissions. dbt itself is not run: what it is asked for is looked at."""
    bad: set[int] = set()

    def run(dbt: builds.Dbt, folder: Path, build_id: int, only: Sequence[str] = ()) -> list[Failed]:
        pinned = set(pq.read_table(folder / "inputs" / "manifest.parquet")["submission_id"].to_pylist())
        if pinned & bad:
            return [FAILED]
        (folder / "draft.duckdb").unlink(missing_ok=True)
        with duckdb.connect(str(folder / "draft.duckdb")) as con:
            con.execute("CREATE TABLE fct_attendance AS SELECT unnest(?) AS submission_key", [sorted(pinned)])
        (folder / "model.json").write_text('{"nodes": {}, "sources": {}}', encoding="utf-8")
        return []

    monkeypatch.setattr(builds.Dbt, "run", run)
    monkeypatch.setattr(builds, "forms_behind", lambda names, target: {"attendance"})
    return bad


def test_one_submission_keeps_no_other_from_being_built(filled: Country, modelled: set[int]) -> None:
    home = filled.home
    among = counting().submissions
    attendance = [each.submission_id for each in counting() if each.form == "attendance"]
    modelled.update({attendance[0], attendance[2]})

    made = build(home)

    assert set(made.held_back) == modelled
    with duckdb.connect(str(builds.warehouse_of(home, made.build_id)), read_only=True) as con:
        rows = con.execute("SELECT submission_key FROM fct_attendance").fetchall()
    assert {key for (key,) in rows} == among - modelled
    reasons = {each["submission"]: each["reason"] for each in Build.objects.get(pk=made.build_id).held_back}
    assert reasons == dict.fromkeys(modelled, "model_failed: fct_attendance")
    noted = SubmissionEvent.objects.filter(kind="held_back").values_list("submission_id", flat=True)
    assert set(noted) == modelled
    # Mended: what was held back is taken in again when somebody asks for it.
    modelled.clear()
    assert build(home, force=True).held_back == ()


def _landing(home: Home, build_id: int) -> dict[tuple[str, str, str], bool]:
    rows = pq.read_table(home.builds / str(build_id) / "inputs" / "landing.parquet").to_pylist()
    return {(row["form"], row["period"], row["batch_id"]): row["is_key_once"] for row in rows}


def test_a_row_doubled_in_the_lake_is_asked_about_and_nothing_else(
    filled: Country, modelled: set[int]
) -> None:
    """The tests of the model look at what landing has not proven, and at each file only until somebody has."""
    home = filled.home
    told = _landing(home, build(home).build_id)
    assert set(told) == set(counting().batches())
    assert all(told.values())
    doubled = next(batch for batch in told if batch[0] == "attendance")
    earlier = next(batch for batch in told if batch[0] == "learner_roster")
    file = lake_file(home.lake, *doubled)
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), file)
    for changed in (file, lake_file(home.lake, *earlier)):
        write_digest(changed)
    told = _landing(home, build(home, force=True).build_id)
    assert [batch for batch, once in told.items() if not once] == [doubled]
    assert is_known(lake_file(home.lake, *earlier), contracts()[earlier[0]])
    assert not is_known(file, contracts()["attendance"])


def test_a_model_that_always_fails_is_said_to(filled: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds.Dbt, "run", lambda *_, **__: [FAILED])
    with pytest.raises(BuildError, match="fct_attendance: Conversion Error: out of range"):
        build(filled.home)
    assert Build.objects.latest("pk").state == "failed"
