"""A written purpose gives rows as long as it is in force, and ends by its day, by an act, and with the account."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.ledger.persons import purposes
from ingest.ledger.persons.purposes import Wanted, grant, in_force
from ingest.ledger.readers import change_reader, end_reader, open_reader
from ingest.ledger.refusals import RefusalError

NOW = datetime(2026, 10, 2, 5, tzinfo=UTC)
TODAY = date(2026, 10, 2)
NOTHING_ASKED = {"lines": 0, "digest": ""}


def _wanted(account: str = "dana", **other: Any) -> Wanted:
    words = {
        "tables": {"fct_mark": ["points"]},
        "node": None,
        "until": TODAY,
        "order": "15",
        "reason": "study",
    }
    return Wanted(account, **words | other)


def _granted(country: SimpleNamespace, wanted: Wanted, at: datetime = NOW) -> purposes.Purpose:
    return grant(wanted, 90, country.actor, "officer", at)


def _refused(country: SimpleNamespace, wanted: Wanted, name: str = "officer") -> str:
    with pytest.raises(RefusalError) as refusal:
        grant(wanted, 90, country.actor, name, NOW)
    return refusal.value.code


def test_it_ends_with_its_last_day_by_the_time_of_the_country(country: SimpleNamespace) -> None:
    open_reader("dana", "analyst", None, "kk", country.actor, NOW)
    given = _granted(country, _wanted())
    midnight = datetime(2026, 10, 2, 19, tzinfo=UTC)
    assert given.ends_at == midnight
    assert in_force(midnight - timedelta(microseconds=1)) == [given]
    assert in_force(midnight) == []
    assert purposes.is_any_over(midnight) and not purposes.is_any_over(midnight - timedelta(seconds=1))
    assert purposes.close_what_is_over(country.actor, midnight, NOTHING_ASKED) == 1
    assert purposes.close_what_is_over(country.actor, midnight, NOTHING_ASKED) == 0
    assert in_force(NOW) == [], "what is closed gives nothing, whatever the clock says later"
    assert _granted(country, _wanted(until=TODAY + timedelta(days=1)), midnight).number > given.number


def test_what_is_about_to_end_is_named_in_time(country: SimpleNamespace) -> None:
    from ingest.cli.answers.ending import BEFORE, ending_facts, ending_lines

    draw = random.Random(47)
    lasting = {f"reader{days}": days for days in draw.sample(range(60), 9)}
    for name, days in lasting.items():
        open_reader(name, "analyst", None, "kk", country.actor, NOW)
        _granted(country, _wanted(name, until=TODAY + timedelta(days=days)))
    for passed in (0, 3, 30, 61):
        now = NOW + timedelta(days=passed)
        left = {each.account: each.ends_at - now for each in in_force(now)}
        facts = ending_facts(now)
        assert [each["account"] for each in facts] == sorted(
            (name for name, rest in left.items() if rest <= BEFORE), key=lambda name: lasting[name]
        )
        assert len(ending_lines(facts)) == len(facts)
    assert ending_facts(NOW + timedelta(days=61)) == []


def test_who_may_have_one(country: SimpleNamespace) -> None:
    for role, node in (("ministry", None), ("administrator", None), ("oblast", country.oblast)):
        open_reader(role, role, node, "kk", country.actor, NOW)
        assert _refused(country, _wanted(role)) == "purpose_role"
    assert _refused(country, _wanted("nobody")) == "no_user"
    open_reader("dana", "analyst", None, "kk", country.actor, NOW)
    for name in ("dana", "Dana"):
        assert _refused(country, _wanted(), name) == "purpose_oneself"
    for days in (-400, -1, 91, 4000):
        assert _refused(country, _wanted(until=TODAY + timedelta(days=days))) == "purpose_until"
    for node in (country.republic, country.school):
        assert _refused(country, _wanted(node=node)) == "purpose_place"
    for words in ({"order": " "}, {"reason": ""}, {"reason": "x" * 2001}):
        assert _refused(country, _wanted(**words)) == "purpose_words"
    assert in_force(NOW) == []
    given = _granted(country, _wanted(until=TODAY + timedelta(days=90), node=country.oblast))
    assert _refused(country, _wanted()) == "purpose_exists"
    ended = purposes.end(given.number, "done", country.actor, NOW, NOTHING_ASKED)
    assert (ended.cut_at, ended.cut_by, ended.is_closed) == (NOW, country.actor.username, True)
    with pytest.raises(RefusalError, match="in force"):
        purposes.end(given.number, "again", country.actor, NOW, NOTHING_ASKED)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_becomes_of_the_account_nobody_else_gets_its_purpose(
    country: SimpleNamespace, seed: int
) -> None:
    """In whatever order accounts are opened, changed and ended: rows are given to whom they were granted, as long as
    that account was nothing but an analyst's since."""
    draw, at, wanted = random.Random(seed), NOW, {}
    for _ in range(25):
        at += timedelta(seconds=1)
        name = draw.choice(("dana", "erlan"))
        act = draw.choice(("open", "end", "ministry", "analyst", "russian", "grant", "take"))
        before = dict(wanted)
        try:
            if act == "open":
                open_reader(name, draw.choice(("analyst", "ministry")), None, "kk", country.actor, at)
            elif act == "end":
                end_reader(name, country.actor, at)
                wanted.pop(name, None)
            elif act in ("ministry", "analyst"):
                change_reader(name, act, None, None, country.actor, at)
                if act == "ministry":
                    wanted.pop(name, None)
            elif act == "russian":
                change_reader(name, None, None, "ru", country.actor, at)
            elif act == "grant":
                wanted[name] = _granted(country, _wanted(name), at).number
            else:
                purposes.end(wanted.get(name, -1), "done", country.actor, at, NOTHING_ASKED)
                wanted.pop(name)
        except RefusalError:
            assert wanted == before
        assert {each.account: each.number for each in in_force(at)} == wanted
