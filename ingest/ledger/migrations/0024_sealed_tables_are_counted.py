"""Of each sealed table it is kept how many rows it was given and what their seals add up to; accounts are sealed too."""

from django.db import migrations, models

from ingest.ledger.seals.row_digest import SEAL, SealedTable
from ingest.ledger.seals.sealed import columns_as_stored
from ingest.ledger.seals.tally import count_anew

SEALED = (
    "build", "directive", "installation", "installationevent", "node", "publication", "publicationhold", "rawfile",
    "readingmeans", "receiptproblem", "referenceversion", "scope", "submission", "submissionevent", "user", "verdict",
)


def seal_accounts(apps, schema_editor):
    connection = schema_editor.connection
    table = SealedTable(apps.get_model("ledger", "user"))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns_as_stored(table, connection.vendor)} FROM "{table.name}"')
        seals = [(table.digest(values), key) for key, _, *values in cursor.fetchall()]
        cursor.executemany(f'UPDATE "{table.name}" SET "{SEAL}" = %s WHERE "{table.key}" = %s', seals)


def count(apps, schema_editor):
    count_anew(schema_editor.connection, [apps.get_model("ledger", name)._meta.db_table for name in SEALED])


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0023_purposes_give_rows_of_persons'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('rows', models.BigIntegerField()),
                ('seals', models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField('user', 'seal', models.CharField(editable=False, max_length=32, null=True)),
        migrations.AlterModelManagers('user', []),
        migrations.RunPython(seal_accounts, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
