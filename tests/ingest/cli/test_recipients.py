"""`bbaj recipients`: who is sent what, from the command line, in three languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.cli.conftest import Call


@pytest.fixture
def home(outbox_home: Path) -> Path:
    return outbox_home


def test_a_recipient_is_added_changed_listed_and_removed(home: Path, call: Call) -> None:
    def said(*words: str) -> Any:
        answer = call("recipients", *words, "--json", BBAJ_HOME=str(home))
        told = json.loads(answer.stdout)
        return told["error"]["code"] if answer.exit_code else told

    added = said("add", "aigul@edu.example", "--node", "110000000", "--report", "weekly", "--report", "monthly",
                 "--person", "Айгүл Әлиева", "--telephone", "+7 (000) 000-00-00")["recipient"]  # fmt: skip
    assert (added["reports"], added["language"], added["files"]) == (["weekly", "monthly"], "kk", "file")
    number = str(added["number"])
    assert (
        said("add", "AIGUL@edu.example", "--node", "110000000", "--report", "weekly")
        == "refused_recipient_exists"
    )
    assert said("add", "Айгүл", "--node", "110000000", "--report", "weekly") == "refused_recipient_channel"
    assert said("add", "aigul@", "--node", "110000000", "--report", "weekly") == "refused_recipient_address"
    assert said("add", "b@edu.example", "--node", "110000000") == "refused_recipient_reports"
    changed = said("change", number, "--report", "weekly", "--language", "ru", "--files", "link")["recipient"]
    assert changed == added | {"reports": ["weekly"], "language": "ru", "files": "link"}
    changed = said("change", number, "--address", "duty", "--node", "113800000")["recipient"]
    assert (changed["channel"], changed["address"], changed["node"]) == ("duty", "", "113800000")
    assert [each["number"] for each in said("--node", "110000000")["recipients"]] == [added["number"]]
    assert said("--node", "KZ") == said()
    assert said("remove", number, "--reason", "x") == "needs_confirmation"
    assert said("remove", number, "--reason", "x", "--yes") == {"recipient": added["number"], "withdrawn": 0}
    assert said("remove", number, "--reason", "x", "--yes") == "refused_no_recipient"
    assert said() == {"recipients": []}
    [kept] = said("--all")["recipients"]
    assert (kept["active"], kept["removal_reason"], kept["removed_by"][:4]) == (False, "x", "cli:")


@pytest.mark.parametrize(
    ("language", "none", "added", "removed"),
    [("kk", "Алушы жоқ", "қосылды", "тізімнен шығарылған"), ("ru", "Получателей нет", "добавлен", "исключён"),
     ("en", "no recipient", "is added", "removed")],
)  # fmt: skip
def test_it_is_said_in_the_language_asked(
    home: Path, call: Call, language: str, none: str, added: str, removed: str
) -> None:
    environment = {"BBAJ_HOME": str(home), "BBAJ_LANG": language}
    assert none in call("recipients", **environment).stderr
    words = ("a@edu.example", "--node", "110000000", "--report", "weekly")
    assert added in call("recipients", "add", *words, **environment).stdout
    call("recipients", "remove", "1", "--reason", "x", "--yes", **environment)
    listed = call("recipients", "--all", **environment).stdout
    assert removed in listed and "{" not in listed
