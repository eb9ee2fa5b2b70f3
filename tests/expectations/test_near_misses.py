"""What a rule must not find: files as close to its defect as can be, and other files of the same batch."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.judging.rule_result import Engine
from expectations.rules import RULES
from expectations.suite import rules_for
from expectations.verdict import Verdict
from ingest.read.cells.batch import different_rows
from ingest.schema.forms.load import contracts
from tests import walks
from tests.expectations.case_folders import Case, batches, cases, reference, verdicts_of_cases
from tests.expectations.limits.steps import Step, Watching, steps_of
from tests.expectations.near_misses import Beside, beside

BESIDE = beside(cases())
NEAR = [each for each in BESIDE if each.kind == "near"]
EDGE = [each for each in BESIDE if each.kind == "edge"]


Ask = Callable[[Beside], Verdict]
Batch = tuple[str, str]
"""A form and the case with surroundings of its own, if it is one."""


@dataclass
class Judging:
    """Files beside cases: those of a form with the same surroundings are judged in one batch, when the first of them is
    asked for. `seen`: by form the limits that decide about one of its files."""

    folder: Path
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    seen: dict[str, set[Step]] = field(default_factory=lambda: defaultdict(set))

    def of(self, wanted: Beside) -> Verdict:
        if wanted.name not in self.verdicts:
            self._judge([each for each in BESIDE if _batch_of(each) == _batch_of(wanted)])
        return self.verdicts[wanted.name]

    def _judge(self, own: Sequence[Beside]) -> None:
        files = [each.file(place, self.folder) for place, each in enumerate(own)]
        watching = Watching(_decided(own))
        verdicts = _judged(files, own[0].case, watching)
        self.verdicts.update(zip([each.name for each in own], verdicts, strict=True))
        self.seen[own[0].case.form] |= watching.seen


def _decided(own: Sequence[Beside]) -> Mapping[str, frozenset[int]]:
    """The codes a batch is about, and the files of which the tests below say whether there is one: near misses have
    none but those they name, the others the one of their case."""
    codes = {each.case.code for each in own}.union(*(each.found_beside for each in own))
    return {
        code: frozenset(
            place for place, each in enumerate(own) if each.kind == "near" or each.case.code == code
        )
        for code in codes
    }


@pytest.fixture(scope="module")
def judging(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    return Judging(tmp_path_factory.mktemp("beside"))


@pytest.fixture
def verdict_on(judging: Judging) -> Ask:
    """The verdict on a file beside a case."""
    return judging.of


def test_every_rule_has_a_near_miss() -> None:
    assert sorted(set(RULES) - {each.case.code for each in NEAR}) == []


@pytest.mark.parametrize("miss", NEAR, ids=lambda each: each.name)
def test_a_near_miss_is_not_found_and_was_looked_at(miss: Beside, verdict_on: Ask) -> None:
    verdict = verdict_on(miss)
    found = [(finding.code, finding.cell, finding.value) for finding in verdict.findings]
    assert [each for each in found if each[0] not in miss.found_beside] == []
    assert {code for code, *_ in found} == miss.found_beside
    assert miss.case.code not in {*verdict.not_checked, *miss.found_beside}


@pytest.mark.parametrize("edge", EDGE, ids=lambda each: each.name)
def test_one_step_further_it_is_found(edge: Beside, verdict_on: Ask) -> None:
    assert edge.case.code in {finding.code for finding in verdict_on(edge).findings}


# Limits of columns are held in tests/expectations/limits.
_OF_COLUMNS = ("out_of_range", "text_length")
# What these steps leave as it was.
_NOTHING_CHANGES = {
    "lessons_on_unusual_saturday(date): least 3 → 2": "one class is no third of two",
    "segment_length(start_date): least 1 → 0": "a segment that does not end before it begins has a day",
    "learners_not_reported(iin): lowest 0 → -1": "no list has a grade below 0",
    "class_not_reported(iin): lowest 0 → -1": "no list has a grade below 0",
}


def test_a_limit_that_is_one_off_is_seen(judging: Judging) -> None:
    """Every number of every rule, one lower and one higher: a file beside a case of the form is judged otherwise. A
    limit that no contract states need not be looked at in each form that takes it from the rule."""
    for each in BESIDE:
        judging.of(each)
    usual = {(step.said_by, step.name, step.moved) for seen in judging.seen.values() for step in seen}
    unseen = {
        str(step): form
        for form, contract in contracts().items()
        for rule in rules_for(contract)
        if rule.code not in _OF_COLUMNS
        for step, _ in steps_of(rule)
        if step not in judging.seen[form]
        and not (step.said_by and (step.said_by, step.name, step.moved) in usual)
    }
    assert sorted(unseen) == sorted(_NOTHING_CHANGES), unseen


_FURTHER = 3
"""Batches of a form with surroundings of their own, of which two schools hand in the same rows."""
OWN = {each.case.rule: each for each in EDGE if not each.change}


def test_without_great_expectations_the_verdicts_are_the_same(verdict_on: Ask) -> None:
    """What a school's checker says of every case, whole verdicts compared."""
    verdicts = verdicts_of_cases()
    assert set(verdicts) == set(OWN) == {case.rule for case in cases()}
    for rule, verdict in verdicts.items():
        assert (rule, verdict_on(OWN[rule]).to_json()) == (rule, verdict.to_json())


@pytest.mark.parametrize("form", sorted({case.form for case in cases()}))
def test_two_schools_in_a_batch_say_nothing_of_each_other(
    form: str, verdict_on: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows handed in by another school beside: whoever counts over all files counts them twice.

    The different rows are asked first, as of large batches alone. Each rule finds its own case there, so that all are
    asked of the whole batch as well.
    """
    expected = {rule: verdict_on(own).to_json() for rule, own in OWN.items() if own.case.form == form}
    monkeypatch.setattr(different_rows, "_LARGE", 1)
    monkeypatch.setattr(different_rows, "_SMALL_SHARE", 0)
    monkeypatch.setattr(different_rows, "_WAYS_A_ROW", 1 << 24)
    of_form = [batch for batch in batches() if batch[0][0].form == form]
    for own, known in [of_form[0], *walks.some_of(of_form[1:], _FURTHER, form)]:
        mine = [case.file(place) for place, case in enumerate(own)]
        theirs = [_of_another(file, len(own)) for file in mine]
        both = [*mine, *theirs]
        random.Random(503).shuffle(both)
        with judge(both, own[0].contract, known, demo=True, engine=run_rules) as judged:
            assert judged.con.execute("SELECT count(*) FROM different_row").fetchall() != [(0,)]
            for file, case in zip(mine, own, strict=True):
                assert (case.rule, judged.verdicts[file.file_no].to_json()) == (
                    case.rule,
                    expected[case.rule],
                )


@pytest.mark.parametrize("form", sorted({case.form for case in cases()}))
def test_a_file_alone_has_the_verdict_it_has_among_others(form: str, verdict_on: Ask) -> None:
    case = random.Random(503).choice([case for case in cases() if case.form == form])
    [alone] = _judged([case.file(0)], case)
    assert alone.to_json() == verdict_on(OWN[case.rule]).to_json()


def _batch_of(each: Beside) -> Batch:
    return each.case.form, each.case.surroundings or ""


def _judged(files: Sequence[JudgeFile], like: Case, engine: Engine = run_rules) -> list[Verdict]:
    known = reference(like.surroundings)
    with judge(files, like.contract, known, demo=True, engine=engine) as judged:
        return [judged.verdicts[file.file_no] for file in files]


def _of_another(file: JudgeFile, further: int) -> JudgeFile:
    """The same bytes, handed in by another node."""
    other = "650940000026" if file.scope.node_code == "650940000016" else "650940000016"
    return replace(file, file_no=file.file_no + further, scope=replace(file.scope, node_code=other))
