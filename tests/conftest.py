"""What many tests share because it is dear: one synthetic country, played once through a running scheduler.

In: nothing. Out: `demo_country`, whose home has a publication. Where the official classifier of territories is
beside the project (../shared/data/kato.csv) it is handed in as well, so that everything downstream, the
dashboards included, works on all 15,594 codes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.home import Home

CLASSIFIER = Path(__file__).parents[2] / "shared" / "data" / "kato.csv"
ORGANISATIONS, LEARNERS = 24, 40


# First: the plugin that shares the tests out reads the groups at the same moment.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests stay together when several processes share them, and begin with what takes longest.

    Whatever uses the demo country stays in one process, so that it is played once; other tests that share a
    fixture of a module or session stay with their module; the rest goes to whoever is free.
    """
    for item in items:
        names = getattr(item, "fixturenames", ())
        if not _COUNTRY.isdisjoint(names):
            item.add_marker(pytest.mark.xdist_group("country"))
        elif _shares_a_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.path.as_posix()))
    items.sort(key=lambda item: "country" not in {mark.args[0] for mark in item.iter_markers("xdist_group")})


_COUNTRY = {"demo_country", "published_home"}


def _shares_a_fixture(item: pytest.Item) -> bool:
    """Whether a test stands on something of ours that is made once for many."""
    info = getattr(item, "_fixtureinfo", None)
    made = [definitions[-1] for definitions in info.name2fixturedefs.values()] if info else []
    return any(
        one.scope in ("module", "session") and "site-packages" not in one.func.__code__.co_filename
        for one in made
    )


@dataclass(frozen=True)
class DemoCountry:
    """`home`: the folder BBAJ_HOME names. `plan`: what must have become of everything (ingest.demo.plan)."""

    home: Path
    plan: object
    has_classifier: bool


@pytest.fixture(scope="session")
def demo_country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCountry]:
    from ingest.demo.country import Country
    from ingest.demo.scenario import is_judged, is_published, play, prepare, stage_all, wait_until
    from ingest.serve import Airflow

    home = Home(tmp_path_factory.mktemp("country"))
    country = Country(size=ORGANISATIONS, learners_per_organisation=LEARNERS)
    prepare(home, country)
    with Airflow(home) as airflow:
        staged = stage_all(home, country)
        airflow.wait_until_ready(300)
        plan = play(home, country, staged, airflow, print, timeout=600)
        if CLASSIFIER.exists():
            folder = home.drop / "KZ" / "territory_register" / "2026-07-17"
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(CLASSIFIER, folder / CLASSIFIER.name)
            wait_until(lambda: _collected(airflow, folder), "the classifier to be received", 600, pause=5)
            wait_until(lambda: is_judged(home), "the verdict on the classifier", 600)
            airflow.trigger("collect")
            wait_until(lambda: is_published(home), "the publication with the classifier", 600)
    yield DemoCountry(home.root, plan, CLASSIFIER.exists())


def _collected(airflow: object, folder: Path) -> bool:
    """A file just copied is left alone for some seconds, since it may still be being written."""
    if any(folder.glob("*.csv")):
        airflow.trigger("collect")  # type: ignore[attr-defined]
        return False
    return True
