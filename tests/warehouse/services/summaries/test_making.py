"""Editions: made of what is published, kept for ever, corrected by another, held back where they would mislead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from ingest.digests import DamagedFileError
from ingest.home import Home
from ingest.ledger import editions
from ingest.ledger.editions import About
from ingest.ledger.records import Edition, Node
from tests.warehouse.country import DISTRICT, REGION, SCHOOLS, Country
from tests.warehouse.services.summaries.conftest import WEEK, hand_in, later, publish
from warehouse.services.summaries import archive
from warehouse.services.summaries.making import Became, make_editions


def nodes(*codes: str) -> list[Node]:
    return [
        Node.objects.select_related("parent").get(code=code) for code in codes or ("KZ", REGION, DISTRICT)
    ]


def made(home: Home, *codes: str, period: str = WEEK, **more: Any) -> list[Became]:
    return make_editions(home, "weekly", period, nodes(*codes), **more)


def approve_all(home: Home) -> None:
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals
    from ingest.ledger.nodes import node
    from ingest.ledger.records import Submission

    for found in Submission.objects.filter(state="accepted", scope__form="attendance", scope__period=WEEK):
        approvals.approve(found.pk, account("cli:inspector"), node(DISTRICT), at=home.now())


def test_each_place_gets_a_first_edition_with_every_file_and_again_it_is_the_same(week: Country) -> None:
    first = made(week.home)
    assert [each.outcome for each in first] == ["made"] * 3
    for became in first:
        edition = became.edition
        assert (edition.number, edition.status, edition.state) == (1, "provisional", "made")
        assert set(edition.files) == {"content.json", "kk.pdf", "kk.xlsx", "ru.pdf", "ru.xlsx"}
        assert archive.read(week.home, edition, "kk.pdf").startswith(b"%PDF-")
        assert archive.read(week.home, edition, "ru.xlsx").startswith(b"PK")
        assert not list(archive.damaged(week.home, edition))
    again = made(week.home)
    assert [each.outcome for each in again] == ["same"] * 3
    assert [each.edition.pk for each in again] == [each.edition.pk for each in first]


def test_the_figures_are_those_of_the_published_file(week: Country) -> None:
    [became] = made(week.home, "KZ")
    [figure] = [
        each for each in archive.content_of(week.home, became.edition).headlines if each.code == "attendance"
    ]
    with duckdb.connect(str(week.home.warehouse), read_only=True) as con:
        [(part, whole)] = con.execute(
            "select part, whole from rpt_key_figure where figure = 'attendance' and basis = 'operational' "
            "and level = 'republic' and period = ? and structure in ('both', 'as_was')",
            [WEEK],
        ).fetchall()
    assert figure.value.value == part / whole


def test_what_is_corrected_makes_another_edition_that_says_what_changed_and_leaves_the_first(
    week: Country,
) -> None:
    [first] = made(week.home, DISTRICT)
    before = archive.read(week.home, first.edition, "kk.pdf")
    hand_in(week, SCHOOLS[0], WEEK, missed=6)
    publish(week.home)
    [second] = made(week.home, DISTRICT)
    assert (second.outcome, second.edition.number, second.edition.status) == ("made", 2, "provisional")
    assert second.edition.changed_cells == len(second.changed) > 0
    content = archive.content_of(week.home, second.edition)
    [figure] = [each for each in content.headlines if each.code == "attendance"]
    assert figure.value.mark == "r"
    assert content.imprint.changes
    assert archive.read(week.home, first.edition, "kk.pdf") == before
    about = About("weekly", WEEK, first.edition.node)
    assert editions.numbered(about, 1).files == first.edition.files
    assert editions.newest(about) == second.edition


def test_it_is_final_once_all_is_approved_and_corrected_when_that_changes(week: Country) -> None:
    made(week.home)
    approve_all(week.home)
    publish(week.home)
    final = made(week.home, only_settled=True)
    assert [(each.outcome, each.edition.status) for each in final] == [("made", "final")] * 3
    hand_in(week, SCHOOLS[1], WEEK, missed=6)
    publish(week.home)
    corrected = made(week.home, only_settled=True)
    assert {each.edition.status for each in corrected} == {"corrected"}
    assert all(each.changed for each in corrected)


def test_by_the_clock_a_provisional_edition_is_not_followed_by_another_until_all_is_approved(
    week: Country,
) -> None:
    made(week.home)
    hand_in(week, SCHOOLS[0], WEEK, missed=6)
    publish(week.home)
    assert {each.outcome for each in made(week.home, only_settled=True)} == {"same"}
    assert {each.outcome for each in made(week.home)} == {"made"}


def test_fewer_than_half_are_held_back_and_made_once_they_are_there(listed_week: Country) -> None:
    [held] = made(listed_week.home, DISTRICT)
    assert held.outcome == "held"
    assert editions.codes(held.edition.reasons) == ["empty"]
    assert [each.outcome for each in made(listed_week.home, DISTRICT)] == ["held_already"]
    hand_in(listed_week, SCHOOLS[0], WEEK)
    hand_in(listed_week, SCHOOLS[1], WEEK)
    publish(listed_week.home)
    [became] = made(listed_week.home, DISTRICT)
    assert (became.outcome, became.edition.number) == ("made", 1)
    assert not editions.held_back(About("weekly", WEEK, became.edition.node)).exists()


@pytest.fixture
def listed_week(week: Country) -> Country:
    """Nobody's second week counts any more."""
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals
    from ingest.ledger.records import Submission

    for found in Submission.objects.filter(scope__form="attendance", scope__period=WEEK).select_related(
        "scope__node"
    ):
        approvals.withdraw(
            found.pk, account("cli:x"), found.scope.node, reason="қате", at=week.home.now(), confirmed=True
        )
    publish(week.home)
    return week


def test_a_fault_of_ours_with_one_place_holds_that_one_back_alone(
    week: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.services.summaries import making

    def drawn(content: Any, language: str) -> bytes:
        if content.place.level == "oblast":
            raise RuntimeError("a fault")
        return b"%PDF-"

    monkeypatch.setattr(making, "pdf", drawn)
    found = made(week.home)
    assert [each.outcome for each in found] == ["made", "held", "made"]
    assert editions.codes(found[1].edition.reasons) == ["failed"]
    monkeypatch.undo()
    assert [each.outcome for each in made(week.home)] == ["same", "made", "same"]


def test_a_figure_that_the_dashboards_show_otherwise_is_not_sent(
    week: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.services.summaries.gate import Beside

    true = Beside.of

    def wrong(warehouse: Any, basis: str) -> Beside:
        found = true(warehouse, basis)
        return Beside(basis, dict.fromkeys(found.figures, (1, 7)))

    monkeypatch.setattr(Beside, "of", wrong)
    [became] = made(week.home, REGION)
    assert editions.codes(became.edition.reasons) == ["contradiction"]


def test_nothing_published_is_said(listed: Any, week: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.ledger import publications

    monkeypatch.setattr(publications, "current", lambda: None)
    [became] = made(week.home, "KZ")
    assert editions.codes(became.edition.reasons) == ["nothing_published"]


def test_a_publication_of_before_the_deadline_is_too_early(week: Country) -> None:
    [became] = make_editions(later(week.home, timedelta(0)), "weekly", "2026-W39", nodes("KZ"))
    assert "empty" in editions.codes(became.edition.reasons)


def test_what_is_archived_is_told_when_it_was_touched(week: Country) -> None:
    from warehouse.services.verify.editions import edition_damage
    from warehouse.services.verify.known import Known

    [became] = made(week.home, DISTRICT)
    file = archive.place_of(week.home, became.edition) / "kk.pdf"
    assert not [each for each in edition_damage(week.home, Known.of_ledger(), True) if each]
    file.chmod(0o600)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"!")
    [found] = [each for each in edition_damage(week.home, Known.of_ledger(), True) if each]
    assert (found.store, found.damage, found.mend) == ("editions", "altered", "edition")
    with pytest.raises(DamagedFileError):
        archive.read(week.home, became.edition, "kk.pdf")
    file.unlink()
    [found] = [each for each in edition_damage(week.home, Known.of_ledger(), False) if each]
    assert found.damage == "missing"


def test_killed_between_archive_and_ledger_it_is_made_anew(week: Country) -> None:
    from tests.warehouse.country import run_in_child

    code = (
        "from ingest.ledger.records import Node\n"
        "from warehouse.services.summaries.making import make_editions\n"
        f"make_editions(home, 'weekly', {WEEK!r}, [Node.objects.get(code='KZ')])\n"
    )
    ended = run_in_child(week.home, code, "summaries:archived")
    assert ended.returncode != 0
    assert not Edition.objects.exists()
    [became] = made(week.home, "KZ")
    assert (became.outcome, became.edition.number) == ("made", 1)
    assert not list(archive.damaged(week.home, became.edition))
