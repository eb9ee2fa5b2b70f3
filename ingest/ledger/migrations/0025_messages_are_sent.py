"""Recipients and messages; what happened to them is append-only on both engines."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_APPEND_ONLY = {
    "recipientevent": "events of recipients",
    "messageevent": "events of messages",
}


def _execute(schema_editor, sqlite, postgresql):
    for name, said in _APPEND_ONLY.items():
        for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
            schema_editor.execute(statement.format(name=name, said=said))


# INSERT OR REPLACE removes the old row without firing delete triggers.
SQLITE = [
    """
    CREATE TRIGGER {name}_no_update BEFORE UPDATE ON ledger_{name}
    BEGIN SELECT RAISE(ABORT, '{said} are append-only'); END
    """,
    """
    CREATE TRIGGER {name}_no_delete BEFORE DELETE ON ledger_{name}
    BEGIN SELECT RAISE(ABORT, '{said} are append-only'); END
    """,
    """
    CREATE TRIGGER {name}_no_replace BEFORE INSERT ON ledger_{name}
    WHEN EXISTS (SELECT 1 FROM ledger_{name} WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{said} are append-only'); END
    """,
]
SQLITE_DROP = [f"DROP TRIGGER IF EXISTS {{name}}_no_{act}" for act in ("update", "delete", "replace")]
POSTGRESQL = [
    """
    CREATE FUNCTION ledger_refuse_change_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{said} are append-only'; END $$
    """,
    """
    CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON ledger_{name}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change_of_{name}()
    """,
    """
    CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON ledger_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change_of_{name}()
    """,
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS {name}_append_only ON ledger_{name}",
    "DROP TRIGGER IF EXISTS {name}_no_truncate ON ledger_{name}",
    "DROP FUNCTION IF EXISTS ledger_refuse_change_of_{name}()",
]


def protect(apps, schema_editor):
    _execute(schema_editor, SQLITE, POSTGRESQL)


def unprotect(apps, schema_editor):
    _execute(schema_editor, SQLITE_DROP, POSTGRESQL_DROP)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0024_sealed_tables_are_counted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('purpose', models.CharField(max_length=64)),
                ('edition', models.CharField(max_length=128)),
                ('language', models.CharField(max_length=2)),
                ('template', models.CharField(max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('attachments', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('held', 'Held'), ('queued', 'Queued'), ('sent', 'Sent'), ('bounced', 'Bounced'), ('withdrawn', 'Withdrawn')], max_length=9)),
                ('message_id', models.CharField(max_length=128, unique=True)),
                ('created_at', models.DateTimeField()),
                ('next_attempt_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=1000)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MessageEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('kind', models.CharField(choices=[('drafted', 'Drafted'), ('held', 'Held'), ('queued', 'Queued'), ('handed', 'Handed'), ('deferred', 'Deferred'), ('sent', 'Sent'), ('bounced', 'Bounced'), ('withdrawn', 'Withdrawn'), ('again', 'Again')], max_length=9)),
                ('at', models.DateTimeField()),
                ('details', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.message')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('person', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=64)),
                ('channel', models.CharField(default='mail', max_length=32)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('language', models.CharField(choices=[('kk', 'kk'), ('ru', 'ru')], default='kk', max_length=2)),
                ('reports', models.JSONField(default=list)),
                ('attachment', models.CharField(choices=[('file', 'File'), ('link', 'Link')], default='file', max_length=4)),
                ('is_active', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('removal_reason', models.CharField(blank=True, max_length=1000)),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='ledger.node')),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.recipient'),
        ),
        migrations.CreateModel(
            name='RecipientEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('kind', models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('removed', 'Removed')], max_length=8)),
                ('at', models.DateTimeField()),
                ('details', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.recipient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('node', 'channel', 'address'), name='recipient_address_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['state', 'next_attempt_at'], name='message_due'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('purpose', 'edition', 'recipient'), name='message_once'),
        ),
        migrations.RunPython(protect, unprotect),
    ]
