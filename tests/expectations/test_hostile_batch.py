"""A batch with hostile files among honest ones: each has its own verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.judge import JudgeFile, judge
from expectations.reference import Reference
from ingest.schema.load import contract
from tests.ingest.read import bombs

ATTENDANCE = contract("attendance")


def _files(folder: Path) -> list[JudgeFile]:
    honest = folder / "honest.csv"
    honest.write_bytes(bombs.csv(2))
    names = ["honest.csv"]
    for name in bombs.HOSTILE:
        bombs.write(folder, name)
        names += [name, "honest.csv"]
    return [JudgeFile(number, folder / name, name) for number, name in enumerate(names)]


def test_hostile_files_leave_the_rest_of_the_batch_unharmed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    files = _files(tmp_path)
    with judge(files, ATTENDANCE, Reference(), demo=True, scratch=scratch) as judged:
        verdicts, failed = judged.verdicts, judged.failed
    assert failed == {}
    assert set(verdicts) == {file.file_no for file in files}
    honest = [verdicts[file.file_no] for file in files if file.name == "honest.csv"]
    said = [(verdict.rows_in, [finding.code for finding in verdict.findings]) for verdict in honest]
    assert said == [said[0]] * len(honest)
    assert said[0][0] == 2
    for file in files:
        verdict = verdicts[file.file_no]
        facts = verdict.to_json()
        assert facts["rows_in"] == sum(facts[f"rows_{what}"] for what in ("accepted", "rejected", "not_data"))
        if file.name != "honest.csv":
            assert verdict.outcome in ("unreadable", "rejected")
            assert {finding.code for finding in verdict.findings} & bombs.HOSTILE[file.name][1]
    assert list(scratch.glob("bbaj-reading-*")) == []


def test_a_file_that_cannot_be_opened_leaves_the_rest_as_well(tmp_path: Path) -> None:
    honest = tmp_path / "honest.csv"
    honest.write_bytes(bombs.csv(2))
    files = [JudgeFile(1, tmp_path / "gone.csv", "gone.csv"), JudgeFile(2, honest, honest.name)]
    with judge(files, ATTENDANCE, Reference(), demo=True) as judged:
        assert judged.failed == {1: "FileNotFoundError"}
        assert judged.verdicts[2].to_json()["rows_in"] == 2
    with judge(files[:1] * 1 + [JudgeFile(3, tmp_path / "gone too", "x")], ATTENDANCE, Reference()) as judged:
        assert set(judged.failed) == {1, 3}
    with pytest.raises(FileNotFoundError):
        judge(files[:1], ATTENDANCE, Reference())
