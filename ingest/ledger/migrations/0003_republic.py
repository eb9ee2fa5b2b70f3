"""The one node that needs no form to exist: the republic."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("ledger", "Node").objects.using(schema_editor.connection.alias).get_or_create(
        code="KZ",
        defaults={
            "kind": "republic",
            "name_kk": "Қазақстан Республикасы",
            "name_ru": "Республика Казахстан",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_events_are_append_only")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
