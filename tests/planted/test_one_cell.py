"""One cell spoilt, one cause said: every column of every form, in every way that a cell can be wrong.

Findings of one cause stand on the spoilt row, or, where its key is now that of another row, on the repetition.
"""

from __future__ import annotations

import csv
import os
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from ingest.schema.forms.load import contracts
from ingest.schema.texts.finding import Finding
from tests.conformance.breaking import REFERENCE, sound
from tests.planted.clean import Rows, School, reference
from tests.planted.spoilt import Spoilt, spoilt
from tests.planted.trial import FORMS

SEEDS = range(int(os.environ.get("BBAJ_SEEDS", "1")))
# Form, column and way of spoiling → why more than one finding is right there.
EXCEPTIONS: dict[tuple[str, str, str], str] = {}
# Codes that speak of the repetition and stand at the later row of the two.
_OF_TWO_ROWS = frozenset({"not_unique", "same_person_twice"})


def _surroundings(form: str, seed: int) -> tuple[Rows, Scope, Reference]:
    if form in FORMS:
        school = School(seed, 1)
        rows = school.rows(form)
        passport = pa.table({"bin": [rows[0]["bin"]], "study_days": [5]})
        scope = replace(school.scope(form), received_on=date(2027, 9, 30))
        return rows, scope, replace(reference([school]), passport=passport)
    trial = sound(contracts()[form])
    return list(trial.rows), trial.scope, REFERENCE


def _write(path: Path, one: Spoilt) -> JudgeFile:
    fields = contracts()[one.form].fields
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(field.labels.kk for field in fields)
        rows.writerows([row[field.name] for field in fields] for row in one.rows)
    return JudgeFile(int(path.stem), path, path.name)


def _is_of(found: Finding, one: Spoilt) -> bool:
    """Whether a finding is about the spoilt row."""
    return found.row == one.row + 2 or found.code in _OF_TWO_ROWS or found.row is None


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", sorted(contracts()))
def test_one_wrong_cell_is_said_once(form: str, seed: int, tmp_path: Path) -> None:
    clean, scope, known = _surroundings(form, seed)
    cases = list(spoilt(form, clean, random.Random(f"{seed} {form}")))
    as_is = Spoilt(form, clean, 0, "", "clean", "")
    files = [_write(tmp_path / f"{place}.csv", one) for place, one in enumerate([*cases, as_is])]
    files = [JudgeFile(each.file_no, each.path, each.name, scope) for each in files]
    found_more = []

    with judge(files, contracts()[form], known, demo=True, engine=run_rules) as judged:
        assert not judged.failed
        assert not judged.verdicts[len(cases)].not_checked
        assert [each for each in judged.verdicts[len(cases)].findings if each.severity != "note"] == []
        for place, one in enumerate(cases):
            said = [each for each in judged.verdicts[place].findings if each.severity != "note"]
            if (form, one.column, one.way) in EXCEPTIONS:
                continue
            if len(said) > 1 or not all(_is_of(each, one) for each in said):
                found = [(each.code, each.row, each.column) for each in said]
                found_more.append((one.column, one.way, one.text, one.row + 2, found))

    assert found_more == []
    assert len(cases) >= 2 * len(contracts()[form].fields)
