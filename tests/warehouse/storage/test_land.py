"""Landing: typed columns, keys for persons, ages for birth dates, and nothing else about anybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judging.identifiers import identifiers
from ingest.digests import is_whole, read_digest, write_digest
from ingest.home import Home
from ingest.schema.forms.load import contract, contracts
from ingest.schema.values.period import Period
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.empty import write_empty
from warehouse.storage.lake.keys_once import is_known, remembered, seen_by_judge, settle
from warehouse.storage.lake.lake_files import lake_file
from warehouse.storage.lake.land import Accepted, Destination, LandingError, land

SEPTEMBER, WEEK = Period.parse("month", "2026-09"), Period.parse("week", "2026-W37")
ROSTER, ATTENDANCE = contract("learner_roster"), contract("attendance")
SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "INTEGER",
    "number": "DECIMAL(18,4)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIME",
    "datetime": "TIMESTAMP",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    write_empty(home)
    return home


def batch(form: str, *rows: dict[str, object]) -> duckdb.DuckDBPyConnection:
    """A judging database with these rows; `file` is the submission's number."""
    con = duckdb.connect(":memory:")
    fields = contract(form).fields
    con.execute(
        "CREATE TABLE batch (_file INTEGER, _table INTEGER, _row INTEGER, _bad BIGINT, "
        + ", ".join(f"{field.name} {SQL_TYPES[field.type]}" for field in fields)
        + ")"
    )
    for number, row in enumerate(rows, start=2):
        values = [row["file"], 0, number, 0, *(row.get(field.name) for field in fields)]
        con.execute(f"INSERT INTO batch VALUES ({', '.join('?' * len(values))})", values)
    return con


def landed(home: Home, form: str, period: Period, batch_id: str = "b1") -> list[dict[str, object]]:
    file = home.lake / form / f"period={period.text}" / f"{batch_id}.parquet"
    return pq.read_table(file, partitioning=None).sort_by("source_row").to_pylist()


def person(file: int, iin: str, born: date, **more: object) -> dict[str, object]:
    return {"file": file, "bin": "650940000016", "iin": iin, "last_name": "А", "birth_date": born,
            "special_needs": "hearing", "social_status": "orphan", "grade": 5} | more  # fmt: skip


def test_a_roster_lands_without_identifiers_and_special_columns(home: Home) -> None:
    con = batch("learner_roster", person(7, "1", date(2014, 9, 1)), person(7, "2", date(2014, 9, 2)))
    with Vault(home) as vault:
        land(con, ROSTER, [Accepted(7, SEPTEMBER, 2)], "b1", Destination.of(home), vault)
        keys = vault.person_keys("iin", pa.array(["1", "2"])).to_pylist()

    rows = landed(home, "learner_roster", SEPTEMBER)
    assert [row["person_key"] for row in rows] == keys
    assert [row["age"] for row in rows] == [12, 11]  # twelve on the very day the month begins
    assert [(row["submission_id"], row["batch_id"], row["source_row"]) for row in rows] == [
        (7, "b1", 2),
        (7, "b1", 3),
    ]
    gone = {field.name for field in ROSTER.fields if not field.lands or field.lands_as}
    assert {"iin", "last_name", "birth_date", "special_needs", "social_status"} <= gone
    assert not gone & set(rows[0])


@pytest.mark.parametrize("form", list(contracts()))
def test_the_empty_file_has_the_columns_and_types_of_every_landed_one(home: Home, form: str) -> None:
    period = Period.containing(contract(form).period, date(2026, 9, 7))
    con = batch(form, {"file": 1, "iin": "1", "bin": "650940000016"})
    with Vault(home) as vault:
        land(con, contract(form), [Accepted(1, period, 1)], "b1", Destination.of(home), vault)

    empty, full = (
        pq.read_schema(home.lake / form / name)
        for name in ("period=none/empty.parquet", f"period={period.text}/b1.parquet")
    )
    assert (empty.names, empty.types) == (full.names, full.types)


def test_only_accepted_files_land_each_in_its_period(home: Home) -> None:
    next_week = WEEK.next()
    rows = [{"file": file, "iin": "1", "bin": "650940000016", "date": date(2026, 9, 7)} for file in (1, 2, 3)]
    with Vault(home) as vault:
        accepted = [Accepted(1, WEEK, 1), Accepted(3, next_week, 1)]
        land(batch("attendance", *rows), ATTENDANCE, accepted, "b1", Destination.of(home), vault)

    assert [row["submission_id"] for row in landed(home, "attendance", WEEK)] == [1]
    assert [row["submission_id"] for row in landed(home, "attendance", next_week)] == [3]


def test_a_list_of_persons_stays_restricted_and_gives_later_reports_their_keys(home: Home) -> None:
    roster = batch("learner_roster", person(7, "1", date(2014, 9, 1)))
    week = batch("attendance", *({"file": 8, "bin": "650940000016", "iin": iin} for iin in ("1", "2", "1")))
    with Vault(home) as vault:
        land(roster, ROSTER, [Accepted(7, SEPTEMBER, 1)], "b1", Destination.of(home), vault)
        land(week, ATTENDANCE, [Accepted(8, WEEK, 3)], "b2", Destination.of(home), vault)
        keys = vault.person_keys("iin", pa.array(["1", "2", "1"])).to_pylist()

    [listed] = home.reference.rglob("*.parquet")
    assert listed.stat().st_mode & 0o777 == 0o600
    assert listed.parent.stat().st_mode & 0o777 == 0o700
    assert pq.read_table(listed, partitioning=None)["iin"].to_pylist() == ["1"]
    assert [row["person_key"] for row in landed(home, "attendance", WEEK, "b2")] == keys


def test_other_rows_than_the_verdict_accepted_never_land(home: Home) -> None:
    con = batch("attendance", {"file": 1, "bin": "650940000016", "iin": "1"})
    with Vault(home) as vault, pytest.raises(LandingError):
        land(con, ATTENDANCE, [Accepted(1, WEEK, 2)], "b1", Destination.of(home), vault)

    assert not (home.lake / "attendance" / f"period={WEEK.text}").exists()


def test_a_row_without_its_person_never_passes_as_landed(home: Home) -> None:
    con = batch("attendance", {"file": 1, "bin": "650940000016"})
    with Vault(home) as vault, pytest.raises(LandingError):
        land(con, ATTENDANCE, [Accepted(1, WEEK, 1)], "b1", Destination.of(home), vault)


def test_a_full_disk_leaves_nothing_behind(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.storage.files.fsync_file", full)
    con = batch("attendance", {"file": 1, "bin": "650940000016", "iin": "1"})
    with Vault(home) as vault, pytest.raises(OSError, match="No space"):
        land(con, ATTENDANCE, [Accepted(1, WEEK, 1)], "b1", Destination.of(home), vault)

    assert not list((home.lake / "attendance" / f"period={WEEK.text}").iterdir())


def test_no_row_about_a_person_lands_without_a_key(home: Home) -> None:
    nobody = person(7, "1", date(2014, 9, 1)) | {"iin": None}
    con = batch("learner_roster", person(7, "1", date(2014, 9, 1)), nobody)
    with Vault(home) as vault, pytest.raises(LandingError, match="rows without person_key"):
        land(con, ROSTER, [Accepted(7, SEPTEMBER, 2)], "b1", Destination.of(home), vault)


def _once(file: Path) -> object:
    digest = read_digest(file)
    assert digest is not None
    return digest.facts.get("once")


def test_what_is_landed_remembers_that_every_key_of_a_submission_comes_once(home: Home) -> None:
    days = [
        {"file": 1, "iin": "1", "date": date(2026, 9, 7 + day), "bin": "650940000016"} for day in range(3)
    ]
    same = [{**days[0], "file": file} for file in (2, 3)]
    with Vault(home) as vault:
        accepted = [Accepted(1, WEEK, 3), Accepted(2, WEEK, 1), Accepted(3, WEEK, 1)]
        land(batch("attendance", *days, *same), ATTENDANCE, accepted, "b1", Destination.of(home), vault)
        rows = [*days, {**days[1]}]
        land(
            batch("attendance", *rows), ATTENDANCE, [Accepted(1, WEEK, 4)], "b2", Destination.of(home), vault
        )
        rows = [*days[:2], {**days[2], "date": None}]
        land(
            batch("attendance", *rows), ATTENDANCE, [Accepted(1, WEEK, 3)], "b3", Destination.of(home), vault
        )

    found = [_once(lake_file(home.lake, "attendance", WEEK.text, name)) for name in ("b1", "b2", "b3")]
    assert found == [["person_key", "date"], None, None]
    assert all(is_whole(lake_file(home.lake, "attendance", WEEK.text, name)) for name in ("b1", "b2", "b3"))


_DAYS = st.tuples(st.integers(1, 2), st.sampled_from(["1", "2", "3", None]), st.integers(1, 3) | st.none())


@pytest.mark.parametrize("is_merged", [False, True])
@given(rows=st.lists(_DAYS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_the_judge_has_seen_is_so(
    is_merged: bool, rows: list[tuple[int, str | None, int | None]]
) -> None:
    """Its tables never say more than the rows of the file themselves; where each key is another, they say so."""
    con = batch(
        "attendance",
        *({"file": file, "iin": iin, "date": day and date(2026, 9, 6 + day)} for file, iin, day in rows),
    )
    identifiers(con, ATTENDANCE, demo=True)
    persons = {"1": 10, "2": 20, "3": 10 if is_merged else 30, None: None}
    con.execute(
        "CREATE TABLE landing_person AS SELECT * FROM (VALUES ('1', 10), ('2', 20)) AS p(identifier, person_key)"
    )
    con.execute("INSERT INTO landing_person VALUES ('3', ?)", [persons["3"]])
    table = pa.table(
        {
            "submission_id": pa.array([row[0] for row in rows], pa.int64()),
            "person_key": pa.array([persons[row[1]] for row in rows], pa.int64()),
            "date": pa.array([row[2] and date(2026, 9, 6 + row[2]) for row in rows], pa.date32()),
        }
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        pq.write_table(table, file)
        said = remembered(con, file, ATTENDANCE)
        assert seen_by_judge(con, file, ATTENDANCE, [1, 2]) == said
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warehouse.storage.lake.keys_once.remembered", lambda *_: {})
            # What the judge left out, and persons who are one, are asked of the rows.
            assert seen_by_judge(con, file, ATTENDANCE, [1, 2]) == ({} if is_merged else said)
            con.execute(
                "ALTER TABLE distinct_iin RENAME TO elsewhere"
            )  # where it made no list, it has seen nothing
            assert seen_by_judge(con, file, ATTENDANCE, [1, 2]) == {}
            con.execute("ALTER TABLE elsewhere RENAME TO distinct_iin")
            con.execute("UPDATE batch SET _bad = 1 WHERE _row = 2")
            assert seen_by_judge(con, file, ATTENDANCE, [1, 2]) == {}


def test_two_numbers_of_one_person_are_one_key(home: Home) -> None:
    """What the rules take for two learners may be one to the vault."""
    rows = [{"file": 1, "iin": iin, "date": date(2026, 9, 7), "bin": "650940000016"} for iin in ("1", "2")]
    with Vault(home) as vault:
        one, other = vault.person_keys("iin", pa.array(["1", "2"])).to_pylist()
        vault.merge(one, other)
        land(
            batch("attendance", *rows), ATTENDANCE, [Accepted(1, WEEK, 2)], "b1", Destination.of(home), vault
        )
    assert _once(lake_file(home.lake, "attendance", WEEK.text, "b1")) is None


_KEYS = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3))


@given(st.lists(_KEYS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_it_is_remembered_just_where_it_is_so(rows: list[tuple[int, int, int]]) -> None:
    table = pa.table(
        {
            "submission_id": pa.array([row[0] for row in rows], pa.int64()),
            "person_key": pa.array([row[1] for row in rows], pa.int64()),
            "date": pa.array([date(2026, 9, row[2]) for row in rows], pa.date32()),
        }
    )
    with TemporaryDirectory() as folder, duckdb.connect() as con:
        file = Path(folder) / "rows.parquet"
        pq.write_table(table, file)
        assert bool(remembered(con, file, ATTENDANCE)) == (len(set(rows)) == len(rows))
        # What was landed before anybody asked is asked once, and by nobody while it has no digest that could say so.
        write_digest(file)
        assert not is_known(file, ATTENDANCE)
        assert settle(con, file, ATTENDANCE) == is_known(file, ATTENDANCE) == (len(set(rows)) == len(rows))
        assert is_whole(file)
        other = ATTENDANCE.model_copy(update={"primary_key": ("iin",)})
        assert not is_known(file, other)
