"""Damage is told with what to do about it, in the languages of people."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path

import pytest

from ingest.home import Home
from tests.faults.damage.conftest import Said
from tests.faults.damage.stored import SEED, files_of, known_to
from tests.faults.spoiling import fill_with_noise, flip_a_bit, kept

PROJECT = Path(__file__).parents[3]


def test_every_damage_and_its_remedy_have_words() -> None:
    """What may be found is written where it is found: no name without a phrase, no phrase without a place."""
    from ingest.cli.frame.speech import phrases

    places = [
        *(PROJECT / "warehouse" / "services" / "verify").glob("*.py"),
        PROJECT / "ingest" / "digests.py",
    ]
    places.append(PROJECT / "warehouse" / "storage" / "builds" / "finished" / "warehouse_file.py")
    written = "\n".join(each.read_text(encoding="utf-8") for each in places)
    named = set(re.findall(r'"([a-z_]+)"', written))
    for kind in ("damage", "mend"):
        said = {name.removeprefix(f"{kind}_") for name in phrases() if name.startswith(f"{kind}_")}
        assert said <= named | {"found", "head"}, said - named
    for place in places:
        for call in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Found":
                texts = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
                for kind, text in zip(("store", "", "damage", "mend"), texts, strict=False):
                    assert not kind or text is None or f"{kind}_{text}" in phrases(), ast.unparse(call)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_said_what_to_do_about_each(shown: Home, said: Said, language: str) -> None:
    code, out, _ = said("verify", "--full", "--lang", language)
    assert code == 0, out
    files = files_of(shown)
    spoilt = [files[kind][0] for kind in ("lake", "findings", "builds", "raw")] + [
        shown.published / "1" / "manifest.json"
    ]
    with kept(*spoilt):
        for file in spoilt:
            flip_a_bit(file, random.Random(SEED))
        code, out, err = said("verify", "--full", "--lang", language)
        assert code == 1
        assert "Traceback" not in err
        sender = str(known_to(shown).senders[files["raw"][0].name][0])
        for remedy in ("bbaj rebuild", "bbaj build --force", sender):
            assert remedy in out
        code, out, _ = said("verify", "--full", "--json")
        told = json.loads(out)
        assert {each["store"] for each in told["damaged"]} == {
            "lake",
            "findings",
            "builds",
            "raw",
            "published",
        }
        assert all(
            each["receipts"] for each in told["damaged"] if each["store"] in ("raw", "lake", "findings")
        )
    with kept(files["findings"][0]):
        flip_a_bit(files["findings"][0], random.Random(SEED))
        assert (
            said("verify", "--lang", language)[0] == 0
        )  # a quick look does not read what was found in files


def test_a_home_without_a_ledger_is_looked_through_all_the_same(restored: Home, said: Said) -> None:
    from django.db import connections

    connections.close_all()
    fill_with_noise(restored.ledger, random.Random(SEED))
    code, out, err = said("verify", "--json")
    assert code == 1, err
    told = json.loads(out)
    assert told["ledger_read"] is False
    assert {each["store"] for each in told["damaged"]} == {"ledger"}


def test_the_weekly_look_fails_in_words(
    shown: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from warehouse.services.tasks.clockwork import verify_everything

    monkeypatch.setenv("BBAJ_HOME", str(shown.root))
    assert verify_everything() > 20
    file = files_of(shown)["findings"][0]
    with kept(file), caplog.at_level("ERROR"):
        flip_a_bit(file, random.Random(SEED))
        with pytest.raises(SystemExit):
            verify_everything()
    assert f"restricted/findings/{file.name} (altered)" in caplog.text
    assert "Traceback" not in caplog.text
