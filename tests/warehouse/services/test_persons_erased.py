"""Who was erased is nowhere any more, whatever files held the person; nobody else lost anything; a rebuild, a copy of
before and a death anywhere keep it so."""

from __future__ import annotations

import itertools
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ingest.ledger
from ingest.home import Home
from ingest.ledger.records import InstallationEvent, RawFile, Submission, SubmissionEvent
from ingest.receive.store import RawStore
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.backup import BackupSettings, last_gone
from tests.warehouse.copies import copied
from tests.warehouse.country import (
    NOW,
    SCHOOLS,
    WEEKS,
    Country,
    attendance,
    csv_of,
    learners_of,
    roster,
    run_in_child,
)
from tests.warehouse.services.test_persons_told import call, workbook
from warehouse.services.upkeep.installation import initialise
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verify.known import Known
from warehouse.services.verify.look import look_through
from warehouse.storage.keys.erasures import bring_list, unfinished

pytestmark = pytest.mark.usefixtures("carried")

MINE = learners_of(SCHOOLS[0])[2]
SPACED = f"{MINE.iin[:6]} {MINE.iin[6:]}"
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in MINE.iin)
WORDS = (MINE.iin, SPACED, WIDE, MINE.last_name, MINE.first_name, MINE.middle_name)


def traces(home: Home) -> list[str]:
    """Where under the home one of the person's words stands: in bytes, in what is packed, in columns of Parquet."""
    return [
        str(path.relative_to(home.root))
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not path.is_symlink() and any(_says(content) for content in _contents(path))
    ]


def _says(content: bytes) -> bool:
    folded = {
        word: (word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode()) for word in WORDS
    }
    return any(each in content for spellings in folded.values() for each in spellings)


def _contents(path: Path) -> Iterator[bytes]:
    yield str(path).encode()
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield str(pq.read_table(path, partitioning=None).to_pylist()).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def rows_of_lake(home: Home, but: set[int] = frozenset()) -> list[tuple[Any, ...]]:  # type: ignore[assignment]
    """Every row of the lake and of the lists, without those of these keys."""
    found = []
    for root in (home.lake, home.reference):
        for file in sorted(root.glob("*/period=*/*.parquet")):
            rows = pq.read_table(file, partitioning=None).to_pylist()
            found += [(file.parent.parent.name, *sorted(map(str, row.items()))) for row in rows
                      if row.get("person_key") not in but]  # fmt: skip
    return sorted(found, key=str)


def key_of(home: Home) -> int:
    from warehouse.storage.keys.vault import Vault

    with Vault(home) as vault:
        [key] = vault.known_keys("iin", pa.array([MINE.iin])).to_pylist()
    return key  # type: ignore[return-value]


def erase(home: Home, *more: object) -> dict[str, Any]:
    told = call(home, "person", "erase", "-", "--reason", "№ 7", "--json", "--yes", *more, given=MINE.iin)
    assert told.exit_code == 0, told.stderr + str(told.exception)
    return json.loads(told.stdout)  # type: ignore[no-any-return]


def is_whole(home: Home) -> bool:
    looked = look_through(home, Known.of_ledger(), every_byte=True)
    return not looked.damaged or bool(print(looked.damaged))


def test_a_person_is_erased_and_comes_back_from_nowhere(rostered: Country, tmp_path: Path) -> None:
    country, home = rostered, rostered.home
    country.reports()
    country.judge()
    before = tmp_path / "before"
    shutil.copytree(home.root, before, symlinks=True)
    key = key_of(home)
    others = rows_of_lake(home, {key})
    assert traces(home) and len(rows_of_lake(home)) > len(others)
    planned = erase(home, "--dry-run")
    assert (planned["rows"], planned["dry_run"]) == (11, True) and len(planned["receipts"]) == 3
    assert planned["backups_until"] is None, "no backups are set up"
    assert traces(home) and not InstallationEvent.objects.filter(kind="person_erased").exists()
    done = erase(home)
    assert traces(home) == []
    assert rows_of_lake(home) == others
    assert {raw.raw_state for raw in RawFile.objects.filter(submissions__in=done["receipts"])} == {"redacted"}
    for number in done["receipts"]:
        [act] = SubmissionEvent.objects.filter(submission=number, kind="redacted")
        assert act.details["reason"] == "№ 7" and act.details["sha256"] == act.submission.raw_file_id
    assert (
        Submission.objects.get(pk=done["receipts"][0]).verdict.rows_accepted == 6
    )  # what was received is counted
    assert is_whole(home)
    relay(home)
    assert rows_of_lake(home) == others and traces(home) == [] and is_whole(home)
    assert erase(home)["erasure"] is None  # again changes nothing
    # The very bytes handed in again stay without the person.
    again = country.submit("learner_roster", SCHOOLS[0], "2026-10", roster(SCHOOLS[0]))
    assert traces(home) == [] and RawStore(home).is_redacted(
        Submission.objects.get(pk=again).raw_file_id or ""
    )
    # An older copy restored elsewhere is told of the list, one in the place of the home finds it beside: the next
    # command of either erases again.
    from django.db import connections

    connections.close_all()
    elsewhere = copied(before, tmp_path / "elsewhere").home
    assert bring_list(home, elsewhere) == 1 == len(unfinished(elsewhere))
    initialise(elsewhere)
    assert traces(elsewhere) == [] and rows_of_lake(elsewhere) == others and is_whole(elsewhere)
    connections.close_all()
    shutil.rmtree(home.root)
    shutil.copytree(before, home.root, symlinks=True)
    ingest.ledger.setup(home)
    assert traces(home)
    initialise(home)
    assert traces(home) == [] and rows_of_lake(home) == others and is_whole(home)
    assert not unfinished(home)
    # A copy of another installation beside the same list is not touched by it.
    assert InstallationEvent.objects.filter(kind="person_erased").count() == 1


PLACES = (
    *("erase:begun", "erase:findings", "erase:left", "erase:file", "erase:lake", "erase:vault"),
    *("erase:published", "erase:recorded"),
)


def test_whoever_dies_anywhere_leaves_an_erasure_that_the_next_command_finishes(rostered: Country) -> None:
    """Killed at one place after the other, each time by a command that goes on with it."""
    home = rostered.home
    others = rows_of_lake(home, {key_of(home)})
    words = ["person-erase", MINE.iin, "--reason", "x", "--yes"]
    for place in PLACES:
        code = (
            f"import os\nos.environ['BBAJ_HOME'] = {str(home.root)!r}\n"
            f"from ingest.cli import app\napp({words!r}, standalone_mode=True)"
        )
        killed = run_in_child(home, code, place)
        assert killed.returncode == -9, (place, killed.stderr)
        assert len(unfinished(home)) == 1, place
        words = ["init"]
    initialise(home)
    assert traces(home) == [] and not unfinished(home)
    assert rows_of_lake(home) == others and is_whole(home)
    assert InstallationEvent.objects.filter(kind="person_erased").count() == 1
    assert SubmissionEvent.objects.filter(kind="redacted").count() == 1


KINDS = (
    "csv",
    "xlsx",
    "beside",
    "rejected",
    "misspelt",
    "returned",
    "aside",
    "quarantined",
    "named",
    "spaced",
    "lettered",
)
deliveries = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(SCHOOLS), st.sampled_from(["2026-10", "2026-11"])),
    min_size=2,
    max_size=5,
    unique_by=lambda each: each[1:],
)
_counter = itertools.count()


def deliver(country: Country, kind: str, school: str, period: str, folder: Path) -> None:
    """One list of learners of a school with the person on it, in some way."""
    rows = roster(school)
    mine = next(row for row in roster(SCHOOLS[0]) if row["iin"] == MINE.iin) | {"bin": school}
    rows = [*(row for row in rows if row["iin"] != MINE.iin), mine]
    name = f"{MINE.last_name} {MINE.first_name}.csv" if kind == "named" else f"{kind}.csv"
    if kind == "misspelt":
        mine["iin"] = MINE.iin[:-1] + str((int(MINE.iin[-1]) + 1) % 10)
    if kind == "spaced":
        mine["iin"] = SPACED
    if kind == "lettered":  # full width, as some keyboards write them
        mine["iin"] = WIDE
    if kind == "rejected":
        mine["grade"] = 99
    if kind == "quarantined":
        place = country.home.drop / "nobody" / f"{school}{period}.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(csv_of(rows))
        return
    if kind in ("xlsx", "beside"):
        content = workbook(folder / f"{next(_counter)}.xlsx", rows, MINE.iin if kind == "beside" else "")
        number = country.submit_file("learner_roster", school, period, content, f"{kind}.xlsx")
    else:
        number = country.submit_file("learner_roster", school, period, csv_of(rows), name)
    if kind == "returned":
        country.judge()
        _send_back(number)


def _send_back(number: int) -> None:
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals
    from ingest.ledger.nodes import node
    from tests.warehouse.country import DISTRICT, NOW

    if Submission.objects.get(pk=number).state == "accepted":
        approvals.return_(number, account("x"), node(DISTRICT), reason="x", at=NOW, confirmed=True)


def _lay_aside(number: int) -> None:
    Submission.objects.filter(pk=number, state="received").update(state="set_aside")


@example(
    given_lists=[
        ("beside", SCHOOLS[1], "2026-10"),
        ("spaced", SCHOOLS[1], "2026-09"),
        ("lettered", SCHOOLS[0], "2026-09"),
        ("named", SCHOOLS[0], "2026-10"),
        ("misspelt", SCHOOLS[0], "2026-11"),
        ("quarantined", SCHOOLS[1], "2026-12"),
        ("aside", SCHOOLS[1], "2026-11"),
        ("returned", SCHOOLS[0], "2026-12"),
        ("csv", SCHOOLS[0], "2027-01"),
        ("xlsx", SCHOOLS[1], "2027-01"),
        ("rejected", SCHOOLS[0], "2027-02"),
    ]
)
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(given_lists=deliveries)
def test_whatever_files_hold_the_person_none_does_afterwards(
    rostered: Country, tmp_path: Path, given_lists: list[tuple[str, str, str]]
) -> None:
    from django.db import connections

    from ingest.receive.drop import collect

    connections.close_all()
    country = copied(rostered.home.root, tmp_path / f"home{next(_counter)}")
    home = country.home
    for kind, school, period in given_lists:
        deliver(country, kind, school, period, tmp_path)
        if kind == "aside":
            _lay_aside(Submission.objects.order_by("-pk")[0].pk)
    collect(home, quiet_seconds=0)
    country.judge()
    others = rows_of_lake(home, {key_of(home)})
    done = erase(home)
    assert traces(home) == [], given_lists
    assert rows_of_lake(home) == others
    assert is_whole(home)
    assert all(
        Submission.objects.get(pk=number).state == "withdrawn" for number in done["withdrawn"]
    ) and len(done["withdrawn"]) == sum(kind == "aside" for kind, _, _ in given_lists)
    relay(home)  # which lands no more what was returned
    standing = set(Submission.objects.filter(state__in=Submission.STANDING).values_list("pk", flat=True))
    assert rows_of_lake(home) == [each for each in others if _receipt_of(each) in standing]
    assert traces(home) == []


def _receipt_of(row: tuple[Any, ...]) -> int:
    [said] = [each for each in row if each.startswith("('submission_id', ")]
    return int(said.removeprefix("('submission_id', ").removesuffix(")"))


def test_an_erasure_says_first_what_it_will_do_and_what_must_be_done_before(
    rostered: Country, tmp_path: Path
) -> None:
    home = rostered.home
    settings_file = home.root / "bbaj.toml"
    settings_file.write_text(
        settings_file.read_text(encoding="utf-8")
        + '[backup]\nrepository = "../kept"\nkeep = { monthly = 2 }\n',
        encoding="utf-8",
    )

    def said(*more: str, typed: str = MINE.iin) -> Iterator[Any]:
        for language in ("kk", "ru", "en"):
            yield call(home, "person-erase", "--reason", "№ 7", *more, given=typed, language=language)

    gone = last_gone(BackupSettings("r", "v", monthly=2), NOW.astimezone(LOCAL_TIME).date())
    for told in said("--dry-run"):
        assert f"{gone:%d.%m.%Y}" in told.stdout, "until when backups hold the person is said"
    letter = tmp_path / "letter.txt"
    asked = call(home, "person", "find", "--reason", "№ 7", "--letter", "ru", "-o", letter, given=MINE.iin)
    assert asked.exit_code == 0 and f"{gone:%d.%m.%Y}" in letter.read_text(encoding="utf-8")
    rostered.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    for waits in said("--yes"):
        assert waits.exit_code == 64 and "bbaj judge" in waits.stderr
    rostered.judge()
    (home.drop / "x").mkdir()
    (home.drop / "x" / "file.csv").write_bytes(csv_of(roster(SCHOOLS[0])))
    for lies in said("--yes"):
        assert lies.exit_code == 64 and "bbaj collect" in lies.stderr
    shutil.rmtree(home.drop / "x")
    for asks in said(typed=MINE.iin + "\n"):
        assert asks.exit_code == 64 and "2" in asks.stderr and MINE.iin not in asks.stderr
    names = call(home, "person-erase", "--reason", f"{MINE.iin} asked", "--yes", given=MINE.iin)
    assert names.exit_code == 64
    assert not unfinished(home) and not InstallationEvent.objects.filter(kind="person_erased").exists()


def test_without_a_place_for_the_list_nobody_is_erased(rostered: Country) -> None:
    home = rostered.home
    home.erasures.write_text("in the way", encoding="utf-8")
    told = call(home, "person-erase", "--reason", "x", "--yes", given=MINE.iin)
    assert told.exit_code == 70 and "erasures" in told.stderr
    assert traces(home) and not SubmissionEvent.objects.filter(kind="redacted").exists()
