"""A build whose publication failed at all its tries, or whose event was lost, is shown some minutes later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connections

from ingest.home import Home
from ingest.ledger import publications
from ingest.ledger.accounts import account
from ingest.told import in_log
from tests.warehouse.copies import built_alike, copied
from warehouse.services.tasks import clockwork
from warehouse.services.tasks.publishing import is_left_unpublished
from warehouse.services.troubles import watched
from warehouse.storage.shown.publish import PublicationError, publish, rollback


@pytest.fixture(scope="module")
def built(shown: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of a home with a build that nobody published, and that build's number; made once."""
    home = copied(shown.root, tmp_path_factory.mktemp("unpublished") / "home").home
    assert not is_left_unpublished(home)
    number = built_alike(home)
    connections.close_all()  # what is copied must lie still
    return home.root, number


@pytest.fixture
def unpublished(built: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, int]:
    """A copy of it for each test."""
    root, number = built
    home = copied(root, tmp_path / "home").home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    return home, number


def test_the_next_collection_has_it_published(unpublished: tuple[Home, int]) -> None:
    home, built = unpublished
    assert clockwork.notice_decisions()
    assert clockwork.build_warehouse() == built, "nothing is built twice"
    clockwork.publish_warehouse([built])
    shown = publications.current()
    assert shown and shown.build_id == built
    assert not is_left_unpublished(home)
    with pytest.raises(Exception, match=re.escape(in_log("skip_nothing_changed"))):
        clockwork.notice_decisions()


def test_what_failed_for_another_reason_is_tried_again(unpublished: tuple[Home, int]) -> None:
    home, _ = unpublished
    with pytest.raises(OSError), watched(home, "publish_warehouse"):
        raise OSError(28, "No space left on device")
    assert is_left_unpublished(home)


def test_what_a_person_has_to_decide_waits_for_them(unpublished: tuple[Home, int]) -> None:
    home, built = unpublished
    with pytest.raises(PublicationError), watched(home, "publish_warehouse"):
        raise PublicationError("loss", "", number=built, what="submissions", before=90, after=1)
    assert not is_left_unpublished(home)
    with pytest.raises(PublicationError), watched(home, "publish_warehouse"):
        raise PublicationError("loss", "", number=built - 1, what="submissions", before=90, after=1)
    assert is_left_unpublished(home), "that was an older build"


def test_what_is_held_stays_away(unpublished: tuple[Home, int]) -> None:
    home, _ = unpublished
    publish(home)
    rollback(home, 1, account("ministry"), "?")
    assert not is_left_unpublished(home)
