"""The program fails at one file, at any step and in any way: that file is set aside, all others go their way."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from django.db import DataError, OperationalError, connection

from ingest.blame import lacked_memory
from ingest.ledger.accounts import account
from ingest.ledger.decisions import winners
from ingest.ledger.receipts import aside, waiting
from ingest.ledger.records import Submission, SubmissionEvent, Verdict
from tests.warehouse.country import NOW, SCHOOLS, WEEKS, Country, attendance
from warehouse.services.apart import parent

# Where a file can make the program fail: a function of each step, under the name its caller knows it by. Those at which
# a batch is judged file by file stand together: the rest of the batch is cut off before.
STEPS = {
    "expectations.judging.judge.prepare": "judge",
    "expectations.judging.judge.find": "judge",
    "warehouse.services.verdicts.batch.period_of": "judge",
    "expectations.judging.judge.type_reports": "judge",
    "expectations.judging.judge.read_report": "judge",
    "warehouse.services.verdicts.batch.reject_repeated": "judge",
    "warehouse.services.verdicts.batch.write_findings": "judge",
    "warehouse.services.verdicts.batch._take_explanations": "judge",
    "warehouse.services.verdicts.batch.land": "land",
    "warehouse.services.verdicts.batch.removal_asking": "record",
    "warehouse.services.verdicts.batch._judgement": "record",
    "warehouse.services.verdicts.batch.ledger.record_verdicts": "record",
}
_DEPTH = 4
ERRORS = [
    RuntimeError("one"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
    RecursionError(),
    PermissionError(13, "Permission denied"),
    OSError(5, "Input/output error"),
    duckdb.InternalException("INTERNAL Error"),
    duckdb.OutOfMemoryException("Out of Memory Error"),
    pa.ArrowInvalid("invalid"),
    DataError("integer out of range"),
    MemoryError(),
]


def _mentions(value: Any, poison: Submission, depth: int = 0) -> bool:
    """Whether what a function is given has to do with that submission."""
    if isinstance(value, Submission):
        return value.pk == poison.pk
    if isinstance(value, Path):
        return value.name == poison.raw_file_id
    if isinstance(value, int) and not isinstance(value, bool):
        return value == poison.pk
    inside: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inside = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset | ItemsView):
        inside = value
    elif is_dataclass(value):
        inside = [getattr(value, field.name) for field in fields(value)]
    return depth < _DEPTH and any(_mentions(each, poison, depth + 1) for each in inside)


def _poisoned(work: Callable[..., Any], poison: Submission, error: Exception) -> Callable[..., Any]:
    def failing(*args: Any, **kwargs: Any) -> Any:
        listed = [list(each) if hasattr(each, "__next__") else each for each in args]
        if any(_mentions(each, poison) for each in (*listed, *kwargs.values())):
            raise error
        return work(*listed, **kwargs)

    return failing


def _poison(patch: pytest.MonkeyPatch, target: str, submission: int, error: Exception) -> None:
    module, name = target.rsplit(".", 1)
    holder = __import__(module.removesuffix(".ledger"), fromlist=["*"])
    holder = holder.ledger if module.endswith(".ledger") else holder
    found = Submission.objects.get(pk=submission)
    patch.setattr(holder, name, _poisoned(getattr(holder, name), found, error))


pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture(autouse=True)
def _numbers_of_their_own(request: pytest.FixtureRequest) -> None:
    """Submissions are numbered so high that no number of a rule or a row is taken for one."""
    request.getfixturevalue("rostered" if "rostered" in request.fixturenames else "country")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = 7000000 WHERE name = 'ledger_submission'")
        assert cursor.rowcount == 1


def _parts(country: Country, count: int) -> list[int]:
    """So many parts of one report wait."""
    rows = attendance(SCHOOLS[0], WEEKS[0])
    return [
        country.submit("attendance", SCHOOLS[0], WEEKS[0], rows[2 * nth : 2 * nth + 2], part=f"р{nth}")
        for nth in range(count)
    ]


def _accepted() -> set[int]:
    return {each.pk for each in winners.operational("attendance")}


def test_whatever_step_fails_at_a_file_only_that_file_waits(
    rostered: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file for each step, among two that are whole: each is found, and told by the step that failed at it."""
    country = rostered
    parts = _parts(country, len(STEPS) + 2)
    bad = dict(zip(STEPS, [each for each in parts if each not in (parts[3], parts[6])], strict=True))
    for nth, (target, submission) in enumerate(bad.items()):
        # A file for which memory does not suffice while it is judged is rejected instead (test_deaths).
        errors = [each for each in ERRORS if STEPS[target] != "judge" or not lacked_memory(each)]
        _poison(monkeypatch, target, submission, errors[nth % len(errors)])

    report = country.judge()

    assert set(report.set_aside) == set(bad.values())
    assert _accepted() == {parts[3], parts[6]}
    lying = {each.pk: (fault.step, fault.program) for each, fault in aside.lying_aside()}
    assert lying == {bad[target]: (step, aside.program()) for target, step in STEPS.items()}
    states = Submission.objects.filter(pk__in=bad.values()).values_list("state", flat=True)
    assert set(states) == {"set_aside"}
    assert not Verdict.objects.filter(submission_id__in=bad.values()).exists()
    assert not waiting.by_form()
    # Nothing is tried again at every run; on request it is, and nothing of the failed try is left.
    assert country.judge().judged == 0
    monkeypatch.undo()
    for each in bad.values():
        assert aside.retry(each, account("administrator"), None, at=NOW)
    assert country.judge().accepted == len(bad)
    assert _accepted() == set(parts)
    for each in bad.values():
        events = SubmissionEvent.objects.filter(submission_id=each).order_by("pk")
        kinds = list(events.values_list("kind", flat=True))
        assert kinds == ["received", "set_aside", "retried", "accepted"]


def test_however_it_fails_only_that_file_waits(rostered: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file for each kind of error, each in a batch of its own: how batches are cut is shown above."""
    monkeypatch.setattr("warehouse.services.verdicts.intake._FILES", 1)
    country = rostered
    parts = _parts(country, len(ERRORS) + 2)
    bad = dict(zip(parts[1:-1], ERRORS, strict=True))
    for submission, error in bad.items():
        _poison(monkeypatch, "warehouse.services.verdicts.batch.land", submission, error)

    report = country.judge()

    assert report.set_aside == {each: type(error).__name__ for each, error in bad.items()}
    assert _accepted() == {*parts} - {*bad}


def test_what_fails_every_file_alike_sets_none_aside(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosters = country.rosters()
    for error in (
        OSError(28, "No space left on device"),
        OSError(30, "Read-only file system"),
        OperationalError("server closed the connection unexpectedly"),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
    ):
        with monkeypatch.context() as patch:
            _poison(patch, "warehouse.services.verdicts.batch.land", rosters[0], error)
            with pytest.raises(type(error)):
                country.judge()
        states = Submission.objects.filter(pk__in=rosters).values_list("state", flat=True)
        assert set(states) == {"received"}, error
    assert country.judge().accepted == len(rosters)


def test_another_version_of_the_program_tries_again_by_itself(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosters = country.rosters()
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, "warehouse.services.verdicts.batch.land", rosters[0], RuntimeError("x"))
        country.judge()
    parent._worker.close()  # it was forked with the fault in it
    assert country.judge().judged == 0

    monkeypatch.setattr("ingest.ledger.receipts.aside.program", lambda: "99.0")

    assert country.judge().accepted == 1
    assert aside.lying_aside() == []


def test_a_file_decided_meanwhile_is_not_set_aside_and_one_set_aside_can_be_withdrawn(
    country: Country,
) -> None:
    from ingest.ledger.decisions import approvals

    [first, second] = country.rosters()
    assert aside.set_aside(first, "judge", "RuntimeError", NOW)
    node = Submission.objects.get(pk=first).scope.node
    approvals.withdraw(first, account("clerk"), node, reason="қате", at=NOW + timedelta(hours=1))
    assert not aside.retry(first, account("administrator"), None, at=NOW)
    country.judge()
    assert not aside.set_aside(second, "judge", "RuntimeError", NOW)
    assert Submission.objects.get(pk=second).state == "accepted"


def test_what_lies_aside_is_shown_and_asked_for_again_in_the_languages_of_people(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from ingest.cli import app

    rosters = country.rosters()
    with pytest.MonkeyPatch.context() as patch:
        _poison(patch, "warehouse.services.verdicts.batch.land", rosters[0], KeyError("x"))
        country.judge()
    parent._worker.close()  # it was forked with the fault in it
    monkeypatch.setenv("BBAJ_HOME", str(country.home.root))

    def bbaj(*words: object) -> str:
        ended = CliRunner().invoke(app, [str(word) for word in words])
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    for language, said in (("kk", "деректерді сақтау (KeyError)"), ("ru", "загрузка данных (KeyError)")):
        assert said in bbaj("status", "--lang", language)
        assert said in bbaj("status", "--node", SCHOOLS[0], "--lang", language)
        assert said not in bbaj("status", "--node", SCHOOLS[1], "--lang", language)
    assert str(rosters[0]) in bbaj("retry", *rosters, "--lang", "kk")
    assert "1" in bbaj("judge", "--lang", "kk")
    assert "KeyError" not in bbaj("status", "--lang", "kk")
