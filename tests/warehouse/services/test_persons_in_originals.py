"""A person goes from old workbooks, LibreOffice's and class registers, with the ledger in a file or on a server."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.emit.register_template import HEADER_ROW, register_template
from ingest.home import Home
from ingest.ledger.records import InstallationEvent, RawFile, Submission
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period
from tests.ingest.ledger.conftest import server
from tests.ingest.ledger.databases import create_database, drop_database, url_of
from tests.ingest.read.writers import WRITERS
from tests.warehouse.country import SCHOOLS, WEEKS, Country, learners_of, roster
from tests.warehouse.services.test_persons_erased import (
    MINE,
    WORDS,
    erase,
    is_whole,
    key_of,
    rows_of_lake,
    traces,
)
from tests.warehouse.services.test_persons_told import call
from warehouse.services.submitters.prefill import prefill
from warehouse.services.upkeep.rebuild import relay

__all__ = ["server"]
OLD = {"2026-10": "xlwt", "2026-11": "odfpy"}
ENDINGS = {"xlwt": ".xls", "odfpy": ".ods"}


@pytest.fixture(params=["file", "server"])
def reported(request: pytest.FixtureRequest, rostered: Country, tmp_path: Path) -> Iterator[Country]:
    """A country with a list in each old kind of workbook and a week's register on which a pupil was ill."""
    if request.param == "file":
        yield _report(rostered, tmp_path)
        return
    address = request.getfixturevalue("server")
    name = create_database(address)
    moved = call(rostered.home, "move-ledger", url_of(address, name), "--yes")
    assert moved.exit_code == 0, moved.stderr
    home = Home(rostered.home.root)
    import ingest.ledger

    ingest.ledger.setup(home)
    yield _report(Country(home), tmp_path)
    from django.db import connections

    connections.close_all()
    drop_database(address, name)


def _report(country: Country, folder: Path) -> Country:
    for period, writer in OLD.items():
        rows = roster(SCHOOLS[0])
        cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
        path = WRITERS[writer](folder / f"list{ENDINGS[writer]}", cells, [])
        country.submit_file("learner_roster", SCHOOLS[0], period, path.read_bytes(), path.name)
    country.submit_file("attendance", SCHOOLS[0], WEEKS[0], _register(country), "журнал.xlsx")
    country.judge()
    return country


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _register(country: Country) -> bytes:
    """The week's register as it is handed out, with the person ill on one day."""
    form = contract("attendance")
    known = prefill(country.home, form, SCHOOLS[0], Period.parse("week", WEEKS[0]))
    book = openpyxl.load_workbook(io.BytesIO(register_template(form, registers(form)[0], "kk", known)))
    said = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=HEADER_ROW + 1):
            if any(cell.value == MINE.iin for cell in row):
                row[4].value = "б"
                said += 1
            elif row[1].value and not row[2].value:
                for cell in row[3:8]:
                    cell.value = 6
    assert said == 1
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _ledger_says(words: tuple[str, ...]) -> list[str]:
    """Tables of the ledger, wherever it is, in which one of the words stands."""
    from django.apps import apps

    return sorted(
        {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            for row in model._base_manager.values()
            if any(word in json.dumps(row, ensure_ascii=False, default=str) for word in words)
        }
    )


def test_who_is_erased_is_in_no_original_and_in_no_ledger(reported: Country) -> None:
    home = reported.home
    numbers = Submission.objects.filter(scope__period__in=[*OLD, WEEKS[0]]).values_list("pk", "state")
    states = dict(numbers)
    assert len(states) == 3 and set(states.values()) == {"accepted"}, states
    others = rows_of_lake(home, {key_of(home)})
    assert len(others) < len(rows_of_lake(home)) and len(traces(home)) >= 4
    done = erase(home)
    assert set(states) <= set(done["receipts"])
    assert traces(home) == [] and _ledger_says(WORDS) == []
    kept = RawFile.objects.filter(submissions__in=list(states))
    assert {raw.raw_state for raw in kept} == {"redacted"}
    assert rows_of_lake(home) == others and is_whole(home)
    relay(home)  # from what is left of the originals
    assert rows_of_lake(home) == others and traces(home) == [] and is_whole(home)
    [act] = InstallationEvent.objects.filter(kind="person_erased")
    assert act.details["reason"] == "№ 7"
    neighbour = learners_of(SCHOOLS[0])[1]
    still = json.loads(
        call(home, "person", "find", "-", "--reason", "№ 8", "--json", given=neighbour.iin).stdout
    )
    assert {each["period"] for each in still["reports"]} >= {*OLD, WEEKS[0]}, "nobody else went"
