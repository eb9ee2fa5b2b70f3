"""Organisations beside those like them: quartiles, fences and places as a plain computation gives them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt_project.statements import PROJECT, Model

MADE = ("int_distribution_compared", "rpt_distribution")
LEAST_PERSONS = 10
KINDS = (("lyceum", "urban"), ("general_school", "rural"), (None, "urban"))
DISTRICTS = (("10", "101"), ("10", "102"), ("20", "201"))
with (PROJECT / "seeds" / "distribution_figure.csv").open(encoding="utf-8") as _file:
    FIGURES = {row["figure"]: row for row in csv.DictReader(_file)}
COMPARED = ("far_below", "below", "middle", "above", "far_above")


@dataclass(frozen=True)
class Organisation:
    """What is shown of one: a part of a whole, of so many; nothing where `whole` is none."""

    kind: int
    district: int
    whole: int | None
    share: int
    based_on: int
    is_withheld: bool

    def part_of(self, figure: str) -> int | None:
        if self.whole is None:
            return None
        return self.whole * self.share // 100 if FIGURES[figure]["unit"] == "share" else self.share * 7

    def hundredths(self, figure: str) -> int | None:
        part = self.part_of(figure)
        if part is None or not self.whole:
            return None
        return (20000 * part + self.whole) // (2 * self.whole)


organisations = st.lists(
    st.builds(
        Organisation,
        kind=st.sampled_from(range(len(KINDS))),
        district=st.sampled_from(range(len(DISTRICTS))),
        whole=st.one_of(st.none(), st.integers(0, 40), st.integers(500, 3000)),
        share=st.one_of(st.integers(0, 100), st.integers(88, 95)),
        based_on=st.one_of(st.integers(0, 40), st.integers(100, 900)),
        is_withheld=st.booleans(),
    ),
    max_size=60,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """What the two statements read, empty, and their texts."""
    model = Model(tmp_path_factory.mktemp("distribution"))
    with duckdb.connect() as con:
        con.execute("create schema scratch; create schema persons")
        model.load_seeds(con)
        con.execute(
            "create table scratch.int_distribution_gathered (figure text, basis text, structure text, period text, "
            "period_start_date date, oblast_code text, district_code text, organisation_code text, "
            "organisation_name_kk text, organisation_name_ru text, numerator bigint, denominator bigint, "
            "persons bigint, based_on bigint, is_withheld int)"
        )
        con.execute(
            "create table dim_organisation (organisation_code text, kind_code text, locality_code text, "
            "applies_from_date date, applies_to_date date);"
            "create table dim_organisation_current (organisation_code text, kind_code text, locality_code text);"
            f"create table scratch.int_least_shown as select {LEAST_PERSONS} least_persons, 3 least_organisations;"
            "create table dim_basis as select 'operational' basis, 'k' basis_kk, 'r' basis_ru;"
            "create table dim_period (period_kind text, period text, period_label_kk text, period_label_ru text);"
            "create table scratch.int_key_figure_period_compared (figure text, basis text, period text, "
            "period_label_kk text, period_label_ru text, is_latest int);"
            "create table scratch.int_place_levelled (level text, oblast_code text, district_code text)"
        )
        places = [("republic", "all", "all"), *(("district", *each) for each in DISTRICTS)]
        places += [("oblast", oblast, "all") for oblast in sorted({each[0] for each in DISTRICTS})]
        con.executemany("insert into scratch.int_place_levelled values (?, ?, ?)", places)
        for column in ("oblast_name_kk", "oblast_name_ru", "district_name_kk", "district_name_ru"):
            con.execute(f"alter table scratch.int_place_levelled add column {column} text default 'x'")
        yield con, {each.name: each.create() for each in model.statements() if each.name in MADE}


def made_of(world: Any, figure: str, country: list[Organisation]) -> list[dict[str, Any]]:
    con, statements = world
    for table in ("scratch.int_distribution_gathered", "dim_organisation", "dim_organisation_current"):
        con.execute(f"delete from {table}")
    gathered, was, now = [], [], []
    for place, each in enumerate(country):
        code = f"{place:012}"
        gathered += [
            (figure, "operational", structure, "2026", "2026-09-01", *DISTRICTS[each.district], code, "kk", "ru",
             each.part_of(figure), each.whole, each.based_on, each.based_on, int(each.is_withheld))
            for structure in ("as_was", "as_is")
        ]  # fmt: skip
        was += [
            (code, "college", "urban", "2000-01-01", "2026-08-31"),
            (code, *KINDS[each.kind], "2026-09-01", "9999-12-31"),
        ]
        # What it is now: another kind for all of them together, so that groups are other ones as they are.
        now.append((code, "gymnasium", "urban"))
    _insert(con, "scratch.int_distribution_gathered", gathered)
    _insert(con, "dim_organisation", was)
    _insert(con, "dim_organisation_current", now)
    for name in MADE:
        con.execute(statements[name])
    found = con.execute("select * from rpt_distribution")
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _insert(con: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    def said(value: Any) -> str:
        return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)

    if rows:
        told = ", ".join(f"({', '.join(map(said, row))})" for row in rows)
        con.execute(f"insert into {table} values {told}")


def percentile(values: list[int], share: Fraction) -> Fraction:
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def quartiles(values: list[int]) -> tuple[Fraction, ...]:
    return tuple(percentile(values, Fraction(quarter, 4)) for quarter in (1, 2, 3))


def standing(figure: str, own: Organisation, peers: list[int]) -> str:
    told = {name: int(text) for name, text in FIGURES[figure].items() if text.lstrip("-").isdigit()}
    value = own.hundredths(figure)
    if value is None:
        return "withheld" if own.is_withheld else "not_reported"
    if own.based_on < told["least_base"]:
        return "small"
    if KINDS[own.kind][0] is None or len(peers) < told["least_peers"]:
        return "few_peers"
    return among(own, value, peers, told)


def among(own: Organisation, value: int, peers: list[int], told: dict[str, int]) -> str:
    lower, _, upper = quartiles(peers)
    reach = max(Fraction(told["fence_tenths"], 10) * (upper - lower), Fraction(told["least_fence"]))
    assert own.whole
    units = told["rounding_units"]
    step = units and 1 + 10000 * units * LEAST_PERSONS // own.whole
    low, high = lower - reach, upper + reach
    if value + step < low:
        return "far_below"
    if value - step > high:
        return "far_above"
    return "below" if value < lower else "above" if value > upper else "middle"


def weighed(figure: str, country: list[Organisation]) -> list[tuple[Organisation, int]]:
    least = int(FIGURES[figure]["least_base"])
    return [
        (each, value)
        for each in country
        if (value := each.hundredths(figure)) is not None and each.based_on >= least
    ]


@settings(max_examples=40, deadline=None)
@given(figure=st.sampled_from(sorted(FIGURES)), country=organisations)
def test_every_organisation_stands_where_a_plain_computation_puts_it(
    world: Any, figure: str, country: list[Organisation]
) -> None:
    rows = [row for row in made_of(world, figure, country) if row["level"] == "organisation"]
    assert len(rows) == 2 * len(country)  # as was, as is
    for row in rows:
        own = country[int(row["organisation_code"])]
        is_was = row["structure"] == "as_was"
        if is_was:
            peers = [value for each, value in weighed(figure, country) if each.kind == own.kind]
            known = own
        else:  # all of them are one group now, and each has a kind
            peers = [value for _, value in weighed(figure, country)]
            known = Organisation(0, own.district, own.whole, own.share, own.based_on, own.is_withheld)
        assert row["standing"] == standing(figure, known, peers), (row, own)
        value = own.hundredths(figure)
        assert row["figure_value"] == (None if value is None else Fraction(value, 100))
        if is_was and KINDS[own.kind][0] is None:
            continue
        assert row["peers"] == len(peers)
        if len(peers) < int(FIGURES[figure]["least_peers"]):
            assert row["median"] is None and not row["is_outlier"]
            continue
        told = [Fraction(row[name]) * 100 for name in ("lower_quartile", "median", "upper_quartile")]
        assert told == list(quartiles(peers))
        if value is not None:
            assert Fraction(row["distance"]) * 100 == value - told[1]


@settings(max_examples=20, deadline=None)
@given(figure=st.sampled_from(sorted(FIGURES)), country=organisations)
def test_places_tell_how_many_stand_where_and_of_no_single_one(
    world: Any, figure: str, country: list[Organisation]
) -> None:
    rows = [row for row in made_of(world, figure, country) if row["structure"] == "as_was"]
    own = defaultdict(list)
    for row in rows:
        if row["level"] == "organisation":
            group = (row["kind_code"], row["locality_code"])
            for place in (
                ("all", "all"),
                (row["oblast_code"], "all"),
                (row["oblast_code"], row["district_code"]),
            ):
                own[group, place].append(row)
    above = [row for row in rows if row["level"] != "organisation"]
    assert len(above) == len(own)
    for row in above:
        of = own[(row["kind_code"], row["locality_code"]), (row["oblast_code"], row["district_code"])]
        for name in (*COMPARED, "apart"):
            assert row[f"organisations_{name}"] == sum(each[f"organisations_{name}"] for each in of)
        assert row["organisations"] == len(of)
        assert row["figure_value"] is row["standing"] is row["based_on"] is row["bin_start"] is None
        values = [int(each["figure_value"] * 100) for each in of if each["standing"] in COMPARED]
        told = [row[f"place_{name}"] for name in ("lower_quartile", "median", "upper_quartile")]
        if len(values) < int(FIGURES[figure]["least_peers"]):
            assert told == [None] * 3
        else:
            assert [Fraction(each) * 100 for each in told] == list(quartiles(values))


def test_the_whole_of_a_share_lies_in_the_last_bin_and_every_value_in_its_own(world: Any) -> None:
    for figure, told in FIGURES.items():
        country = [Organisation(0, 0, 1000, share, 500, False) for share in range(0, 101, 4)]
        width = int(told["bin_width"])
        for row in made_of(world, figure, country):
            if row["level"] != "organisation":
                continue
            start, value = int(row["bin_start"] * 100), int(row["figure_value"] * 100)
            assert start % width == 0
            is_whole = told["unit"] == "share" and value == 10000
            assert start <= value < start + width or (is_whole and start + width >= 10000)


def test_nobody_is_named_for_what_rounding_may_have_done(world: Any) -> None:
    """Thirty schools of 90 to 95 per cent; the same share far away in a school of few and in one of many."""
    usual = [Organisation(0, 0, 2000, 90 + each % 6, 400, False) for each in range(30)]
    for whole, expected in ((40, "below"), (4000, "far_below")):
        apart = Organisation(0, 0, whole, 75, 400, False)
        rows = made_of(world, "quality", [*usual, apart])
        [row] = [
            row for row in rows if row["organisation_code"] == f"{30:012}" and row["structure"] == "as_was"
        ]
        assert row["standing"] == expected


def test_every_organisation_of_a_country_is_compared_by_what_its_report_shows(made: Any) -> None:
    ask = made.installation.query
    shown = ask(
        "select s.code, figure, period, organisation_code, part, whole from rpt_key_figure k "
        "join (values ('as_was'), ('as_is')) s(code) on k.structure in ('both', s.code) "
        "where level = 'organisation' and organisation_code <> 'few' and basis = 'operational' "
        "and figure in ('attendance', 'quality', 'achievement', 'persistent_absence') and whole > 0"
    )
    told = {
        (structure, figure, period, code): value
        for structure, figure, period, code, value in ask(
            "select structure, figure, period, organisation_code, figure_value from rpt_distribution "
            "where level = 'organisation' and basis = 'operational' and figure_value is not null"
        )
    }
    assert shown
    for structure, figure, period, code, part, whole in shown:
        assert int(told[structure, figure, period, code] * 100) == (20000 * part + whole) // (2 * whole)
    assert {figure for _, figure, _, _ in told} >= {"attendance", "reports_in_time"}
