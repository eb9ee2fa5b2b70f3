"""A batch with hostile files among honest ones: each has its own verdict."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from expectations.check import check
from expectations.judging.judge import JudgeFile, judge
from expectations.marked import marked_workbook
from expectations.reference import Reference
from ingest.schema.forms.load import contract
from ingest.schema.texts.catalogue import catalogue
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


@pytest.mark.parametrize(
    "name",
    ["zip_bomb_within_what_is_stated", "formula_that_starts_a_program", "link_to_a_program", "path_upwards"],
)
def test_a_dangerous_workbook_does_not_come_back_marked(tmp_path: Path, name: str) -> None:
    source = bombs.write(tmp_path, name)
    made = tmp_path / "marked.xlsx"
    made.write_bytes(marked_workbook(source, check(source, "attendance").findings, ATTENDANCE, "kk"))
    with zipfile.ZipFile(made) as book:
        assert sum(entry.file_size for entry in book.infolist()) < 1 << 20
        assert not [part for part in book.namelist() if ".." in part or "external" in part.lower()]
        assert b"cmd|" not in b"".join(map(book.read, book.namelist()))
        assert bombs.HOSTILE[name][1] <= _codes_said(book)


def _codes_said(book: zipfile.ZipFile) -> set[str]:
    """The findings whose Kazakh titles stand in the workbook."""
    text = b"".join(map(book.read, book.namelist())).decode("utf-8", "replace")
    return {code for code, kind in catalogue().items() if kind.title.kk in text}
