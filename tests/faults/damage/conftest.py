"""A home with two publications, made once: what is damaged in it is put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ingest.ledger
from ingest.digests import write_digest
from ingest.home import Home
from ingest.ledger import builds
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Build
from tests.warehouse.archived_edition import archived_edition
from tests.warehouse.country import NOW
from warehouse.services.verify import look
from warehouse.storage.builds.build import build, persons_of, warehouse_of
from warehouse.storage.first_digests import give_digests
from warehouse.storage.shown.publish import publish

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def shown(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with two builds and two publications, the second shown. What is damaged in it is put back."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        connections.close_all()
        root = tmp_path_factory.mktemp("damaged") / "home"
        shutil.copytree(reported, root, symlinks=True)
        home = Home(root)
        ingest.ledger.setup(home)
        publish(home, build(home).build_id)
        publish(home, _built_again(home))
        give_digests(home)
        archived_edition(home)
        connections.close_all()
    return home


def _built_again(home: Home) -> int:
    """The number of a second build, equal to the first: dbt takes long, and says the same."""
    first = Build.objects.get()
    second = builds.start(counting(), NOW)
    shutil.copytree(home.builds / str(first.pk), home.builds / str(second.pk), symlinks=True)
    from warehouse.storage.builds.finished.warehouse_file import rows_of_tables, told_beside

    of_readers, of_persons = warehouse_of(home, second.pk), persons_of(home, second.pk)
    write_digest(of_readers, tables=rows_of_tables(of_readers), beside=told_beside(of_readers.parent))
    write_digest(of_persons, tables=rows_of_tables(of_persons))
    builds.finish(second.pk, "succeeded", NOW)
    return second.pk


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is found damaged is looked at once more at once; the ledger is the home's own file."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    monkeypatch.setattr(look, "_A_MOMENT", 0.0)
    yield
    connections.close_all()


@pytest.fixture
def restored(shown: Home) -> Iterator[Home]:
    """The same for a test that changes more than single files: everything is as before afterwards."""
    from django.db import connections

    connections.close_all()
    aside = shown.root.with_name("aside")
    shutil.copytree(shown.root, aside, symlinks=True)
    yield shown
    connections.close_all()
    shutil.rmtree(shown.root)
    aside.rename(shown.root)


@pytest.fixture
def said(shown: Home, monkeypatch: pytest.MonkeyPatch) -> Said:
    """`bbaj` with these words over that home: exit code, stdout, stderr."""
    from django.db import connections
    from typer.testing import CliRunner

    from ingest.cli import app

    def run(*words: str) -> tuple[int, str, str]:
        connections.close_all()
        ran = CliRunner().invoke(app, list(words), env={"BBAJ_HOME": str(shown.root)})
        return ran.exit_code, ran.stdout, ran.stderr

    return run
