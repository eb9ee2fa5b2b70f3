"""What an installation asks for, as its settings say."""

from pathlib import Path

import pytest

from ingest.home import SETTINGS_FILE, Home, SettingsError
from warehouse.services.hierarchy.registers import keep_obligations


def test_a_form_that_does_not_exist_cannot_be_collected(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text("[collected]\nattendence = 2026-09-01\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        keep_obligations(Home(tmp_path))

    assert caught.value.key == "collected.attendence"
