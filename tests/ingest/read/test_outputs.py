"""Which files come out of which, and what is written into them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.read.outputs import FINDINGS, OverwritesInputError, inputs_of, names_of, read_all
from ingest.read.plain_csv import csv_bytes


def test_inputs_that_share_a_name_get_outputs_that_differ() -> None:
    paths = [Path(name) for name in ("a/x.csv", "a/x.xlsx", "b/X.csv", "c/x.csv", "x.y.csv")]
    assert names_of(paths) == ["x.csv", "x.xlsx.csv", "X.csv.csv", "x~2.csv", "x.y.csv"]


def test_each_input_gives_a_csv_and_its_findings(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.csv").write_text("a;b\n1;x,y\n", encoding="utf-8")
    (tmp_path / "in" / "two.txt").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "in" / "three.csv").write_bytes(b"")
    out = tmp_path / "out"
    outcomes = list(read_all(inputs_of([tmp_path / "in"]), out))
    assert [outcome.path.name for outcome in outcomes] == ["one.csv", "three.csv", "two.txt"]
    assert (out / "one.csv").read_text(encoding="utf-8") == 'a,b\n1,"x,y"\n'
    assert (out / "two.csv").read_bytes() == (out / "three.csv").read_bytes() == b""
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
