"""The checker where there is nothing else: from its wheel, without the pipeline, without what Unix alone has."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest

from ingest.read.sandbox import parent as worker
from ingest.read.sandbox.parent import Worker
from ingest.schema.forms.load import contract
from tests.ingest.read import bombs

PROJECT = Path(__file__).parents[3]
PIPELINE = ("airflow", "dbt", "django", "honcho", "psycopg", "superset")
# What the rules run on in the pipeline, and do without here. Whether the first is there is asked without importing it.
ENGINE = ("pandas", "sqlalchemy", "duckdb_engine")
UNIX = ("fcntl", "grp", "pwd", "resource", "termios")
UNIX_CALLS = ("fork", "register_at_fork", "fchmod", "geteuid", "getuid", "O_DIRECTORY", "O_NOFOLLOW")
# What a machine of a school lacks, taken away before anything else is imported.
BARE = f"""
import os, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {PIPELINE + ENGINE + UNIX!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
for name in {UNIX!r}:
    sys.modules.pop(name, None)
sys.modules["great_expectations"] = None
sys.meta_path.insert(0, Absent())
for name in {UNIX_CALLS!r}:
    if hasattr(os, name):
        delattr(os, name)
"""
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    code = (
        "import setuptools.build_meta as backend, sys\n"
        "sys.stdout = sys.stderr\n"
        f"name = backend.build_wheel({str(folder)!r})\n"
    )
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((PROJECT / name).read_bytes())
    for room in ("ingest", "expectations", "warehouse", "dashboards"):
        (source / room).symlink_to(PROJECT / room)
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def bare(installed: Path, tmp_path: Path) -> Run:
    """Runs `bbaj` of the wheel in a folder of its own, with nothing of the project's sources on the path."""

    def run(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
        code = f"import sys; sys.path.insert(0, {str(installed)!r})\n{BARE}\n"
        code += "import ingest; assert ingest.__file__.startswith(sys.path[0]), ingest.__file__\n"
        code += "from ingest.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COLUMNS": "200", "BBAJ_HOME": "no home"}
            | environment,
            capture_output=True,
            check=False,
        )

    return run


@pytest.fixture
def week(tmp_path: Path) -> Path:
    path = tmp_path / "week.csv"
    path.write_bytes(bombs.csv(2))
    return path


def test_it_checks_and_writes_templates_and_marks(bare: Run, tmp_path: Path, week: Path) -> None:
    made = bare("template", "attendance", "-o", "empty.xlsx", "--lang", "kk")
    assert made.returncode == 0, made.stderr.decode()
    with zipfile.ZipFile(tmp_path / "empty.xlsx") as book:
        assert book.testzip() is None
    done = bare("check", week, "--form", "attendance", "--json", "--marked", "marked.xlsx")
    verdict = json.loads(done.stdout.decode("utf-8"))
    assert verdict["rows_in"] == 2, done.stderr.decode()
    assert "learner_on_roster" in verdict["not_checked"]
    with zipfile.ZipFile(tmp_path / "marked.xlsx") as book:
        assert book.testzip() is None


def test_what_could_not_be_checked_is_said_in_words(bare: Run, week: Path) -> None:
    for lang, said in (("kk", "анықтамалық топтама"), ("ru", "набор справочников")):
        shown = bare("check", week, "--form", "attendance", "--lang", lang).stdout.decode("utf-8")
        assert said in shown
        assert "learner_on_roster" not in shown


def test_a_command_of_the_pipeline_says_what_it_needs(bare: Run) -> None:
    done = bare("status", BBAJ_LANG="ru")
    assert done.returncode == 70
    assert "bbaj[pipeline]" in done.stderr.decode("utf-8")
    assert "Traceback" not in done.stderr.decode("utf-8")


def test_a_reference_that_is_none_is_refused(bare: Run, week: Path) -> None:
    done = bare("check", week, "--form", "attendance", "--reference", week, "--lang", "ru")
    assert (done.returncode, done.stdout) == (64, b"")
    assert "не набор справочников" in done.stderr.decode("utf-8")


def test_a_console_of_cp1251_shows_what_it_can(bare: Run, week: Path) -> None:
    done = bare("check", week, "--form", "attendance", "--lang", "kk", PYTHONIOENCODING="cp1251")
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr.decode("cp1251")
    assert "Барлы? жол: 2" in done.stdout.decode("cp1251")


def test_what_goes_to_a_file_is_utf8_whatever_the_system_speaks(bare: Run, week: Path) -> None:
    bytes_of_1251 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = bare("check", week, "--form", "attendance", "--json", **bytes_of_1251)
    assert json.loads(done.stdout.decode("utf-8"))["rows_in"] == 2


@pytest.mark.parametrize("name", ["back\\slash.csv", "Қатысу есебі №1.csv", "a" * 200 + ".csv"])
def test_names_of_files_are_no_trap(bare: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / ("b" * 120) / ("c" * 120)
    folder.mkdir(parents=True)
    (folder / name).write_bytes(bombs.csv(2))
    done = bare("check", folder / name, "--form", "attendance", "--json", PYTHONUTF8="1")
    assert json.loads(done.stdout)["rows_in"] == 2, done.stderr.decode()


def test_the_wheel_unpacks_on_windows(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert any(name.startswith("ingest/contracts/") for name in names)
    assert not any(name.startswith(("tests/", "docs/", "dags/", "bench/")) for name in names)
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        path = PureWindowsPath(name)
        assert not path.is_reserved(), name
        assert not re.search(r'[<>:"|?*\\]', name), name
        assert len(name) < 150, name
        assert not any(part.endswith((".", " ")) for part in path.parts), name


def test_the_wheel_asks_for_the_pipeline_only_as_an_extra(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        facts = next(name for name in archive.namelist() if name.endswith("METADATA"))
        needed = re.findall(r"^Requires-Dist: (.+)$", archive.read(facts).decode(), re.MULTILINE)
    light = " ".join(word for word in needed if "extra ==" not in word)
    assert not re.search("airflow|dbt|django|psycopg|superset|honcho", light)
    assert not re.search("great-expectations|pandas|sqlalchemy", light)
    lock = (PROJECT / "requirements-check.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    wanted = {re.split(r"[^A-Za-z0-9-]", word)[0].lower() for word in needed if "extra ==" not in word}
    assert wanted <= locked
    assert not locked & {"apache-airflow", "dbt-core", "django", "apache-superset"}


def test_no_text_is_read_or_written_in_the_systems_own_encoding() -> None:
    """Windows would take cp1251 where no encoding is named."""
    careless = []
    for room in ("ingest/schema", "ingest/read", "ingest/emit", "ingest/cli", "expectations"):
        for file in (PROJECT / room).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                    continue
                named = {keyword.arg for keyword in call.keywords}
                if call.func.attr in ("read_text", "write_text") and "encoding" not in named:
                    careless.append(f"{file.name}:{call.lineno}")
    assert careless == []


def test_files_are_read_apart_without_limits_of_unix(
    installed: Path, week: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PROGRAM", BARE + worker._PROGRAM)
    one = Worker()
    try:
        assert one.read(week, contract("attendance")).rows_data == 2
    finally:
        one.close()
