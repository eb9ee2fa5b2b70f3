"""A published file of a few rows, or of very many: the reporting marts with their columns, filled by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

MODELS = Path(__file__).parents[3] / "dbt_project" / "models" / "reporting"
TYPES = {"string": "varchar", "int": "integer"}
WEEK, BEFORE = date(2026, 9, 21), date(2026, 9, 14)
Row = dict[str, Any]


@cache
def _columns() -> dict[str, dict[str, str]]:
    found = {}
    for file in MODELS.glob("rpt_*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            found[model["name"]] = {each["name"]: each["data_type"] for each in model["columns"]}
    return found


def empty() -> duckdb.DuckDBPyConnection:
    """All marts without a row."""
    connection = duckdb.connect()
    for table, columns in _columns().items():
        typed = ", ".join(f'"{name}" {TYPES.get(kind, kind)}' for name, kind in columns.items())
        connection.execute(f"create table {table} ({typed})")
    return connection


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """The same marts without their rows."""
    for table in _columns():
        connection.execute(f"delete from {table}")


def put(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Rows into a mart; what they do not say is not known."""
    if not rows:
        return
    known = _columns()[table]
    names = [name for name in known if any(name in row for row in rows)]
    made = pa.table({name: [row.get(name) for row in rows] for name in names})
    connection.register("rows_to_put", made)
    connection.execute(f"insert into {table} by name select * from rows_to_put")
    connection.unregister("rows_to_put")


@dataclass(frozen=True)
class School:
    """An organisation and its week. `state`: reported, missing, withheld or empty, which is a report of no lessons."""

    oblast: int
    district: int
    number: int
    state: str
    scheduled: int
    missed: int
    learners: int
    name: str = "мектеп"

    @property
    def codes(self) -> tuple[str, str, str]:
        oblast = f"{10 + self.oblast}0000000"
        return oblast, f"{oblast[:2]}{10 + self.district}00000", f"6509400{self.number:05d}"


def fill(connection: duckdb.DuckDBPyConnection, schools: Iterable[School], week: date = WEEK) -> None:
    """A country of these schools in one week, with the week before alike but for the missing, who reported then."""
    known = list(schools)
    for monday, now in ((week, known), (week - timedelta(weeks=1), [_before(each) for each in known])):
        rows = list(_levels(now, monday))
        put(connection, "rpt_attendance", [_attendance(row, monday) for row in rows])
        put(connection, "rpt_key_figure", [_key_figure(row, monday, monday == week) for row in rows])
        put(connection, "rpt_reporting_discipline", [_discipline(each, monday) for each in now])
    put(connection, "rpt_distribution", [_spread(each, week) for each in known])
    told = {"publication_number": 7, "data_as_of": datetime(2026, 9, 29, 5)}
    put(connection, "rpt_publication", [{"basis": "operational", **told}])


def country(connection: duckdb.DuckDBPyConnection, school: School, monday: date) -> None:
    """What a country of one school says of one more week."""
    rows = list(_levels([school], monday))
    put(connection, "rpt_attendance", [_attendance(row, monday) for row in rows])
    put(connection, "rpt_key_figure", [_key_figure(row, monday, False) for row in rows])


def _before(school: School) -> School:
    state = "reported" if school.state == "missing" else school.state
    return School(**{**school.__dict__, "state": state})


def _levels(schools: list[School], monday: date) -> Iterator[Row]:
    """The republic, its oblasts, their districts, the schools; each with its sums."""
    for level in ("republic", "oblast", "district", "organisation"):
        groups: dict[tuple[str, str, str], list[School]] = {}
        for each in schools:
            oblast, district, code = each.codes
            key = {
                "republic": ("all", "all", "all"),
                "oblast": (oblast, "all", "all"),
                "district": (oblast, district, "all"),
                "organisation": (oblast, district, code),
            }[level]
            groups.setdefault(key, []).append(each)
        for (oblast, district, code), inside in groups.items():
            name = (
                inside[0].name
                if level == "organisation"
                else {"republic": "ел"}.get(level, f"жер {district}")
            )
            yield {
                "level": level, "oblast_code": oblast, "district_code": district, "organisation_code": code,
                "place_name_kk": name if level != "oblast" else f"өңір {oblast}",
                "place_name_ru": name + " (рус.)" if level != "oblast" else f"регион {oblast}",
                **_names(oblast, district), **_sums(inside),
            }  # fmt: skip


def _names(oblast: str, district: str) -> Row:
    return {
        "oblast_name_kk": f"өңір {oblast}", "oblast_name_ru": f"регион {oblast}",
        "district_name_kk": f"аудан {district}", "district_name_ru": f"район {district}",
    }  # fmt: skip


def _sums(schools: list[School]) -> Row:
    shown = [each for each in schools if each.state in ("reported", "empty")]
    rated = [each for each in schools if each.state == "reported"]
    return {
        "scheduled": sum(each.scheduled for each in rated) if shown else None,
        "missed": sum(each.missed for each in rated) if shown else None,
        "learners": sum(each.learners for each in rated) if shown else None,
        "due": len(schools),
        "reported": sum(each.state != "missing" for each in schools),
        "withheld": int(not shown and any(each.state == "withheld" for each in schools)),
        "enrolled": sum(each.learners for each in schools if each.state != "withheld"),
        "covered": sum(each.learners for each in schools if each.state in ("reported", "empty")),
        "listed": sum(each.state != "withheld" for each in schools),
    }


def _place(row: Row) -> Row:
    return {
        name: value
        for name, value in row.items()
        if name.endswith(("_code", "_kk", "_ru")) or name == "level"
    }


def _week(monday: date) -> Row:
    year, week, _ = monday.isocalendar()
    return {
        "basis": "operational", "structure": "both", "period": f"{year}-W{week:02d}",
        "period_label_kk": f"{week}-апта", "period_label_ru": f"{week}-я неделя",
    }  # fmt: skip


def _attendance(row: Row, monday: date) -> Row:
    return {
        **_place(row), **_week(monday), "week_start_date": monday,
        "organisations_due": row["due"], "organisations_reported": row["reported"],
        "organisations_listed": row["listed"], "learners_enrolled": row["enrolled"],
        "learners_covered": row["covered"], "learners": row["learners"], "lessons_scheduled": row["scheduled"],
        "lessons_missed": row["missed"], "lessons_missed_valid": row["missed"], "is_withheld": row["withheld"],
    }  # fmt: skip


def _key_figure(row: Row, monday: date, is_latest: bool) -> Row:
    known = row["scheduled"] is not None
    before = _week(monday - timedelta(weeks=1))
    return {
        **_place(row), **_week(monday), "figure": "attendance", "is_share": 1, "period_start_date": monday,
        "part": row["scheduled"] - row["missed"] if known else None, "whole": row["scheduled"],
        "persons": row["learners"], "based_on": row["learners"], "organisations_reported": row["reported"],
        "organisations_due": row["due"], "is_withheld": row["withheld"], "is_ranked": int(known),
        "is_latest": int(is_latest),
        "before_period_label_kk": before["period_label_kk"] if is_latest else None,
        "before_period_label_ru": before["period_label_ru"] if is_latest else None,
    }  # fmt: skip


def _discipline(school: School, monday: date) -> Row:
    oblast, district, code = school.codes
    missing = int(school.state == "missing")
    return {
        **_week(monday), **_names(oblast, district), "form": "attendance", "period_start_date": monday,
        "part": "whole", "oblast_code": oblast, "district_code": district, "node_code": code,
        "node_kind": "organisation", "node_name_kk": school.name, "node_name_ru": f"{school.name} (рус.)",
        "status_kk": "ұсынылмады", "status_ru": "не представлено", "is_due": 1, "is_missing": missing,
        "is_reported": 1 - missing, "is_on_time": 1 - missing, "is_late": 0, "days_late": missing,
    }  # fmt: skip


def _spread(school: School, monday: date) -> Row:
    oblast, district, code = school.codes
    standing = {"missing": "not_reported", "withheld": "withheld", "empty": "not_reported"}
    rated = school.state == "reported" and school.scheduled
    # Even numbers have enough schools like them.
    fences: Mapping[str, int | None] = {"low_fence": 90, "high_fence": 98} if school.number % 2 == 0 else {}
    return {
        **_week(monday), **_names(oblast, district), **fences, "structure": "as_was", "level": "organisation",
        "figure": "attendance", "oblast_code": oblast, "district_code": district, "organisation_code": code,
        "figure_value": 100 - 100 * school.missed // school.scheduled if rated else None,
        "standing": "middle" if rated else standing.get(school.state, "not_reported"),
    }  # fmt: skip
