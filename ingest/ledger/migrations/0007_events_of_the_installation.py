"""Events of the installation, append-only on both engines like those of submissions."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = [
    """
    CREATE TRIGGER installation_event_no_update BEFORE UPDATE ON ledger_installationevent
    BEGIN SELECT RAISE(ABORT, 'events of the installation are append-only'); END
    """,
    """
    CREATE TRIGGER installation_event_no_delete BEFORE DELETE ON ledger_installationevent
    BEGIN SELECT RAISE(ABORT, 'events of the installation are append-only'); END
    """,
    """
    CREATE TRIGGER installation_event_no_replace BEFORE INSERT ON ledger_installationevent
    WHEN EXISTS (SELECT 1 FROM ledger_installationevent WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'events of the installation are append-only'); END
    """,
]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS installation_event_no_update",
    "DROP TRIGGER IF EXISTS installation_event_no_delete",
    "DROP TRIGGER IF EXISTS installation_event_no_replace",
]
POSTGRESQL = [
    """
    CREATE FUNCTION ledger_refuse_change_of_installation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'events of the installation are append-only'; END $$
    """,
    """
    CREATE TRIGGER installation_event_append_only BEFORE UPDATE OR DELETE ON ledger_installationevent
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change_of_installation()
    """,
    """
    CREATE TRIGGER installation_event_no_truncate BEFORE TRUNCATE ON ledger_installationevent
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change_of_installation()
    """,
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS installation_event_append_only ON ledger_installationevent",
    "DROP TRIGGER IF EXISTS installation_event_no_truncate ON ledger_installationevent",
    "DROP FUNCTION IF EXISTS ledger_refuse_change_of_installation()",
]


def _execute(schema_editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def protect(apps, schema_editor):
    _execute(schema_editor, SQLITE, POSTGRESQL)


def unprotect(apps, schema_editor):
    _execute(schema_editor, SQLITE_DROP, POSTGRESQL_DROP)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_parts_are_told_apart_by_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='InstallationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('secret_change_begun', 'Secret Change Begun'), ('secret_changed', 'Secret Changed')], max_length=32)),
                ('at', models.DateTimeField()),
                ('details', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.user')),
            ],
        ),
        migrations.RunPython(protect, unprotect),
    ]
