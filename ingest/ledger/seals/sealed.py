"""Models whose rows carry a digest of what they say, and the ways in which Django writes them.

In: rows to be written. Out: the same rows, sealed in the transaction that writes them. A row that is to be changed is
compared with its seal before, or the change would seal the damage; BrokenSealError then, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, models, router, transaction

from ingest.home import InstallationError
from ingest.ledger.seals import tally
from ingest.ledger.seals.row_digest import DIGITS, SEAL, SealedTable, table_of

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)
_AT_ONCE = 500
"""Rows named in one statement."""


class BrokenSealError(InstallationError):
    """A row of the ledger says something else than when it was written. `table` and `row` say which."""

    def __init__(self, table: str, row: object) -> None:
        super().__init__(f"{table}: row {row} is not what was written")
        self.table, self.row = table, row
        self.of("ledger_row_altered", table=table, row=row)


class SealedQuerySet(models.QuerySet[Row_co]):
    """Seals what it writes in one statement."""

    def update(self, **values: Any) -> int:
        """As Django does, of rows that are what was written."""
        changed = 0
        with transaction.atomic(using=self.db):
            rows = self.order_by().select_for_update(of=("self",)).values_list("pk", flat=True)
            for numbers in _some(rows):
                before = require_sealed(self.model, numbers, self.db)
                changed += models.QuerySet(self.model, using=self.db).filter(pk__in=numbers).update(**values)
                _replace(self.model, before, numbers, self.db)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **named: Any) -> list[Any]:
        """As Django does, into an empty place alone: rows that are there already stay as they are."""
        if named.get("ignore_conflicts") or named.get("update_conflicts"):
            raise NotImplementedError("what was not written cannot be sealed")
        rows = list(objs)
        with transaction.atomic(using=self.db):
            _number(self.model, rows, self.db)
            model: Any = self.model
            table = table_of(model)
            for row in rows:
                row.seal = table.digest_of(row)
            made = super().bulk_create(rows, *args, **named)
            if rows:
                tally.add(table.name, len(rows), tally.added_up(row.seal for row in rows), self.db)
            return made


class SealedModel(models.Model):
    """A row with a digest over all its other columns, its number among them."""

    seal = models.CharField(max_length=DIGITS, null=True, editable=False)
    objects = models.Manager.from_queryset(SealedQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **named: Any) -> None:
        """As Django does. Raises BrokenSealError where the row was damaged since it was written."""
        database = named.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=database):
            if self._is_new(database):
                _number(type(self), [self], database)
                self.seal = table_of(type(self)).digest_of(self)
                named["force_insert"] = True
                super().save(*args, **named)
                tally.add(type(self)._meta.db_table, 1, tally.added_up([self.seal]), database)
                return
            before = require_sealed(type(self), [self.pk], database, is_changed=True)
            super().save(*args, **named)
            [self.seal] = _replace(type(self), before, [self.pk], database)

    def _is_new(self, database: str) -> bool:
        if not self._state.adding:
            return False
        kept = type(self)._base_manager.using(database)
        return self.pk is None or not kept.filter(pk=self.pk).exists()


def require_sealed(
    model: type[models.Model], numbers: Iterable[Any], database: str = "default", *, is_changed: bool = False
) -> list[str]:
    """Let these rows of a table be what was written, as far as they are there; their seals. Raises BrokenSealError.

    `is_changed`: they are to be changed, and nobody else does so before this transaction ends.
    """
    table, seals = table_of(model), list[str]()
    for some in _some(numbers):
        for number, kept, *values in _rows(table, some, database, is_changed=is_changed):
            if kept != table.digest(values):
                raise BrokenSealError(table.name, number)
            seals.append(kept)
    return seals


def seal(model: type[models.Model], numbers: Sequence[Any], database: str = "default") -> list[str]:
    """Seal rows as they stand in the database now; the seals."""
    table = table_of(model)
    seals = [(table.digest(values), number) for number, _, *values in _rows(table, numbers, database)]
    with connections[database].cursor() as cursor:
        cursor.executemany(f'UPDATE "{table.name}" SET "{SEAL}" = %s WHERE "{table.key}" = %s', seals)
    return [digest for digest, _ in seals]


def _replace(
    model: type[models.Model], before: Sequence[str], numbers: Sequence[Any], database: str
) -> list[str]:
    """Seal rows that were changed, and let their table add up to it."""
    after = seal(model, numbers, database)
    tally.add(model._meta.db_table, 0, tally.added_up(after) - tally.added_up(before), database)
    return after


def columns_as_stored(table: SealedTable, vendor: str) -> str:
    """The row's number, its seal, then what is sealed; on SQLite as the file has it, whatever type was declared."""
    bare = "+" if vendor == "sqlite" else ""
    return ", ".join(f'{bare}"{column}"' for column in (table.key, SEAL, *table.columns))


def _some(numbers: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(list(numbers))
    while found := list(islice(left, _AT_ONCE)):
        yield found


def _rows(
    table: SealedTable, numbers: Sequence[Any], database: str, *, is_changed: bool = False
) -> list[tuple[Any, ...]]:
    if not numbers:
        return []
    connection = connections[database]
    places = ", ".join(["%s"] * len(numbers))
    columns = columns_as_stored(table, connection.vendor)
    alone = " FOR NO KEY UPDATE" if is_changed and connection.vendor == "postgresql" else ""
    query = f'SELECT {columns} FROM "{table.name}" WHERE "{table.key}" IN ({places}){alone}'
    with connection.cursor() as cursor:
        cursor.execute(query, numbers)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _number(model: type[models.Model], rows: Sequence[Any], database: str) -> None:
    """Give rows that have none the next numbers of their table: the seal is over the number too. Within a transaction:
    on SQLite it holds the only write lock, on PostgreSQL each number is given once."""
    new = [row for row in rows if row.pk is None]
    if not new or not isinstance(model._meta.pk, models.AutoField):
        return
    table = model._meta.db_table
    with connections[database].cursor() as cursor:
        if connections[database].vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            given = cursor.fetchone()
            first = (given[0] if given else 0) + 1
            numbers = list(range(first, first + len(new)))
        else:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, len(new)],
            )
            numbers = sorted(number for (number,) in cursor.fetchall())
    for row, number in zip(new, numbers, strict=True):
        row.pk = number
