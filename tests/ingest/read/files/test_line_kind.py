"""Texts that are no tables are told by their lines, whatever they are called; tables never are taken for one."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.files.line_kind import line_kind, text_kinds
from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.schema.forms.load import contracts
from ingest.schema.texts.language import LANGUAGES
from ingest.schema.texts.words import Words
from tests.patterns.hostile import hostile_texts

FORM = contracts()["attendance"]
ROOT = Path(__file__).parents[4]
# Kind → texts of it as programs write them.
SAMPLES: dict[str, list[str]] = {
    "contact_card": ["BEGIN:VCARD\nVERSION:3.0\nN:Үлгіұлы;Үлгі;;;\nTEL:+77000000000\nEND:VCARD\n"],
    "calendar": ["BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Жиын\nEND:VEVENT\nEND:VCALENDAR\n"],
    "encoded": [
        "begin 644 report.xls\nM0C$R,S0U-C<X.3 Q,C,T-38W.#DP,3(S-#4V-S@Y,#$R,S0U-C<X.3 Q,C,T\n`\nend\n",
        "begin-base64 644 a.xls\nQUJD\n====\n",
    ],
    "letter": [
        "From a@b.kz Mon Sep  7 08:00:00 2026\nFrom: a@b.kz\nTo: c@d.kz\nSubject: x\n\nСәлем\n",
        "From: A <a@b.kz>\nTo: b@c.kz\nDate: Mon, 7 Sep 2026\nSubject: есеп\n\nСәлеметсіз бе\n",
        "От: Иванов\nОтправлено: 7 сентября 2026\nКому: Петров\nТема: Отчёт\n\nДобрый день\n",
        "Кімнен: Әсет\nКүні: 07.09.2026\nКімге: Айна\nТақырыбы: Есеп\n\nСәлем\n",
    ],
    "sql": [
        "-- dump\nSET NAMES utf8;\nDROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1),(2);\n",
        "".join(f"INSERT INTO t (a,b,c) VALUES ({number},'а','x');\n" for number in range(3)),
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a(b);\nCOMMIT;\n",
        "/*!40101 SET x */;\n--\n-- Host\n--\nCREATE TABLE `a` (\n  `b` int,\n  `c` int\n);\n",
        "SELECT a, b\nFROM t\nWHERE c = 1;\n",
        "--\n-- PostgreSQL dump\n--\n\nSET statement_timeout = 0;\nCOPY public.a (id, b) FROM stdin;\n1\tx\n\\.\n",
        "USE [db]\nGO\nCREATE TABLE [dbo].[x](a int)\nGO\n",
    ],
    "program_text": [
        "#!/bin/sh\necho hi\n",
        "import os\n\ndef main():\n    x = 1\n    return x\n\nif __name__ == '__main__':\n    main()\n",
        "public class A {\n    private int x;\n    public void f() {\n        x = 1;\n    }\n}\n",
        "#include <stdio.h>\nint main() {\n return 0;\n}\n",
        "function f(a, b) {\n  const x = a + b;\n  return x;\n}\n",
        "body {\n  color: red;\n}\n.a, .b {\n  margin: 0 auto;\n}\n",
        "Процедура ПриОткрытии(Отказ)\n\tЕсли Не Отказ Тогда\n\t\tВозврат;\n\tКонецЕсли;\nКонецПроцедуры\n",
        "Sub Test()\n  Dim x As Integer\n  x = 1\nEnd Sub\n",
        "<?php\necho 1;\n",
        "@echo off\ncopy a b\n",
    ],
    "settings": [
        "[section]\nkey=value\nother = 1\n; note\n[next]\na=b\n",
        "[Desktop Entry]\nName=x\nExec=a b\n",
        "DB_HOST=localhost\nDB_PORT=5432\nSECRET=\nexport A=1\n",
        'Windows Registry Editor Version 5.00\n\n[HKEY_X\\a]\n"b"=dword:1\n',
        "---\nname: x\nlist:\n  - a\n  - b\n",
    ],
    "translations": [
        '# x\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "б"\n',
        '"a" = "б";\n"c" = "г";\n',
    ],
    "log": [
        "2026-11-26 08:00:00,123 INFO app.x: басталды\n2026-11-26 08:00:01,123 ERROR app.x: failed, retrying\n",
        "2026-11-26T08:00:00.123Z [main] INFO com.x.Y - a\n2026-11-26T08:00:01.123Z [main] WARN com.x.Y - b\n",
        "Nov 26 08:00:00 host sshd[12]: Accepted\nNov 26 08:00:01 host cron[13]: run\n",
        '127.0.0.1 - - [26/Nov/2026:08:00:00 +0500] "GET / HTTP/1.1" 200 12\n'
        '127.0.0.1 - - [26/Nov/2026:08:00:01 +0500] "GET /a HTTP/1.1" 200 12\n',
        "[2026-11-26 08:00:00] production.ERROR: x\n[2026-11-26 08:00:01] production.INFO: y\n",
        "#Software: Microsoft IIS\n#Version: 1.0\n#Fields: date time s-ip\n2026-01-01 00:00:00 1.1.1.1\n",
        "INFO: 2026-11-26 08:00 x\nWARN: 2026-11-26 08:00 y\n",
        "26.11.2026 08:00:00 INFO Запуск\n26.11.2026 08:00:02 ERROR Сбой\n",
    ],
    "patch": ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n"],
    "subtitles": ["1\n00:00:01,000 --> 00:00:02,000\nСәлем\n\n2\n00:00:03,000 --> 00:00:04,000\nx\n"],
    "markup_text": ["\\documentclass{article}\n\\begin{document}\nx\n\\end{document}\n"],
    "addresses": ["version: 1\ndn: cn=x,dc=y\nobjectClass: person\ncn: x\n", "dn: cn=x,dc=y\nobjectClass: person\n"],
}  # fmt: skip
TEXTS = [(kind, text) for kind, texts in SAMPLES.items() for text in texts]


def test_every_kind_of_the_list_has_a_sample_and_a_name() -> None:
    kinds = {entry.kind for entry in text_kinds()}

    assert kinds == set(SAMPLES)
    for kind in kinds:
        labels = Words("file_kind").labels(kind)
        assert len({labels.in_language(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_every_entry_of_the_list_is_needed_by_a_sample() -> None:
    def met(entry: object, text: str) -> bool:
        lines = [line for line in text.split("\n") if line.strip()]
        return bool(entry.is_met_by(lines))  # type: ignore[attr-defined]

    assert [
        entry
        for entry in text_kinds()
        if not any(met(entry, text) for kind, text in TEXTS if kind == entry.kind)
    ] == []


@pytest.mark.parametrize(("kind", "text"), TEXTS)
@settings(max_examples=12, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "ptcp154"]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    above=st.sampled_from(["", "\n", " \n\n"]),
    times=st.integers(1, 40),
)
def test_it_is_told_in_any_encoding_and_length(
    kind: str, text: str, encoding: str, ends: str, above: str, times: int
) -> None:
    from ingest.read.files.text_kind import plain_start

    written = (above + text * times).replace("\n", ends).encode(encoding, "replace")

    assert line_kind(plain_start(written), is_whole=True) == kind


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_it_is_refused_by_its_name(kind: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(text, encoding="utf-8")
    for reading in (read_general(path), read(path, FORM)):
        assert reading.unreadable
        assert [finding.code for finding in reading.findings] == ["wrong_kind"]
        assert dict(reading.findings[0].params)["found"] == Words("file_kind").labels(kind)


# Words such as these kinds are told by, as they stand in tables too.
_CELLS = st.sampled_from(
    ["INFO", "ERROR", "select", "from", "CREATE TABLE", "[1]", "a=b", "key", "2026-09-07 08:00:00", "08:30", "import",
     "class", "def", "return", "BEGIN", "end", "From:", "Subject:", "Тема:", "msgid", "#", "--", "{", "}", ";",
     "Нұрлан", "5", "3,5", "12.09.2026", "мектеп № 5", "", "Функция", "Тақырыбы", "10:00:01 INFO"]
)  # fmt: skip
_TABLES = st.integers(3, 6).flatmap(
    lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=2, max_size=30)
)


@settings(max_examples=300, deadline=None)
@given(rows=_TABLES, delimiter=st.sampled_from([";", ",", "\t", "|"]))
def test_a_table_is_never_taken_for_another_text(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(
        [["Аты", *("б" * len(rows[0][1:]))], *rows]
    )

    assert line_kind(out.getvalue().encode(), is_whole=True) is None


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(st.text("абвгдАБВ 0123456789.,-:", min_size=1, max_size=40), min_size=1, max_size=40))
def test_nor_is_a_list_or_a_page_of_prose(rows: list[str]) -> None:
    assert line_kind("\n".join(rows).encode(), is_whole=True) is None


def test_nor_any_csv_of_the_project() -> None:
    files = [
        path for folder in ("tests/cases", "ingest/codelists") for path in (ROOT / folder).rglob("*.csv")
    ]

    assert [path for path in files if line_kind(path.read_bytes(), is_whole=True)] == []


def test_no_expression_of_the_list_takes_long_whatever_a_line_holds() -> None:
    """A line is cut before it is looked at, so that the longest is short."""
    expressions = {
        each
        for entry in text_kinds()
        for each in (entry.aside, entry.first, entry.lines, *entry.holds)
        if each
    }
    for expression in expressions:
        pattern = re.compile(expression, re.IGNORECASE)
        for text in hostile_texts(pattern, 300):
            begin = time.process_time()
            pattern.match(text)
            assert time.process_time() - begin < 0.15, (expression, text[:60])


def test_a_long_text_is_told_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "dump.xlsx"
    path.write_text(SAMPLES["sql"][1] * 20_000, encoding="utf-8")

    assert [finding.code for finding in read_general(path).findings] == ["wrong_kind"]
