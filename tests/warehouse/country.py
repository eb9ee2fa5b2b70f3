"""A country of two schools, whose files are received and judged for real.

In: a home. Out: `Country`, which hands files in as submitters would; its learners; a process to be killed.
"""

from __future__ import annotations

import atexit
import csv
import io
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ingest.home import Home
from ingest.schema.values.identifier import check_digit
from tests.once import made_once
from tests.warm import JUDGING, run_python
from warehouse.storage.shown.leak import Planted

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 9, 29, 5, tzinfo=UTC)
SCHOOLS = ("650940000016", "650940000026")
DISTRICT, REGION = "113800000", "110000000"
WEEKS = ("2026-W37", "2026-W38")

_OURS = ("warehouse.services.apart.ahead", "warehouse.services.upkeep.rebuild")
_TERRITORIES = [
    ("110000000", "oblast", "0", "Акмолинская область", "Ақмола облысы"),
    ("113800000", "district", "4", "Атбасарский район", "Атбасар ауданы"),
    ("113820100", "settlement", "1", "г.Атбасар", "Атбасар қ."),
]
_CALENDAR = [
    ("term", 1, "I тоқсан", "I четверть", "2026-09-01", "2026-10-25"),
    ("break", 1, "Күзгі каникул", "Осенние каникулы", "2026-10-26", "2026-11-01"),
    ("term", 2, "II тоқсан", "II четверть", "2026-11-02", "2026-12-27"),
]


@dataclass(frozen=True)
class Learner:
    """One planted person: everything about whom must stay inside `restricted/`."""

    iin: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date


def iin_for(born: date, serial: int) -> str:
    """A well-formed number of the demo range for that birth date."""
    for number in itertools.count(serial * 10):
        stem = f"{born:%y%m%d}7{number % 10_000:04d}"
        digit = check_digit(stem)
        if digit is not None:
            return stem + str(digit)
    raise AssertionError


def learners_of(school: str, count: int = 6) -> list[Learner]:
    """The same persons at every call; birth dates that are no day of any report or register."""
    first = SCHOOLS.index(school) * 100
    people = []
    for serial in range(first, first + count):
        born = date(2014, 1, 3) + timedelta(days=7 * serial)
        # Made-up words that occur in no other text of the system.
        names = (f"Жасырынқызы{serial:03d}", f"Құпияаты{serial:03d}", f"Тысжарияұлы{serial:03d}")
        people.append(Learner(iin_for(born, serial), *names, born))
    return people


@dataclass
class Country:
    """Hands files in over one home. Rows are dictionaries by field name; headers are field names."""

    home: Home

    def submit(self, form: str, node: str, period: str, rows: Sequence[dict[str, Any]], **more: Any) -> int:
        """Hand one csv file in; the submission's number. `replace`: it may remove rows that count."""
        return self.submit_file(form, node, period, csv_of(rows), f"{form}.csv", **more)

    def submit_file(self, form: str, node: str, period: str, content: bytes, name: str, **more: Any) -> int:
        """Hand a file in as it is; the submission's number."""
        from ingest.ledger.accounts import account
        from ingest.ledger.receipts.submissions import Handover
        from ingest.receive.address import resolve
        from ingest.receive.receipt import receive

        scope = resolve(form, node, period, more.get("part", "whole"))
        handover = Handover(
            NOW,
            "cli",
            account("tester"),
            file_name=name,
            may_replace=bool(more.get("replace", False)),
        )
        return receive(self.home, io.BytesIO(content), scope, handover).submission_id

    def submit_nil(self, form: str, node: str, period: str) -> int:
        """Say that there is nothing to report; the submission's number."""
        from ingest.ledger.accounts import account
        from ingest.ledger.receipts.submissions import Handover
        from ingest.receive.address import resolve
        from ingest.receive.receipt import receive_nil

        return receive_nil(resolve(form, node, period), Handover(NOW, "cli", account("tester"))).submission_id

    def registers(self) -> None:
        """Territories, calendar and organisations, judged and followed."""
        from warehouse.services.verdicts.intake import judge_waiting

        names = ("kato", "level", "type_code", "name_ru", "name_kk")
        self.submit(
            "territory_register",
            "KZ",
            "2026-07-17",
            [dict(zip(names, row, strict=True)) for row in _TERRITORIES],
        )
        names = ("segment", "segment_no", "name_kk", "name_ru", "start_date", "end_date")
        self.submit(
            "school_calendar", "KZ", "2026-2027", [dict(zip(names, row, strict=True)) for row in _CALENDAR]
        )
        judge_waiting(self.home)
        self.approve_registers()
        self.submit("organisation_register", DISTRICT, "2026-08-20", [_opened(school) for school in SCHOOLS])
        judge_waiting(self.home)
        self.approve_registers()

    def approve_registers(self) -> None:
        """Let those above approve every register and calendar that was accepted, and follow them."""
        from ingest.ledger.accounts import account
        from ingest.ledger.decisions import approvals, winners
        from ingest.ledger.records import Submission
        from warehouse.services.hierarchy.registers import follow

        accepted = Submission.objects.filter(
            state="accepted", scope__form__in=winners.effective_when_approved()
        )
        for found in accepted.select_related("scope__node__parent").order_by("pk"):
            above = found.scope.node.parent or found.scope.node
            approvals.approve(found.pk, account("inspector"), above, at=NOW)
        follow(self.home)

    def officers(self) -> None:
        """Whoever runs the tests may answer persons."""
        from ingest.cli.session import operator, operator_name
        from ingest.ledger.persons.officers import name_officer

        name_officer(operator_name(), operator(), "№ 3", self.home.now())

    def rosters(self) -> list[int]:
        """The learners of both schools in September."""
        return [self.submit("learner_roster", school, "2026-09", roster(school)) for school in SCHOOLS]

    def reports(self) -> list[int]:
        """Two weeks of attendance of both schools."""
        return [
            self.submit("attendance", school, week, attendance(school, week))
            for school in SCHOOLS
            for week in WEEKS
        ]

    def judge(self) -> Any:
        from warehouse.services.verdicts.intake import judge_waiting

        return judge_waiting(self.home)


def roster(school: str) -> list[dict[str, Any]]:
    return [
        {
            "bin": school, "iin": person.iin, "last_name": person.last_name, "first_name": person.first_name,
            "middle_name": person.middle_name, "birth_date": person.birth_date, "sex": "m", "grade": 5,
            "letter": "А", "language": "kk", "shift": 1, "study_form": "full_time", "is_boarder": "no",
            "is_transported": "no", "has_free_meals": "no", "enrolled_date": "2026-08-28",
            "citizenship": "KZ", "special_needs": "hearing", "social_status": "orphan",
        }
        for person in learners_of(school)
    ]  # fmt: skip


def attendance(school: str, week: str, missed: int = 2) -> list[dict[str, Any]]:
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return [
        {
            "bin": school, "iin": person.iin, "date": monday + timedelta(days=day), "grade": 5, "letter": "А",
            "lessons_scheduled": 6, "lessons_missed": missed if day == place % 5 else 0,
            "lessons_missed_valid": missed if day == place % 5 else 0, "is_late": "no",
            "absence_reason": "ILL" if day == place % 5 and missed else "",
        }
        for place, person in enumerate(learners_of(school))
        for day in range(5)
    ]  # fmt: skip


def _opened(school: str) -> dict[str, Any]:
    return {
        "bin": school, "event": "opened", "event_date": "2020-09-01", "name_kk": f"№{school[-2:]} мектеп",
        "name_ru": f"Школа №{school[-2:]}", "kind": "general_school", "ownership": "13", "affiliation": "2",
        "locality": "urban", "kato": "113820100", "address_kk": "Абай көшесі, 1",
        "address_ru": "улица Абая, 1", "languages": "kk", "design_capacity": 300, "shifts": 2,
        "is_small": "no", "is_boarding": "no", "opened_date": "2020-09-01",
        "head_name": "Басшықызы Құпия", "phone": "+77172000000",
        "email": "mektep@example.kz",
    }  # fmt: skip


def csv_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """A csv file with field names for headers."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def planted() -> Planted:
    """Everything about anybody that must not get out."""
    people = [person for school in SCHOOLS for person in learners_of(school)]
    names = {name for person in people for name in (person.last_name, person.first_name, person.middle_name)}
    return Planted(
        frozenset(person.iin for person in people),
        frozenset(names | {"Басшықызы", "mektep@example.kz", "+77172000000"}),
        frozenset(person.birth_date for person in people),
    )


def run_in_child(home: Home, code: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
    """Run code over a home in a process of its own, killed at `failpoint` if one is named. What judging needs it has
    loaded, ours as well; it reads the name of the place anew."""
    prelude = (
        "import os\nfrom ingest.receive import failpoint\n"
        "failpoint._ARMED = os.environ['BBAJ_FAILPOINT']\n"
        "from tests.warm.template import fork_template\nfork_template()\n"
        "from pathlib import Path\nfrom ingest.home import Home\nimport ingest.ledger\n"
        f"home = Home(Path({str(home.root)!r}))\ningest.ledger.setup(home)\n"
    )
    asked = {**os.environ, "BBAJ_FAILPOINT": failpoint}
    return run_python(prelude + code, env=asked, ahead=(*JUDGING, *_OURS), ours=True)


def new_home(root: Path) -> Home:
    """A fresh demo home at its fixed moment, its ledger that of this process."""
    import ingest.ledger

    if "BBAJ_LEDGER_URL" in os.environ:
        return _made(root)
    shutil.copytree(_empty_home(), root, symlinks=True)
    home = Home(root)
    ingest.ledger.setup(home)
    return home


@cache
def _empty_home() -> Path:
    """A process's copy of what is made once: the migrations of a ledger take longer than most tests."""
    from django.db import connections

    scratch = tempfile.TemporaryDirectory(prefix="bbaj-empty-")
    made_by = os.getpid()
    atexit.register(lambda: scratch.cleanup() if os.getpid() == made_by else None)

    def make(root: Path) -> None:
        _made(root)
        connections.close_all()

    return made_once("empty", Path(scratch.name) / "home", make)


def _made(root: Path) -> Home:
    import ingest.ledger
    from warehouse.storage.lake.empty import write_empty

    root.mkdir(parents=True)
    (root / "bbaj.toml").write_text(
        f'demo = true\ncollect_from = 2026-09-01\nnow = "{NOW.isoformat()}"\n', encoding="utf-8"
    )
    home = Home(root)
    home.create()
    ingest.ledger.migrate(home)
    write_empty(home)
    return home
