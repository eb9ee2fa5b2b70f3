"""What an installation decides, append-only on both engines; exemptions become decisions like the others."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = [
    """
    CREATE TRIGGER directive_no_update BEFORE UPDATE ON ledger_directive
    BEGIN SELECT RAISE(ABORT, 'directives are append-only'); END
    """,
    """
    CREATE TRIGGER directive_no_delete BEFORE DELETE ON ledger_directive
    BEGIN SELECT RAISE(ABORT, 'directives are append-only'); END
    """,
    """
    CREATE TRIGGER directive_no_replace BEFORE INSERT ON ledger_directive
    WHEN EXISTS (SELECT 1 FROM ledger_directive WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM ledger_directive WHERE takes_back_id = NEW.takes_back_id)
    BEGIN SELECT RAISE(ABORT, 'directives are append-only'); END
    """,
]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS directive_no_update",
    "DROP TRIGGER IF EXISTS directive_no_delete",
    "DROP TRIGGER IF EXISTS directive_no_replace",
]
POSTGRESQL = [
    """
    CREATE FUNCTION ledger_refuse_change_of_directives() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'directives are append-only'; END $$
    """,
    """
    CREATE TRIGGER directive_append_only BEFORE UPDATE OR DELETE ON ledger_directive
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change_of_directives()
    """,
    """
    CREATE TRIGGER directive_no_truncate BEFORE TRUNCATE ON ledger_directive
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change_of_directives()
    """,
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS directive_append_only ON ledger_directive",
    "DROP TRIGGER IF EXISTS directive_no_truncate ON ledger_directive",
    "DROP FUNCTION IF EXISTS ledger_refuse_change_of_directives()",
]


def _execute(schema_editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def protect(apps, schema_editor):
    _execute(schema_editor, SQLITE, POSTGRESQL)


def unprotect(apps, schema_editor):
    _execute(schema_editor, SQLITE_DROP, POSTGRESQL_DROP)


def carry_over(apps, schema_editor):
    """Exemptions granted so far, in their order; that a report is exempt is said by its status alone."""
    directive = apps.get_model("ledger", "Directive")
    for granted in apps.get_model("ledger", "Exemption").objects.order_by("pk"):
        directive.objects.create(
            kind="exemption",
            form=granted.form,
            node_id=granted.node_id,
            first_day=granted.first_day,
            last_day=granted.last_day,
            reason=granted.reason,
            actor_id=granted.actor_id,
            on_behalf_of_id=granted.on_behalf_of_id,
            at=granted.granted_at,
        )
    apps.get_model("ledger", "Obligation").objects.filter(reason="exempted").update(reason="")


def carry_back(apps, schema_editor):
    """Those that are not taken back."""
    directive = apps.get_model("ledger", "Directive")
    taken_back = directive.objects.filter(takes_back__isnull=False).values_list("takes_back_id", flat=True)
    for granted in directive.objects.filter(kind="exemption", form__gt="", node__isnull=False).order_by("pk"):
        if granted.pk not in set(taken_back) and granted.first_day and granted.on_behalf_of_id:
            apps.get_model("ledger", "Exemption").objects.create(
                form=granted.form,
                node_id=granted.node_id,
                first_day=granted.first_day,
                last_day=granted.last_day,
                reason=granted.reason,
                actor_id=granted.actor_id,
                on_behalf_of_id=granted.on_behalf_of_id,
                granted_at=granted.at,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0012_an_installation_knows_itself'),
    ]

    operations = [
        migrations.CreateModel(
            name='Directive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('scope', 'Scope'), ('start', 'Start'), ('deadline', 'Deadline'), ('holiday', 'Holiday'), ('exemption', 'Exemption'), ('closed', 'Closed'), ('opened', 'Opened'), ('merged', 'Merged'), ('taken_back', 'Taken Back')], max_length=12)),
                ('form', models.CharField(blank=True, max_length=64)),
                ('first_day', models.DateField(blank=True, null=True)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('terms', models.JSONField(default=dict)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='directives', to='ledger.node')),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.node')),
                ('takes_back', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='ledger.directive')),
            ],
        ),
        migrations.RunPython(protect, unprotect),
        migrations.RunPython(carry_over, carry_back),
    ]
