"""Settings of an installation: what `bbaj.toml` may say, and what is said of a mistake in it."""

from datetime import date
from pathlib import Path

import pytest

from ingest.home import Home, SettingsError


def _home(root: Path, text: str) -> Home:
    (root / "bbaj.toml").write_text(text, encoding="utf-8")
    return Home(root)


def test_an_installation_asks_for_every_form_unless_it_says_which(tmp_path: Path) -> None:
    assert Home(tmp_path).settings.collected is None


def test_the_forms_an_installation_collects_have_their_own_first_day(tmp_path: Path) -> None:
    settings = _home(tmp_path, "[collected]\nattendance = 2026-09-01\nstaff_roster = 2027-01-01\n").settings

    assert settings.collected == {"attendance": date(2026, 9, 1), "staff_roster": date(2027, 1, 1)}


@pytest.mark.parametrize("text", ["collected = true\n", '[collected]\nattendance = "2026-09-01"\n'])
def test_what_cannot_be_followed_is_said_with_its_key(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _ = _home(tmp_path, text).settings

    assert caught.value.key == "collected"
