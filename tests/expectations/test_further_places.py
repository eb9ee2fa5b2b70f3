"""A file that is wrong almost everywhere: findings for the first thousand places of each cause, the rest on disk."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from expectations.findings.causes import RecordedFinding, causes
from expectations.findings.findings_file import places_file, read_findings, write_findings
from expectations.judging.judge import Judged, JudgeFile, judge
from expectations.marked import marked_workbook
from expectations.reference import Reference
from ingest.read.arrow import pa
from ingest.read.cells.batch import further_places
from ingest.schema.forms.load import contract
from ingest.schema.texts.finding import Finding

FORM = contract("attendance")
HEADER = [field.labels.ru for field in FORM.fields]
RIGHT = {"bin": "650140000011", "iin": "150310700010", "date": "2026-09-07", "grade": "5", "letter": "А"}
RIGHT |= {"lessons_scheduled": "6", "lessons_missed": "0", "lessons_missed_valid": "0", "is_late": "нет"}
ROWS = 2500


def _judged(tmp_path: Path, *files: list[dict[str, str]]) -> Judged:
    batch = []
    for number, rows in enumerate(files, 1):
        path = tmp_path / f"{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as lines:
            out = csv.writer(lines, delimiter=";")
            out.writerow(HEADER)
            out.writerows([row.get(field.name, "") for field in FORM.fields] for row in rows)
        batch.append(JudgeFile(number, path, path.name))
    return judge(batch, FORM, Reference(), scratch=tmp_path)


def _wrong(rows: int) -> list[dict[str, str]]:
    """Untypable cells in one column, a rule broken in another, in every row."""
    return [
        RIGHT | {"lessons_missed": f"чушь{number % 7}", "lessons_scheduled": "44"} for number in range(rows)
    ]


def test_every_place_is_counted_and_the_rest_is_on_disk(tmp_path: Path) -> None:
    most = further_places.MOST_PLACES
    with _judged(tmp_path, _wrong(ROWS), _wrong(10)) as judged:
        large, small = judged.verdicts[1], judged.verdicts[2]
        found = {(cause.code, cause.column): cause for cause in causes(large.findings)}
        for name, code in (("lessons_missed", "not_a_number"), ("lessons_scheduled", "out_of_range")):
            (cause,) = [each for key, each in found.items() if key[1] == name and each.severity == "error"]
            assert (cause.count, len(cause.findings), cause.further) == (ROWS, most, ROWS - most), code
        assert not any(finding.also for finding in small.findings)
        assert large.count("error") == sum(
            cause.count for cause in found.values() if cause.severity == "error"
        )

        target = places_file(tmp_path, 1)
        assert judged.further.write(1, target)
        assert not judged.further.write(2, places_file(tmp_path, 2))
        kept = list(csv.DictReader(target.open(encoding="utf-8", newline="")))
        own = [each for each in kept if each["column"] == "lessons_missed"]
        shown = {finding.row for finding in large.findings if finding.column == "lessons_missed"}
        assert sorted(shown | {int(each["row"]) for each in own}) == list(range(2, ROWS + 2))
        assert {each["value"] for each in own} == {f"чушь{number}" for number in range(7)}
    assert not list(tmp_path.glob("bbaj-places-*"))


def test_what_is_recorded_tells_how_many_there_are(tmp_path: Path) -> None:
    with _judged(tmp_path, _wrong(ROWS)) as judged:
        verdict = judged.verdicts[1]
        write_findings(tmp_path, 17, verdict)
    recorded = read_findings(tmp_path, 17)
    assert {cause["count"] for cause in recorded["causes"] if cause["severity"] == "error"} >= {ROWS}
    back = [RecordedFinding.from_json(entry) for entry in recorded["findings"]]
    assert [each.count for each in causes(back)] == [each.count for each in causes(verdict.findings)]
    assert json.dumps(recorded["findings"]).count('"also"') == sum(
        bool(each.also) for each in verdict.findings
    )
    made = marked_workbook(tmp_path / "1.csv", back, FORM, "ru")
    assert made


@pytest.mark.parametrize("rows", [further_places.MOST_PLACES, further_places.MOST_PLACES + 1])
def test_the_thousandth_place_is_still_a_finding(tmp_path: Path, rows: int) -> None:
    with _judged(tmp_path, _wrong(rows)) as judged:
        own = [each for each in judged.verdicts[1].findings if each.column == "lessons_missed"]
        assert sum(1 + each.also for each in own if each.severity == "error") == rows
        assert [bool(each.also) for each in own if each.severity == "error"].count(True) == rows - 1000


def test_what_is_left_of_a_batch_that_failed_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.judging.judge._answers", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _judged(tmp_path, _wrong(ROWS))
    assert not list(tmp_path.glob("bbaj-places-*"))


def test_what_is_kept_of_a_file_is_its_owners_alone_whatever_the_process_lets_others_read(
    tmp_path: Path,
) -> None:
    places = further_places.FurtherPlaces(tmp_path)
    table: Any = SimpleNamespace(sheet=None)
    places.add(1, Finding("not_a_number", column="lessons_missed"), table, [1002], pa.array(["чушь"]))
    before = os.umask(0o022)
    try:
        assert places.write(1, tmp_path / "places.csv")
    finally:
        os.umask(before)
    assert (tmp_path / "places.csv").stat().st_mode & 0o777 == 0o600
