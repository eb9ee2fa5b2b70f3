"""Which files come out of which, and what is written into them."""

from __future__ import annotations

import csv
import errno
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from ingest.read.folder import FINDINGS, OverwritesInputError, inputs_of, names_of, read_all
from ingest.read.plain.writer import Sheet, Written
from ingest.read.sandbox import parent as worker
from ingest.read.sandbox.parent import ReadError
from ingest.read.text.rows.csv_bytes import csv_bytes
from ingest.walk import shown_name
from tests.ingest.read import bombs


def test_inputs_that_share_a_name_get_outputs_that_differ() -> None:
    paths = [Path(name) for name in ("a/x.csv", "a/x.xlsx", "b/X.csv", "c/x.csv", "x.y.csv")]
    assert names_of(paths) == ["x.csv", "x.xlsx.csv", "X.csv.csv", "x~2.csv", "x.y.csv"]


def test_each_input_that_is_read_gives_a_csv_and_each_its_findings(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.csv").write_text("a;b\n1;x,y\n", encoding="utf-8")
    (tmp_path / "in" / "two.txt").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "in" / "three.csv").write_bytes(b"")
    out = tmp_path / "out"
    outcomes = list(read_all(inputs_of([tmp_path / "in"]), out))
    assert [outcome.path.name for outcome in outcomes] == ["one.csv", "three.csv", "two.txt"]
    assert (out / "one.csv").read_text(encoding="utf-8") == 'a,b\n1,"x,y"\n'
    assert (out / "three.csv").read_bytes() == b""
    assert not (out / "two.csv").exists()
    lines = [json.loads(line) for line in (out / FINDINGS).read_text(encoding="utf-8").splitlines()]
    said = {(Path(line["file"]).name, line["code"]) for line in lines}
    assert {("one.csv", "rows_reconciled"), ("two.txt", "wrong_kind"), ("three.csv", "empty_file")} <= said
    assert all(set(line["message"]) == {"kk", "ru", "en"} for line in lines)


def test_no_input_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(OverwritesInputError):
        list(read_all([file], tmp_path))
    assert file.read_text(encoding="utf-8") == "a;b\n1;2\n"


def test_cells_are_quoted_where_they_must_be() -> None:
    assert csv_bytes([['a"b', "c,d", "e\rf", "g"], [""]]) == b'"a""b","c,d","e\rf",g\n""\n'


def test_hostile_files_are_named_and_the_rest_of_the_batch_is_read(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in HOSTILE:
        bombs.write(folder, name)
    for name in ("a_first.csv", "zz_last.csv"):
        (folder / name).write_bytes(bombs.csv(3))
    outcomes = {outcome.path.name: outcome for outcome in read_all(inputs_of([folder]), out)}
    for name, expected in HOSTILE.items():
        codes = {finding.code for finding in outcomes[name].written.findings}
        assert codes & expected, (name, codes)
        assert "reader_failed" not in codes
    for name in ("a_first.csv", "zz_last.csv"):
        assert outcomes[name].written.rows_written == 3
        assert (out / name).read_bytes() == bombs.csv(3)
    written = {output.name for outcome in outcomes.values() for output in outcome.outputs}
    assert {file.name for file in out.iterdir()} == {*written, FINDINGS}


def test_of_what_could_not_be_read_no_csv_is_left(tmp_path: Path) -> None:
    """Neither an empty one nor that of an earlier reading: both would pass for what stands in the file."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (one,) = read_all(inputs_of([folder]), out)
    assert one.outputs and one.outputs[0].exists()
    (folder / "a.csv").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 8)
    (one,) = read_all(inputs_of([folder]), out)
    assert one.written.unreadable and one.outputs == ()
    assert [file.name for file in out.iterdir()] == [FINDINGS]


@pytest.mark.parametrize("ending", [".xlsx", ".XLS", ".ods"])
def test_a_text_named_as_a_workbook_is_read_and_told(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"week{ending}").write_text("a,b\n1,2\n", encoding="utf-8")
    (one,) = read_all(inputs_of([tmp_path]), tmp_path / "out")
    assert one.written.rows_written == 1
    (told,) = [each for each in one.written.findings if each.code == "text_named_workbook"]
    assert ending.casefold() in told.text("kk")


HOSTILE = {
    "encrypted": {"encrypted_file"},
    "truncated": {"damaged_file"},
    "renamed_image": {"wrong_kind"},
    "not_a_spreadsheet": {"unreadable"},
    "zip_bomb": {"oversized_file"},
    "zip_bomb_within_what_is_stated": {"too_expensive_to_read"},
    "entity_bomb": {"damaged_file", "empty_file"},
    "ten_million_empty_rows": {"rows_reconciled"},
    "ten_million_empty_records": {"too_expensive_to_read"},
    "ten_thousand_columns_of_a_sheet": {"too_many_columns"},
    "deep_styles": {"damaged_file"},
}


def test_a_fault_of_our_own_is_called_that_and_says_nothing_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: Path, folder: Path) -> Written:
        raise ReadError("AssertionError")

    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.setattr(worker._worker, "_answered", lambda task: failing(task.path, task.folder))
    outcomes = list(read_all(inputs_of([tmp_path]), tmp_path / "out"))
    for outcome in outcomes:
        assert [finding.code for finding in outcome.written.findings] == ["reader_failed"]
        assert outcome.written.unreadable
        assert "AssertionError" in outcome.written.findings[0].text("kk")
    assert len(outcomes) == 2


def test_an_answer_that_is_not_believed_is_our_fault_and_the_batch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    answers = iter([pickle.dumps(Written((Sheet(None, "../one.csv"),))), pickle.dumps(print)])
    monkeypatch.setattr(worker._worker, "_answered", lambda task: ([next(answers)], task.folder, 1))
    for outcome in read_all(inputs_of([tmp_path]), tmp_path / "out"):
        assert [finding.code for finding in outcome.written.findings] == ["reader_failed"]


def test_a_file_that_cannot_be_opened_does_not_end_the_batch(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "gone.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "in" / "one.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    inputs = [tmp_path / "in" / "gone.csv", tmp_path / "in" / "one.csv"]
    gone, one = read_all(inputs, tmp_path / "out")
    assert [finding.code for finding in gone.written.findings] == ["cannot_be_opened"]
    assert one.written.rows_written == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("safe", [False, True])
def test_live_formulas_are_said_and_disarmed_where_asked(tmp_path: Path, suffix: str, safe: bool) -> None:
    rows = [["ЖСН", "Аты"], ["1", "=cmd|' /C calc'!A0"], ["-2", "Анна"], ["3", "@SUM(A1)"]]
    file = tmp_path / f"file.{suffix}"
    if suffix == "csv":
        file.write_text("\n".join(f"{a};{b}" for a, b in rows), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row, 1):
                book.active.cell(number, place, text).data_type = "s"
        book.save(file)
    (outcome,) = read_all([file], tmp_path / "out", safe=safe)
    (said,) = [finding for finding in outcome.written.findings if finding.code == "live_formulas"]
    assert (said.row, said.params["count"]) == (2, 2)
    disarmed = any(finding.code == "formulas_disarmed" for finding in outcome.written.findings)
    assert disarmed is safe
    with outcome.outputs[0].open(encoding="utf-8", newline="") as lines:
        cells = [row[1] for row in csv.reader(lines)]
    mark = "'" if safe else ""
    assert cells == ["Аты", f"{mark}=cmd|' /C calc'!A0", "Анна", f"{mark}@SUM(A1)"]


def _deep(folder: Path, levels: int) -> Path:
    """The innermost of folders inside each other, made one by one."""
    for _ in range(levels):
        folder = folder / "a"
        folder.mkdir()
    return folder


def test_a_file_is_found_however_deep_it_lies(tmp_path: Path) -> None:
    top = tmp_path / "in"
    top.mkdir()
    deep = _deep(top, 1300)
    try:
        for folder in (top, deep):
            (folder / "one.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        outcomes = list(read_all(inputs_of([top]), tmp_path / "out"))
    finally:
        subprocess.run(["rm", "-rf", str(top)], check=True)
    assert [outcome.written.rows_written for outcome in outcomes] == [1, 1]
    assert len({output for outcome in outcomes for output in outcome.outputs}) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="names of bytes")
@pytest.mark.parametrize(
    "name",
    [
        b"\xcf\xf0\xe8.csv",
        b"a\nb.csv",
        b"\xff\xfe",
        "Ұ".encode() * 125 + b".csv",
        b"x" * 251 + b".csv",
        b"-o",
        b" .csv",
    ],
)
def test_a_file_of_any_name_is_read_and_said(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(name)).write_bytes(b"a,b\n1,2\n")
    (one,) = read_all(inputs_of([tmp_path / "in"]), tmp_path / "out")
    assert one.written.rows_written == 1
    assert one.outputs[0].read_text(encoding="utf-8") == "a,b\n1,2\n"
    lines = (tmp_path / "out" / FINDINGS).read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["file"] for line in lines} == {shown_name(one.path)}
    assert shown_name(one.path).isprintable() and one.outputs[0].name.isprintable()


def test_hidden_files_and_open_workbooks_of_office_are_no_inputs(tmp_path: Path) -> None:
    for name in (".hidden.csv", "~$report.xlsx", "one.csv", ".git/x.csv", "in/two.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    found = [path.relative_to(tmp_path).as_posix() for path in inputs_of([tmp_path])]
    assert found == ["in/two.csv", "one.csv"]
    # What is named is read, whatever its name.
    assert inputs_of([tmp_path / ".hidden.csv"]) == [tmp_path / ".hidden.csv"]


def test_a_folder_that_cannot_be_looked_into_is_said_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests run as an administrator, whom no permission keeps out: the refusal is the system call's."""
    for name in ("closed/one.csv", "open/two.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text("a,b\n1,2\n", encoding="utf-8")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    closed, two = read_all(inputs_of([tmp_path / "in"]), tmp_path / "out")
    (said,) = [finding for finding in closed.written.findings if finding.code == "cannot_be_opened"]
    assert (closed.path.name, two.written.rows_written) == ("closed", 1)
    assert "рұқсат жоқ" in said.message["kk"] and "нет прав" in said.message["ru"]
    assert "Permission" not in said.message["kk"] + said.message["ru"]
