"""A term is written with its whole school year: `2026-27-T1` becomes `2026-2027-T1`, as a school year is written.

What events and old builds say stays as it was said: they are records.
"""

import re

from django.db import migrations, models

_SHORT = re.compile(r"(?P<began>[0-9]{4})-[0-9]{2}-T(?P<number>[1-4])")


def write_whole_years(apps, schema_editor):
    alias = schema_editor.connection.alias
    for name in ("Scope", "Obligation"):
        rows = apps.get_model("ledger", name).objects.using(alias).filter(period_kind="term")
        for text in list(rows.order_by().values_list("period", flat=True).distinct()):
            if found := _SHORT.fullmatch(text):
                whole = f"{found['began']}-{int(found['began']) + 1:04d}-T{found['number']}"
                rows.filter(period=text).update(period=whole)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_removals_are_confirmed")]
    operations = [
        migrations.AlterField("scope", "period", models.CharField(max_length=16)),
        migrations.AlterField("obligation", "period", models.CharField(max_length=16)),
        migrations.RunPython(write_whole_years, migrations.RunPython.noop),
    ]
