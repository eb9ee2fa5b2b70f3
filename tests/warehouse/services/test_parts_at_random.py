"""What counts of reports is what a model of the rule says, whatever is handed in and decided, in any order."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from ingest.ledger.accounts import account
from ingest.ledger.decisions import winners
from ingest.ledger.nodes import node
from ingest.ledger.receipts.submissions import Handover
from ingest.ledger.records import Scope, Submission
from ingest.ledger.refusals import RefusalError
from ingest.receive.address import CannotIdentifyError, require_no_parts, resolve
from ingest.receive.receipt import Receipt, receive, receive_nil
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, WEEKS, Country, attendance, csv_of
from tests.warehouse.services.counted_twice import keys_counting_twice
from tests.warehouse.services.reports_in_parts import WHOLE, Handed, Report
from warehouse.services.verdicts import once
from warehouse.services.verdicts.decisions import approve, return_

NAMES: dict[str, tuple[str, ...]] = {
    "5а": ("5А", "5A", "5-а", "№ 5 а"),
    "5б": ("5Б", "5 «б»"),
    "3": ("3", "03"),
    WHOLE: ("whole", "Whole"),
}
ROWS = 8


def _approve(country: Country, number: int) -> None:
    approve(country.home, number, account("inspector"), node(DISTRICT), confirmed=True)


def _return(country: Country, number: int) -> None:
    return_(country.home, number, account("inspector"), node(DISTRICT), reason="?", confirmed=True)


def _confirm(country: Country, number: int) -> None:
    once.confirm(country.home, number, account("inspector"), node(DISTRICT))


def _withdraw(country: Country, number: int) -> None:
    by = Submission.objects.get(pk=number).scope.node
    once.withdraw(country.home, number, account("clerk"), by, reason="?", confirmed=True)


ACTS = {"approve": _approve, "return": _return, "confirm": _confirm, "withdraw": _withdraw}


@dataclass
class _Walk:
    """Reports of several schools and weeks, and beside each what must count of it. Things are handed in and decided
    as chance wills; the model does the same."""

    country: Country
    chance: random.Random
    reports: dict[tuple[str, str], Report]
    tried: Counter[str] = field(default_factory=Counter)

    def hand_in(self, school: str, week: str) -> None:
        report, chance = self.reports[school, week], self.chance
        part = chance.choices(list(NAMES), [5, 5, 3, 2])[0]
        first = chance.randrange(ROWS)
        drawn = range(first, min(ROWS, first + chance.choice([1, 2, 3, 5])))
        new = Handed(0, part, frozenset(drawn), chance.random() < 0.4, chance.random() < 0.1)
        earlier = [each for each in report.handed if not each.is_nil]
        if earlier and chance.random() < 0.3:
            other = chance.choice(earlier)
            new = replace(new, part=other.part, keys=other.keys, is_wrong=other.is_wrong)
        scope = resolve("attendance", school, week, chance.choice(NAMES[new.part]))
        handover = Handover(NOW, "cli", account("tester"), "a.csv", may_replace=new.may_replace)
        if chance.random() < 0.15:
            self._say_nil(report, scope, handover, new)
            return
        wrong = {"lessons_missed": 13} if new.is_wrong else {}
        rows = [attendance(school, week)[each] | wrong for each in sorted(new.keys)]
        receipt = receive(self.country.home, io.BytesIO(csv_of(rows)), scope, handover)
        self._handed(report, new, receipt)

    def _say_nil(self, report: Report, scope: Scope, handover: Handover, new: Handed) -> None:
        filled = any(each.keys and each.part != WHOLE for each in report.counting())
        try:
            require_no_parts(scope, "")
        except CannotIdentifyError:
            assert (new.part, filled) == (WHOLE, True)
            self.tried["nil refused"] += 1
            return
        assert not (new.part == WHOLE and filled)
        nil = replace(new, keys=frozenset(), is_nil=True, is_wrong=False)
        self._handed(report, nil, receive_nil(scope, handover))
        if nil in report.handed:
            report.judge_one(nil)

    def _handed(self, report: Report, new: Handed, receipt: Receipt) -> None:
        new.number = receipt.submission_id
        known = report.is_kept(
            lambda each: (each.keys, each.is_nil, each.is_wrong) == (new.keys, new.is_nil, new.is_wrong),
            new.part,
        )
        assert receipt.is_duplicate == (known is not None)
        if known is None:
            report.handed.append(new)
            return
        self.tried["duplicate"] += 1
        known.may_replace |= new.may_replace
        if known.state == "pending" and new.may_replace:
            known.state = "accepted"

    def judge(self) -> None:
        assert self.country.judge().set_aside == {}
        for report in self.reports.values():
            report.judge()
            for each in report.handed:
                self.tried[each.state] += 1
                if each.refused_for and not each.is_wrong:
                    said = " ".join(error["message"]["ru"] for error in self._errors(each.number))
                    assert any(f"№ {number}" in said for number in each.refused_for), said
        self.compare()

    def decide(self, school: str, week: str) -> None:
        report, chance = self.reports[school, week], self.chance
        for each in chance.sample(report.handed, min(3, len(report.handed))):
            likely = ["confirm"] if each.state == "pending" and chance.random() < 0.7 else list(ACTS)
            act = chance.choice(likely)
            done = report.decide(act, each)
            self.tried[f"{act} {done}"] += 1
            refused = nullcontext() if done else suppress(RefusalError)
            with refused:
                ACTS[act](self.country, each.number)
        self.compare()

    def _errors(self, number: int) -> list[dict[str, Any]]:
        found = json.loads((self.country.home.findings / f"{number}.json").read_text(encoding="utf-8"))
        return [each for each in found["findings"] if each["severity"] == "error"]

    def compare(self) -> None:
        states = dict(Submission.objects.filter(scope__form="attendance").values_list("pk", "state"))
        for (school, week), report in self.reports.items():
            assert {each.number: each.state for each in report.handed} == {
                each.number: states[each.number] for each in report.handed
            }
            for basis, counting in (("receipt", winners.operational), ("approval", winners.official)):
                found = [
                    each.pk
                    for each in counting("attendance")
                    if (each.scope.node.code, each.scope.period) == (school, week)
                ]
                assert found == [each.number for each in report.counting(basis)], (basis, report)
        assert keys_counting_twice(self.country) == 0


@pytest.mark.parametrize("seed", [1])
def test_no_row_ever_counts_twice_and_none_goes_unasked(rostered: Country, seed: int) -> None:
    """Whole reports and parts, nil returns, corrections, the same once more, in batches and with decisions drawn at
    random: what counts is what the model says, and holds every key once."""
    reports = {(school, week): Report() for school in SCHOOLS for week in (*WEEKS, "2026-W39")}
    walk = _Walk(rostered, random.Random(seed), reports)
    for _ in range(3):
        for report in reports:
            for _ in range(walk.chance.randint(1, 4)):
                walk.hand_in(*report)
        walk.judge()
        for report in reports:
            walk.decide(*report)
    for met in (
        "pending",
        "rejected",
        "duplicate",
        "confirm True",
        "withdraw True",
        "return True",
        "approve True",
    ):
        assert walk.tried[met], (met, walk.tried)
