"""Who reads the dashboards is what the last recorded act about the account says, whatever the order of acts."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.ledger.readers import ROLES, change_reader, end_reader, oblast_of, open_reader, reader, readers
from ingest.ledger.records import InstallationEvent, User
from ingest.ledger.refusals import RefusalError

NOW = datetime(2026, 10, 2, 5, tzinfo=UTC)


def _refused(act: Any, *words: Any) -> str:
    with pytest.raises(RefusalError) as refusal:
        act(*words)
    return refusal.value.code


def test_an_account_reads_until_it_is_ended_and_every_act_stays(country: SimpleNamespace) -> None:
    open_reader("aigul", "oblast", country.oblast, "kk", country.actor, NOW)
    change_reader("aigul", None, None, "ru", country.actor, NOW + timedelta(hours=1))
    kept = reader("aigul")
    assert kept is not None
    assert (kept.role, kept.node, kept.language, kept.ended) == ("oblast", "110000000", "ru", False)
    change_reader("aigul", "district", country.neighbour, None, country.actor, NOW + timedelta(hours=2))
    end_reader("aigul", country.actor, NOW + timedelta(hours=3))
    [kept] = readers()
    assert (kept.role, kept.node, kept.ended, kept.by) == ("district", "113800000", True, "operator")
    assert _refused(end_reader, "aigul", country.actor, NOW) == "no_user"
    assert _refused(change_reader, "aigul", "ministry", None, None, country.actor, NOW) == "no_user"
    open_reader("aigul", "ministry", None, "kk", country.actor, NOW + timedelta(hours=4))
    acts = InstallationEvent.objects.filter(kind__startswith="reader_").order_by("pk")
    assert [act.kind.removeprefix("reader_") for act in acts] == [
        "opened", "changed", "changed", "ended", "opened"
    ]  # fmt: skip
    assert User.objects.filter(username="aigul").count() == 1


def test_roles_and_nodes_go_together(country: SimpleNamespace) -> None:
    fitting = {"oblast": [country.oblast], "district": [country.district, country.city_district]}
    nodes = [None, country.republic, country.oblast, country.district, country.city_district, country.school]
    for number, (role, node) in enumerate((role, node) for role in ROLES for node in nodes):
        words = (f"user{number}", role, node, "kk", country.actor, NOW)
        if node in fitting.get(role, [None]):
            open_reader(*words)
        else:
            assert _refused(open_reader, *words) == "user_node", (role, node)
    assert {each.role for each in readers()} == set(ROLES)
    assert oblast_of("113200000") == oblast_of("110000000") == "110000000"
    assert oblast_of("711110000") == "710000000"
    assert oblast_of("KZ") is None and oblast_of("nobody") is None


@pytest.mark.parametrize(
    "name", ["", "a", "A", "admin", "none", "a b", "Айгүл", "../etc", "-x", "x" * 64, "a\n"]
)
def test_names_that_could_be_taken_for_something_else_are_refused(
    country: SimpleNamespace, name: str
) -> None:
    assert _refused(open_reader, name, "ministry", None, "kk", country.actor, NOW) == "bad_user_name"


def test_any_run_of_acts_ends_as_its_last_act_says(country: SimpleNamespace) -> None:
    draw = random.Random(503)
    standing: dict[str, tuple[str, bool]] = {}
    for step in range(60):
        name, role = draw.choice(["a1", "b2", "c3"]), draw.choice(["ministry", "analyst"])
        at, known = NOW + timedelta(minutes=step), standing.get(name, ("", True))
        act = draw.choice(["open", "change", "end"])
        if act == "open":
            if known[1]:
                open_reader(name, role, None, "kk", country.actor, at)
                standing[name] = (role, False)
            else:
                assert _refused(open_reader, name, role, None, "kk", country.actor, at) == "user_exists"
        elif known[1]:
            words = (
                (name, role, None, None, country.actor, at) if act == "change" else (name, country.actor, at)
            )
            assert _refused(change_reader if act == "change" else end_reader, *words) == "no_user"
        elif act == "change":
            change_reader(name, role, None, None, country.actor, at)
            standing[name] = (role, False)
        else:
            end_reader(name, country.actor, at)
            standing[name] = (known[0], True)
    assert {each.name: (each.role, each.ended) for each in readers()} == standing
