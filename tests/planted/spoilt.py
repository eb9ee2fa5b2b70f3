"""One cell of a clean report spoilt in one way, for every column of a form: what the judge says then has one cause.

In: a form, the rows of a clean report of it, a seed. Out: `Spoilt` reports, each with one cell changed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import FormField
from ingest.schema.forms.load import contracts
from tests.planted.clean import Row, Rows


@dataclass(frozen=True)
class Spoilt:
    """A report in which the cell of `column` in `row` (from 0) says `text`; `way`: how it was spoilt."""

    form: str
    rows: Rows
    row: int
    column: str
    way: str
    text: str


def spoilt(form: str, clean: Rows, chance: random.Random) -> Iterator[Spoilt]:
    """Every column of the form spoilt once in every way that suits it, in a row of its own choice."""
    for field in contracts()[form].fields:
        for way, text in _ways(field, clean, chance):
            places = [place for place, row in enumerate(clean) if row[field.name] != text]
            if not places:
                continue
            row = chance.choice(places)
            changed = text if way != "of another" else _of_another(clean, row, field.name, chance)
            if changed == clean[row][field.name]:
                continue
            rows: list[Row] = [dict(each) for each in clean]
            rows[row][field.name] = changed
            yield Spoilt(form, rows, row, field.name, way, changed)


def _ways(field: FormField, clean: Rows, chance: random.Random) -> Iterator[tuple[str, str]]:
    yield "blank", ""
    yield "garbage", "???"
    yield "words", "қайдам, білмеймін"
    yield "of another", ""
    yield "nothing in short", chance.choice(["N/A", "Н/Д", "Қ/Ж"])
    yield "a program's nothing", chance.choice(["Decimal('NaN')", "np.nan", "#Қ/Ж", "(пусто)"])
    limits = field.constraints
    if limits.codelist:
        yield "out of list", "айдаһар"
        yield "another code", chance.choice([entry.code for entry in codelist(limits.codelist).codes])
    if field.type in ("integer", "number"):
        yield "far too large", "987654"
        yield "negative", "-1"
        yield "a fraction", "2.5"
    if field.type == "date":
        yield "no such day", "31.02.2026"
        yield "long ago", "1830-05-05"
        yield "far ahead", "2096-05-05"
        yield "a Saturday", "2026-09-12"
        yield "a Sunday", "2026-09-13"
        yield "some other day", str(date(2026, 9, 1) + timedelta(days=chance.randrange(-400, 60)))
    if field.type in ("time", "datetime"):
        day = "07.09.2026 " if field.type == "datetime" else ""
        yield "no such time", f"{day}25:61"
        yield "some other time", f"{day}{chance.randrange(24):02}:{chance.randrange(60):02}"
        yield "a number for a time", "8,3"
    if field.format != "default":
        known = next((row[field.name] for row in clean if row[field.name]), "650940000016")
        yield "a digit short", known[:-1]
        yield "last digit wrong", known[:-1] + str((int(known[-1]) + 1) % 10)
        yield "digits exchanged", known[0] + known[2] + known[1] + known[3:]
    if field.type == "boolean":
        yield "the opposite", "yes"


def _of_another(clean: Rows, row: int, column: str, chance: random.Random) -> str:
    return chance.choice(clean)[column] if len(clean) > 1 else clean[row][column]
