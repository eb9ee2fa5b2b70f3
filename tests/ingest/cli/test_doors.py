"""Commands for what only the ledger and the vault could do: an exemption, a new secret. Both ask first."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from tests.ingest.cli.conftest import Call
from tests.warm import BBAJ, run_python

SCHOOL = "650140000011"
EXEMPT = ("exempt", "--form", "attendance", "--node", SCHOOL, "--from", "2026-09-07", "--to", "2026-09-20")
WEEKS = ("2026-W36", "2026-W37", "2026-W38", "2026-W39")


@cache
def _begun(folder: Path) -> Path:
    """The home of a school in a district, with reports due for four weeks."""
    home = Home(folder)
    from django.db import connections

    from warehouse.services.upkeep.installation import initialise

    home.root.mkdir()
    settings = 'demo = true\nnow = "2026-10-05T05:00:00Z"\n[collected]\nattendance = 2026-09-01\n'
    (home.root / "bbaj.toml").write_text(settings, encoding="utf-8")
    initialise(home)
    from ingest.ledger import nodes
    from ingest.ledger.records import Obligation
    from ingest.schema.values.period import Period

    nodes.apply_territories(
        [
            nodes.Territory("110000000", "oblast", "Ақмола облысы", "Акмолинская область"),
            nodes.Territory("113200000", "district", "Ақкөл ауданы", "Аккольский район"),
        ]
    )
    opened = nodes.OrganisationEvent(SCHOOL, "opened", datetime(2020, 8, 1).date(), "М", "Ш", "113220100")
    nodes.apply_organisation_events(nodes.node("113200000"), [opened])
    for text in WEEKS:
        week = Period.parse("week", text)
        Obligation.objects.create(
            form="attendance",
            node=nodes.node(SCHOOL),
            period=text,
            period_start=week.start,
            period_end=week.end,
            due_at=datetime(2026, 9, 30, tzinfo=UTC),
            status="missing",
        )
    connections.close_all()
    return home.root


@pytest.fixture
def country(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A copy of that home."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    start = _begun(tmp_path_factory.getbasetemp() / "begun-for-doors")
    home = Home(tmp_path / "home")
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    connections.close_all()
    shutil.copytree(start, home.root, symlinks=True)
    ingest.ledger.setup(home)
    return home


def _statuses() -> list[str]:
    from ingest.ledger.records import Obligation

    asked = Obligation.objects.filter(period__in=WEEKS).order_by("period")
    return list(asked.values_list("status", flat=True))


def _in_home(home: Home) -> dict[str, str]:
    return {"BBAJ_HOME": str(home.root), "BBAJ_LANG": "en"}


def test_an_exemption_asks_first_and_says_how_many_reports_it_concerns(call: Call, country: Home) -> None:
    told = call(*EXEMPT, "--by", "113200000", "--reason", "repairs", **_in_home(country))
    assert told.exit_code == 64
    assert "Reports that change in all: 2" in told.stderr and "--yes" in told.stderr
    assert _statuses() == ["missing"] * 4


def test_an_exemption_is_granted_and_kept_with_who_and_why(call: Call, country: Home) -> None:
    from ingest.ledger.records import Directive

    told = call(*EXEMPT, "--by", "113200000", "--reason", "repairs", "--yes", "--json", **_in_home(country))
    assert told.exit_code == 0
    assert json.loads(told.stdout)["reports"] == 2
    assert _statuses() == ["missing", "exempt", "exempt", "missing"]
    kept = Directive.objects.get(kind="exemption")
    assert (kept.reason, kept.on_behalf_of.code) == ("repairs", "113200000")
    assert kept.actor.username.startswith("cli:")


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"--by": SCHOOL}, SCHOOL),
        ({"--by": "110000001"}, "110000001"),
        ({"--from": "7 сентября"}, "7 сентября"),
        ({"--to": "2026-09-01"}, "01.09.2026"),
        ({"--node": "113200000"}, "113200000"),
        ({"--reason": "  "}, ""),
        ({"--form": "atendance"}, "attendance"),
    ],
)
def test_an_exemption_that_cannot_be_is_refused(
    call: Call, country: Home, changed: dict[str, str], named: str, language: str
) -> None:
    words = dict(zip(EXEMPT[1::2], EXEMPT[2::2], strict=True))
    words |= {"--by": "113200000", "--reason": "repairs"} | changed
    flat = [part for pair in words.items() for part in pair]
    told = call("exempt", *flat, "--yes", **_in_home(country) | {"BBAJ_LANG": language})
    assert told.exit_code == 64
    assert named in told.stderr
    assert _statuses() == ["missing"] * 4


def _keys_of(home: Home, *identifiers: str) -> list[int]:
    import pyarrow as pa

    from warehouse.storage.keys.vault import Vault

    with Vault(home) as vault:
        return vault.person_keys("iin", pa.array(identifiers)).to_pylist()  # type: ignore[return-value]


def test_a_new_secret_asks_first_and_changes_nobodys_number(call: Call, country: Home) -> None:
    from ingest.ledger.records import InstallationEvent

    before = _keys_of(country, "150310700010", "150310800017")
    assert call("rotate-secret", **_in_home(country)).exit_code == 64
    assert not InstallationEvent.objects.exists()
    told = call("rotate-secret", "--yes", **_in_home(country))
    assert told.exit_code == 0, told.stderr
    assert sorted(file.name for file in country.keys.glob("*.key")) == ["alias-v1.key", "alias-v2.key"]
    assert _keys_of(country, "150310700010", "150310800017") == before
    kinds = list(InstallationEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["secret_change_begun", "secret_changed"]


@pytest.mark.parametrize("failpoint", ["secret:begun", "secret:made"])
@pytest.mark.parametrize("purpose", ["alias", "publication"])
def test_a_change_of_the_secret_interrupted_anywhere_is_finished_once(
    call: Call, country: Home, failpoint: str, purpose: str
) -> None:
    words = ["rotate-secret", "--yes", *(["--of", purpose] if purpose != "alias" else [])]
    environment = os.environ | _in_home(country) | {"BBAJ_FAILPOINT": failpoint}
    killed = run_python(BBAJ, *words, env=environment)
    assert killed.returncode == -9, killed.stderr
    # A change of another secret in between is another change.
    told = call("rotate-secret", "--of", "somebody", "--yes", "--json", **_in_home(country))
    assert (told.exit_code, json.loads(told.stdout)["resumed"]) == (0, False)
    told = call(*words, "--json", **_in_home(country))
    assert (told.exit_code, json.loads(told.stdout)["resumed"]) == (0, True)
    made = sorted(file.name for file in country.keys.glob(f"{purpose}-*.key"))
    assert made == [f"{purpose}-v1.key", f"{purpose}-v2.key"]
    # What is finished is not gone on with: the next is a change of its own.
    told = call(*words, "--json", **_in_home(country))
    assert (told.exit_code, json.loads(told.stdout)["resumed"]) == (0, False)
    assert (country.keys / f"{purpose}-v3.key").exists()


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "нөмірі"), ("ru", "номера"), ("en", "every person's key")]
)
def test_a_new_secret_of_a_domain_says_what_changes(
    call: Call, country: Home, language: str, word: str
) -> None:
    spoken = _in_home(country) | {"BBAJ_LANG": language}
    told = call("rotate-secret", "--of", "publication", **spoken)
    assert told.exit_code == 64
    assert word in told.stderr and "publication" in told.stderr
    assert call("rotate-secret", "--of", "No Domain", "--yes", **spoken).exit_code != 0


def test_events_of_the_installation_cannot_be_changed(country: Home, call: Call) -> None:
    from django.db import DatabaseError

    from ingest.ledger.records import InstallationEvent

    call("rotate-secret", "--yes", **_in_home(country))
    for act in (InstallationEvent.objects.all().delete, lambda: InstallationEvent.objects.update(details={})):
        with pytest.raises(DatabaseError, match="append-only"):
            act()


def test_what_could_not_be_identified_is_shown_to_whom_the_folder_belongs(
    call: Call, country: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.receive.drop import collect

    for place in (f"{SCHOOL}/attendance/2026-09/a.csv", "nobody/attendance/2026-W37/b.csv"):
        path = country.drop / place
        path.parent.mkdir(parents=True)
        path.write_text("bin;iin\n", encoding="utf-8")
        os.utime(path, (0, 0))
    collect(country)

    def shown(*words: str, language: str = "ru") -> list[str]:
        told = call("status", "--json", *words, **_in_home(country) | {"BBAJ_LANG": language})
        return [each["path"] for each in json.loads(told.stdout)["unidentified"]]

    assert sorted(shown()) == [f"{SCHOOL}/attendance/2026-09/a.csv", "nobody/attendance/2026-W37/b.csv"]
    for node in (SCHOOL, "113200000", "110000000"):
        assert shown("--node", node) == [f"{SCHOOL}/attendance/2026-09/a.csv"]
    for language, words in (("kk", "кезең"), ("ru", "не подходит как период")):
        told = call("status", "--node", SCHOOL, **_in_home(country) | {"BBAJ_LANG": language})
        assert words in told.stdout and ".unidentified" in told.stdout
    (country.drop / ".unidentified" / SCHOOL / "attendance/2026-09/a.csv").unlink()
    assert shown("--node", SCHOOL) == []


def test_nothing_is_asked_about_what_is_not_there(call: Call, country: Home) -> None:
    """Whoever would agree to the end of an account that nobody has learns so before."""
    for words, said in (
        (("user", "end", "nobody"), "nobody"),
        (("purpose", "end", "77", "--reason", "x"), "77"),
        (("answer", "77", "--by", SCHOOL, "--explanation", "x", "--query", "1"), "77"),
        (("take-back", "77", "--reason", "x"), "77"),
        (("password", "--leaked", "nobody"), "nobody"),
    ):
        told = call(*words, **_in_home(country))
        assert told.exit_code == 64
        assert said in told.stderr and "--yes" not in told.stderr, told.stderr


def test_a_node_in_small_letters_and_a_form_by_its_name_are_suggested(call: Call, country: Home) -> None:
    assert "KZ —" in call("inbox", "--by", "kz", **_in_home(country)).stderr
    for name in ("посещаемость", "Қатысу"):
        assert "attendance?" in call("template", name, "-o", "x.xlsx", **_in_home(country)).stderr


def test_a_day_of_a_decision_may_be_written_as_it_is_shown(call: Call, country: Home) -> None:
    words = [word.replace("2026-09-20", "20.09.2026") for word in EXEMPT]
    told = call(*words, "--by", "113200000", "--reason", "x", "--dry-run", "--json", **_in_home(country))
    assert json.loads(told.stdout)["to"] == "2026-09-20"
