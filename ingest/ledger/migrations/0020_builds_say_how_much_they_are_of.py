"""A build no longer carries the list of its submissions, which lies beside what it made: a year of a country is a
hundred megabytes of it a build. What the ledger keeps is its fingerprint, and how much it is of."""

from django.db import migrations, models
from django.utils.dateparse import parse_datetime

from ingest.ledger.seals.row_digest import SEAL, SealedTable
from ingest.ledger.seals.sealed import columns_as_stored

_ACTS = ("received_at", "accepted_at", "approved_at")


def count(apps, schema_editor):
    for build in apps.get_model("ledger", "build").objects.order_by("pk").iterator(chunk_size=1):
        moments = [parse_datetime(each[name]) for each in build.manifest for name in _ACTS if each.get(name)]
        build.submissions = len({each["submission_id"] for each in build.manifest})
        build.organisations = len({each["node_code"] for each in build.manifest})
        build.data_as_of = max(moments, default=None)
        build.save(update_fields=["submissions", "organisations", "data_as_of"])


def seal_again(apps, schema_editor):
    """The seal is over all columns, and those are others now."""
    connection = schema_editor.connection
    table = SealedTable(apps.get_model("ledger", "build"))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns_as_stored(table, connection.vendor)} FROM "{table.name}"')
        seals = [(table.digest(values), key) for key, _, *values in cursor.fetchall()]
        cursor.executemany(f'UPDATE "{table.name}" SET "{SEAL}" = %s WHERE "{table.key}" = %s', seals)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0019_officers_answer_persons'),
    ]

    operations = [
        migrations.AddField('build', 'submissions', models.BigIntegerField(default=0)),
        migrations.AddField('build', 'organisations', models.BigIntegerField(default=0)),
        migrations.AddField('build', 'data_as_of', models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RemoveField('build', 'manifest'),
        migrations.RunPython(seal_again, migrations.RunPython.noop),
    ]
