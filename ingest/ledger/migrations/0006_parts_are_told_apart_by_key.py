"""Parts are told apart by a folded name: «7А» and «7-a» are one part of a report."""

from django.db import migrations, models

from ingest.schema.values.letters import folded_part


def fill(apps, schema_editor):
    """Two scopes that were apart until now stay so: their submissions cannot be put in one order any more."""
    scopes = apps.get_model("ledger", "Scope").objects.using(schema_editor.connection.alias)
    taken = set()
    for scope in scopes.order_by("pk").iterator(chunk_size=5000):
        key = folded_part(scope.part)
        if (scope.form, scope.node_id, scope.period, key) in taken:
            key = f"{key}#{scope.pk}"  # no name of a part folds to this
        taken.add((scope.form, scope.node_id, scope.period, key))
        scopes.filter(pk=scope.pk).update(part_key=key)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_verdicts_keep_their_means")]
    operations = [
        migrations.AddField("scope", "part_key", models.CharField(default="", max_length=80), preserve_default=False),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint("scope", "scope_once"),
        migrations.AddConstraint(
            "scope",
            models.UniqueConstraint(fields=["form", "node", "period", "part_key"], name="scope_once"),
        ),
    ]
