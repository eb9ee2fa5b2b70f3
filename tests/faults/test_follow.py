"""The program fails at one register in effect: that one is named and left out, all others are followed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.blame import first_at_fault
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.receipts import aside
from ingest.ledger.records import Node
from tests.warehouse.country import DISTRICT, SCHOOLS, Country, _opened
from warehouse.services.hierarchy import registers
from warehouse.services.hierarchy.registers import follow, keep_obligations, not_followed
from warehouse.services.tasks import clockwork

NEW = ("650940000036", "650940000046")


@given(count=st.integers(1, 40), bad=st.sets(st.integers(0, 39), min_size=1))
def test_the_one_at_fault_is_found_among_any_number(count: int, bad: set[int]) -> None:
    culprits = {each % count for each in bad}
    asked = itertools.count()

    def fails(some: Sequence[int]) -> bool:
        assert some
        next(asked)
        return bool(culprits & set(some))

    assert first_at_fault(range(count), fails) == min(culprits)
    assert next(asked) <= count.bit_length()


@pytest.fixture
def two_registers(country: Country) -> tuple[int, int]:
    """Two more registers of the district in effect, not followed yet."""
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals
    from ingest.ledger.records import Submission
    from tests.warehouse.country import NOW

    made = [
        country.submit("organisation_register", DISTRICT, day, [_opened(bin_)])
        for day, bin_ in zip(("2026-08-24", "2026-08-25"), NEW, strict=True)
    ]
    country.judge()
    for found in Submission.objects.select_related("scope__node__parent").filter(pk__in=made):
        assert found.scope.node.parent
        approvals.approve(found.pk, account("inspector"), found.scope.node.parent, at=NOW)
    return made[0], made[1]


def _fails_at(patch: pytest.MonkeyPatch, submission: int, error: Exception) -> None:
    real = registers.landed

    def landed(home: Home, found: Sequence[Any], *more: Any) -> Any:
        if submission in {each.pk for each in found}:
            raise error
        return real(home, found, *more)

    patch.setattr(registers, "landed", landed)


@pytest.mark.parametrize(
    "error", [KeyError("x"), MemoryError(), ValueError("x")], ids=lambda e: type(e).__name__
)
def test_a_register_that_cannot_be_followed_keeps_no_other_from_it(
    country: Country, two_registers: tuple[int, int], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    bad, _ = two_registers
    with pytest.MonkeyPatch.context() as patch:
        _fails_at(patch, bad, error)
        assert follow(country.home)
        assert [(each.pk, fault.kind, fault.step) for each, fault in not_followed(country.home)] == [
            (bad, type(error).__name__, "follow")
        ]
        known = set(Node.objects.filter(kind="organisation").values_list("code", flat=True))
        assert known == {*SCHOOLS, NEW[1]}
        # Collecting, judging and asking go on; it is said each time, and tried again only by another program.
        reports = country.rosters()
        report = country.judge()
        assert (report.accepted, report.not_followed) == (len(reports), {bad: type(error).__name__})
        assert not follow(country.home)
    assert not follow(country.home)
    monkeypatch.setattr(aside, "program", lambda: "99.0")
    assert follow(country.home)
    assert not_followed(country.home) == []
    assert NEW[0] in set(Node.objects.filter(kind="organisation").values_list("code", flat=True))


def test_registers_that_could_not_be_followed_are_named_the_oldest_first(
    country: Country, two_registers: tuple[int, int]
) -> None:
    """In whichever order they failed."""
    failed = sorted(two_registers)
    for order in (failed, failed[::-1]):
        note = {"counted": {}, "failed": dict.fromkeys(map(str, order), "KeyError"), "program": "1"}
        (country.home.reference / "applied_registers.json").write_text(json.dumps(note), encoding="utf-8")
        assert [each.pk for each, _ in not_followed(country.home)] == failed


def test_it_is_shown_and_fails_the_task_that_tells(
    country: Country, two_registers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from ingest.cli import app

    _fails_at(monkeypatch, two_registers[0], KeyError("x"))
    follow(country.home)
    monkeypatch.setenv("BBAJ_HOME", str(country.home.root))
    for language, said in (("kk", "тізілімді қолдану (KeyError)"), ("ru", "применение реестра (KeyError)")):
        shown = CliRunner().invoke(app, ["status", "--lang", language])
        assert said in shown.stdout, shown.output
    with pytest.raises(SystemExit):
        clockwork.tell_of_faults({"not_followed": 1})


def test_what_stops_every_register_alike_is_blamed_on_none(
    country: Country, two_registers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _fails_at(monkeypatch, two_registers[0], OSError(28, "No space left on device"))
    with pytest.raises(OSError, match="No space"):
        follow(country.home)
    monkeypatch.undo()
    assert follow(country.home)
    assert not_followed(country.home) == []


def test_a_calendar_that_cannot_be_read_asks_nobody_in_holidays(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    [calendar] = winners.operational("school_calendar")
    _fails_at(monkeypatch, calendar.pk, ValueError("x"))
    assert keep_obligations(country.home)["opened"] == 0
    country.rosters()
    assert country.judge().accepted == 2
