"""What a rule must not find: files as close to its defect as can be, and other files of the same batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.rules import RULES
from expectations.verdict import Verdict
from ingest.read.cells.batch import different_rows
from tests import walks
from tests.expectations.case_folders import Case, batches, cases, reference, verdicts_of_cases
from tests.expectations.near_misses import Beside, beside

BESIDE = beside(cases())
NEAR = [each for each in BESIDE if each.kind == "near"]
EDGE = [each for each in BESIDE if each.kind == "edge"]


Ask = Callable[[Beside], Verdict]


@pytest.fixture(scope="module")
def verdict_on(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The verdict on a file beside a case: those of a form with the same surroundings are judged in one batch, when
    the first of them is asked for."""
    folder = tmp_path_factory.mktemp("beside")
    found: dict[str, Verdict] = {}

    def ask(wanted: Beside) -> Verdict:
        if wanted.name not in found:
            own = [each for each in BESIDE if _batch_of(each) == _batch_of(wanted)]
            files = [each.file(place, folder) for place, each in enumerate(own)]
            found.update(zip([each.name for each in own], _judged(files, wanted.case), strict=True))
        return found[wanted.name]

    return ask


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


def _batch_of(each: Beside) -> tuple[str, str]:
    return each.case.form, each.case.surroundings or ""


def _judged(files: Sequence[JudgeFile], like: Case) -> list[Verdict]:
    known = reference(like.surroundings)
    with judge(files, like.contract, known, demo=True, engine=run_rules) as judged:
        return [judged.verdicts[file.file_no] for file in files]


def _of_another(file: JudgeFile, further: int) -> JudgeFile:
    """The same bytes, handed in by another node."""
    other = "650940000026" if file.scope.node_code == "650940000016" else "650940000016"
    return replace(file, file_no=file.file_no + further, scope=replace(file.scope, node_code=other))
