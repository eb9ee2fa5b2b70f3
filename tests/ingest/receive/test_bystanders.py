"""What systems and programs leave in folders is no submission, however its letters are written."""

from __future__ import annotations

import pytest

from ingest.receive.bystanders import is_folder_of_program, is_left_by_program, is_still_written

LEFT = (
    "Thumbs.db", "Thumbs (2).db", "ehthumbs_vista.db", "desktop.ini", "desktop (1).ini", "Icon\r", "Icon",
    "#отчёт.csv#", "отчёт.csv~", "отчёт.csv.swo", "отчёт.xlsx.orig", "отчёт.xlsx.lock", "~WRL0001.tmp",
    "отчёт.xlsx:Zone.Identifier", "Thumbs.db:encryptable", "отчёт.csv:com.apple.quarantine", "отчёт - Ярлык.lnk",
    "отчёт.csv.sha256", "отчёт.sfv", "folder.htt",
)  # fmt: skip
STILL = ("отчёт.xlsx.part", "отчёт.xlsx.crdownload", "отчёт.xlsx.!qb", "отчёт.xlsx.uploading")
FOLDERS = (
    "__MACOSX",
    "$RECYCLE.BIN",
    "System Volume Information",
    "@eaDir",
    "#recycle",
    "found.000",
    ".Trash-1000",
)
REPORTS = (
    "отчёт.xlsx", "Icons.csv", "icon.csv", "lock.xlsx", "original.csv", "7А #2.csv", "thumbs.xlsx", "desktop.csv",
    "tmp.csv", "part.xls", "sha256.csv", "found.csv", "отчёт 10:30.csv",
)  # fmt: skip
WAYS = (str, str.upper, str.lower, str.title, str.swapcase)


@pytest.mark.parametrize("way", WAYS)
def test_capitals_make_no_report_of_what_programs_leave(way: object) -> None:
    assert callable(way)
    assert [name for name in LEFT if not is_left_by_program(way(name))] == []
    assert [name for name in STILL if not is_still_written(way(name))] == []
    assert [name for name in FOLDERS if not is_folder_of_program(way(name))] == []
    taken = [is_left_by_program(way(name)) or is_still_written(way(name)) for name in REPORTS]
    assert not any(taken)
