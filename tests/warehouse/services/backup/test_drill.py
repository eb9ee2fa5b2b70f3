"""A drill restores what was backed up, compares it with what is shown, and finds what is damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingest.home import Home
from tests.warehouse.services.backup.asked import files_in, in_words, restored, rows_of, said_by
from warehouse.services.backup.drill import hold_drill
from warehouse.services.backup.record import last
from warehouse.services.backup.repositories import addresses_of
from warehouse.services.backup.restic import BackupError
from warehouse.services.backup.take import back_up
from warehouse.services.tasks import clockwork
from warehouse.services.troubles import troubles


@pytest.mark.usefixtures("forked_drill")
def test_a_drill_compares_with_what_is_published_times_its_steps_and_touches_nothing(home: Home) -> None:
    parts = ("raw", "lake", "restricted", "published", "builds")
    before, rows = files_in(home.root, *parts), rows_of(home.ledger)
    done = said_by(home.root, "drill", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["same_content"] is True
    assert set(facts["seconds"]) == {"check", "restore", "rebuild"}
    assert (files_in(home.root, *parts), rows_of(home.ledger)) == (before, rows)
    assert not [each for each in home.root.parent.iterdir() if "drill" in each.name]
    line = last(home, "drill", succeeded=True)
    assert line is not None and line["steps"] == facts["seconds"] and line["same_content"] is True
    assert troubles(home) == []


def test_a_damaged_repository_is_told_by_the_drill_and_by_a_restore(home: Home, tmp_path: Path) -> None:
    repository = Path(addresses_of(home)["data"])
    aside = repository.with_name("aside")
    shutil.copytree(repository, aside)
    packs = sorted((repository / "data").rglob("*"), key=lambda file: file.stat().st_size)
    try:
        for pack in packs:
            if pack.is_file():
                pack.chmod(0o600)
                content = bytearray(pack.read_bytes())
                content[len(content) // 2] ^= 1
                pack.write_bytes(content)
        with pytest.raises(BackupError) as damaged:
            restored(home, tmp_path / "to")
        assert damaged.value.code == "backup_damaged"
        packs[-1].unlink()
        with pytest.raises(SystemExit):
            clockwork.try_backup()
        [trouble] = troubles(home)
        assert (trouble.task, trouble.told.code) == ("try_backup", "backup_damaged")
        assert last(home, "drill")["succeeded"] is False  # type: ignore[index]
    finally:
        shutil.rmtree(repository)
        aside.rename(repository)
        shutil.rmtree(home.backup / "cache")


@pytest.mark.usefixtures("forked_drill")
def test_a_drill_finds_what_was_damaged_before_it_was_backed_up(home: Home) -> None:
    from ingest.ledger.records import Submission

    number = Submission.objects.filter(verdict__isnull=False).order_by("pk").values_list("pk", flat=True)[0]
    finding = home.findings / f"{number}.json"
    before = finding.read_bytes()
    try:
        finding.write_bytes(before[:-9] + b"something")
        taken = back_up(home)
        with pytest.raises(BackupError) as found:
            hold_drill(home)
        assert found.value.code == "drill_damaged"
        assert finding.name in in_words(found.value)
        line = last(home, "drill")
        assert line is not None and (line["succeeded"], line["code"]) == (False, "drill_damaged")
        assert line["snapshot"].startswith(taken.snapshot)
        assert not [each for each in home.root.parent.iterdir() if "drill" in each.name]
    finally:
        finding.write_bytes(before)
        back_up(home)  # whoever restores the newest finds it whole
