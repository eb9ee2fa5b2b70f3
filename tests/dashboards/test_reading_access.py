"""What a reader may not see is nowhere in what Superset answers: every role through every way in, on a real Superset.

A canary must turn up in no answer, whatever is asked. That it does turn up where both layers, the file and the rules,
are taken away, is in `test_reading_layers.py`; what roles may do, in `test_reading_roles.py`.
"""

from __future__ import annotations

import duckdb
import pytest

from tests.dashboards.readers_room import READERS, TABLE, Room, context, own, said, tells
from tests.dashboards.ways_in import OWN_SQL, leaks, questions

pytestmark = pytest.mark.services


@pytest.mark.parametrize(
    ("text", "told"),
    [("1790553600000", False), ("[553600000]", True), ("x553600000,", True), ("Абай", False)],
)
def test_a_code_is_told_where_it_stands_by_itself(text: str, told: bool) -> None:
    assert tells(text, {"553600000", "Абай облысы"}) is told


@pytest.mark.parametrize("reader", READERS)
def test_nothing_from_outside_is_said_whatever_is_asked(readers_room: Room, reader: str) -> None:
    found, answered = leaks(readers_room, reader)
    assert found == []
    assert answered > 25, "most of what is asked is answered"


@pytest.mark.parametrize("reader", READERS)
def test_what_belongs_to_a_reader_is_shown_to_the_last_row(readers_room: Room, reader: str) -> None:
    with duckdb.connect(str(readers_room.file(reader)), read_only=True) as con:
        wanted = con.execute(f"SELECT count(*) FROM {TABLE} WHERE structure IN ('both', 'as_was')").fetchone()
    as_was = {"col": "structure", "op": "==", "val": "as_was"}
    asked = context(
        readers_room.datasets["kk/discipline"], columns=[], metrics=[own("count(*)")], filters=[as_was]
    )
    answer = readers_room.sessions[reader].post(
        f"{readers_room.address}/api/v1/chart/data", json=asked, timeout=60
    )
    assert wanted is not None
    assert [tuple(row.values()) for row in answer.json()["result"][0]["data"]] == [wanted]
    assert (wanted[0] == 0) == (reader == "nowhere")


def test_a_map_shows_a_reader_the_own_regions(readers_room: Room) -> None:
    shown = {}
    for reader in ("ministry", "oblast", "district", "nowhere"):
        [ask] = [ask for name, ask in questions(readers_room, reader) if name == "map json"]
        answer = ask()
        assert answer.ok, answer.text[:500]
        shown[reader] = {row["country_id"] for row in answer.json()["data"] or []}
    assert len(shown["ministry"]) > len(shown["oblast"])
    assert shown["oblast"] == {readers_room.territory["oblast"]}
    assert shown["district"] == {f"{str(readers_room.territory['district'])[:2]}0000000"}
    assert shown["nowhere"] == set()


def test_each_way_of_own_sql_is_refused_with_a_reason(readers_room: Room) -> None:
    ways = ("metric", "column", "order", "filter", "having")
    asked = [(name, ask) for name, ask in questions(readers_room, "oblast") if name.startswith(ways)]
    refused = {}
    for place, way in enumerate(ways):  # another expression through each way: all of them are tried above
        [(name, ask)] = [each for each in asked if each[0] == f"{way} {OWN_SQL[place]}"]
        answer = ask()
        refused[name] = (answer.status_code, "UNION" in said(answer))
    assert set(refused.values()) == {(400, True)}, refused
