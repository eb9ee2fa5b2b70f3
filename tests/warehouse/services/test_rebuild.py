"""A replay gives what was judged, whatever became since of the files in the repository it was judged by."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from expectations.judging import judge as judging
from ingest.ledger.records import ReadingMeans, Submission, Verdict
from ingest.schema.forms import codelist as codelists
from ingest.schema.forms import layout as layouts
from ingest.schema.forms.codelist import Code, Codelist
from ingest.schema.forms.contract import Labels
from ingest.schema.forms.correction import Correction
from ingest.schema.forms.layout import Rearranged
from ingest.schema.forms.load import contracts
from ingest.schema.forms.means import Means, means_of
from tests.faults.conftest import forked
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance
from tests.warehouse.services.test_intake import lake_content
from warehouse.services.apart import parent
from warehouse.services.apart.limits import Limits
from warehouse.services.upkeep import landing_again
from warehouse.services.upkeep.landing_again import ReplayBeyondError
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts import replay as replaying

__all__ = ["forked"]

WORDS = {"kk": "мұғалім", "ru": "учитель", "en": "teacher"}
REAL_CODELIST = codelists._read


def _correction(right: str) -> Correction:
    return Correction.model_validate(
        {
            "id": "lessons_of_one_day",
            "field": "lessons_missed",
            "wrong": "2",
            "right": right,
            "guard": {"node": SCHOOLS[0]},
            "reason": WORDS,
            "asked_by": WORDS,
            "since": "2026-09-20",
        }
    )


def _with_a_word(name: str, word: str, code: str) -> Codelist:
    """The dictionary, one of its codes having one more way to be written."""
    known = REAL_CODELIST(name, None)
    return Codelist(
        name,
        tuple(
            replace(each, aliases=(*each.aliases, word)) if each.code == code else each
            for each in known.codes
        ),
    )


def _declare(monkeypatch: pytest.MonkeyPatch, *corrections: Correction) -> None:
    for module in (judging, replaying):
        monkeypatch.setattr(module, "corrections_of", lambda form: corrections)


def _lay_out(monkeypatch: pytest.MonkeyPatch, *found: Rearranged) -> None:
    monkeypatch.setattr(layouts, "_layouts", lambda folder: found if folder.name == "attendance" else ())


def _list_words(monkeypatch: pytest.MonkeyPatch, word: str, code: str) -> None:
    changed = _with_a_word("absence_reason", word, code)
    monkeypatch.setattr(
        codelists,
        "_read",
        lambda name, folder: changed if name == "absence_reason" else REAL_CODELIST(name, folder),
    )


CHANGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "corrections gone": _declare,
    "corrections altered": lambda patch: _declare(patch, _correction("0")),
    "layouts gone": _lay_out,
    "layouts altered": lambda patch: _lay_out(
        patch, Rearranged(source=Labels(**WORDS), headers={"grade": ("Особый заголовок",)})
    ),
    "words gone": lambda patch: _list_words(patch, "иное слово", "ILL"),
    "words altered": lambda patch: _list_words(patch, "хворь", "FAM"),
}


@pytest.mark.usefixtures("forked")
def test_what_was_judged_by_is_kept(rostered: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    country = rostered
    _declare(monkeypatch, _correction("3"))
    own = Rearranged(source=Labels(**WORDS), headers={"lessons_scheduled": ("Особый заголовок",)})
    _lay_out(monkeypatch, own)
    _list_words(monkeypatch, "хворь", "ILL")
    rows: list[dict[str, Any]] = [
        {("Особый заголовок" if name == "lessons_scheduled" else name): value for name, value in row.items()}
        | {"absence_reason": "хворь" if row["absence_reason"] else ""}
        for row in attendance(SCHOOLS[0], WEEKS[0])
    ]
    for row in rows:  # what is missed with a reason may not exceed what is missed
        row["lessons_missed_valid"] = min(row["lessons_missed_valid"], 1)
    report = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows)
    country.judge()
    verdict = Verdict.objects.get(submission_id=report)
    assert verdict.outcome == "accepted"
    assert verdict.corrections is not None
    assert [each["right"] for each in verdict.corrections] == ["3"]
    before = lake_content(country.home)
    assert sum(3 in row for row in before) > 0

    for change, made in CHANGES.items():
        with monkeypatch.context() as patch:
            made(patch)
            parent._worker.close()  # the next one knows what was changed
            relay(country.home)
        assert lake_content(country.home) == before, change


def test_a_new_version_of_a_contract_needs_no_copy_of_the_old_one(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    country.rosters()
    country.judge()
    before = lake_content(country.home)
    monkeypatch.setattr(replaying, "contract_of", lambda form, version: 1 / 0)

    relay(country.home)

    assert lake_content(country.home) == before
    # What was judged by one content names one record.
    judged = Verdict.objects.filter(submission__scope__form="learner_roster")
    assert judged.values("means_id").distinct().count() == 1
    assert ReadingMeans.objects.count() == Submission.objects.values("scope__form").distinct().count()


@pytest.mark.parametrize("form", contracts())
def test_what_a_form_is_read_by_comes_back_from_the_ledger_as_it_was(form: str) -> None:
    means = means_of(contracts()[form])
    again = Means.from_json(means.to_json())

    assert again.sha256 == means.sha256
    assert again.contract == means.contract
    assert again.layouts == means.layouts
    assert {name: words.codes for name, words in again.codelists.items()} == {
        name: words.codes for name, words in means.codelists.items()
    }
    assert all(isinstance(code, Code) for words in again.codelists.values() for code in words.codes)


@pytest.mark.usefixtures("forked")
@pytest.mark.skipif(sys.platform != "linux", reason="processes apart are begun where limits are kept")
def test_a_rebuild_keeps_the_limits_of_intake_and_names_who_goes_beyond(
    rostered: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = rostered.home
    before = lake_content(home)
    numbers = set(Submission.objects.filter(state__in=Submission.STANDING).values_list("pk", flat=True))
    tight = Limits(memory=700 << 20, seconds=1, database=64 << 20, spilled=64 << 20)
    tries = home.root / "tries"

    def spins(*_: Any) -> Any:
        while True:
            pass

    def dies(*_: Any) -> Any:
        with tries.open("a") as out:
            out.write("x")
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(landing_again, "limits_for", lambda files: tight)
    for act, kind in ((spins, "SIGXCPU"), (dies, "SIGKILL")):
        with monkeypatch.context() as patch:
            patch.setattr(landing_again, "type_reports", act)
            with pytest.raises(ReplayBeyondError) as told:
                relay(home)
            parent._worker.close()
        first = str(told.value.details["receipts"]).partition(",")[0]
        assert (int(first) in numbers, told.value.details["kind"]) == (True, kind)
        assert lake_content(home) == before
    assert tries.read_text() == "xx", "one kill may be somebody's"
    monkeypatch.undo()
