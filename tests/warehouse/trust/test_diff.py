"""What moved between two publications is told figure by figure, and so is because of which reports."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.databases import in_memory
from tests.warehouse.trust.conftest import Editions
from warehouse.services.trust.descent import tables
from warehouse.services.trust.difference import PREVIOUS, Difference, as_csv, difference
from warehouse.services.trust.moved import MOVED, find_moved
from warehouse.services.trust.opened import Files, Opened, attach, columns_of, files_of

ATTENDANCE = "rpt_attendance_by_territory"


@pytest.fixture(autouse=True)
def ledger_of_editions(editions: Editions) -> Iterator[None]:
    from django.db import connections

    ingest.ledger.setup(editions.home)
    yield
    connections.close_all()


@pytest.fixture(scope="module")
def moved(editions: Editions) -> Difference:
    ingest.ledger.setup(editions.home)
    return difference(editions.home, PREVIOUS, "current", most=None, with_all=True)


def rows_of(editions: Editions, which: str, table: str) -> dict[tuple[object, ...], dict[str, object]]:
    """Grain → the row, as a reader would see it."""
    with duckdb.connect(str(files_of(editions.home, which).warehouse), read_only=True) as con:
        found = con.execute(f"SELECT * FROM {table}")
        names = [each[0] for each in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    grain = [column for column in tables()[table].grain if column != "structure"]
    return {tuple(row[column] for column in grain): row for row in rows if row["structure"] != "as_is"}


def test_reports_are_told_by_what_became_of_them(editions: Editions, moved: Difference) -> None:
    numbers = editions.receipts
    assert {each["receipt"]: each["happened"] for each in moved.changed} == {
        numbers["37 26 corrected"]: "corrected",
        numbers["37 26"]: "replaced",
        numbers["39 26"]: "accepted",
        numbers["37 16"]: "approved",
        numbers["39 16"]: "withdrawn",
    }
    assert moved.reports == {"corrected": 1, "replaced": 1, "accepted": 1, "approved": 1, "withdrawn": 1}


def test_every_figure_that_differs_is_told_and_no_other(editions: Editions, moved: Difference) -> None:
    before, after = (rows_of(editions, which, ATTENDANCE) for which in ("1", "2"))
    figures = [name for name, kind in columns(editions, ATTENDANCE).items() if kind in ("BIGINT", "INTEGER")]
    expected = {
        (*key, figure)
        for key in {*before, *after}
        for figure in figures
        if before.get(key, {}).get(figure) != after.get(key, {}).get(figure)
    }
    told = [each for each in moved.changes if each["table"] == ATTENDANCE]
    assert len(told) == len(expected)
    named = {
        (each["basis"], each["period"], each["oblast"], each["district"], _place(each), each["figure"])
        for each in told
    }
    assert named == expected
    for each in told:
        key = (each["basis"], each["period"], each["oblast"], each["district"], _place(each))
        was, is_now = (rows.get(key, {}).get(each["figure"]) for rows in (before, after))
        assert (each["before"], each["after"]) == tuple(None if v is None else str(v) for v in (was, is_now))
        assert each["change"] == (is_now or 0) - (was or 0)  # type: ignore[operator]


def _place(change: dict[str, str]) -> str:
    """Of what a change is about, what is no structure."""
    return change["about"].removeprefix("both · ")


def columns(editions: Editions, table: str) -> dict[str, str]:
    with duckdb.connect(str(files_of(editions.home, "2").warehouse), read_only=True) as con:
        return {row[0]: row[1] for row in con.execute(f"DESCRIBE {table}").fetchall()}


def test_a_figure_moves_because_of_the_reports_of_its_own_week_and_basis(
    editions: Editions, moved: Difference
) -> None:
    numbers = editions.receipts
    expected = {
        ("operational", "2026-W37"): {numbers["37 26"], numbers["37 26 corrected"], numbers["37 16"]},
        ("official", "2026-W37"): {numbers["37 16"]},
        ("operational", "2026-W39"): {numbers["39 16"], numbers["39 26"]},
    }
    told = [each for each in moved.changes if each["table"] == ATTENDANCE]
    assert {(each["basis"], each["period"]) for each in told} == set(expected)
    for each in told:
        assert set(each["receipts"]) and set(each["receipts"]) <= expected[each["basis"], each["period"]], (
            each
        )
        assert each["form"] == "attendance"


def test_what_time_alone_moved_is_told_apart(moved: Difference) -> None:
    alone = [each for each in moved.changes if not each["receipts"]]
    assert len(alone) == moved.causes["unattributed"]
    # A new month began: reports of it are due, and nobody has sent one.
    assert alone and not [each for each in alone if each["table"] == ATTENDANCE]
    assert moved.causes["model"] is False and moved.causes["organisations_moved"] == 0
    assert moved.causes["least_persons"] is None and moved.causes["persons_erased"] == 0


def test_the_summary_adds_up_and_begins_with_the_worst(moved: Difference) -> None:
    assert sum(each["figures"] for each in moved.summary) == moved.figures == len(moved.changes)
    assert sum(each["figures"] for each in moved.tables) == moved.figures
    shares = [each["share"] for each in moved.summary]
    assert shares == sorted(shares, reverse=True) and max(shares) <= 1


_ONE_BY_ONE = ("table", "period", "oblast", "district", "about", "figure", "basis", "level")
_OF_GROUPS = ("table", "form", "period", "oblast", "district")


def _worst_first(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """By its share, by how much it moved, then by what names it, what is not known last."""
    named = ((row[name] is None, row[name] or "") for name in names)
    return (-row["share"], -abs(row["change"] or 0), *named)


def test_what_moved_alike_stands_in_one_order(moved: Difference) -> None:
    """Many rows have one share and one change: whoever asks again finds them where they were."""
    assert moved.whole is not None
    rows = moved.whole.to_pylist()
    assert len({(each["share"], each["change"]) for each in rows}) < len(rows)
    assert rows == sorted(rows, key=lambda each: _worst_first(each, *_ONE_BY_ONE))
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in sorted(
        rows, key=lambda each: _worst_first(each, "table", "period", "about", "figure", "basis")
    ):
        first.setdefault(tuple(each[name] for name in _OF_GROUPS), each)
    told = [tuple(each[name] for name in (*_OF_GROUPS, "figure", "basis")) for each in moved.summary]
    assert sorted(told, key=str) == sorted(
        ((*group, each["figure"], each["basis"]) for group, each in first.items()), key=str
    )
    largest = {
        group: max(abs(each["change"] or 0) for each in rows if _is_of(each, group)) for group in first
    }
    groups = [tuple(each[name] for name in _OF_GROUPS) for each in moved.summary]
    assert groups == [
        tuple(each[name] for name in _OF_GROUPS)
        for each in sorted(
            moved.summary,
            key=lambda each: _worst_first(
                each | {"change": largest[tuple(each[name] for name in _OF_GROUPS)]}, *_OF_GROUPS
            ),
        )
    ]


def _is_of(row: dict[str, Any], group: tuple[Any, ...]) -> bool:
    return tuple(row[name] for name in _OF_GROUPS) == group


def test_the_same_publication_does_not_differ_from_itself(editions: Editions) -> None:
    found = difference(editions.home, "2", "built")
    assert (found.figures, found.reports, found.changes, found.tables) == (0, {}, [], [])


def test_every_figure_goes_into_the_table_for_a_spreadsheet(moved: Difference) -> None:
    assert moved.whole is not None
    written = as_csv(moved.whole)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert len(rows) == moved.figures
    assert rows[0]["table"] and {row["receipts"] for row in rows} > {""}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_said_in_every_language_and_written_where_it_is_told(
    editions: Editions, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "diff.csv"
    said = ran(editions, "1", "2", "--output", str(file), "--lang", language)
    assert said.exit_code == 0, said.output
    assert "2026-W37" in said.stdout and "113800000" in said.stdout and str(file) in said.stdout
    assert file.stat().st_mode & 0o777 == 0o600


def ran(editions: Editions, *words: str) -> Any:
    return CliRunner().invoke(app, ["diff", *words], env={"BBAJ_HOME": str(editions.home.root)})


@pytest.mark.parametrize(
    ("words", "code"),
    [(["1"], None), (["9"], "publication_not_kept"), (["newest"], "no_such_version"), (["-1"], None)],
)
def test_a_version_that_is_not_kept_is_named(editions: Editions, words: list[str], code: str | None) -> None:
    said = ran(editions, *words, "--json", "--lang", "en")
    if code is None:
        assert said.exit_code == (0 if words == ["1"] else 64)
        return
    assert said.exit_code == 64 and json.loads(said.stdout)["error"]["code"] == code


@pytest.mark.parametrize("seed", range(12))
def test_rows_are_held_against_each_other_by_their_grain_whatever_they_hold(
    tmp_path: Path, seed: int
) -> None:
    """Empty figures, rows of one side, words for places that look alike: against a comparison made row by row."""
    chance = random.Random(seed)
    sides = [_rows(chance) for _ in range(2)]
    with in_memory() as con:
        opened = []
        for prefix, rows in zip("ab", sides, strict=True):
            file = tmp_path / f"{prefix}.duckdb"
            with duckdb.connect(str(file)) as made:
                made.execute(
                    f"CREATE TABLE {ATTENDANCE} (basis VARCHAR, structure VARCHAR, period VARCHAR, oblast_code VARCHAR,"
                    " district_code VARCHAR, locality_kk VARCHAR, learners BIGINT, is_withheld INTEGER)"
                )
                if rows:
                    listed = [(key[0], "both", *key[1:], *figures) for key, figures in rows.items()]
                    made.executemany(f"INSERT INTO {ATTENDANCE} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", listed)
            at = datetime(2026, 9, 1, tzinfo=UTC)
            files = Files(prefix, file, tmp_path / "none", tmp_path / "none", 1, at, at)
            named, apart = attach(con, files, prefix)
            opened.append(Opened(files, con, named, apart, columns_of(con, named)))
        find_moved(con, *opened)
        told = con.execute(
            f"SELECT basis, period, oblast_code, district_code, about, figure, before, after FROM {MOVED}"
        ).fetchall()
    before, after = sides
    nothing = (None, None)
    expected = [
        (
            *key[:4],
            f"both · {key[4]}",
            figure,
            before.get(key, nothing)[place],
            after.get(key, nothing)[place],
        )
        for key in {*before, *after}
        for place, figure in enumerate(("learners", "is_withheld"))
        if before.get(key, nothing)[place] != after.get(key, nothing)[place]
    ]
    assert sorted(map(str, told)) == sorted(
        str((*row[:-2], *(None if value is None else float(value) for value in row[-2:]))) for row in expected
    )


def _rows(chance: random.Random) -> dict[tuple[str, ...], tuple[int | None, int | None]]:
    def key() -> tuple[str, ...]:
        words = (
            ["operational", "official"],
            ["2026-W37", "2026-W38"],
            ["11", "Ұ'"],
            ["11", "1138"],
            ["қала", "—", ""],
        )
        return tuple(chance.choice(each) for each in words)

    figures = (None, 0, 1, 10**12)
    return {
        key(): (chance.choice(figures), chance.choice((0, 1, None))) for _ in range(chance.choice((0, 3, 25)))
    }


def test_who_asks_leaves_no_trace(editions: Editions) -> None:
    from tests.ingest.cli.test_reading import trace

    root = editions.home.root
    before = trace(root)
    assert ran(editions).exit_code == 0
    said = CliRunner().invoke(app, ["explain", ATTENDANCE, "--all"], env={"BBAJ_HOME": str(root)})
    assert said.exit_code == 0, said.output
    assert trace(root) == before
