"""Every gauge: well where all is well, and what makes it cross; its words, limits and remedy in three languages."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

import ingest.ledger
from ingest.authored import AuthorError
from ingest.digests import write_digest
from ingest.home import OWNER, SETTINGS_FILE, Home
from ingest.ledger import builds, publications
from ingest.ledger.accounts import account
from ingest.ledger.decisions.manifest import NOTHING, counting
from ingest.ledger.receipts import aside
from ingest.ledger.records import Build
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.period import LOCAL_TIME
from ingest.serve import free_port
from tests.warehouse.conftest import country, registered
from tests.warehouse.country import NOW, SCHOOLS, Country, attendance
from warehouse.services.health.gauge import Measured
from warehouse.services.health.gauges import GAUGES, default_limits, machine
from warehouse.services.health.look import Health, look_at
from warehouse.services.health.wording import WORDS, document_of, rows_of
from warehouse.services.troubles import watched
from warehouse.storage.builds.code import code_fingerprint
from warehouse.storage.builds.kept_draft import kept_draft as where_kept

__all__ = ["country", "registered"]
BY_NAME = {each.name: each for each in GAUGES}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(home: Home, name: str, at: datetime | None = None) -> list[Measured]:
    """What one gauge says, asked anew; the ledger is written again after that."""
    from django.db import connections

    connections.close_all()
    found = [each for _, each in look_at(Home(home.root), [BY_NAME[name]], at).measured]
    with suppress(AuthorError):
        ingest.ledger.setup(Home(home.root))
    return found


def states(home: Home, name: str, at: datetime | None = None) -> list[str]:
    return [each.state for each in told(home, name, at)]


def decide(home: Home, text: str = "") -> Home:
    """An installation that is no demonstration, so that its clock goes on."""
    home.root.mkdir(parents=True, exist_ok=True)
    (home.root / SETTINGS_FILE).write_text(text, encoding="utf-8")
    return home


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home nobody has made yet; nothing answers on its ports."""
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    for variable in ("AIRFLOW_PORT", "BBAJ_SUPERSET_PORT"):
        monkeypatch.setenv(variable, str(free_port()))
    return Home(tmp_path / "bare")


@pytest.fixture
def real(country: Country) -> Country:
    """A country whose acts are of NOW, and whose clock is the one asked with."""
    decide(country.home)
    return country


# What makes each gauge cross, seen by the states before and after.

CROSSINGS: dict[str, Callable[..., None]] = {}


def crosses(test: Callable[..., None]) -> Callable[..., None]:
    CROSSINGS[test.__name__.removeprefix("test_")] = test
    return test


@crosses
def test_settings(bare: Home) -> None:
    assert states(decide(bare, "[health]\ndisk_free_gib = 1\n"), "settings") == ["well"]
    assert states(decide(bare, "[health]\ndisk_fre_gib = 1\n"), "settings") == ["attention"]
    for wrong in (
        "[health",
        "[health]\ndisk_free_gib = 'x'\n",
        "alert_command = 'mail'\n",
        "otel_endpoint = 'a'\n",
    ):
        assert states(decide(bare, wrong), "settings") == ["broken"]


@crosses
def test_outbox(real: Country) -> None:
    from ingest.ledger.nodes import republic
    from ingest.ledger.outbox import messages, recipients

    assert states(real.home, "outbox") == ["well"]
    actor = account("operator")
    to = recipients.add(recipients.Wanted(republic(), "a@edu.example", ("weekly",)), actor, NOW)
    made = messages.queue(messages.Letter("summary", "1", "summary", {}), to, actor, NOW)
    assert [(each.state, each.said) for each in told(real.home, "outbox", NOW)] == [
        ("attention", "not_set_up")
    ]
    decide(real.home, '[outbox]\nhost = "127.0.0.1"\nfrom = "a@edu.example"\n')
    waited = [states(real.home, "outbox", NOW + hours * HOUR) for hours in (11, 13, 73)]
    assert waited == [["well"], ["attention"], ["broken"]]
    handed = messages.hand(made.pk, NOW, actor, NOW)
    assert handed is not None
    messages.bounced(handed, "550", actor, NOW)
    assert [(each.state, each.said) for each in told(real.home, "outbox", NOW)] == [("attention", "bounced")]
    messages.withdraw(made.pk, "", actor, NOW)
    assert states(real.home, "outbox") == ["well"]


@crosses
def test_ledger(real: Country) -> None:
    assert states(real.home, "ledger") == ["well"]
    with closing(sqlite3.connect(real.home.ledger)) as con, con:
        con.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    assert [each.said for each in told(real.home, "ledger")] == ["older"]
    real.home.ledger.write_bytes(b"no database" * 1000)
    assert [(each.state, each.said) for each in told(real.home, "ledger")] == [("broken", "away")]
    for leftover in real.home.root.glob("ledger.sqlite3*"):
        leftover.unlink()
    assert [(each.state, each.said) for each in told(real.home, "ledger")] == [("broken", "missing")]


@crosses
def test_user(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = decide(bare).root.stat().st_uid
    for user, expected in (
        (owner or 1000, "own" if owner else "another"),
        (0, "root"),
        (owner + 7, "another"),
    ):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert [each.said for each in told(bare, "user")] == [expected]
    decide(bare, "demo = true\n")
    assert states(bare, "user") == ["well"]


@crosses
def test_tasks(bare: Home) -> None:
    assert states(bare, "tasks") == ["well"]
    for name in ("judge_waiting", "build_warehouse"):
        with pytest.raises(OSError), watched(bare, name):
            raise OSError(28, "no room", "secret name")
    found = told(bare, "tasks")
    assert [(each.state, each.subject) for each in found] == [
        ("attention", "judge_waiting"),
        ("attention", "build_warehouse"),
    ]


@crosses
def test_airflow(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(bare, "airflow") == ["broken"]
    healthy = {part: {"status": "healthy"} for part in ("metadatabase", "scheduler", "dag_processor")}
    for said, expected in (
        (healthy, ["well"]),
        (healthy | {"triggerer": {"status": "unhealthy"}}, ["well"]),
        (healthy | {"scheduler": {"status": None}, "metadatabase": {"status": "unhealthy"}}, ["broken"] * 2),
        ({"another": "program"}, ["broken"]),
    ):
        with answering(json.dumps(said).encode()) as port:
            monkeypatch.setenv("AIRFLOW_PORT", str(port))
            assert states(bare, "airflow") == expected, said


@crosses
def test_superset(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(bare, "superset") == ["broken"]
    with answering(b"OK") as port:
        monkeypatch.setenv("BBAJ_SUPERSET_PORT", str(port))
        assert states(bare, "superset") == ["well"]
    with answering(b"", status=500) as port:
        monkeypatch.setenv("BBAJ_SUPERSET_PORT", str(port))
        assert states(bare, "superset") == ["broken"]


@crosses
def test_drop(bare: Home) -> None:
    assert states(decide(bare), "drop") == ["well"]
    folder = bare.drop / SCHOOLS[0] / "attendance" / "2026-W37"
    folder.mkdir(parents=True)
    (folder / "Thumbs.db").write_bytes(b"")
    now = datetime.now(UTC)
    assert states(bare, "drop", now + 100 * DAY) == ["well"]
    for name in (b"a.csv", b"\xff\xfe.csv"):
        (folder / os.fsdecode(name)).write_bytes(b"x")
    assert [states(bare, "drop", now + age)[0] for age in (HOUR, 3 * HOUR, 25 * HOUR)] == [
        "well",
        "attention",
        "broken",
    ]
    assert told(bare, "drop", now + 3 * HOUR)[0].facts["count"] == 2


@crosses
def test_received(real: Country) -> None:
    assert states(real.home, "received", NOW + 30 * DAY) == ["well"]
    real.submit("attendance", SCHOOLS[0], "2026-W37", attendance(SCHOOLS[0], "2026-W37"))
    found = [states(real.home, "received", NOW + age)[0] for age in (HOUR, 3 * HOUR, 25 * HOUR)]
    assert found == ["well", "attention", "broken"]
    assert states(
        decide(real.home, "[health]\nreceived_hours = 30\nreceived_broken_hours = 40\n"),
        "received",
        NOW + 29 * HOUR,
    ) == ["well"]


@crosses
def test_set_aside(real: Country) -> None:
    number = real.submit("attendance", SCHOOLS[0], "2026-W37", attendance(SCHOOLS[0], "2026-W37"))
    assert states(real.home, "set_aside") == ["well"]
    assert aside.set_aside(number, "judge", "KeyError", NOW)
    assert states(real.home, "set_aside") == ["attention"]


@crosses
def test_unidentified(bare: Home) -> None:
    assert states(decide(bare), "unidentified") == ["well"]
    place = bare.drop / ".unidentified" / "nobody" / "file.csv"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x")
    place.with_suffix(".csv.json").write_bytes(b"{}")
    now = datetime.now(UTC)
    assert [told(bare, "unidentified", now + age)[0].state for age in (DAY, 8 * DAY)] == ["well", "attention"]
    assert told(bare, "unidentified")[0].facts["count"] == 1


@crosses
def test_unbuilt(real: Country) -> None:
    assert [states(real.home, "unbuilt", NOW + age)[0] for age in (HOUR, 4 * HOUR, 25 * HOUR)] == [
        "well",
        "attention",
        "broken",
    ]
    pinned = builds.start(counting(), NOW)
    builds.finish(pinned.pk, "succeeded", NOW)
    assert states(real.home, "unbuilt", NOW + 25 * HOUR) == ["well"]


@crosses
def test_build(real: Country) -> None:
    assert states(real.home, "build") == ["well"]
    begun = builds.start(NOTHING, NOW)
    assert [(each.state, each.said) for each in told(real.home, "build")] == [("attention", "interrupted")]
    builds.finish(begun.pk, "failed", NOW)
    assert [(each.state, each.said) for each in told(real.home, "build")] == [("attention", "failed")]
    builds.finish(begun.pk, "succeeded", NOW)
    assert states(real.home, "build", NOW + 300 * DAY) == ["well"]


def finished_build(home: Home) -> Build:
    begun = builds.start(NOTHING, NOW)
    return builds.finish(begun.pk, "succeeded", NOW)


@crosses
def test_purposes(real: Country) -> None:
    from ingest.ledger.persons.purposes import Wanted, grant
    from ingest.ledger.readers import open_reader

    home, actor = real.home, account("officer")
    assert [(each.state, each.said) for each in told(home, "purposes", home.now())] == [("well", "none")]
    open_reader("dana", "analyst", None, "kk", actor, home.now())
    day = home.now().astimezone(LOCAL_TIME).date()
    given = grant(
        Wanted("dana", {"fct_mark": []}, None, day, "15", "study"), 90, actor, "officer", home.now()
    )
    [found] = told(home, "purposes", home.now())
    assert (found.subject, found.said) == (str(given.number), "without_file")
    (home.purposes / "0").mkdir(parents=True)
    assert [each.said for each in told(home, "purposes", home.now())] == ["without_file", "left_over"]
    (home.purposes / "0").rmdir()
    shown = publications.current()
    if shown is not None:
        file = home.purposes / str(given.number) / str(shown.number) / "warehouse.duckdb"
        file.parent.mkdir(parents=True)
        file.touch()
        assert [(each.state, each.said) for each in told(home, "purposes", home.now())] == [
            ("well", "in_force")
        ]


@crosses
def test_kept_draft(real: Country) -> None:
    home = real.home
    kept = where_kept(home)
    kept.unlink(missing_ok=True)
    assert [(each.state, each.said) for each in told(home, "kept_draft")] == [("well", "none")]
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(b"kept")
    facts = {"model": code_fingerprint(), "duckdb": duckdb.__version__, "turn": 1}
    for changed, said in (
        ({}, "kept"),
        ({"model": ""}, "other_model"),
        ({"duckdb": "v0"}, "other_database"),
        ({"turn": 100}, "in_turn"),
    ):
        write_digest(kept, **facts | changed)
        [found] = told(home, "kept_draft")
        assert (found.state, found.said, found.facts) == ("well", said, {"size_bytes": 4})
    kept.write_bytes(b"cut")
    assert [(each.state, each.said) for each in told(home, "kept_draft")] == [("attention", "damaged")]


@crosses
def test_unpublished(real: Country) -> None:
    assert states(real.home, "unpublished", NOW + DAY) == ["well"]
    made = finished_build(real.home)
    found = [states(real.home, "unpublished", NOW + age)[0] for age in (HOUR, 4 * HOUR, 25 * HOUR)]
    assert found == ["well", "attention", "broken"]
    publications.record(made.pk, "0" * 64, NOW, NOW)
    assert states(real.home, "unpublished", NOW + DAY) == ["well"]


@crosses
def test_publication(real: Country) -> None:
    assert states(real.home, "publication") == ["well"]
    made = [finished_build(real.home), finished_build(real.home)]
    publications.record(made[0].pk, "0" * 64, NOW, NOW)
    assert [(each.state, each.said) for each in told(real.home, "publication")] == [("broken", "missing")]
    real.home.warehouse.parent.mkdir(parents=True)
    real.home.warehouse.write_bytes(b"")
    assert [states(real.home, "publication", NOW + age)[0] for age in (DAY, 36 * DAY)] == [
        "well",
        "attention",
    ]
    publications.record(made[1].pk, "1" * 64, NOW, NOW)
    publications.take_back(1, account("ministry"), reason="a wrong figure", at=NOW)
    assert [(each.state, each.said) for each in told(real.home, "publication", NOW + DAY)] == [
        ("attention", "held")
    ]


def made_long_ago(home: Home) -> datetime:
    """A home that knows itself; the moment it was made."""
    owner = decide(home).raw / OWNER
    owner.parent.mkdir(parents=True)
    owner.write_text("", encoding="utf-8")
    return datetime.fromtimestamp(owner.stat().st_mtime, UTC)


@crosses
def test_verified(bare: Home) -> None:
    made = made_long_ago(bare)
    assert [states(bare, "verified", made + age)[0] for age in (DAY, 16 * DAY)] == ["well", "attention"]
    with watched(bare, "verify_everything"):
        pass
    assert [each.said for each in told(bare, "verified")] == ["ended"]
    assert [states(bare, "verified", datetime.now(UTC) + age)[0] for age in (DAY, 16 * DAY)] == [
        "well",
        "attention",
    ]
    with pytest.raises(OSError), watched(bare, "verify_everything"):
        raise OSError(5, "broken")
    assert [each.said for each in told(bare, "verified")] == ["ended"]


def _copies(home: Home, kind: str, limit: float) -> None:
    made = made_long_ago(home)
    found = [states(home, kind, made + age)[0] for age in (HOUR, timedelta(days=limit + 1))]
    assert found == ["well", "attention"]
    log = home.root / "backups.jsonl"
    kept = {"kind": kind, "at": NOW.isoformat(), "succeeded": True}
    log.write_text(json.dumps(kept) + "\n" + '{"kind": "' + kind + '", "at"', encoding="utf-8")
    found = [states(home, kind, NOW + age)[0] for age in (HOUR, timedelta(days=limit + 1))]
    assert found == ["well", "attention"]
    log.write_text(json.dumps(kept) + "\n" + json.dumps(kept | {"succeeded": False}) + "\n", encoding="utf-8")
    assert [(each.state, each.said) for each in told(home, kind, NOW)] == [("attention", "failed")]


@crosses
def test_backup(bare: Home) -> None:
    _copies(bare, "backup", 2)


@crosses
def test_drill(bare: Home) -> None:
    _copies(bare, "drill", 15)


@crosses
def test_disk(bare: Home) -> None:
    assert [each.said for each in told(decide(bare), "disk")] == ["free"]
    assert states(decide(bare, "[health]\ndisk_free_gib = 1e9\n"), "disk") == ["attention"]
    assert states(decide(bare, "[health]\ndisk_free_share = 1.0\n"), "disk") == ["attention"]
    assert states(decide(bare, "[health]\ndisk_broken_gib = 1e9\n"), "disk") == ["broken"]
    assert states(Home(Path("/nowhere/at/all")), "disk") == ["broken"]


@crosses
def test_memory(bare: Home) -> None:
    assert states(decide(bare, "[health]\nmemory_free_share = 0\n"), "memory") == ["well"]
    assert states(decide(bare, "[health]\nmemory_free_share = 1\n"), "memory") == ["attention"]


@crosses
def test_clock(real: Country) -> None:
    found = [states(real.home, "clock", NOW - age)[0] for age in (timedelta(0), timedelta(minutes=9), HOUR)]
    assert found == ["well", "well", "attention"]


@crosses
def test_versions(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(bare, "versions") == ["well"]
    monkeypatch.setattr(machine, "_locked", lambda: {"duckdb": "0.0.1"})
    assert states(bare, "versions") == ["attention"]


@crosses
def test_certificate(bare: Home) -> None:
    assert states(decide(bare), "certificate") == ["well"]
    decide(bare, 'tls_certificate = "shown.pem"\n')
    assert states(bare, "certificate") == ["broken"]
    (bare.root / "shown.pem").write_bytes(certificate(until=NOW))
    found = [states(bare, "certificate", NOW - age)[0] for age in (31 * DAY, 29 * DAY, -HOUR)]
    assert found == ["well", "attention", "broken"]
    (bare.root / "shown.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert states(bare, "certificate") == ["broken"]


# What holds for all of them.


def test_each_gauge_has_a_test_that_makes_it_cross() -> None:
    assert set(CROSSINGS) == set(BY_NAME)


def test_each_gauge_has_its_words_a_remedy_and_said_limits_in_each_language() -> None:
    expected = {"unmeasured", "unmeasured_remedy"}
    for each in GAUGES:
        assert each.measure.__doc__
        expected |= {each.name, f"{each.name}_remedy", *(f"{each.name}_{said}" for said in each.says)}
        expected |= {f"limit_{name}" for name in each.limits}
    words = read_words("health")
    assert expected <= set(words)
    for name in words:
        texts = [WORDS.labels(name).in_language(language) for language in LANGUAGES]
        assert all(text.strip() for text in texts), name
    spoken = [name for name in words if name.partition("_")[0] in BY_NAME or name.startswith("limit_")]
    assert [name for name in spoken if name not in expected] == []


def test_a_limit_has_one_gauge() -> None:
    assert sum(len(each.limits) for each in GAUGES) == len(default_limits())


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[int]:
    """A program that answers everything alike; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def certificate(until: datetime) -> bytes:
    """One that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bbaj.example.kz")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(until - 365 * DAY).not_valid_after(until)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def everything(health: Health) -> str:
    """All that anybody can read of it."""
    rows = [row for language in LANGUAGES for row in rows_of(health, language)]
    return json.dumps(document_of(health), default=str, ensure_ascii=False) + repr(rows)
