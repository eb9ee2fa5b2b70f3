"""Reading files: each holds what belongs to its territory and not a row more, whatever the territories are."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.ledger
from ingest.home import Home
from ingest.ledger.publications import current
from ingest.sql import literal
from warehouse.services.backup.staging import _link_publications
from warehouse.storage.builds.engines.dbt_run import MODEL
from warehouse.storage.builds.finished.warehouse_file import damage_of_readers_part
from warehouse.storage.builds.territories import same_for_all, uncut
from warehouse.storage.shown import reading
from warehouse.storage.shown.reading import NOBODY, ReadingFilesError, write_reading_files

Row = tuple[Any, ...]
LEVELS = ("republic", "oblast", "district", "organisation")
SPECIAL = ("republic", "unknown", "few", None)


def _country(seed: int) -> dict[str, list[Row]]:
    """Tables of random territories: `rpt_plain` (codes), `rpt_levels` (level and codes), `rpt_all` and `dim_all` (the
    same for all), `rpt_unclear` (says nothing), `dim_other` and `fct_rows` (for whoever reads the whole)."""
    draw = random.Random(seed)
    oblasts = [f"{draw.randrange(10, 99)}0000000" for _ in range(draw.randrange(0, 5))]
    lies_in = {f"{oblast[:2]}{draw.randrange(10, 99)}00000": oblast for oblast in oblasts for _ in range(3)}
    plain: list[Row] = []
    levels: list[Row] = []
    for number in range(draw.randrange(0, 60)):
        district = draw.choice([*lies_in, None]) if lies_in else None
        oblast = lies_in.get(district or "", draw.choice([*oblasts, *SPECIAL]))
        if draw.random() < 0.1:  # a district of which a row does not say where it lies
            oblast = draw.choice(SPECIAL)
        below = district or draw.choice([oblast, *SPECIAL])
        plain += [(oblast, below, f"мәтін {number}", draw.choice([None, number]))] * draw.choice([1, 1, 2])
        level = draw.choice(LEVELS)
        if level == "republic":
            oblast, below = "republic", "republic"
        elif level == "oblast":
            below = draw.choice(["oblast", oblast])
        levels.append((level, oblast, below, number))
    shared: list[Row] = [(number, "жалпы") for number in range(draw.randrange(0, 4))]
    return {
        "rpt_plain": plain,
        "rpt_levels": levels,
        "rpt_all": shared,
        "dim_all": shared,
        "rpt_unclear": [(1, "біреудің"), (2, "чужое")],
        "dim_other": shared,
        "fct_rows": plain,
    }


COLUMNS = {
    "rpt_plain": "oblast_code VARCHAR, district_code VARCHAR, text VARCHAR, number BIGINT",
    "rpt_levels": "level VARCHAR, oblast_code VARCHAR, district_code VARCHAR, number BIGINT",
    "fct_rows": "oblast_code VARCHAR, district_code VARCHAR, text VARCHAR, number BIGINT",
}
WHOLE = ("rpt_all", "dim_all")
SEEN = {"rpt_plain", "rpt_levels", "rpt_unclear", *WHOLE}


def _write(country: dict[str, list[Row]], file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        for table, rows in country.items():
            con.execute(f'CREATE TABLE "{table}" ({COLUMNS.get(table, "number BIGINT, text VARCHAR")})')
            if rows:
                con.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)


def _read(file: Path) -> dict[str, Counter[Row]]:
    with duckdb.connect(str(file), read_only=True) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {table: Counter(con.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables}


def _is_code(code: str | None) -> bool:
    return code is not None and code.isdigit()


def _belong(row: Row, levels: bool, code: str, oblasts: Collection[str]) -> bool:
    """Whether a row is for readers of that territory, said once more and otherwise than the code says it."""
    level, oblast, district = row[:3] if levels else ("district", *row[:2])
    if level == "republic":
        return True
    if code in oblasts:
        return bool(oblast == code)
    if level == "oblast" and _is_code(oblast):
        return bool(oblast[:2] == code[:2])
    return bool(district == code)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_each_row_is_in_exactly_the_files_it_belongs_to(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("country")
    country = _country(seed)
    _write(country, folder / "warehouse.duckdb")
    told = write_reading_files(folder / "warehouse.duckdb", folder / "reading", WHOLE)
    files = {file.stem: _read(file) for file in (folder / "reading").iterdir()}
    assert set(told) == {f"{code}.duckdb" for code in files}
    nobody = files.pop(NOBODY)
    assert nobody.keys() == SEEN and not any(nobody.values())
    placed = [*country["rpt_plain"], *(row[1:] for row in country["rpt_levels"])]
    oblasts = {row[0] for row in placed if _is_code(row[0])}
    levels_own = [row for row in country["rpt_levels"] if row[0] not in ("republic", "oblast")]
    districts = {
        row[1]
        for row in [*country["rpt_plain"], *(row[1:] for row in levels_own)]
        if _is_code(row[0]) and _is_code(row[1])
    }
    assert files.keys() == oblasts | districts
    for code, tables in files.items():
        assert tables.keys() == SEEN
        assert tables["rpt_unclear"] == Counter()
        for table in WHOLE:
            assert tables[table] == Counter(country[table])
        for table in ("rpt_plain", "rpt_levels"):
            rows = (r for r in country[table] if _belong(r, table == "rpt_levels", code, oblasts))
            assert tables[table] == Counter(rows), (code, table)


@pytest.mark.parametrize("fault", ["foreign", "lost", "altered", "in nobody's"])
def test_a_file_with_a_row_too_many_or_too_few_ends_the_publication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    rows: list[Row] = [("110000000", "113800000", "а", 1), ("150000000", "153200000", "б", 2)]
    _write({"rpt_plain": rows}, tmp_path / "warehouse.duckdb")
    write = reading._write

    def spoil(con: duckdb.DuckDBPyConnection, made: Any) -> None:
        write(con, made)
        file = made.path
        if file.stem != (NOBODY if fault == "in nobody's" else "113800000"):
            return
        con.execute(f"ATTACH {literal(file)} AS spoilt")
        con.execute(
            {
                "foreign": "INSERT INTO spoilt.rpt_plain VALUES ('150000000', '153200000', 'б', 2)",
                "lost": "DELETE FROM spoilt.rpt_plain",
                "altered": "UPDATE spoilt.rpt_plain SET number = 3",
                "in nobody's": "INSERT INTO spoilt.rpt_plain VALUES ('110000000', '113800000', 'а', 1)",
            }[fault]
        )
        con.execute("DETACH spoilt")

    monkeypatch.setattr(reading, "_write", spoil)
    with pytest.raises(ReadingFilesError, match="rpt_plain"):
        write_reading_files(tmp_path / "warehouse.duckdb", tmp_path / "reading", ())


def test_a_district_that_was_moved_reads_the_oblast_it_lies_in_now(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    levels: list[Row] = [
        ("district", "350000000", "353600000", 1), ("district", "620000000", "353600000", 2),
        ("oblast", "350000000", "oblast", 3), ("oblast", "620000000", "oblast", 4),
    ]  # fmt: skip
    _write({"rpt_levels": levels}, file)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "CREATE TABLE dim_territory AS SELECT '353600000' AS territory_code, '353600000' AS district_code, "
            "'620000000' AS oblast_code"
        )
    write_reading_files(file, tmp_path / "reading", ())
    rows = _read(tmp_path / "reading" / "353600000.duckdb")["rpt_levels"]
    assert sorted(row[3] for row in rows.elements()) == [1, 2, 4]


def _record(**models: tuple[list[str], dict[str, Any]]) -> dict[str, Any]:
    return {
        "nodes": {
            name: {"name": name, "resource_type": "model", "columns": columns, "config": {"meta": meta}}
            for name, (columns, meta) in models.items()
        }
    }


def test_a_reporting_model_says_whose_its_rows_are_or_that_they_are_for_all() -> None:
    both, whole = ["oblast_code", "district_code"], {"same_for_all": True}
    record = _record(
        rpt_cut=([*both, "n"], {}), rpt_half=(["oblast_code", "n"], {}), rpt_half_too=(["district_code"], {}),
        rpt_silent=(["n"], {}), rpt_all=(["n"], whole), rpt_both=(both, whole), rpt_no=(["n"], {"same_for_all": False}),
        fct_rows=(["n"], {}), dim_all=(["n"], whole), dim_place=(both, whole),
    )  # fmt: skip
    assert uncut(record) == ["dim_place", "rpt_both", "rpt_half", "rpt_half_too", "rpt_no", "rpt_silent"]
    assert same_for_all(record) == {"rpt_all", "rpt_both", "dim_all", "dim_place"}


def test_a_publication_has_its_reading_files_and_notices_what_becomes_of_them(
    shown: Home, tmp_path: Path
) -> None:
    ingest.ledger.setup(shown)
    publication = current()
    assert publication is not None
    folder, number = shown.published / str(publication.number), publication.number
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["reading"]
    assert {"none.duckdb", "110000000.duckdb", "113800000.duckdb"} <= set(told)
    record = json.loads((shown.builds / str(publication.build_id) / MODEL).read_text(encoding="utf-8"))
    assert "rpt_publication" in same_for_all(record) and uncut(record) == []
    of_district = _read(folder / "reading" / "113800000.duckdb")
    assert {row[3] for row in of_district["rpt_publication"]} == {number}
    assert of_district["rpt_reporting_discipline"] and not any(
        name.startswith(("fct_", "stg_", "int_")) for name in of_district
    )

    def damaged(spoil: str) -> object:
        copy = tmp_path / spoil / str(number)
        shutil.copytree(folder, copy)
        file = copy / "reading" / "113800000.duckdb"
        if spoil == "missing":
            file.unlink()
        elif spoil == "cut":
            file.write_bytes(file.read_bytes()[:-1])
        elif spoil == "altered":
            file.write_bytes(file.read_bytes()[:-1] + b"?")
        elif spoil == "exchanged":
            shutil.copy(file, copy / "reading" / "153200000.duckdb")
        return damage_of_readers_part(copy, number, publication.content_hash)

    assert {each: damaged(each) for each in ("whole", "missing", "cut", "altered", "exchanged")} == {
        "whole": None, "missing": "missing", "cut": "cut", "altered": "altered", "exchanged": "exchanged",
    }  # fmt: skip
    _link_publications(shown.published, tmp_path / "backup", number)
    copied = tmp_path / "backup" / "current"
    assert damage_of_readers_part(copied.resolve(), number, publication.content_hash) is None
