"""The checker as it is unpacked at a school: started on Linux with nothing else, whole for Windows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PureWindowsPath

import pefile
import pytest

from ingest.checker.bundle import NAME, BundleError, Materials, make_bundle, pack_bundle, sizes
from tests import walks
from tests.expectations.case_folders import CASES, cases, verdict_of_case
from tests.ingest.checker.portable_executable import AMD64, PortableExecutable

PROJECT = Path(__file__).parents[3]
ROOMS = ("ingest", "expectations", "warehouse", "dashboards", "signin")
UV = shutil.which("uv") or str(PROJECT / ".tools" / "bin" / "uv")
# What every Windows from 10 on has, and what Python's embeddable package brings.
OF_WINDOWS = re.compile(
    r"api-ms-win-.*|ext-ms-.*|(advapi32|bcrypt|bcryptprimitives|crypt32|dbghelp|iphlpapi|kernel32|ncrypt|ntdll|ole32"
    r"|rpcrt4|rstrtmgr|secur32|shell32|shlwapi|user32|userenv|version|webservices|winhttp|wininet|winmm|ws2_32|wsock32"
    r"|oleaut32|gdi32|psapi|normaliz|wldap32)\.dll"
)
OF_PYTHON = {"python3.dll", "python311.dll", "vcruntime140.dll", "vcruntime140_1.dll"}
# Judges case folders with what lies in the bundle, and prints the verdicts.
JUDGE = """
import json, sys
lib, tests, *rules = sys.argv[1:]
sys.path.insert(0, lib); sys.path.append(tests)
import expectations, ingest
assert ingest.__file__.startswith(lib) and expectations.__file__.startswith(lib)
from tests.expectations.case_folders import cases, verdict_of_case
found = {case.rule: verdict_of_case(case).to_json() for case in cases() if case.rule in rules}
assert "great_expectations" not in sys.modules and "pandas" not in sys.modules
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not Path(UV).exists():
        pytest.skip("uv is not installed: run `make install`")
    folder = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    for room in ROOMS:
        shutil.copytree(PROJECT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    build = [UV, "build", "-q", "--wheel", "--no-build-isolation", "-p", sys.executable, "-o", str(folder)]
    subprocess.run([*build, str(source)], check=True)
    return next(folder.glob("*.whl"))


def test_whatever_stands_in_a_room_stands_in_the_wheel(wheel: Path) -> None:
    """A page's template that is left out is noticed by whoever signs in, not by whoever builds."""
    rooms = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert {each.rstrip("*") for each in rooms["packages"]["find"]["include"]} == set(ROOMS)
    kept = subprocess.run(
        ["git", "ls-files", "-z", *ROOMS], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if kept.returncode:
        pytest.skip("not in git: nobody can tell what belongs to a room")
    wanted = {name for name in kept.stdout.split("\0") if name and (PROJECT / name).is_file()}
    assert len(wanted) > 500
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if not name.partition("/")[0].endswith(".dist-info")}
        assert wanted - found == set()
        assert all(archive.read(name) == (PROJECT / name).read_bytes() for name in wanted)


@pytest.fixture(scope="module")
def linux(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for Linux, in a place of a name that asks for trouble."""
    python = Path(os.path.realpath(sys.base_prefix))
    materials = Materials("linux", python, wheel, PROJECT / "requirements-check.lock", UV)
    return make_bundle(materials, tmp_path_factory.mktemp("мектеп қалтасы"))


@pytest.fixture(scope="module")
def windows(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for Windows, a stand-in of the right shape in place of Python's own package."""
    folder = tmp_path_factory.mktemp("windows")
    package = folder / "python-embed.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for name in ("python.exe", "python311.zip", "python311._pth", *OF_PYTHON):
            archive.writestr(name, b"")
    return make_bundle(Materials("windows", package, wheel, PROJECT / "requirements-check.lock", UV), folder)


def run(bundle: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The bundle's command line with nothing of this machine but a shell."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(bundle.parent)} | environment
    return subprocess.run(
        [str(bundle / "bbaj"), *map(str, words)],
        env=clean,
        cwd=bundle.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_checks_and_makes_templates_with_nothing_installed(linux: Path) -> None:
    made = run(linux, "template", "attendance", "--lang", "kk", "-o", "үлгі.xlsx")
    assert made.returncode == 0, made.stderr
    case = next(case for case in cases() if case.rule == "out_of_range")
    done = run(
        linux, "check", CASES / case.rule / "file.csv", "--form", case.form, "--json", "--marked", "m.xlsx"
    )
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["rows_in"] > 0
    assert zipfile.is_zipfile(linux.parent / "m.xlsx")


def _rules_asked() -> list[str]:
    """Of each form the cases that need nothing of their own around them, and of one other: rules and forms are the
    same files in the bundle, which is held against them below; what may differ is what they run on."""
    asked = []
    for form in {case.form: None for case in cases()}:
        of_form = [case for case in cases() if case.form == form]
        asked += [case for case in of_form if case.surroundings is None]
        asked += walks.some_of([case for case in of_form if case.surroundings], 1, form)
    return [case.rule for case in asked]


def test_it_finds_in_cases_what_the_system_finds(linux: Path) -> None:
    program = linux / "python" / "bin" / "python3.11"
    environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(linux / "python" / "lib")}
    rules = _rules_asked()
    words = [str(program), "-I", "-X", "utf8", "-c", JUDGE, str(linux / "lib"), str(PROJECT), *rules]
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bundled:
        ours = {case.rule: verdict_of_case(case) for case in cases() if case.rule in rules}  # meanwhile
        told, complained = bundled.communicate()
    assert bundled.returncode == 0, complained[-2000:]
    theirs = json.loads(told)
    assert set(theirs) == set(ours) == set(rules)
    assert {case.form for case in cases() if case.rule in rules} == {case.form for case in cases()}
    for rule, verdict in ours.items():
        assert theirs[rule] == json.loads(json.dumps(verdict.to_json())), rule


def test_what_is_started_can_be_started_where_it_is_unpacked(linux: Path, tmp_path: Path) -> None:
    for name in ("check", "bbaj", "python/bin/python3.11"):
        assert os.access(linux / name, os.X_OK), name
    small = tmp_path / NAME
    shutil.copytree(linux / "reference", small / "reference")
    for name in ("check", "check.bat"):
        shutil.copy(linux / "check", small / name)
    with zipfile.ZipFile(pack_bundle(small, tmp_path / "x.zip")) as archive:
        assert archive.testzip() is None
        assert archive.getinfo(f"{NAME}/check").external_attr >> 16 & 0o111
    (tmp_path / "out").mkdir()
    packed = pack_bundle(small, tmp_path / "x.tar.xz")
    subprocess.run(["tar", "-xJf", packed, "-C", tmp_path / "out"], check=True)
    assert os.access(tmp_path / "out" / NAME / "check", os.X_OK)
    assert (tmp_path / "out" / NAME / "reference" / "README.txt").is_file()


def test_it_is_as_small_as_it_was_measured(linux: Path, windows: Path) -> None:
    """The guide names the parts; what a new version of a library brings along is looked at before it goes out."""
    assert sum(sizes(linux).values()) < 260e6
    assert sum(sizes(windows).values()) < 156e6
    # However often it was started since: what Python compiled then is not handed over.
    before = sizes(linux)
    compiled = linux / "lib" / "ingest" / "__pycache__" / "started.cpython-311.pyc"
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(bytes(1000))
    assert sizes(linux) == before
    compiled.unlink()
    for parts in (sizes(linux), sizes(windows)):
        assert list(parts)[:3] == ["pyarrow", "duckdb", "numpy"]
        assert {"ingest", "expectations", "warehouse", "fastexcel"} <= set(parts)


def test_every_library_of_the_windows_bundle_finds_what_it_stands_on(
    windows: Path,
) -> None:
    """Down to the names: what one of our libraries takes from another is there, the rest is Windows' or Python's."""
    libraries = [
        path for path in windows.rglob("*") if path.suffix in (".pyd", ".dll") and path.stat().st_size
    ]
    assert len(libraries) > 30
    there = {path.name.lower() for path in libraries} | OF_PYTHON
    taken: dict[str, set[bytes]] = {}
    for path in libraries:
        image = PortableExecutable(path.read_bytes())
        assert image.machine == AMD64, path.name
        wanted = image.imported()
        for library, names in wanted.items():
            taken.setdefault(library, set()).update(names)
        assert {name for name in wanted.keys() - there if not OF_WINDOWS.fullmatch(name)} == set(), path.name
    for path in libraries:
        if names := taken.get(path.name.lower()):
            assert names <= PortableExecutable(path.read_bytes()).exported(), path.name


def test_libraries_are_read_as_others_read_them(windows: Path) -> None:
    for path in sorted(windows.rglob("*.pyd"), key=lambda path: path.stat().st_size)[:5]:
        image = PortableExecutable(path.read_bytes())
        with pefile.PE(str(path)) as read:
            entries = [(entry.dll.decode().lower(), entry.imports) for entry in read.DIRECTORY_ENTRY_IMPORT]
            given = {symbol.name for symbol in read.DIRECTORY_ENTRY_EXPORT.symbols}
        taken = {name: {found.name for found in imports if found.name} for name, imports in entries}
        assert (image.imported(), image.exported()) == (taken, given), path.name


def test_both_bundles_hold_the_same_program(linux: Path, windows: Path) -> None:
    def ours(bundle: Path) -> dict[str, bytes]:
        rooms = ("ingest", "expectations", "warehouse")
        files = (
            path for room in rooms for path in (bundle / "lib" / room).rglob("*") if path.suffix != ".pyc"
        )
        return {path.relative_to(bundle).as_posix(): path.read_bytes() for path in files if path.is_file()}

    assert ours(windows) == ours(linux)
    assert "lib/ingest/contracts/attendance.yml" in ours(windows)
    names = {path.relative_to(windows / "lib").parts[0] for path in (windows / "lib").glob("*.dist-info")}
    assert {name.partition("-")[0] for name in names} >= {
        "duckdb",
        "pyarrow",
        "numpy",
        "fastexcel",
        "colorama",
    }


def test_windows_can_unpack_it_and_starts_it_in_its_own_ways(windows: Path) -> None:
    names = [PureWindowsPath(path.relative_to(windows.parent).as_posix()) for path in windows.rglob("*")]
    for name in names:
        assert not name.is_reserved(), name
        assert not re.search(r'[<>:"|?*\x00-\x1f]', str(name)), name
        assert not any(part.endswith((".", " ")) for part in name.parts), name
        # Within 260 with what a person puts before it: C:\\Users\\…\\Downloads\\….
        assert len(str(name)) < 160, name
    assert len({str(name).casefold() for name in names}) == len(names)
    own = [*windows.glob("*.bat"), *windows.rglob("README.txt")]
    assert {path.name for path in own} == {"check.bat", "bbaj.bat", "README.txt"}
    for path in own:  # an old Notepad shows other ends of lines as none, and goto misses its label
        assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n"), path.name
    for launcher in ("check.bat", "bbaj.bat"):
        start = (windows / launcher).read_bytes()
        # What is not ASCII stands where only what is said is left to be read.
        begin, said = start.split(b":alone\r\n")
        assert begin.isascii() and not any(line.isascii() for line in said.splitlines() if b"zip" in line)
        assert b'"%~dp0python\\python.exe"' in start and b'"%~dp0start.py"' in start
    assert (windows / "python" / "python311._pth").read_text(encoding="ascii").split() == [
        "python311.zip",
        ".",
        "..\\lib",
    ]


@pytest.mark.parametrize("content", [None, {"python.exe": b""}, {"python.exe": b"", "python312._pth": b""}])
def test_another_python_is_refused_in_words(
    content: dict[str, bytes] | None, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "python.zip"
    if content is None:
        package.write_bytes(b"no zip")
    else:
        with zipfile.ZipFile(package, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
    monkeypatch.setattr("ingest.checker.bundle._install", lambda *_: None)
    with pytest.raises(BundleError, match=r"python\.zip"):
        make_bundle(Materials("windows", package, wheel, PROJECT / "requirements-check.lock", UV), tmp_path)
    assert not (tmp_path / NAME / "check.bat").exists()
