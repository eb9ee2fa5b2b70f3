"""A ledger with something in every sealed table, and SQL that nothing guards: what a disk or a hand does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from ingest.home import Home

NOW = datetime(2026, 9, 14, 4, tzinfo=UTC)


def fill(country: SimpleNamespace, submit: Callable[..., Any]) -> None:
    """At least one row in every sealed table."""
    from ingest.ledger import builds, editions, publications
    from ingest.ledger.decisions import approvals
    from ingest.ledger.decisions.manifest import NOTHING
    from ingest.ledger.directives.acts import Draft, make
    from ingest.ledger.outbox import messages, recipients
    from ingest.ledger.outbox.recipients import Wanted
    from ingest.ledger.receipts import receipt_problems, submissions
    from ingest.ledger.records import Installation, InstallationEvent, ReadingMeans
    from ingest.ledger.seals.broken import sealed_models

    first = submit("a", outcome="accepted").submission
    submit("b", outcome="rejected", period="2026-W38")
    submit(None, period="2026-W39")
    approvals.approve(first.pk, country.actor, country.district, at=NOW)
    submissions.hold_back([first.pk], 1, "a reason", NOW)
    build = builds.start(NOTHING, NOW)
    builds.finish(build.pk, "succeeded", NOW, [{"submission": first.pk, "reason": "é"}])
    publications.record(build.pk, "c" * 64, NOW, NOW)
    publications.record(builds.start(NOTHING, NOW).pk, "d" * 64, NOW, NOW)
    publications.take_back(1, country.actor, reason="a reason", at=NOW)
    make(
        Draft("holiday", first_day=date(2026, 9, 9), last_day=date(2026, 9, 9), reason="a"),
        country.actor,
        NOW,
    )
    receipt_problems.record("k", "drop/Ә", "cannot_identify", {"why": ["x", 1.0, 2.5, None]}, NOW)
    ReadingMeans.objects.create(sha256="e" * 64, content={"ә": {"b": 1, "a": [True]}})
    submissions.keep_reference({"school_calendar": [2, 1]})
    Installation.objects.update_or_create(pk=1, defaults={"uid": "f" * 32, "keys_issued": 3})
    Installation.objects.filter(pk=1).update(keys_issued=4)
    InstallationEvent.objects.create(kind="adopted", actor=country.actor, at=NOW, details={"why": "x"})
    to = recipients.add(Wanted(country.oblast, "a@edu.example", ("weekly",)), country.actor, NOW)
    messages.queue(messages.Letter("weekly", "1", "summary", {"share": 1.0}), to, country.actor, NOW)
    editions.hold(
        editions.About("weekly", "2026-W36", country.oblast), "operational", [{"code": "empty"}], NOW
    )
    assert [model for model in sealed_models() if not model._default_manager.exists()] == []
    assert len(sealed_models()) >= 14


def unguarded(home: Home) -> AbstractContextManager[Callable[..., list[Any]]]:
    """Who runs a statement with its values, without triggers and constraints as far as the engine lets go of them."""
    from django.db import connection

    return _in_file(home) if connection.vendor == "sqlite" else _on_server()


@contextmanager
def _in_file(home: Home) -> Iterator[Callable[..., list[Any]]]:
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as con:
        con.execute("PRAGMA ignore_check_constraints = ON")
        kept = con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in kept:
            con.execute(f"DROP TRIGGER {name}")

        def run(statement: str, *words: Any) -> list[Any]:
            if statement.startswith("UPDATE"):
                statement = (
                    statement.replace("= ?", "= CAST(? AS TEXT)", 1)
                    if isinstance(words[0], bytes)
                    else statement
                )
            return con.execute(statement, words).fetchall()

        yield run
        for _, sql in kept:
            con.execute(sql)


@contextmanager
def _on_server() -> Iterator[Callable[..., list[Any]]]:
    from django.db import connection

    def run(statement: str, *words: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute(statement.replace("?", "%s"), words)
                return list(cursor.fetchall()) if cursor.description else []
            finally:
                cursor.execute("SET session_replication_role = origin")

    yield run
