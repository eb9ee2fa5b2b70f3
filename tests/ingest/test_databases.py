"""Whatever opens a database of DuckDB keeps to what the installation lets it take, and writes onto its disk alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from ingest import databases
from ingest.home import SETTINGS_FILE, Home, SettingsError, work_for
from ingest.progress import tell_nobody
from ingest.settings.databases import Room
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT, Dbt

PROJECT = Path(__file__).parents[2]
OURS = (
    "ingest",
    "expectations",
    "warehouse",
    "dashboards",
    "signin",
    "dags",
    "bench",
    "audit",
    "dbt_project",
)
ROOM = Path("ingest/databases.py")
# Knows no installation, and opens a published file within limits of its own.
READING = Path("dashboards/reports/reading.py")
_OPENS = ("connect", "default_connection", "DuckDBPyConnection")
_SQL_OF_NO_ROOM = (
    "sql",
    "query",
    "execute",
    "read_csv",
    "read_parquet",
    "read_json",
    "from_arrow",
    "from_df",
    "arrow",
    "df",
)


def _openings(source: str) -> Iterator[int]:
    """Lines in which DuckDB is asked for a database, under whatever names it goes by there."""
    tree = ast.parse(source)
    modules, functions = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {each.asname or each.name for each in node.names if each.name in ("duckdb", "_duckdb")}
        if isinstance(node, ast.ImportFrom) and node.module in ("duckdb", "_duckdb"):
            functions |= {
                each.asname or each.name for each in node.names if each.name in (*_OPENS, *_SQL_OF_NO_ROOM)
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            opens = node.attr in ("connect", "default_connection", *_SQL_OF_NO_ROOM)
        else:
            opens = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions
            )
        if opens:
            yield node.lineno


def test_no_other_room_opens_a_database() -> None:
    files = [file for part in OURS for file in (PROJECT / part).rglob("*.py")]
    found = {
        f"{file.relative_to(PROJECT)}:{line}"
        for file in files
        if file.relative_to(PROJECT) not in (ROOM, READING)
        for line in _openings(file.read_text(encoding="utf-8"))
    }
    assert len(files) > 300
    assert found == set()


@pytest.mark.parametrize(
    "written",
    [
        "import duckdb\nduckdb.connect()",
        "import duckdb as engine\nwith engine.connect(':memory:') as con: pass",
        "from duckdb import connect\nconnect()",
        "from duckdb import connect as opened\nopened('file')",
        "import duckdb\nopener = duckdb.connect",
        "import duckdb\nduckdb.sql('SELECT 1')",
        "def f():\n    import duckdb\n    return duckdb.read_parquet('x')",
    ],
)
def test_however_it_is_written_it_would_be_found(written: str) -> None:
    assert list(_openings(written))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An installation with limits of its own, for which this process works meanwhile."""
    monkeypatch.setattr(
        databases, "_elsewhere", False
    )  # a command that only reads may have run in this process
    before = list(databases_home())
    made = Home(tmp_path / "home")
    made.create()
    (made.root / SETTINGS_FILE).write_text(
        "[duckdb]\nmemory_gib = 0.75\nspilled_gib = 3\nthreads = 3\n", "utf-8"
    )
    work_for(made)
    yield made
    databases_home()[:] = before


def databases_home() -> list[Home]:
    from ingest import home as module

    return module._worked_for


def _said(con: duckdb.DuckDBPyConnection, *names: str) -> list[object]:
    return [con.execute(f"SELECT current_setting('{name}')").fetchone()[0] for name in names]  # type: ignore[index]


_ASKED = (
    "memory_limit",
    "max_temp_directory_size",
    "threads",
    "autoinstall_known_extensions",
    "enable_progress_bar",
)
_WANTED = ["768.0 MiB", "3.0 GiB", 3, False, False]


def test_every_kind_of_database_keeps_to_the_limits_of_the_installation(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    with databases.change_file(file) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
        assert _said(con, *_ASKED) == _WANTED
        assert home.spilled in Path(str(_said(con, "temp_directory")[0])).parents
    for opened in (databases.in_memory(), databases.read_file(file)):
        with opened as con:
            assert _said(con, *_ASKED) == _WANTED
            assert home.spilled in Path(str(_said(con, "temp_directory")[0])).parents


def test_what_is_granted_counts_where_it_is_less_and_never_where_it_is_more(
    home: Home, tmp_path: Path
) -> None:
    less, more = Room(1 << 29, 1 << 30, 1), Room(1 << 40, 1 << 40, 64)
    with databases.in_memory(room=less, folder=tmp_path) as con:
        assert _said(con, *_ASKED[:3]) == ["512.0 MiB", "1.0 GiB", 1]
        assert tmp_path in Path(str(_said(con, "temp_directory")[0])).parents
    with databases.in_memory(room=more) as con:
        assert _said(con, *_ASKED[:3]) == _WANTED[:3]
    with databases.in_memory(threads=2) as con:
        assert _said(con, "threads") == [2]


def test_what_does_not_fit_is_written_below_the_home_apart_for_each_and_goes_with_its_database(
    home: Home,
) -> None:
    query = "CREATE TABLE t AS SELECT hash(range) AS a, md5(range::VARCHAR) AS b FROM range(3000000)"
    here = set(Path.cwd().iterdir())
    with databases.in_memory(room=Room(60 << 20)) as one, databases.in_memory(room=Room(60 << 20)) as other:
        for con in (one, other):
            con.execute(query)
        spilled = [file for file in home.spilled.rglob("*") if file.is_file() and file.suffix == ".tmp"]
        assert len({file.parent for file in spilled}) == 2
        assert {file.relative_to(home.spilled).parts[0] for file in spilled} == {
            spilled[0].parent.parent.name
        }
        assert set(Path.cwd().iterdir()) == here
    assert list(home.spilled.rglob("*.tmp")) == []


def test_one_file_may_be_open_twice(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    databases.change_file(file).close()
    with databases.read_file(file) as one, databases.read_file(file) as other:
        assert _said(one, "temp_directory") == _said(other, "temp_directory")


_KILLED = """
import os, signal
from ingest.settings.databases import Room
from ingest.databases import in_memory
con = in_memory(room=Room(60 << 20))
con.execute("CREATE TABLE t AS SELECT hash(range) AS a, md5(range::VARCHAR) AS b FROM range(3000000)")
"""


def test_what_a_killed_process_spilled_is_taken_away_by_the_next(home: Home, tmp_path: Path) -> None:
    environment = os.environ | {"BBAJ_HOME": str(home.root), "PYTHONPATH": str(PROJECT)}
    kill = f"{_KILLED}\nos.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", kill], env=environment, cwd=tmp_path, check=False)
    assert list(home.spilled.rglob("*.tmp"))
    assert (
        subprocess.run([sys.executable, "-c", _KILLED], env=environment, cwd=tmp_path, check=False).returncode
        == 0
    )
    assert list(home.spilled.iterdir()) == []


def test_without_a_home_the_private_folder_takes_its_place(tmp_path: Path) -> None:
    """As with the checker: nothing is written into the folder it was started in."""
    code = (
        "from ingest.databases import in_memory; from ingest.scratch import keep_scratch; own = keep_scratch();"
        "said = in_memory().execute(\"SELECT current_setting('temp_directory')\").fetchone()[0];"
        "assert own and said.startswith(str(own)), said"
    )
    environment = {name: value for name, value in os.environ.items() if name != "BBAJ_HOME"}
    environment |= {"PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, check=False).returncode
        == 0
    )
    assert not (tmp_path / "var").exists()


def test_dbt_gets_the_same(home: Home, tmp_path: Path) -> None:
    told = Dbt(home, 0, tell_nobody)._environment(tmp_path)
    asked = ("BBAJ_MEMORY_LIMIT", "BBAJ_SPILL_LIMIT", "BBAJ_THREADS", "BBAJ_MODELS_AT_ONCE")
    assert [told[name] for name in asked] == ["786432KiB", "3145728KiB", "3", "2"]
    profile = (DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8")
    assert [name for name in (*asked, "BBAJ_SPILLED") if f"env_var('{name}'" not in profile] == []
    said = yaml.safe_load(profile)["bbaj"]["outputs"]["duckdb"]
    database, connection = said["config_options"], said["settings"]
    assert (database["autoinstall_known_extensions"], connection["enable_progress_bar"]) == (False, False)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("duckdb = 4", "duckdb"),
        ("[duckdb]\nmemory = 4", "duckdb.memory"),
        ("[duckdb]\nmemory_gib = 0", "duckdb.memory_gib"),
        ("[duckdb]\nmemory_gib = '4'", "duckdb.memory_gib"),
        ("[duckdb]\nmemory_gib = nan", "duckdb.memory_gib"),
        ("[duckdb]\nspilled_gib = -1", "duckdb.spilled_gib"),
        ("[duckdb]\nspilled_gib = inf", "duckdb.spilled_gib"),
        ("[duckdb]\nthreads = 0", "duckdb.threads"),
        ("[duckdb]\nthreads = true", "duckdb.threads"),
        ("[duckdb]\nthreads = 2.5", "duckdb.threads"),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_key(said: str, key: str, tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text(said, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        _ = Home(tmp_path).settings
    assert caught.value.key == key


def test_where_nothing_is_said_it_is_half_of_the_machine() -> None:
    room = Room().room()
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert room.memory is not None
    assert 1 << 28 <= room.memory <= there // 2
    assert room.threads == len(os.sched_getaffinity(0))


def test_questions_of_a_block_are_put_to_one_database_and_find_nothing_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[duckdb.DuckDBPyConnection] = []
    begin = databases.in_memory

    def counted() -> duckdb.DuckDBPyConnection:
        begun.append(begin())
        return begun[-1]

    def asked(number: int) -> None:
        with databases.question() as con:
            con.register("given", con.execute(f"SELECT {number} AS is_of").to_arrow_table())
            con.execute("CREATE TEMP VIEW seen AS FROM given")
            assert con.execute("SELECT is_of FROM seen").fetchall() == [(number,)]

    monkeypatch.setattr(databases, "in_memory", counted)
    with databases.one_database():
        assert begun == [], "none begins before the first question"
        asked(1)
        with databases.one_database():
            asked(2)
        asked(3)
        assert len(begun) == 1
    with pytest.raises(duckdb.ConnectionException):
        begun[0].execute("SELECT 1")
    asked(4)
    asked(5)
    assert len(begun) == 3


_WIDE = """
import sys, resource
from ingest.databases import ARROW_ROWS, in_memory
from pathlib import Path
floor = 512 << 20
resource.setrlimit(resource.RLIMIT_DATA, (floor, floor))
with in_memory(folder=Path(sys.argv[1])) as con:
    columns = ", ".join(f"'text' AS c{number}" for number in range(400))
    print(con.sql(f"SELECT {columns} FROM range(3)").to_arrow_table(ARROW_ROWS).num_rows)
"""


def test_few_rows_of_many_columns_fit_into_the_memory_of_who_judges_one_file(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _WIDE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=DBT_PROJECT.parent,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "3"), ran.stderr[-500:]


def test_whoever_makes_arrow_says_how_many_rows_at_once() -> None:
    unsaid = [
        f"{file.name}:{call.lineno}"
        for room in ("ingest", "expectations", "warehouse", "dashboards")
        for file in sorted((DBT_PROJECT.parent / room).rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "")
        in ("to_arrow_table", "fetch_arrow_table", "fetch_record_batch", "to_arrow_reader")
        and not call.args
        and not call.keywords
    ]
    assert unsaid == []
