"""Triggers that refuse to change or remove an event, on both engines.

On SQLite a later migration that alters this table rebuilds it and thereby drops the triggers: such a
migration must run `protect` again.
"""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER submission_event_no_update BEFORE UPDATE ON ledger_submissionevent
    BEGIN SELECT RAISE(ABORT, 'submission events are append-only'); END
    """,
    """
    CREATE TRIGGER submission_event_no_delete BEFORE DELETE ON ledger_submissionevent
    BEGIN SELECT RAISE(ABORT, 'submission events are append-only'); END
    """,
    # INSERT OR REPLACE removes the old row without firing delete triggers.
    """
    CREATE TRIGGER submission_event_no_replace BEFORE INSERT ON ledger_submissionevent
    WHEN EXISTS (SELECT 1 FROM ledger_submissionevent WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM ledger_submissionevent WHERE receipt_key = NEW.receipt_key)
    BEGIN SELECT RAISE(ABORT, 'submission events are append-only'); END
    """,
]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS submission_event_no_update",
    "DROP TRIGGER IF EXISTS submission_event_no_delete",
    "DROP TRIGGER IF EXISTS submission_event_no_replace",
]
POSTGRESQL = [
    """
    CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'submission events are append-only'; END $$
    """,
    """
    CREATE TRIGGER submission_event_append_only BEFORE UPDATE OR DELETE ON ledger_submissionevent
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
    """,
    """
    CREATE TRIGGER submission_event_no_truncate BEFORE TRUNCATE ON ledger_submissionevent
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
    """,
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS submission_event_append_only ON ledger_submissionevent",
    "DROP TRIGGER IF EXISTS submission_event_no_truncate ON ledger_submissionevent",
    "DROP FUNCTION IF EXISTS ledger_refuse_change()",
]


def _execute(schema_editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def protect(apps, schema_editor):
    _execute(schema_editor, SQLITE, POSTGRESQL)


def unprotect(apps, schema_editor):
    _execute(schema_editor, SQLITE_DROP, POSTGRESQL_DROP)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
