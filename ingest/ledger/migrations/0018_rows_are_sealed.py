"""Every row that others rely on carries a digest of what it says, those that were there already too.

The triggers of tables that only take further rows are let go of for that one act and are there afterwards.
"""

from importlib import import_module

from django.db import migrations, models

from ingest.ledger.seals.row_digest import SEAL, SealedTable
from ingest.ledger.seals.sealed import columns_as_stored

SEALED = (
    "build", "directive", "installation", "installationevent", "node", "publication", "publicationhold", "rawfile",
    "readingmeans", "receiptproblem", "scope", "submission", "submissionevent", "verdict",
)
_CHUNK = 5000
# Which migration protects the table, and its trigger on PostgreSQL.
_PROTECTED = {
    "submissionevent": ("0002_events_are_append_only", "submission_event_append_only"),
    "installationevent": ("0007_events_of_the_installation", "installation_event_append_only"),
    "directive": ("0013_an_installation_decides", "directive_append_only"),
}


def seal_rows(apps, schema_editor):
    connection = schema_editor.connection
    for name in SEALED:
        table = SealedTable(apps.get_model("ledger", name))
        taken, given = _protection(name, table.name, connection.vendor)
        with connection.cursor() as cursor:
            for statement in taken:
                cursor.execute(statement)
            _seal(connection, cursor, table)
            for statement in given:
                cursor.execute(statement)


def _seal(connection, cursor, table):
    columns = columns_as_stored(table, connection.vendor)
    cursor.execute(f'SELECT "{table.key}" FROM "{table.name}" ORDER BY 1')
    keys = [key for (key,) in cursor.fetchall()]
    for start in range(0, len(keys), _CHUNK):
        some = keys[start : start + _CHUNK]
        query = f'SELECT {columns} FROM "{table.name}" WHERE "{table.key}" BETWEEN %s AND %s'
        cursor.execute(query, [some[0], some[-1]])
        seals = [(table.digest(values), key) for key, _, *values in cursor.fetchall()]
        cursor.executemany(f'UPDATE "{table.name}" SET "{SEAL}" = %s WHERE "{table.key}" = %s', seals)


def _protection(name, table, vendor):
    if name not in _PROTECTED:
        return [], []
    migration, trigger = _PROTECTED[name]
    if vendor == "sqlite":
        protection = import_module(f"ingest.ledger.migrations.{migration}")
        return protection.SQLITE_DROP, protection.SQLITE
    return [f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"], [f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"]


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0017_corrections_are_asked_for'),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name='seal',
                field=models.CharField(editable=False, max_length=32, null=True),
            )
            for name in SEALED
        ),
        migrations.RunPython(seal_rows, migrations.RunPython.noop),
    ]
