from __future__ import annotations

from datetime import date, timedelta

import pytest

from ingest.home import Home
from ingest.schema.forms.load import contracts
from ingest.schema.texts.language import LANGUAGES

SCHOOL, CLOSED_SCHOOL = "650140000011", "650140000033"


def test_an_address_names_a_scope(home: Home) -> None:
    from ingest.receive.address import resolve

    scope = resolve("attendance", SCHOOL, "2026-W37", "5Ә")
    assert str(scope) == f"{SCHOOL}/attendance/2026-W37~5Ә"
    assert resolve("attendance", SCHOOL, "2026-W37", "5Ә") == scope
    assert str(resolve("school_calendar", "KZ", "2026-2027")) == "KZ/school_calendar/2026-2027"


@pytest.mark.parametrize(
    "part",
    ["№7 Й", "#7 Й", "7\u00a0Й", "7\u200bЙ", " 7  й ", "7и\u0306", "7 ‘Й’", "7, й", "７й", "\ufeff7й"],
)
def test_a_part_is_named_as_people_and_their_systems_write(part: str, home: Home) -> None:
    """Number signs, blanks of other widths, letters in two characters, as a Mac names its files: nothing is refused
    that makes no other part."""
    from ingest.receive.address import resolve

    scope = resolve("attendance", SCHOOL, "2026-W37", "7Й")
    assert resolve("attendance", SCHOOL, "2026-W37", part) == scope


@pytest.mark.parametrize(
    ("form", "node", "period", "part", "reason"),
    [
        ("attendence", SCHOOL, "2026-W37", "whole", "unknown_form"),
        ("../attendance", SCHOOL, "2026-W37", "whole", "unknown_form"),
        ("attendance", "650140000099", "2026-W37", "whole", "unknown_node"),
        ("attendance", "113200000", "2026-W37", "whole", "not_the_submitter"),
        ("organisation_register", SCHOOL, "2026-09-01", "whole", "not_the_submitter"),
        ("attendance", SCHOOL, "2026-09", "whole", "bad_period"),
        ("attendance", SCHOOL, "2026-W54", "whole", "bad_period"),
        ("learner_roster", SCHOOL, "2026-13", "whole", "bad_period"),
        ("attendance", SCHOOL, "2026-W37", "", "bad_part"),
        ("attendance", SCHOOL, "2026-W37", "5/A", "bad_part"),
        ("attendance", SCHOOL, "2026-W37", "№ \u200b", "bad_part"),
        ("attendance", SCHOOL, "2026-W37", "5\\A", "bad_part"),
        ("attendance", CLOSED_SCHOOL, "2026-W37", "whole", "closed_node"),
    ],
)
def test_an_address_nobody_has_is_said_in_three_languages(
    form: str, node: str, period: str, part: str, reason: str, home: Home
) -> None:
    from ingest.ledger.records import Scope
    from ingest.receive.address import CannotIdentifyError, resolve

    with pytest.raises(CannotIdentifyError) as refused:
        resolve(form, node, period, part)
    assert refused.value.reason == reason
    message = refused.value.finding.message
    assert refused.value.finding.code == "cannot_identify"
    assert len(set(message.values())) == 3
    assert not any("{" in text or "…" in text for text in message.values())
    assert not Scope.objects.exists()


def test_a_school_that_closed_may_still_report_the_time_before(home: Home) -> None:
    from ingest.receive.address import resolve

    assert resolve("attendance", CLOSED_SCHOOL, "2026-W36")


@pytest.mark.parametrize(
    ("form", "node", "period", "first_day"),
    [
        ("attendance", SCHOOL, "2026-W37", date(2026, 9, 7)),
        ("learner_roster", SCHOOL, "2026-10", date(2026, 10, 1)),
    ],
)
def test_a_week_or_month_may_be_reported_from_its_first_day_on(
    form: str, node: str, period: str, first_day: date, home: Home
) -> None:
    from ingest.receive.address import CannotIdentifyError, resolve

    with pytest.raises(CannotIdentifyError) as refused:
        resolve(form, node, period, "5Ә", first_day - timedelta(days=1))
    assert refused.value.reason == "not_begun"
    assert refused.value.finding.value == f"{node}/{form}/{period}~5Ә"
    assert resolve(form, node, period, today=first_day)
    # A calendar is handed in before its year begins.
    assert resolve("school_calendar", "KZ", "2027-2028", today=first_day)


def test_forms_are_named_beside_their_codes(home: Home) -> None:
    from ingest.receive.address import CannotIdentifyError, identify

    with pytest.raises(CannotIdentifyError) as refused:
        identify("attendence", SCHOOL, "2026-W37", "whole")
    for language in LANGUAGES:
        said = refused.value.said.in_language(language)
        for name, form in contracts().items():
            assert f"{name} ({form.labels.in_language(language)})" in said
