"""Commands by which an installation decides: each says what it will do before it does it, in the language asked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.schema.forms.load import contracts
from tests.ingest.cli.conftest import Call
from tests.ingest.cli.test_doors import SCHOOL, _in_home, country
from tests.ingest.cli.test_words import foreign_words

__all__ = ["country"]
DISTRICT = "113200000"
WHY = ("--reason", "7")
DECISIONS = {
    "scope": ("scope", DISTRICT, "--to", "2027-08-31"),
    "start": ("start", "2026-09-14", "--form", "attendance"),
    "never": ("start", "never", "--node", DISTRICT),
    "rule": ("deadline", "attendance", "--days", "3", "--node", DISTRICT, "--from", "2026-09-07"),
    "day": ("deadline", "attendance", "--period", "2026-W37", "--day", "2026-10-09", "--by", DISTRICT),
    "holiday": ("holiday", "--from", "2026-09-07", "--to", "2026-09-13"),
    "exempt": ("exempt", "--form", "attendance", "--node", SCHOOL, "--from", "2026-09-07", "--by", DISTRICT),
    "close": ("close", SCHOOL, "--on", "2026-09-14", "--by", DISTRICT),
    "reopen": ("reopen", SCHOOL, "--on", "2027-01-11", "--by", DISTRICT),
}


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_said_before_it_is_made_and_made_as_it_was_said(
    call: Call, country: Home, name: str, language: str
) -> None:
    from ingest.ledger.records import Directive

    spoken = _in_home(country) | {"BBAJ_LANG": language}
    said = call(*DECISIONS[name], *WHY, "--dry-run", "--json", **spoken)
    assert said.exit_code == 0, said.output
    assert not Directive.objects.filter(reason="7").exists()
    assert call(*DECISIONS[name], *WHY, **spoken).exit_code == 64, "nobody agreed"
    done = call(*DECISIONS[name], *WHY, "--yes", **spoken)
    assert done.exit_code == 0
    assert not foreign_words(re.sub(r"2026-W\d\d", "", done.stdout))
    listed = json.loads(call("settings", "--json", **spoken).stdout)["directives"]
    number = max(each["number"] for each in listed)
    shown = re.sub(r"cli:\w+|2026-W\d\d", "", call("settings", **spoken).stdout)
    assert not foreign_words(shown) - {"directive", "form", "bbaj", "toml", *contracts()}
    back = json.loads(call("take-back", str(number), *WHY, "--yes", "--json", **spoken).stdout)
    change = {(each["before"], each["after"], each["count"]) for each in back["changes"]}
    planned = {(each["after"], each["before"], each["count"]) for each in json.loads(said.stdout)["changes"]}
    assert change == planned, "taking it back undoes what it did"


def test_a_deadline_is_a_rule_or_a_day_of_one_period(call: Call, country: Home) -> None:
    for words in (
        ("deadline", "attendance"),
        ("deadline", "attendance", "--days", "3", "--day", "2026-10-09", "--period", "2026-W37"),
        ("deadline", "attendance", "--day", "2026-10-09"),
        ("deadline", "attendance", "--period", "2026-W37", "--day", "2026-09-01"),
        ("deadline", "attendance", "--period", "2026-W37", "--day", "2026-10-09", "--from", "2026-09-01"),
    ):
        assert call(*words, *WHY, "--yes", **_in_home(country)).exit_code == 64, words


def test_a_new_installation_asks_from_its_first_day(call: Call, tmp_path: Path) -> None:
    spoken = {"BBAJ_HOME": str(tmp_path / "new"), "BBAJ_LANG": "ru"}
    assert call("init", **spoken).exit_code == 0
    shown = call("settings", **spoken).stdout
    assert "с установки" in shown
    assert "не спрашивается" not in shown
    assert call("start", "never", "--form", "attendance", *WHY, "--yes", **spoken).exit_code == 0
    assert "не спрашивается" in call("settings", **spoken).stdout
