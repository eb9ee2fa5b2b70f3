"""After any acts, in any order, a build equals a rebuild of the same raw store, ledger and vault in another home."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.directives.acts import Draft
from ingest.ledger.nodes import node
from ingest.ledger.records import Node, Obligation, Submission
from tests.warehouse.country import DISTRICT, REGION, SCHOOLS, Country
from tests.warehouse.services.doings import Doings
from warehouse.services.building import build, is_due
from warehouse.services.hierarchy import directives
from warehouse.services.upkeep.installation import initialise
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts import decisions
from warehouse.storage.builds.build import persons_of, warehouse_of
from warehouse.storage.builds.finished.content import content_hash, hashes_of

pytestmark = pytest.mark.usefixtures("carried")
PROJECT = Path(__file__).parents[3]
TRUTH = ("raw", "restricted", "ledger.sqlite3", "installation.json", "bbaj.toml")


def elsewhere(home: Home, root: Path) -> Home:
    """The truth of a home, and nothing that is made of it, as another home; this process is bound to that one."""
    from django.db import connections

    connections.close_all()
    root.mkdir(mode=0o700)
    for name in TRUTH:
        found = home.root / name
        if found.is_dir():
            shutil.copytree(found, root / name)
        elif found.exists():
            shutil.copyfile(found, root / name)
    for derived in ("reference", "judge"):
        shutil.rmtree(root / "restricted" / derived)
    other = Home(root)
    other.create()
    ingest.ledger.setup(other)
    return other


def status_of(home: Home) -> dict[str, Any]:
    """What `bbaj status` says; what is published differs by nature."""
    asked = CliRunner().invoke(app, ["status", "--json", "--all"], env={"BBAJ_HOME": str(home.root)})
    assert asked.exit_code == 0, asked.output
    said: dict[str, Any] = json.loads(asked.stdout)
    ingest.ledger.setup(home)
    del said["published"]
    return said


def content_of(home: Home) -> tuple[str, dict[str, str]]:
    """The content of a build made now, as a whole and by table."""
    number = build(home).build_id
    of_all, of_persons = hashes_of([warehouse_of(home, number), persons_of(home, number)])
    hashes = of_all | of_persons
    return content_hash(hashes), hashes


@pytest.mark.parametrize("seed", [1, 2])
def test_a_build_after_any_acts_equals_a_rebuild_elsewhere(
    seed: int, reporting: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doings = Doings(reporting.home, random.Random(seed))
    done = [doings.act() for _ in range(14)]
    home = doings.home
    said = status_of(home)
    other = elsewhere(
        home, tmp_path / "other"
    )  # before the first home builds: nothing has been brought up for it
    initialise(other)
    relay(other)
    rebuilt = content_of(other)
    said_there = status_of(other)
    ingest.ledger.setup(home)
    built = content_of(home)
    assert built[1] == rebuilt[1], done
    assert built[0] == rebuilt[0]
    assert status_of(home) == said_there, done
    asked_already = {(each["form"], each["node"], each["period"]) for each in said["missing"]}
    assert asked_already <= {(each["form"], each["node"], each["period"]) for each in said_there["missing"]}
    assert not is_due(home), "what was built is what there is"


def test_what_was_returned_is_not_on_time_any_more_in_the_very_next_build(reporting: Country) -> None:
    home = reporting.home
    found = Submission.objects.filter(scope__form="attendance", scope__node__code=SCHOOLS[0]).first()
    assert found is not None
    assert Obligation.objects.get(form="attendance", node=found.scope.node, period=found.scope.period).status
    decisions.return_(home, found.pk, account("inspector"), node(DISTRICT), reason="?", confirmed=True)
    asked = Obligation.objects.get(form="attendance", node=found.scope.node, period=found.scope.period)
    assert asked.status == "missing"
    assert is_due(home)


def test_a_register_that_is_returned_takes_its_schools_with_it_and_brings_them_back(
    reporting: Country,
) -> None:
    home = reporting.home
    register = Submission.objects.get(scope__form="organisation_register", state="approved")
    before = list(Node.objects.order_by("pk").values())
    decisions.return_(home, register.pk, account("inspector"), node(REGION), reason="?", confirmed=True)
    school = node(SCHOOLS[0])
    assert not any(school.is_open_on(date(2026, 9, 1) + timedelta(days=day)) for day in range(60))
    unanswered = Obligation.objects.filter(node=school, status__in=("open", "missing"))
    assert not unanswered.exists()
    Doings(home, random.Random(0)).approve_registers()
    assert list(Node.objects.order_by("pk").values()) == before


def test_a_closed_school_owes_nothing_from_then_on_and_the_warehouse_knows(reporting: Country) -> None:
    import duckdb

    home = reporting.home
    facts = {"first_day": date(2026, 9, 14), "reason": "?", "by": node(DISTRICT)}
    merged = Draft("merged", node=node(SCHOOLS[1]), terms={"into": SCHOOLS[0]}, **facts)  # type: ignore[arg-type]
    directives.decide(home, merged, account("tester"))
    assert node(SCHOOLS[1]).valid_to == date(2026, 9, 13)
    later = Obligation.objects.filter(node=node(SCHOOLS[1]), period_start__gte=date(2026, 9, 14))
    assert set(later.values_list("status", flat=True)) <= {"not_applicable", "fulfilled", "late"}
    with duckdb.connect(str(warehouse_of(home, build(home).build_id)), read_only=True) as con:
        said = con.execute(
            "SELECT valid_to_date FROM dim_organisation WHERE organisation_code = ?", [SCHOOLS[1]]
        ).fetchall()
        heir = con.execute(
            "SELECT descendant_code FROM brg_organisation_lineage WHERE organisation_code = ?", [SCHOOLS[1]]
        ).fetchall()
    assert (said, heir) == ([(date(2026, 9, 13),)], [(SCHOOLS[0],)])
