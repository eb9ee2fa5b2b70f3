"""What many tests share because it is dear: one synthetic country, played once through a running scheduler.

In: nothing. Out: `demo_country`, whose home has a publication. Where the official classifier of territories is
beside the project (../shared/data/kato.csv) it is handed in as well, so that everything downstream, the
dashboards included, works on all 15,594 codes.
"""

from __future__ import annotations

import ast
import gc
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from hypothesis import settings

from ingest.garbage import look_rarely
from ingest.home import Home
from tests import once

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")

CLASSIFIER = Path(__file__).parents[2] / "shared" / "data" / "kato.csv"
ORGANISATIONS, LEARNERS = 24, 40


# What is made once for many tests, and takes long to make: fixtures that are asked for, and a function.
_COUNTRY = {"demo_country", "published_home", "superset", "readers_room"}
_CASES = re.compile(r"\bverdicts?_of_cases?\b")
# Folders whose files ask about one home.
_TOGETHER = ("tests/faults/damage", "tests/warehouse/services/backup")


# Many tests read what we wrote in YAML while they are collected: libyaml's parser is ten times faster.
yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # type: ignore[misc]


@cache
def _group_of(file: str) -> str:
    """Which tests stay in one process: those of a file, and all that stand on something dear."""
    text = (Path(__file__).parent.parent / file).read_text(encoding="utf-8")
    if any(name in text for name in _COUNTRY) and _asked_for(text) & _COUNTRY:
        return "country"
    if "reporting" in text and "reporting" in _asked_for(text):
        return "tests/warehouse/reporting"
    if "editions" in text and "editions" in _asked_for(text):
        return "tests/warehouse/trust"
    if together := next((folder for folder in _TOGETHER if file.startswith(f"{folder}/")), None):
        return together
    return "cases" if _CASES.search(text) else file


def _asked_for(text: str) -> set[str]:
    """The names of what the functions of a module are given: fixtures, where they are tests."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return {argument.arg for function in functions for argument in function.args.args}


# Groups and files that take 10 seconds of a processor and more, then folders of such; the longest first.
_LONG = (
    *("country", "tests/dbt_project/test_two_engines.py", "tests/warehouse/storage/test_publication.py"),
    *("tests/faults/damage", "tests/faults/test_hostile.py", "tests/warehouse/trust", "cases"),
    *("tests/dbt_project/test_carried.py", "tests/faults/test_liveness.py"),
    *("tests/warehouse/storage/test_persons_apart.py", "tests/warehouse/services/test_dependence.py"),
    *("tests/warehouse/services/backup", "tests/warehouse/services/test_persons_erased.py"),
    *("tests/faults/test_deaths.py", "tests/faults/test_poison.py", "tests/ingest/ledger/test_dependence.py"),
    *("tests/conformance/authors", "tests/warehouse/services/test_surroundings.py"),
    *("tests/warehouse/reporting", "tests/warehouse/services/test_intake.py", "tests/ingest/demo"),
    *("tests/warehouse/storage/test_publication_without.py", "tests/expectations/test_different_rows.py"),
    *(
        "tests/conformance/test_new_form.py",
        "tests/ingest/checker/test_bundle.py",
        "tests/docs/test_runbooks.py",
    ),
    *(
        "tests/warehouse/storage/test_purposes.py",
        "tests/warehouse/services/test_rebuild.py",
        "tests/patterns",
    ),
    *(
        "tests/dbt_project",
        "tests/faults",
        "tests/docs/test_contributing.py",
        "tests/expectations/judging/test_judge.py",
    ),
    *("tests/warehouse", "tests/ingest/cli", "tests/ingest/checker"),
    *("tests/ingest/ledger", "tests/conformance", "tests/planted", "tests/expectations"),
    # Last are then many small ones of which none keeps one process waiting for the other.
    *("tests/docs", "tests/signin", "tests/mutants", "tests/ingest/read"),
)


@cache
def _rank_of(file: str) -> int:
    group = _group_of(file)
    return next((rank for rank, name in enumerate(_LONG) if group.startswith(name)), len(_LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that several processes end at about the same time."""
    for item in items:
        if _COUNTRY & {*getattr(item, "fixturenames", ())} and _group_of(_file_of(item)) != "country":
            raise pytest.UsageError(
                f"{item.nodeid} asks for the demo country through a fixture: name it there"
            )
    items.sort(key=lambda item: _rank_of(_file_of(item)))


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[Any]:
    """Nothing is thrown away meanwhile: to look for it takes a third of the time."""
    gc.disable()
    try:
        _import_own_share(session.config)
        return (yield)
    finally:
        look_rarely()
        gc.enable()


def _import_own_share(config: pytest.Config) -> None:
    """Of several processes each begins with modules of its own: what pytest writes of a module for its assertions takes
    as long as all the rest of collecting, and lies then ready for the others. What cannot be imported says so in its
    turn."""
    told = getattr(config, "workerinput", None)
    if told is None:
        return
    modules = sorted(Path(__file__).parent.rglob("test_*.py"))
    for file in modules[int(told["workerid"].removeprefix("gw")) :: told["workercount"]]:
        with suppress(Exception, pytest.skip.Exception):
            import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """Twenty thousand tests are nobody's garbage: neither this process nor those forked from it look through them."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Nor does pytest, which looks through everything five times in the end."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Shares files of tests among the processes of `make test`, the demo country's as if they were one file."""
    from tests.sharing import ByGroup

    return ByGroup(_group_of, config, log)


def pytest_sessionstart(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        from tests.sharing import say_less

        say_less(session.config)


@pytest.fixture(scope="session", autouse=True)
def shared_room(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is dear and not the country is made by one of the processes for all (`tests.once`)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(once.ROOM, str(once.room_of(pytestconfig, tmp_path_factory)))
        yield


@dataclass(frozen=True)
class DemoCountry:
    """`home`: the folder BBAJ_HOME names. `plan`: what must have become of everything (ingest.demo.reports.plan).
    `listening`: the addresses at which Airflow's programs were to be reached meanwhile."""

    home: Path
    plan: object
    has_classifier: bool
    listening: frozenset[str]


@pytest.fixture(scope="session")
def demo_country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCountry]:
    from ingest.demo.play.scenario import await_publication, hand_in_all, prepare, stage_all
    from ingest.demo.world.country import Country
    from ingest.serve import Airflow

    home = Home(tmp_path_factory.mktemp("country"))
    # One week of the year before is enough to compare the last of this year with.
    country = Country(size=ORGANISATIONS, learners_per_organisation=LEARNERS, weeks_before=1)
    prepare(home, country)
    with Airflow(home) as airflow:
        # Judged with the first of the country's own files, decided upon with the last: it costs no build of its own.
        if CLASSIFIER.exists():
            folder = home.drop / "KZ" / "territory_register" / "2026-07-17"
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(CLASSIFIER, folder / CLASSIFIER.name)
            # In a demo home a file came when it was written: today is long after the country's last day.
            came = home.now().timestamp()
            os.utime(folder / CLASSIFIER.name, (came, came))
        staged = stage_all(home, country)
        airflow.wait_until_ready(300)
        plan = hand_in_all(home, country, staged, airflow, print, timeout=600)
        if CLASSIFIER.exists():
            _approve_classifier(home)
        await_publication(home, airflow, print, timeout=600)
        listening = _listening(airflow.process)
    yield DemoCountry(home.root, plan, CLASSIFIER.exists(), listening)


def _listening(process: Any) -> frozenset[str]:
    """Where a program and its children wait to be called."""
    programs = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    found: set[str] = set()
    for program in programs:
        with suppress(psutil.NoSuchProcess):
            found |= {
                each.laddr.ip for each in program.net_connections("inet") if each.status == psutil.CONN_LISTEN
            }
    return frozenset(found)


def _approve_classifier(home: Home) -> None:
    """The real classifier takes the place of the demonstration's own; should it lack a code of that one, it asks."""
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals, removals
    from ingest.ledger.nodes import node
    from ingest.ledger.records import Submission

    classifier = Submission.objects.filter(scope__form="territory_register").latest("pk")
    if classifier.state == Submission.State.PENDING:
        removals.confirm(classifier.pk, account("ministry"), node("KZ"), at=home.now())
    approvals.approve(classifier.pk, account("ministry"), node("KZ"), at=home.now())
