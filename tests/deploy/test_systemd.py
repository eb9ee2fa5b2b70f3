"""The units that are shipped: systemd takes them, and what they start is what the program offers."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.ports import _PORTS
from ingest.serve import free_port

PROJECT = Path(__file__).parents[2]
SHIPPED = PROJECT / "deploy" / "systemd"
SERVICES = set(_PORTS)


def _read(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((SHIPPED / name).read_text(encoding="utf-8"))
    return unit


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_them(tmp_path: Path) -> None:
    """With the paths of this checkout, since an absent program is a fault in a unit."""
    program = tmp_path / "program"
    (program / ".venv" / "bin").mkdir(parents=True)
    (program / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for file in SHIPPED.glob("bbaj*"):
        text = file.read_text(encoding="utf-8").replace("/opt/bbaj", str(program))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    for service in SERVICES:
        (tmp_path / f"bbaj@{service}.service").symlink_to(tmp_path / "bbaj@.service")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "bbaj.target"),
         *(str(tmp_path / f"bbaj@{service}.service") for service in sorted(SERVICES))],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    ours = [line for line in said.stderr.splitlines() if "bbaj" in line]
    assert (said.returncode, ours) == (0, []), said.stderr


def test_the_target_starts_every_service_there_is() -> None:
    wanted = _read("bbaj.target")["Unit"]["Wants"].split()
    assert {re.sub(r"bbaj@(.*)\.service", r"\1", each) for each in wanted} == SERVICES


def test_one_user_runs_them_and_files_are_for_that_user_alone() -> None:
    unit = _read("bbaj@.service")["Service"]
    assert (unit["User"], unit["Group"], unit["UMask"]) == ("bbaj", "bbaj", "0077")
    assert unit["NoNewPrivileges"] == "yes"
    assert unit["CapabilityBoundingSet"] == ""


def test_what_a_unit_starts_answers_and_ends_when_told(tmp_path: Path) -> None:
    unit = _read("bbaj@.service")["Service"]
    program, *words = shlex.split(unit["ExecStart"].replace("%i", "health"))
    assert program == f"{unit['WorkingDirectory']}/.venv/bin/python"
    name, _, where = unit["Environment"].partition("=")
    assert (name, where) == ("BBAJ_HOME", "/srv/bbaj")
    Home(tmp_path / "home").create()
    port = free_port()
    environment = {**os.environ, name: str(tmp_path / "home"), "BBAJ_HEALTH_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env=environment, umask=int(unit["UMask"], 8),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            assert server.poll() is None
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                assert answer.status == 200
                break
            time.sleep(0.1)
        else:
            raise AssertionError("it never answered")
    finally:
        server.terminate()
        server.wait(60)


def test_every_variable_of_the_environment_file_is_one_that_is_read() -> None:
    text = (SHIPPED / "environment").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))
    ours = {name for name in named if not name.startswith("AWS_")}
    sources = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("ingest", "dashboards", "signin")
        for file in (PROJECT / folder).rglob("*.py")
    )
    assert ours and all(f'"{name}"' in sources for name in ours), ours
