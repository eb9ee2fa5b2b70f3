"""A publication without an erased person takes the place of all that held the person, and a rebuild gives the same."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from ingest.home import Home
from ingest.ledger import publications
from ingest.ledger.records import InstallationEvent, Publication
from tests.warehouse.copies import copied
from tests.warehouse.country import SCHOOLS, learners_of
from tests.warehouse.services.test_persons_told import call
from warehouse.services.persons.told import publications_with
from warehouse.services.upkeep.rebuild import rebuild
from warehouse.storage.keys.vault import Vault
from warehouse.storage.shown.publish import PublicationError, rollback

MINE = learners_of(SCHOOLS[0])[2]


def test_no_publication_that_held_the_person_is_kept_or_gone_back_to(shown: Home, tmp_path: Path) -> None:
    country = copied(shown.root, tmp_path / "home")
    country.officers()
    home = country.home
    with Vault(home) as vault:
        keys = vault.known_keys("iin", pa.array([MINE.iin])).to_pylist()
    before = publications.current()
    assert before is not None and publications_with(home, keys)  # type: ignore[arg-type]
    told = call(home, "person-erase", "--reason", "№ 7", "--yes", given=MINE.iin)
    assert told.exit_code == 0, told.stderr
    after = publications.current()
    assert after is not None and after.number > before.number
    assert publications_with(home, keys) == {}  # type: ignore[arg-type]
    kept = {each.name for each in home.published.iterdir() if each.name.isdigit()}
    assert kept == {str(after.number)} == {each.name for each in home.persons.iterdir()}
    [act] = InstallationEvent.objects.filter(kind="person_erased")
    assert before.number in act.details["publications"]
    with pytest.raises(PublicationError) as refused:
        rollback(home, before.number)
    assert refused.value.code == "erased"
    for language in ("kk", "ru", "en"):
        assert (
            str(before.number)
            in call(home, "rollback", before.number, "--reason", "x", language=language).stderr
        )
    assert rebuild(home).is_same
    assert Publication.objects.filter(state="current").count() == 1
