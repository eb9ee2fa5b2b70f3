"""Numbers of receipts after a ledger was restored: those given after the backup are not given to others.

In: a ledger this process is bound to. Out: its next number, so far on that none between can have been given twice.
"""

from __future__ import annotations

from django.db import connection, transaction

from ingest.ledger.records import Submission

LEFT_OUT = 100_000
"""More than a country receives between two backups."""


@transaction.atomic
def leave_out_numbers() -> tuple[int, int]:
    """Let numbers go on behind a gap; the number of the last receipt and that of the next one."""
    last = Submission.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    table = Submission._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            sequence = str(cursor.fetchone()[0])
            cursor.execute(f"SELECT last_value FROM {sequence}")
            row = cursor.fetchone()
        given = max(last, int(row[0]) if row else 0)
        behind = (given + LEFT_OUT - 1) // LEFT_OUT * LEFT_OUT + LEFT_OUT
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, behind])
        else:
            cursor.execute("SELECT setval(%s, %s)", [sequence, behind])
    return last, behind + 1
