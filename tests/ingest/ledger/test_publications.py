from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

AT = datetime(2026, 9, 16, 4, tzinfo=UTC)


def _publish(number_of_builds: int) -> list[Any]:
    from ingest.ledger import builds, publications
    from ingest.ledger.decisions.manifest import NOTHING

    made = []
    for number in range(number_of_builds):
        build = builds.start(NOTHING, AT)
        builds.finish(build.pk, "succeeded", AT)
        made.append(publications.record(build.pk, f"hash-{number}", AT, AT))
    return made


def _states() -> dict[int, str]:
    from ingest.ledger.publications import newest_first

    return {publication.number: publication.state for publication in newest_first()}


def test_a_build_is_pinned_to_its_manifest(submit: Callable[..., Any]) -> None:
    from ingest.ledger import builds
    from ingest.ledger.decisions.manifest import counting

    submit("a", outcome="accepted")
    pinned = counting()
    [counted] = pinned
    build = builds.start(pinned, AT)
    submit("b", outcome="accepted")
    build.refresh_from_db()
    assert (build.submissions, build.organisations, build.data_as_of) == (1, 1, pinned.data_as_of)
    assert build.manifest_sha256 == pinned.fingerprint != counting().fingerprint
    held_back = [{"submission": counted.submission_id, "reason": "grain"}]
    assert builds.finish(build.pk, "succeeded", AT, held_back).held_back == held_back


def test_publications_are_numbered_and_one_is_current(home: Any) -> None:
    from ingest.ledger import publications

    assert publications.current() is None
    made = _publish(3)
    assert [publication.number for publication in made] == [1, 2, 3]
    assert _states() == {1: "previous", 2: "previous", 3: "current"}
    assert [publication.number for publication in publications.newest_first()] == [3, 2, 1]
    repeated = publications.record(made[2].build_id, "hash-2", AT, AT)
    assert repeated.number == 3


def test_rolling_back_shows_an_earlier_one_and_publishing_goes_on(home: Any) -> None:
    from ingest.ledger import publications
    from ingest.ledger.records import Publication

    _publish(3)
    assert publications.roll_back().number == 2
    assert _states() == {1: "previous", 2: "current", 3: "rolled_back"}
    assert publications.roll_back().number == 1
    with pytest.raises(Publication.DoesNotExist):
        publications.roll_back()
    assert publications.roll_back(3).number == 3
    assert _states() == {1: "previous", 2: "rolled_back", 3: "current"}
    _publish(1)
    assert _states() == {1: "previous", 2: "rolled_back", 3: "previous", 4: "current"}


def test_what_was_taken_back_is_held_until_somebody_lifts_it(home: Any) -> None:
    from ingest.ledger import publications
    from ingest.ledger.accounts import account
    from ingest.ledger.records import PublicationHold

    actor = account("operator")
    _publish(3)
    assert publications.held() is None
    assert publications.take_back(3, actor, reason="nothing", at=AT).number == 3
    assert publications.held() is None
    publications.take_back(2, actor, reason="wrong marks", at=AT)
    publications.take_back(1, actor, reason="still wrong", at=AT)
    hold = publications.held()
    assert hold is not None
    assert (hold.number, hold.taken_back, hold.reason) == (1, [2, 3], "still wrong")

    lifted = publications.lift(actor, reason="corrected", at=AT)
    assert lifted is not None and lifted.number == 1
    assert publications.held() is None
    assert publications.lift(actor, reason="again", at=AT) is None
    assert set(PublicationHold.objects.values_list("lift_reason", flat=True)) == {"corrected"}


def test_a_file_that_cannot_be_identified_is_one_row_however_often_it_is_tried(home: Any) -> None:
    from ingest.ledger.receipts import receipt_problems

    first = receipt_problems.record("k", "x/y.csv", "cannot_identify", {"reason": "unknown_node"}, AT)
    again = receipt_problems.record("k", "x/y.csv", "cannot_identify", {}, AT)
    assert first == again


def test_files_nobody_could_identify_are_told_the_newest_first_and_to_whom_they_concern(
    country: SimpleNamespace,
) -> None:
    from ingest.ledger.receipts import receipt_problems

    for key, folder, at in (
        ("a", country.school.code, AT),
        ("b", "nobody", AT),  # of one moment the later told
        ("c", country.other_school.code, AT - timedelta(days=1)),
    ):
        receipt_problems.record(key, f"{folder}/x.csv", "cannot_identify", {}, at)
    told = [(problem.key, owner) for problem, owner in receipt_problems.newest_first()]
    assert told == [("b", None), ("a", country.school.code), ("c", country.other_school.code)]
    mine = receipt_problems.newest_first({country.school.code})
    assert [problem.key for problem, _ in mine] == ["a"]


def test_accounts_of_the_system_cannot_log_in(home: Any) -> None:
    from ingest.ledger.accounts import account

    made: SimpleNamespace | Any = account("drop")
    assert account("drop") == made
    assert not made.has_usable_password()


def test_builds_that_were_interrupted_are_told_in_the_order_they_began(home: Any) -> None:
    from ingest.ledger import builds
    from ingest.ledger.decisions.manifest import NOTHING

    begun = [builds.start(NOTHING, AT + timedelta(hours=later)).pk for later in (2, 0, 1)]
    ended = builds.start(NOTHING, AT)
    builds.finish(ended.pk, "failed", AT)
    assert [build.pk for build in builds.running()] == begun
    assert builds.end_interrupted(AT) == begun
    assert builds.running() == []
