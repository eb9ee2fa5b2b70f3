"""The checker's page where nothing of Unix is: modules, calls and signals that Windows lacks are taken away, in the
process of the page and in the one that reads apart, and each kind of file gets the verdict it gets here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from ingest.checker.desk import Desk
from ingest.emit.template import template
from ingest.schema.forms.load import contracts
from tests.expectations.case_folders import CASES, cases
from tests.ingest.cli.test_offline import UNIX, UNIX_CALLS
from tests.ingest.read import bombs, writers

PROJECT = Path(__file__).parents[3]
MODULES = (*UNIX, "posix_ipc", "pty", "readline", "syslog", "tty")
CALLS = (*UNIX_CALLS, "getpgid", "killpg", "setsid", "sched_getaffinity", "getloadavg", "wait3", "O_CLOEXEC")
SIGNALS = ("SIGKILL", "SIGXCPU", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGHUP", "SIGUSR1")
HIDDEN = f"""
import os, sys, signal, builtins, io, pathlib
for name in {MODULES!r}:
    sys.modules[name] = None
import subprocess, threading, tempfile
for name in {CALLS!r}:
    if hasattr(os, name):
        delattr(os, name)
for name in {SIGNALS!r}:
    if hasattr(signal, name):
        delattr(signal, name)
opened = io.open
def without_proc(file, *words, **more):
    if str(file).startswith(("/proc", "/sys", "/dev/shm")):
        raise FileNotFoundError(2, "No such file", str(file))
    return opened(file, *words, **more)
io.open = builtins.open = without_proc
"""
SERVE = """
import json, sys, threading
from pathlib import Path
from ingest.read.sandbox import parent
parent._PROGRAM = HIDDEN + parent._PROGRAM
from ingest.checker.server import serve
import urllib.request, uuid
made = serve(None, "kk", opens_browser=False)
threading.Thread(target=made.serve_forever, daemon=True).start()
def post(path, form):
    mark = uuid.uuid4().hex
    body = b"".join(
        b'--%b\\r\\nContent-Disposition: form-data; %b\\r\\n\\r\\n%b\\r\\n' % (mark.encode(), head.encode(), data)
        for head, data in (
            (f'name="file"; filename="{path.name}"', path.read_bytes()), ('name="form"', form.encode()),
            ('name="period"', b""),
        )
    ) + f"--{mark}--\\r\\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    with urllib.request.urlopen(urllib.request.Request(made.address + "check?lang=ru", body, kind)) as page:
        key = page.url.split("/")[-1].split("?")[0]
    checked = made.desk.checked(key)
    verdict = checked.verdict.to_json()
    if verdict["verdict"] == "unreadable":
        return verdict, False
    return verdict, urllib.request.urlopen(made.address + key + ".xlsx").read()[:2] == b"PK"
said = [post(Path(path), form) for path, form in json.loads(sys.argv[1])]
made.shutdown()
made.desk.close()
print(json.dumps(said))
"""


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[Path, str]]:
    """A csv with an error, an empty template, the same table as xls and ods, a damaged workbook."""
    case = next(case for case in cases() if case.rule == "required")
    (tmp_path / "үлгі.xlsx").write_bytes(template(contracts()["attendance"], "kk"))
    rows = [line.split(",") for line in bombs.csv(3).decode().splitlines()]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "week.xlsx")
    (tmp_path / "damaged.xlsx").write_bytes((tmp_path / "week.xlsx").read_bytes()[:900])
    for write in (writers.WRITERS["xlwt"], writers.WRITERS["odfpy"]):
        write(tmp_path / "week", rows, ())
    found = [(CASES / case.rule / "file.csv", case.form)]
    names = ("үлгі.xlsx", "week.xlsx", "week.xls", "week.ods", "damaged.xlsx")
    return [*found, *((tmp_path / name, "attendance") for name in names)]


def test_every_kind_of_file_gets_the_same_verdict(files: list[tuple[Path, str]]) -> None:
    code = f"HIDDEN = {HIDDEN!r}\nexec(HIDDEN)\n{SERVE}"
    asked = json.dumps([(str(path), form) for path, form in files])
    done = subprocess.run(
        [sys.executable, "-c", code, asked], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    desk = Desk()
    for (path, form), (verdict, is_marked) in zip(files, json.loads(done.stdout), strict=True):
        here = desk.check(desk.put(path.name, path.read_bytes()), form, None).verdict.to_json()
        assert verdict == json.loads(json.dumps(here)), path.name
        assert is_marked == (verdict["verdict"] != "unreadable"), path.name
    desk.close()
