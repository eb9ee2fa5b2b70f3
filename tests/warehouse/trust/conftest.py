"""A country that was published twice, with everything that moves a figure in between."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

import ingest.ledger
from ingest.home import Home
from tests.warehouse import country as countries
from tests.warehouse.copies import copied
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, WEEKS, Country, attendance

FEW_WEEK = "2026-W39"


@dataclass
class Editions:
    """`receipts`: what each report is called → its number; `published`: the moment of each publication."""

    home: Home
    receipts: dict[str, int] = field(default_factory=dict)
    published: dict[int, datetime] = field(default_factory=dict)


def workbook(rows: list[dict[str, object]]) -> bytes:
    """An attendance report as an office writes it: a title, an empty row, a header, on the second of two sheets."""
    book = openpyxl.Workbook()
    book.active.title = "Нұсқау"
    book.active["A1"] = "Толтыру тәртібі"
    sheet = book.create_sheet("Қатысу")
    sheet.append(["Апталық есеп"])
    sheet.append([])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([str(value) if value not in ("", None) else None for value in row.values()])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture(scope="session")
def editions(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editions]:
    """Left as it is: what changes it works on a copy."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        root = copied(registered, tmp_path_factory.mktemp("editions") / "home").home.root
        # So few learners are in it that what is usual would round every change away.
        with (root / "bbaj.toml").open("a", encoding="utf-8") as settings:
            settings.write("least_persons = 5\n")
        made = Editions(Home(root))
        ingest.ledger.setup(made.home)
        _first(made)
        _publish(made)
        _let_pass(made, patch, timedelta(days=2))
        _second(made)
        _publish(made)
        connections.close_all()
    yield made  # whoever comes after it in this process has the usual time again


def _first(made: Editions) -> None:
    country, receipts = Country(made.home), made.receipts
    for school, number in zip(SCHOOLS, country.rosters(), strict=True):
        receipts[f"roster {school[-2:]}"] = number
    country.judge()
    country.officers()
    for school in SCHOOLS:
        rows = attendance(school, WEEKS[0])
        receipts[f"37 {school[-2:]}"] = country.submit("attendance", school, WEEKS[0], rows)
    rows = attendance(SCHOOLS[0], WEEKS[1])
    receipts["38 16"] = country.submit_file("attendance", SCHOOLS[0], WEEKS[1], workbook(rows), "апта.xlsx")
    receipts["38 26"] = country.submit_nil("attendance", SCHOOLS[1], WEEKS[1])
    few = attendance(SCHOOLS[0], FEW_WEEK)[:10]
    receipts["39 16"] = country.submit("attendance", SCHOOLS[0], FEW_WEEK, few)
    wrong = [{**row, "lessons_missed": 99} for row in attendance(SCHOOLS[1], FEW_WEEK)]
    receipts["39 26 wrong"] = country.submit("attendance", SCHOOLS[1], FEW_WEEK, wrong)
    country.judge()


def _second(made: Editions) -> None:
    """One approved, one corrected, one withdrawn, and one that is new."""
    from ingest.ledger.accounts import account
    from ingest.ledger.decisions import approvals
    from ingest.ledger.nodes import node

    country, receipts = Country(made.home), made.receipts
    at = made.home.now()
    approvals.approve(receipts["37 16"], account("cli:inspector"), node(DISTRICT), at=at)
    corrected = attendance(SCHOOLS[1], WEEKS[0], missed=6)
    receipts["37 26 corrected"] = country.submit("attendance", SCHOOLS[1], WEEKS[0], corrected)
    approvals.withdraw(
        receipts["39 16"], account("cli:inspector"), node(SCHOOLS[0]), reason="қате", at=at, confirmed=True
    )
    receipts["39 26"] = country.submit("attendance", SCHOOLS[1], FEW_WEEK, attendance(SCHOOLS[1], FEW_WEEK))
    country.judge()


def _let_pass(made: Editions, patch: pytest.MonkeyPatch, time: timedelta) -> None:
    """From here on it is later, for everybody."""
    later = made.home.now() + time
    settings = made.home.root / "bbaj.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(made.home.now().isoformat(), later.isoformat()), encoding="utf-8")
    made.home = Home(made.home.root)
    assert made.home.now() == later > NOW
    patch.setattr(countries, "NOW", later)


def _publish(made: Editions) -> None:
    from warehouse.services.building import build
    from warehouse.storage.shown.publish import publish

    shown = publish(made.home, build(made.home).build_id, accept_loss=True)
    made.published[shown.number] = shown.published_at
