"""The launchers for Windows under Wine's command processor: whatever a folder or a file is called arrives whole.

A stand-in takes the place of python.exe and writes down what it is started with. Skipped where Wine or a compiler for
Windows is not installed (Debian: `wine64`, `gcc-mingw-w64-x86-64`): nothing else of the project needs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

LAUNCHERS = Path(__file__).parents[3] / "ingest" / "checker" / "launchers" / "windows"
COMPILER = "x86_64-w64-mingw32-gcc"
STAND_IN = r"""
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
int main(void) {
    int count; WCHAR own[4000]; char text[9000];
    LPWSTR *words = CommandLineToArgvW(GetCommandLineW(), &count);
    GetModuleFileNameW(0, own, 3900);
    wcscat(own, L".started");
    FILE *file = _wfopen(own, L"wb");
    for (int place = 1; place < count; place++) {
        WideCharToMultiByte(CP_UTF8, 0, words[place], -1, text, 9000, 0, 0);
        fprintf(file, "%s\n", text);
    }
    fclose(file);
    return 0;
}
"""
pytestmark = pytest.mark.skipif(
    not (shutil.which("wine") and shutil.which(COMPILER)), reason="Wine or a compiler for Windows is missing"
)


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment with a Windows of its own."""
    folder = tmp_path_factory.mktemp("wine")
    own = {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "DISPLAY": "", "LC_ALL": "C.UTF-8"}
    environment = os.environ | own
    yield environment
    if server := shutil.which("wineserver") or shutil.which("wineserver-stable"):
        subprocess.run([server, "-k"], env=environment, check=False, capture_output=True)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand_in")
    (folder / "python.c").write_text(STAND_IN, encoding="ascii")
    made = folder / "python.exe"
    subprocess.run([COMPILER, "-O1", "-o", made, folder / "python.c", "-lshell32"], check=True)
    return made


@pytest.mark.parametrize("folder", ["bbaj-checker", "мектеп қалтасы (1)", "R&D №5 ^әіүұ", "'с' [2], x=y;"])
@pytest.mark.parametrize(
    ("launcher", "words", "more"),
    [
        ("check.bat", ["C:\\Есептер 2026\\Қатысу №1 (7 «Ә»).xlsx"], []),
        ("check.bat", ["C:\\Есептер 2026\\Қатысу №1 (7 «Ә»).xlsx", "C:\\Бір.csv"], []),
        ("check.bat", [], []),
        ("bbaj.bat", ["check", "Қатысу.xlsx", "--form", "attendance", "--lang", "kk"], ["--console"]),
    ],
)
def test_what_it_is_given_arrives_whole(
    folder: str,
    launcher: str,
    words: list[str],
    more: list[str],
    wine: dict[str, str],
    stand_in: Path,
    tmp_path: Path,
) -> None:
    place = tmp_path / folder
    (place / "python").mkdir(parents=True)
    shutil.copy(stand_in, place / "python")
    shutil.copy(LAUNCHERS / launcher, place)
    # Into a file: what Windows keeps running for a while would hold a pipe open.
    with (tmp_path / "said").open("wb") as said:
        command = ["wine", str(place / launcher), *words]
        subprocess.run(command, env=wine, check=False, timeout=180, stdout=said, stderr=said)
    started = (place / "python" / "python.exe.started").read_text(encoding="utf-8").splitlines()
    assert started[:2] == ["-X", "utf8"]
    assert started[2].replace("\\", "/").endswith(f"{folder}/start.py")
    assert started[3:] == [*more, *words]


@pytest.mark.parametrize("launcher", ["check.bat", "bbaj.bat"])
def test_out_of_an_unopened_zip_it_says_what_to_do(
    launcher: str, wine: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(LAUNCHERS / launcher, tmp_path)
    with (tmp_path / "said").open("wb") as said:
        command = ["wine", str(tmp_path / launcher)]
        subprocess.run(command, env=wine, check=False, timeout=180, stdout=said, stderr=said, input=b"\r\n")
    text = (tmp_path / "said").read_text(encoding="utf-8", errors="replace")
    assert "мұрағат" in text.casefold() and "архив" in text.casefold()
