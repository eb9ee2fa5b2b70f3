"""A school without a network checks with a pack as the system would."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import ingest.ledger
from expectations.pack import Pack, PackError, read_pack
from ingest.home import Home
from ingest.ledger.nodes import node
from ingest.schema.forms.load import contract
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, WEEKS, Country, attendance, csv_of, learners_of
from warehouse.services.submitters.check import check_file
from warehouse.services.submitters.pack import make_pack

ATTENDANCE = contract("attendance")


@pytest.fixture(scope="module")
def country(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country whose lists of learners were accepted; these tests ask it and change nothing."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        connections.close_all()
        root = tmp_path_factory.mktemp("listed") / "home"
        shutil.copytree(registered, root, symlinks=True)
        home = Home(root)
        ingest.ledger.setup(home)
        listed = Country(home)
        listed.rosters()
        listed.judge()
        yield listed
        connections.close_all()


@pytest.fixture(scope="module")
def path(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of the first school."""
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    forms = {"school_calendar", "organisation_register", "learner_roster"}
    assert set(make_pack(country.home, node(SCHOOLS[0]), path)) >= forms
    return path


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """A week in which a stranger is marked as present."""
    rows = attendance(SCHOOLS[0], WEEKS[0])
    rows[3]["iin"] = attendance(SCHOOLS[1], WEEKS[0])[0]["iin"]
    file = tmp_path / "week.csv"
    file.write_bytes(csv_of(rows))
    return file


def test_a_pack_gives_the_verdict_of_the_installation(country: Country, path: Path, week: Path) -> None:
    there = check_file(country.home, week, ATTENDANCE, SCHOOLS[0], WEEKS[0])
    here = check_file(country.home, week, ATTENDANCE, None, WEEKS[0], read_pack(path))
    # A pack holds no report of the week before: what would be compared with it is listed.
    assert here.to_json() == {**there.to_json(), "not_checked": ["absence_jump", "week_copied"]}
    assert [finding.code for finding in here.findings] == ["learner_on_roster"]
    assert here.versions == there.versions


def test_of_persons_it_holds_the_schools_own_alone(path: Path) -> None:
    pack = read_pack(path)
    held = set(pack.reference.learner.column("iin").to_pylist())  # type: ignore[union-attr]
    assert held == {person.iin for person in learners_of(SCHOOLS[0])}
    columns = set(pack.reference.learner.column_names)  # type: ignore[union-attr]
    assert columns == {"bin", "iin", "period", "grade", "letter", "enrolled_date", "left_date"}


def test_a_department_gets_no_list_of_persons(country: Country, path: Path, tmp_path: Path) -> None:
    of_district = tmp_path / "district.zip"
    assert "learner_roster" not in make_pack(country.home, node(DISTRICT), of_district)
    assert read_pack(of_district).reference.learner is None


def test_a_folder_does_as_well(country: Country, path: Path, week: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(path, folder)
    found = [
        check_file(country.home, week, ATTENDANCE, None, WEEKS[0], read_pack(place)).to_json()
        for place in (path, folder)
    ]
    assert found[0] == found[1]


def test_without_the_pack_it_is_said_what_was_not_checked(
    country: Country, path: Path, week: Path, tmp_path: Path
) -> None:
    nowhere = _home_at(tmp_path / "nowhere", NOW)
    alone = check_file(nowhere, week, ATTENDANCE, SCHOOLS[0], WEEKS[0])
    with_pack = check_file(nowhere, week, ATTENDANCE, SCHOOLS[0], WEEKS[0], read_pack(path))
    assert "learner_on_roster" in alone.not_checked
    assert with_pack.not_checked == ("absence_jump", "week_copied")


@pytest.mark.parametrize(
    ("behind", "is_trusted"),
    [
        (timedelta(0), True),
        (timedelta(minutes=-50), True),
        (timedelta(hours=-2), False),
        (timedelta(-7000), False),
    ],
)
def test_a_clock_that_stands_before_the_pack_was_made_tells_no_day(
    path: Path, week: Path, tmp_path: Path, behind: timedelta, is_trusted: bool
) -> None:
    """Nothing is held against a report because a computer that was off for long takes this year for another."""
    verdict = check_file(
        _home_at(tmp_path / "nowhere", NOW + behind), week, ATTENDANCE, None, WEEKS[0], read_pack(path)
    )
    assert ("date_after_receipt" in verdict.not_checked) != is_trusted
    assert [finding.code for finding in verdict.findings] == ["learner_on_roster"]


def test_with_a_pack_a_day_still_to_come_is_found(path: Path, week: Path, tmp_path: Path) -> None:
    """Weeks after the pack was made, the day is that of the computer."""
    later = "2026-W41"
    file = tmp_path / "later.csv"
    file.write_bytes(csv_of(attendance(SCHOOLS[0], later)))
    found = {
        day: check_file(
            _home_at(tmp_path / f"on{day}", datetime(2026, 10, day, 9, tzinfo=UTC)),
            *(file, ATTENDANCE, None, later, read_pack(path)),
        )
        for day in (8, 9)
    }
    codes = {day: {each.code for each in verdict.findings} for day, verdict in found.items()}
    assert "date_after_receipt" in codes[8]
    assert "date_after_receipt" not in codes[9]


def test_what_is_no_pack_is_refused(path: Path, tmp_path: Path) -> None:
    facts = read_pack(path).facts.model_dump(mode="json")
    for name, content in {
        "nothing": None,
        "text": b"x",
        "truncated": path.read_bytes()[:-40],
        "foreign": _zip(tmp_path, {"other": b""}),
        "wrong": _zip(tmp_path, {"pack.json": b"[1]"}),
        "timeless": _zip(
            tmp_path, {"pack.json": json.dumps(facts | {"made_at": "2026-09-29T05:00:00"}).encode()}
        ),
        "spoilt": _zip(tmp_path, {"pack.json": json.dumps(facts).encode(), "learner.parquet": b"PAR1"}),
    }.items():
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        assert _fault(file) == "no_pack", name
    newer = tmp_path / "newer"
    newer.write_bytes(_zip(tmp_path, {"pack.json": json.dumps(facts | {"shape": 2}).encode()}))
    assert _fault(newer) == "newer_pack"


def _home_at(root: Path, now: datetime) -> Home:
    """The home of a computer that has the checker alone, and its clock."""
    root.mkdir()
    (root / "bbaj.toml").write_text(f'demo = true\nnow = "{now.isoformat()}"\n', encoding="utf-8")
    return Home(root)


def _zip(folder: Path, members: dict[str, bytes]) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def _fault(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        found: Pack = read_pack(path)
        raise AssertionError(found)
    return refused.value.fault
