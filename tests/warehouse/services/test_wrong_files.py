"""A wrong file of an author stops what depends on it and nothing else, and a scheduler's log says one line of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ingest.authored import AuthorError
from ingest.home import SETTINGS_FILE, Home
from ingest.ledger.records import Verdict
from tests.warehouse.country import Country
from warehouse.services.tasks import clockwork
from warehouse.services.upkeep.installation import initialise
from warehouse.services.verdicts import intake


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("collected = true\n", "collected"),
        ("[collected]\natendance = 2026-09-01\n", "attendance"),
        ('now = "soon"\ndemo = true\n', "now"),
        ("demo = tru\n", "syntax"),
        ('not_submissions = ["*"]\n', "not_submissions"),
        ("collekt_from = 2026-09-01\n", "collect_from"),
    ],
)
def test_a_task_fails_with_one_line_and_no_traceback(
    settings: str,
    named: str,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    initialise(home)
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    (home.root / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    for task in (clockwork.open_obligations, clockwork.settle_obligations):
        caplog.clear()
        with pytest.raises(SystemExit) as ended, caplog.at_level(logging.ERROR):
            task()
        assert ended.value.code == 64
        assert ended.value.__suppress_context__
        (said,) = caplog.records
        assert said.exc_info is None
        assert named in said.getMessage() and SETTINGS_FILE in said.getMessage()
        assert "\n" not in said.getMessage()


def test_a_form_whose_files_are_wrong_stops_no_other(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = country.rosters()
    reports = country.reports()
    judge_form = intake._judge_form

    def wrong(home: Home, form: str, *given: object) -> None:
        if form == "learner_roster":
            raise AuthorError(
                Path("learner_roster.yml"), "checks.not_abov", "no_rule", found="not_abov", known=[]
            )
        judge_form(home, form, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "_judge_form", wrong)
    with pytest.raises(AuthorError, match="not_abov"):
        country.judge()

    judged = set(Verdict.objects.values_list("submission_id", flat=True))
    assert set(reports) <= judged
    assert not set(lists) & judged
