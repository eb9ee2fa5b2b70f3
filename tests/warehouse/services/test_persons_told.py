"""What is held of a person is found wherever it is: in files that count and in those that do not, and told to nobody
without a reason that is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from ingest.cli import app
from ingest.home import Home
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, learners_of, roster
from warehouse.services.persons.haystack import words_in
from warehouse.services.persons.person import Person
from warehouse.services.persons.told import Asked, SeveralPersonsError, dropped_with, find

MINE = learners_of(SCHOOLS[0])[2]


def call(home: Home, *words: object, given: str | None = None, language: str = "en") -> Result:
    """`bbaj` over a home; `given`: what stands on stdin."""
    environment = {"BBAJ_HOME": str(home.root), "BBAJ_LANG": language}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment, input=given)


def workbook(path: Path, rows: list[dict[str, object]], beside: str = "") -> bytes:
    """The rows in a workbook, with another sheet that says something else."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        sheet.append([value if isinstance(value, int) else str(value) for value in row])
    if beside:
        book.create_sheet("notes").append([beside])
    book.save(path)
    return path.read_bytes()


@pytest.fixture
def many(rostered: Country, tmp_path: Path) -> Country:
    """A country in which the person stands in lists and reports, right and wrong, accepted and not."""
    country = rostered
    country.reports()
    rows = roster(SCHOOLS[0])
    mine = next(row for row in rows if row["iin"] == MINE.iin)
    rejected = [row | ({"grade": 99} if row is mine else {}) for row in rows]
    country.submit_file(
        "learner_roster", SCHOOLS[0], "2026-09", workbook(tmp_path / "wrong.xlsx", rejected), "wrong.xlsx"
    )
    misspelt = [
        row | ({"iin": MINE.iin[:-1] + str((int(MINE.iin[-1]) + 1) % 10)} if row is mine else {})
        for row in rows
    ]
    country.submit("learner_roster", SCHOOLS[0], "2026-10", misspelt)
    country.submit_file("learner_roster", SCHOOLS[1], "2026-10", f"no table; {MINE.iin}".encode(), "note.csv")
    country.submit_file(
        "attendance",
        SCHOOLS[1],
        WEEKS[1],
        workbook(tmp_path / "beside.xlsx", attendance(SCHOOLS[1], WEEKS[1]), beside=f"from {MINE.iin}"),
        "beside.xlsx",
    )
    country.judge()
    return country


def test_every_file_is_found_with_its_rows_and_its_state(many: Country) -> None:
    from ingest.ledger.records import Submission

    told = find(many.home, Asked(MINE.iin))
    held = {each.pk: held for held in told.holdings.held.values() for each in held.submissions}
    states = dict(Submission.objects.filter(pk__in=held).values_list("pk", "state"))
    scopes = {each.pk: each.scope for held in told.holdings.held.values() for each in held.submissions}
    found = sorted(
        (scopes[number].form, scopes[number].period, states[number], len(held[number].rows))
        for number in held
    )
    assert found == [
        ("attendance", WEEKS[0], "accepted", 5),
        ("attendance", WEEKS[1], "accepted", 0),  # beside the table alone
        ("attendance", WEEKS[1], "accepted", 5),
        ("learner_roster", "2026-09", "accepted", 1),
        ("learner_roster", "2026-09", "rejected", 1),
        ("learner_roster", "2026-10", "rejected", 0),  # no table at all
        ("learner_roster", "2026-10", "rejected", 1),  # a misspelt identifier, the same name and birth date
    ]
    assert {each.rows for each in told.lake} == {1, 5} and len(told.lake) == 3
    assert any(entry["column"] == "grade" for _, entry in told.findings)
    [key] = told.keys
    assert key > 10**13


def test_a_name_and_a_birth_date_lead_to_the_same_person(many: Country) -> None:
    by_iin = find(many.home, Asked(MINE.iin))
    by_name = find(
        many.home, Asked(last=MINE.last_name.upper(), first=MINE.first_name.lower(), born=MINE.birth_date)
    )
    assert by_name.holdings.held.keys() == by_iin.holdings.held.keys()
    assert by_name.keys == by_iin.keys


def test_namesakes_born_on_one_day_are_told_apart_by_a_person(rostered: Country) -> None:
    twin = learners_of(SCHOOLS[1])[0]
    rows = [
        row | ({"last_name": MINE.last_name, "first_name": MINE.first_name, "birth_date": MINE.birth_date}
               if row["iin"] == twin.iin else {})
        for row in roster(SCHOOLS[1])
    ]  # fmt: skip
    rostered.submit("learner_roster", SCHOOLS[1], "2026-10", rows)
    rostered.judge()
    told = find(rostered.home, Asked(MINE.iin))
    assert told.holdings.similar == {twin.iin}
    assert all(row.values["iin"] == MINE.iin for _, row in told.holdings.rows)
    with pytest.raises(SeveralPersonsError) as several:
        find(rostered.home, Asked(last=MINE.last_name, first=MINE.first_name, born=MINE.birth_date))
    assert several.value.identifiers == tuple(sorted({MINE.iin, twin.iin}))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_answer_needs_a_reason_and_is_written_down_without_the_identifier(
    rostered: Country, language: str, tmp_path: Path
) -> None:
    from ingest.ledger.records import InstallationEvent

    home = rostered.home
    refused = call(home, "person", "find", given=MINE.iin, language=language)
    assert refused.exit_code == 64 and "--reason" in refused.stderr
    assert not InstallationEvent.objects.filter(kind="person_shown").exists()
    told = call(home, "person", "find", "-", "--reason", "№ 14", given=MINE.iin, language=language)
    assert told.exit_code == 0, told.stderr
    assert MINE.last_name in told.stdout and MINE.iin in told.stdout
    [act] = InstallationEvent.objects.filter(kind="person_shown")
    assert act.details["reason"] == "№ 14" and str(act.pk) in told.stdout
    assert MINE.iin not in json.dumps(act.details) and act.details["person"].startswith("v1:")
    again = json.loads(call(home, "person-find", MINE.iin, "--reason", "№ 14", "--json").stdout)
    assert again["reports"][0]["rows"][0]["values"]["last_name"] == MINE.last_name
    marks = {act.details["person"] for act in InstallationEvent.objects.filter(kind="person_shown")}
    assert len(marks) == 1  # the same person, for whoever has the secret
    for wrong in ("15031", "abc", "१२३४५६७८९०१२"):
        answered = call(home, "person-find", wrong, "--reason", "x", language=language)
        assert answered.exit_code == 64 and wrong not in answered.stderr


@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_the_letter_says_what_from_whom_why_and_how_long(
    rostered: Country, tmp_path: Path, tongue: str
) -> None:
    file = tmp_path / "letter.txt"
    words = ("person-find", "--reason", "№ 15", "--letter", tongue, "-o", file)
    answered = call(rostered.home, *words, given=MINE.iin)
    assert answered.exit_code == 0, answered.stderr
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    for said in (MINE.iin, MINE.last_name, "94-V", "503", SCHOOLS[0], "2026-09"):
        assert said in text
    assert ("Қолхат № " if tongue == "kk" else "Расписка № ") in text
    assert "есту" in text.lower() if tongue == "kk" else "слух" in text.lower()  # a code by its word
    assert call(rostered.home, *words[:5], given=MINE.iin).exit_code == 64


def test_nobody_is_found_where_nobody_is(rostered: Country) -> None:
    from ingest.ledger.records import InstallationEvent

    told = call(rostered.home, "person-find", "--reason", "x", "--json", given="990101700010")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["reports"] == []
    assert InstallationEvent.objects.filter(kind="person_shown").count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1251", "kz1048", "cp866"])
def test_a_word_is_found_in_any_encoding_and_in_any_capitals(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(("бла ИВАНОВА 0150310700010 " * 2).encode(encoding))
    assert words_in(file, {"Иванова", "000150310700", "Петров"}) >= {"Иванова"}
    assert "Петров" not in words_in(file, {"Иванова", "Петров"})
    assert words_in(file, {"150310700010"}) == {"150310700010"}


def test_a_misspelt_identifier_is_told_by_name_and_a_right_one_is_somebodys() -> None:
    row = {"last_name": " ИВАНОВА  ", "first_name": "айша", "birth_date": MINE.birth_date}
    person = Person(frozenset({MINE.iin}), demo=True).with_row(
        {"last_name": "Иванова", "first_name": "Айша", "birth_date": MINE.birth_date}
    )
    assert person.likeness(row, None) == "same"
    assert person.likeness(row, "123") == "same"
    assert person.likeness(row, learners_of(SCHOOLS[1])[0].iin) == "similar"
    assert person.likeness(row | {"birth_date": None}, None) == "other"
    assert replace(person, names=frozenset()).likeness(row, MINE.iin) == "same"


def test_a_waiting_file_tells_of_a_person_under_any_name_and_under_no_half_of_one(tmp_path: Path) -> None:
    """Who married stands in files under two names; the last name of one and the first of another are somebody else."""
    person = Person(
        identifiers=frozenset({"150310700010"}),
        written=frozenset({("Тасқынбаева", "Айгүлім"), ("Қорғанова", "Айгүлжан")}),
    )
    told = {
        "number": "x;150310700010",
        "maiden": "1;Тасқынбаева;Айгүлім",
        "married": "1;Қорғанова;Айгүлжан",
        "both": "1;Тасқынбаева;Айгүлім\n2;Қорғанова;Айгүлжан",
    }
    silent = {
        "sister": "1;Тасқынбаева;Айгүлжан",
        "last": "1;Қорғанова;Болат",
        "first": "1;Болатова;Айгүлім",
        "other": "150310800017",
        "empty": "",
    }
    home = Home(tmp_path)
    for name, text in (told | silent).items():
        (home.drop / "a" / name).mkdir(parents=True)
        (home.drop / "a" / name / "file.csv").write_text(text, encoding="utf-8")
    (home.drop / "link.csv").symlink_to(home.drop / "a" / "number" / "file.csv")
    assert sorted(file.parent.name for file in dropped_with(home, person)) == sorted(told)
