"""Texts of the ledger that name a person who was erased: names of files, explanations, declared corrections.

In: how to tell that a text names the person. Out: how many texts were replaced. Events are append-only; an erasure is
the one act that changes what stands in them, by the law and nothing else of them, and is an event itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection, transaction

from ingest.ledger.records import ReceiptProblem, Submission, SubmissionEvent, Verdict

INSTEAD = "—"
Names = Callable[[str], bool]


@transaction.atomic
def erase_texts(names_person: Names) -> int:
    """Replace every text that names the person. Told twice it finds nothing."""
    count = 0
    _leave_no_traces()
    for submission in Submission.objects.exclude(file_name="").only("file_name").iterator(chunk_size=2000):
        if names_person(submission.file_name):
            Submission.objects.filter(pk=submission.pk).update(file_name=INSTEAD)
            count += 1
    for problem in ReceiptProblem.objects.iterator(chunk_size=2000):
        path, details = _replaced(problem.path, names_person), _replaced(problem.details, names_person)
        if (path, details) != (problem.path, problem.details):
            ReceiptProblem.objects.filter(pk=problem.pk).update(path=path, details=details)
            count += 1
    for verdict in Verdict.objects.exclude(corrections=None).only("corrections").iterator(chunk_size=2000):
        if (kept := _replaced(verdict.corrections, names_person)) != verdict.corrections:
            Verdict.objects.filter(pk=verdict.pk).update(corrections=kept)
            count += 1
    return count + _erase_in_events(names_person)


def _erase_in_events(names_person: Names) -> int:
    changed: dict[int, Any] = {}
    for pk, details in SubmissionEvent.objects.values_list("pk", "details").iterator(chunk_size=5000):
        if (kept := _replaced(details, names_person)) != details:
            changed[pk] = kept
    if changed:
        with _events_open():
            for pk, details in changed.items():
                SubmissionEvent.objects.filter(pk=pk).update(details=details)
    return len(changed)


def _replaced(value: Any, names_person: Names) -> Any:
    """A value of JSON with every text in it that names the person replaced."""
    if isinstance(value, str):
        return INSTEAD if names_person(value) else value
    if isinstance(value, dict):
        return {key: _replaced(each, names_person) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, names_person) for each in value]
    return value


@contextmanager
def _events_open() -> Iterator[None]:
    """Without the triggers that refuse a change, within the running transaction, and with them again."""
    protection = import_module("ingest.ledger.migrations.0002_events_are_append_only")
    if connection.vendor == "sqlite":
        taken, given = protection.SQLITE_DROP, protection.SQLITE
    else:
        table, trigger = SubmissionEvent._meta.db_table, "submission_event_append_only"
        taken = [f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"]
        given = [f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"]
    with connection.cursor() as cursor:
        for statement in taken:
            cursor.execute(statement)
        yield
        for statement in given:
            cursor.execute(statement)


def _leave_no_traces() -> None:
    """What is replaced is overwritten in the file, too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def forget_log() -> None:
    """Let nothing of what was replaced stay in SQLite's write-ahead log."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
