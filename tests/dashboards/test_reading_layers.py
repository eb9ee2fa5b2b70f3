"""Two layers keep rows from a reader, the file that is opened and the rules on its rows: each of them holds alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboards.readers_room import TABLE, Room, canaries, context, own, said, tells
from tests.dashboards.ways_in import leaks, questions

pytestmark = pytest.mark.services
WAYS = (
    "by hand ru/discipline", "drill_detail ru/discipline", "chart districts", "csv", "xlsx", "samples",
    "values node_name_ru", "map of names",
)  # fmt: skip
"""By which both layers are shown to hold alone."""


@contextmanager
def whole_in_place_of(file: Path, whole: Path) -> Iterator[None]:
    """As if the file of a territory held everything: what a connection without our hook would open."""
    aside = file.with_suffix(".aside")
    file.rename(aside)
    try:
        shutil.copy(whole, file)
        yield
    finally:
        aside.replace(file)


@contextmanager
def rules(room: Room, clause: str) -> Iterator[None]:
    """The rules on rows with another condition."""
    address = f"{room.address}/api/v1/rowlevelsecurity/"
    found = room.admin.get(address, timeout=60).json()["result"]
    before = {
        each["id"]: room.admin.get(f"{address}{each['id']}", timeout=60).json()["result"] for each in found
    }

    def put(number: int, words: str) -> None:
        kept = before[number]
        tables = [each["id"] for each in kept["tables"]]
        body = {"name": kept["name"], "clause": words, "tables": tables, "roles": [], "filter_type": "Base"}
        assert room.admin.put(f"{address}{number}", json=body, timeout=60).ok

    ours = [number for number, kept in before.items() if kept["tables"]]
    assert ours
    try:
        for number in ours:
            put(number, clause)
        yield
    finally:
        for number in ours:
            put(number, before[number]["clause"])


def test_a_rule_that_raises_shows_no_more(readers_room: Room) -> None:
    with rules(readers_room, "{{ 1 / 0 }}"):
        assert leaks(readers_room, "oblast", "by hand") == ([], 0)
        assert leaks(readers_room, "district", "csv")[0] == []


def test_each_layer_holds_alone_and_a_planted_leak_is_found(readers_room: Room) -> None:
    whole, file = readers_room.current / "warehouse.duckdb", readers_room.file("oblast")
    # The matrix looks for what is outside of the file as it was, so that is noted before.
    sought = canaries(readers_room, "oblast")

    def found() -> list[str]:
        out = []
        for name, ask in questions(readers_room, "oblast"):
            text = said(ask()) if name in WAYS else ""
            out += [name] if tells(text, sought) else []
        return out

    with rules(readers_room, "1 = 1"):
        assert found() == [], "the file holds without the rules"
    with whole_in_place_of(file, whole):
        assert found() == [], "the rules hold without the file"
        with rules(readers_room, "1 = 1"):
            ways = set(found())
    assert ways == set(WAYS), "without both it is found"
    with whole_in_place_of(file, file.with_suffix(".aside")):
        [code, word] = readers_room.territory["oblast"], max(sought, key=len)
        with duckdb.connect(str(file)) as con:
            con.execute(
                f"UPDATE {TABLE} SET node_name_kk = ?, node_name_ru = ? WHERE oblast_code = ?",
                [word, word, code],
            )
        assert {"csv", "xlsx", "samples"} <= set(found()), "one foreign name is found"
    assert found() == []


def test_a_physical_dataset_shows_no_more_than_a_selection(readers_room: Room) -> None:
    """Somebody entitled makes one, and readers are let at it: no rule is on it yet, the file holds."""
    body = {"database": readers_room.database, "schema": "main", "table_name": TABLE}
    made = readers_room.admin.post(f"{readers_room.address}/api/v1/dataset/", json=body, timeout=60)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    try:
        with _let_at(readers_room, "bbaj oblast", number):
            for asked in (
                context(number, columns=["oblast_name_kk", "oblast_code"], metrics=[own("count(*)")]),
                context(number, columns=[], metrics=[], result_type="samples"),
            ):
                answer = readers_room.sessions["oblast"].post(
                    f"{readers_room.address}/api/v1/chart/data", json=asked, timeout=60
                )
                assert answer.ok, answer.text[:500]
                assert str(readers_room.territory["oblast"]) in said(answer)
                assert not tells(said(answer), canaries(readers_room, "oblast"))
    finally:
        readers_room.admin.delete(f"{readers_room.address}/api/v1/dataset/{number}", timeout=60)


@contextmanager
def _let_at(room: Room, role: str, dataset: int) -> Iterator[None]:
    roles = room.admin.get(f"{room.address}/api/v1/security/roles/?q=(page_size:100)", timeout=60).json()[
        "result"
    ]
    [number] = [each["id"] for each in roles if each["name"] == role]
    address = f"{room.address}/api/v1/security/roles/{number}/permissions"
    before = [each["id"] for each in room.admin.get(f"{address}/", timeout=60).json()["result"]]
    listed: list[dict[str, Any]] = []
    for page in range(20):
        query = f"?q=(page:{page},page_size:100)"
        some = room.admin.get(
            f"{room.address}/api/v1/security/permissions-resources/{query}", timeout=60
        ).json()["result"]
        listed += some
        if not some:
            break
    wanted = [
        each["id"]
        for each in listed
        if each["permission"]["name"] == "datasource_access"
        and each["view_menu"]["name"].endswith(f"(id:{dataset})")
    ]
    assert len(wanted) == 1
    try:
        assert room.admin.post(address, json={"permission_view_menu_ids": before + wanted}, timeout=60).ok
        yield
    finally:
        assert room.admin.post(address, json={"permission_view_menu_ids": before}, timeout=60).ok
