"""What a person says is wrong is asked of the organisation that reported it, shown until a later report says otherwise,
and changes nobody's rows by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ingest.ledger
from ingest.ledger.persons.disputes import open_disputes
from ingest.ledger.records import Submission, SubmissionEvent
from ingest.schema.forms.load import contract
from tests.warehouse.country import DISTRICT, SCHOOLS, Country, learners_of, roster
from tests.warehouse.services.test_persons_erased import rows_of_lake
from tests.warehouse.services.test_persons_told import call

MINE = learners_of(SCHOOLS[0])[2]
OTHER = learners_of(SCHOOLS[0])[3]


def ask(country: Country, *more: object, column: str = "birth_date", by: str = DISTRICT) -> dict[str, Any]:
    receipt = Submission.objects.filter(scope__form="learner_roster", scope__node__code=SCHOOLS[0]).first()
    assert receipt is not None
    words = ("--receipt", receipt.pk, "--column", column, "--by", by, "--reason", "№ 9", *more)
    told = call(country.home, "person", "correct", "--json", *words, given=MINE.iin)
    return {"exit": told.exit_code, **json.loads(told.stdout)}


def again(country: Country, **changed: object) -> None:
    """The same list once more, with something else said of the person."""
    ingest.ledger.setup(country.home)  # a command that reads leaves it open for reading alone
    rows = [row | (changed if row["iin"] == MINE.iin else {}) for row in roster(SCHOOLS[0])]
    country.submit("learner_roster", SCHOOLS[0], "2026-09", rows, replace=True)
    country.judge()


def test_a_request_is_shown_until_a_later_report_has_another_value(rostered: Country) -> None:
    home = rostered.home
    before = rows_of_lake(home)
    asked = ask(rostered)
    assert (asked["exit"], asked["node"], asked["row"]) == (0, SCHOOLS[0], 4)
    assert ask(rostered)["act"] == asked["act"]  # the same again is the same
    event = SubmissionEvent.objects.get(pk=asked["act"])
    said = json.dumps(event.details, ensure_ascii=False)
    assert event.details["reason"] == "№ 9" and event.on_behalf_of is not None
    assert not any(word in said for word in (MINE.iin, MINE.last_name, str(MINE.birth_date)))
    assert rows_of_lake(home) == before
    for words in (("inbox", "--by", SCHOOLS[0]), ("status", "--node", DISTRICT), ("status",)):
        shown = json.loads(call(home, *words, "--json").stdout)["corrections_asked"]
        assert [each["act"] for each in shown] == [asked["act"]], words
        for language in ("kk", "ru", "en"):
            label = contract("learner_roster").field("birth_date").labels.in_language(language)  # type: ignore[arg-type]
            assert label in call(home, *words, language=language).stdout
    elsewhere = json.loads(call(home, "inbox", "--by", SCHOOLS[1], "--json").stdout)
    assert elsewhere["corrections_asked"] == []
    again(rostered, grade=6)  # something else was changed
    assert [each.number for each in open_disputes()] == [asked["act"]]
    again(rostered, birth_date=OTHER.birth_date, iin=MINE.iin, grade=99)  # rejected
    assert [each.number for each in open_disputes()] == [asked["act"]]
    again(rostered, middle_name="Басқа")
    assert open_disputes() != []
    second = ask(rostered, column="middle_name")
    assert second["exit"] == 0
    latest = Submission.objects.filter(scope__form="learner_roster", state="accepted").latest("pk")
    assert latest.pk != asked["receipt"]
    # Of several later reports the last one answers: one in between said the same still.
    ingest.ledger.setup(home)
    rostered.judge()
    assert [each.number for each in open_disputes()] == [asked["act"]]


def test_a_later_report_closes_it_once(rostered: Country) -> None:
    asked = ask(rostered, column="middle_name")
    again(rostered, middle_name="Басқаұлы")
    assert open_disputes() == []
    [closing] = SubmissionEvent.objects.filter(kind="settled")
    assert closing.details == {"dispute": asked["act"], "receipt": asked["receipt"]}
    assert closing.submission_id > asked["receipt"]
    ingest.ledger.setup(rostered.home)
    rostered.judge()
    assert SubmissionEvent.objects.filter(kind="settled").count() == 1
    assert json.loads(call(rostered.home, "status", "--json").stdout)["corrections_asked"] == []


@pytest.mark.parametrize(
    ("column", "by", "named"),
    [
        ("no_column", DISTRICT, "birth_date"),
        ("birth_date", SCHOOLS[1], SCHOOLS[1]),
        ("birth_date", "nobody", "nobody"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    rostered: Country, column: str, by: str, named: str
) -> None:
    told = ask(rostered, column=column, by=by)
    assert told["exit"] == 64 and named in told["error"]["message"]
    assert not SubmissionEvent.objects.filter(kind="disputed").exists()
