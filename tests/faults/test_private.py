"""What is written is for its owner alone, whichever program writes it, and an older home is closed to others."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.private import close_to_others
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, csv_of
from tests.warm import BBAJ, run_python

OPEN_HANDED = f"import os; os.umask(0o022); {BBAJ}"


def _open_to_others(root: Path, rights: int = 0o077) -> list[str]:
    return sorted(
        str(path.relative_to(root))
        for path in [root, *root.rglob("*")]
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & rights
    )


def _bbaj(home: Path, *words: object) -> subprocess.CompletedProcess[str]:
    ended = run_python(OPEN_HANDED, *words, env={**os.environ, "BBAJ_HOME": str(home), "BBAJ_LANG": "kk"})
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def test_a_new_home_and_what_commands_write_are_closed_to_everybody_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    _bbaj(home, "init")
    folder = home / "drop" / SCHOOLS[0] / "attendance" / WEEKS[0]
    report = tmp_path / "a.csv"
    report.write_bytes(csv_of(attendance(SCHOOLS[0], WEEKS[0])))
    assert _bbaj(
        home, "submit", report, "--form", "attendance", "--node", SCHOOLS[0], "--period", WEEKS[0]
    ).returncode
    folder.mkdir(parents=True)
    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(report.read_bytes() if name == "a.csv" else b"x")
        os.utime(folder / name, (1, 1))
    (home / "drop" / "nobody's.csv").write_bytes(b"x")
    os.utime(home / "drop" / "nobody's.csv", (1, 1))
    for path in (home / "drop").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    _bbaj(home, "collect")
    _bbaj(home, "judge")
    for path in [folder, *folder.parents][:3]:
        path.chmod(0o700)  # what stands in the drop folder itself is its filler's
    assert _open_to_others(home) == []
    kept = [path.name for path in (home / "drop").rglob("*.csv")]
    assert sorted(kept) == ["a.csv", "b.csv", "nobody's.csv"]
    out = tmp_path / "out"
    assert _bbaj(home, "read", report, "--out-dir", out).returncode == 0
    assert list(out.iterdir())
    assert _open_to_others(out) == []
    assert _bbaj(
        home, "check", report, "--form", "attendance", "--marked", tmp_path / "m.xlsx"
    ).returncode in (0, 1)
    assert _open_to_others(tmp_path / "m.xlsx") == []


def test_an_older_home_is_closed_to_others_by_init_and_the_group_keeps_its_rights(country: Country) -> None:
    root = country.home.root
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o664)
    country.home.keys.chmod(0o700)
    for key in country.home.keys.iterdir():
        key.chmod(0o600)
    _bbaj(root, "init")
    assert _open_to_others(root, 0o007) == []
    assert country.home.drop.stat().st_mode & 0o050


def test_links_are_not_followed_out_of_the_home(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.touch(0o644)
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (home.root / "link").symlink_to(outside)
    (home.root / "folder").symlink_to(tmp_path)
    close_to_others(home.root)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_a_thousand_folders_in_each_other_are_closed(tmp_path: Path) -> None:
    subprocess.run(["mkdir", "-p", "-m", "755", tmp_path / "home" / "/".join(["d"] * 1200)], check=True)
    assert close_to_others(tmp_path / "home") >= 1200
    assert close_to_others(tmp_path / "home") == 0
    subprocess.run(["rm", "-rf", tmp_path / "home"], check=True)


@pytest.fixture(autouse=True)
def _usual_mask() -> None:
    os.umask(0o022)
