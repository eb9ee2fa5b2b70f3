"""As was and as is: after random mergers, splits, moves and new codes every figure is told of both structures, of the
second by nothing but what is shown of the first."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.installation import Installation, Row
from tests.dbt_project.small_country import BASES, FEW, LEAST, World, shown_of, write_country
from warehouse.storage.shown.reading import write_reading_files

DAY = date(2026, 9, 7)
"""The Monday of the second week: what happens then parts the first from it."""
KINDS = ("merged", "moved", "renamed", "split", "parted", None)
"""What becomes of a school. Parted: another was split off, and it goes on."""
Way = tuple[str, int, int]  # to which school, every how many-th, and from which one on
Figures = dict[str, int]


@dataclass
class Changed:
    """A country and what happened in it. `follows`: school → those that took it over; `lies_in`: school → its district
    by the register of organisations; `recoded`: district → the code that it has now."""

    world: World
    follows: dict[str, list[str]] = field(default_factory=dict)
    lies_in: dict[str, str] = field(default_factory=dict)
    recoded: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str | None] = field(default_factory=dict)

    def district(self, school: str) -> str:
        return self.recoded.get(self.lies_in[school], self.lies_in[school])

    def ways(self, school: str) -> Iterator[Way]:
        successors = self.follows.get(school, [])
        if not successors:
            yield school, 1, 0
        for place, successor in enumerate(successors):
            for end, divisor, first in self.ways(successor):
                parts = len(successors)
                yield end, parts * divisor, (parts - 1 - place) + parts * first


def _event(school: str, event: str, **more: Any) -> Row:
    return {"bin": school, "event": event, "event_date": DAY, **more}


def _happen(changed: Changed, chance: random.Random) -> list[Row]:
    """What becomes of each school, in the words of a register."""
    world, rows = changed.world, list[Row]()
    schools = list(world.schools)
    changed.lies_in = {school: district for school, (district, _) in world.schools.items()}
    districts = sorted(set(changed.lies_in.values()))
    for place, school in enumerate(schools):
        kind = KINDS[place] if place < len(KINDS) else chance.choice(KINDS)
        if kind == "merged" and place + 1 == len(schools):
            kind = None
        changed.kinds[school] = kind
        if kind == "merged":
            successor = chance.choice(schools[place + 1 :])  # never in a circle
            changed.follows[school] = [successor]
            rows.append(_event(school, kind, other_bin=successor))
        elif kind == "moved":
            changed.lies_in[school] = chance.choice(
                [each for each in districts if each != world.schools[school][0]]
            )
            rows.append(_event(school, kind, kato=changed.lies_in[school]))
        elif kind == "renamed":
            rows.append(_event(school, kind, name_kk=f"{school} жаңа", name_ru=f"{school} новая"))
        elif kind in ("split", "parted"):
            new = [
                f"65095{place:04d}{number:03d}" for number in range(chance.randint(1, 3) + (kind == "split"))
            ]
            for each in new:
                changed.lies_in[each] = chance.choice(districts)
                told = {"kato": changed.lies_in[each], "locality": "urban", "kind": "secondary_school"}
                rows.append(_event(each, "opened", name_kk=each, name_ru=each, **told))
                rows.append(_event(each, "split", other_bin=school))
            if kind == "split":
                changed.follows[school] = new
                rows.append(_event(school, "closed"))
    return rows


def _recode(changed: Changed, chance: random.Random) -> list[Row]:
    """A later register in which some districts have other codes, one of them in another oblast."""
    districts = sorted({district for district, _ in changed.world.schools.values()})
    for number, district in enumerate(chance.sample(districts, 2)):
        oblast = district[:2] if number else ("10" if district[:2] != "10" else "11")
        changed.recoded[district] = f"{oblast}{7 + number}000000"
    told = [
        (f"{oblast}0000000", "oblast", "0", f"{oblast}0000000", f"{oblast}0000000")
        for oblast in (10, 11, 15, 19, 23)
    ]
    for oblast in (10, 11, 15, 19, 23):
        for number in (1, 2, 3):
            code = f"{oblast}{number}000000"
            told.append((changed.recoded.get(code, code), "district", "4", f"{code} ауданы", f"{code} район"))
    columns = ("kato", "level", "type_code", "name_ru", "name_kk")
    return [dict(zip(columns, row, strict=True)) for row in told]


@pytest.fixture(scope="module", params=[71, 72])
def changed(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_installation: type[Installation],
) -> Changed:
    chance = random.Random(request.param)
    home = new_installation(tmp_path_factory.mktemp("structure"))
    found = Changed(write_country(home, request.param, 1))
    home.submit(3, "organisation_register", "101000000", "2026-09-08", _happen(found, chance))
    home.submit(4, "territory_register", "KZ", "2026-09-09", _recode(found, chance), official=True)
    home.write()
    home.build()
    return found


def _seen(rows: list[dict[str, Any]], structure: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["structure"] in (structure, "both")]


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    code = row["organisation_code"]
    named = {
        "organisation": f"{row['district_code']}-{FEW}" if code == FEW else code,
        "district": row["district_code"],
        "oblast": row["oblast_code"],
        "republic": "all",
    }
    return row["basis"], row["period"], row["level"], named[row["level"]]


def _told(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], Figures]:
    """Place → its figures, of places that have any."""
    found = {}
    for row in rows:
        assert _place(row) not in found, "a place stands there twice"
        found[_place(row)] = {name: row[name] for name in BASES if row[name] is not None}
    return {place: figures for place, figures in found.items() if figures}


def _regrouped(changed: Changed, rows: list[dict[str, Any]]) -> dict[tuple[str, ...], Figures]:
    """What stands where as is, out of what is shown of the lowest level as was and of what happened."""
    sums: defaultdict[tuple[str, ...], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in (row for row in rows if row["level"] == "organisation"):
        school = row["organisation_code"]
        if school == FEW:
            district = changed.recoded.get(row["district_code"], row["district_code"])
            ways = [(f"{district}-{FEW}", district, 1, 0)]
        else:
            ways = [
                (end, changed.district(end), divisor, first) for end, divisor, first in changed.ways(school)
            ]
        for end, district, divisor, first in ways:
            above = (("district", district), ("oblast", f"{district[:2]}0000000"), ("republic", "all"))
            for level, code in (("organisation", end), *above):
                for name, base in BASES.items():
                    if row[name] is not None:
                        share = base * ((row[name] // base + first) // divisor)
                        sums[row["basis"], row["period"], level, code][name] += share
    return {place: dict(figures) for place, figures in sums.items()}


def test_as_is_is_made_of_what_is_shown_as_was_and_of_nothing_else(changed: Changed) -> None:
    """So no difference between the two tells anything that is withheld."""
    rows = shown_of(changed.world)
    assert any(row["is_withheld"] and row["level"] == "organisation" for row in rows), "nothing is withheld"
    assert _told(_seen(rows, "as_is")) == _regrouped(changed, _seen(rows, "as_was"))


def test_the_republic_is_the_same_in_both(changed: Changed) -> None:
    rows = shown_of(changed.world)
    for name in BASES:
        sums: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
        for structure in ("as_was", "as_is"):
            for row in _seen(rows, structure):
                sums[row["basis"], row["period"], row["level"], structure] += row[name] or 0
        for (basis, period, level, structure), total in sums.items():
            assert total == sums[basis, period, "republic", "as_was"], (name, period, level, structure)


def test_who_was_taken_over_has_no_figures_as_is_and_who_took_over_no_break(changed: Changed) -> None:
    rows = shown_of(changed.world)
    weeks = {row["period"] for row in rows}
    shown: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for structure in ("as_was", "as_is"):
        for place in _told(_seen(rows, structure)):
            if place[0] == "operational" and place[2] == "organisation":
                shown[structure, place[3]].add(place[1])
    assert len(weeks) == 2
    for school, kind in changed.kinds.items():
        if kind in ("merged", "split"):
            assert shown["as_was", school] or not shown["as_is", school]
            assert not shown["as_is", school]
            for end, _, _ in changed.ways(school):
                assert shown["as_was", school] <= shown["as_is", end]
        else:
            assert shown["as_was", school] <= shown["as_is", school]


def test_a_place_has_rows_of_both_or_of_either_and_never_a_mixture(changed: Changed) -> None:
    """Otherwise a figure held against the one before would lose the row that it is held against."""
    with duckdb.connect(str(changed.world.installation.warehouse), read_only=True) as con:
        for table in ("rpt_attendance", "rpt_contingent", "rpt_persistent_absence"):
            mixed = con.execute(
                f"select basis, level, oblast_code, district_code, organisation_code from {table} group by all "
                "having count(distinct structure) filter (structure = 'both') > 0 "
                "and count(*) filter (structure <> 'both') > 0"
            ).fetchall()
            assert mixed == [], table
            kinds = con.execute(f"select distinct structure from {table} order by 1").fetchall()
            assert kinds == [("as_is",), ("as_was",), ("both",)], table


def test_counts_of_reports_and_lists_are_the_same_in_both(changed: Changed) -> None:
    sums = {
        "rpt_attendance": (
            "organisations_due",
            "organisations_reported",
            "learners_enrolled",
            "learners_covered",
        ),
        "(select * from rpt_contingent where breakdown = 'all')": ("organisations_reported", "learners"),
        "rpt_reporting_discipline": ("is_due", "is_reported"),
        "rpt_data_quality": ("reports", "files"),
        "rpt_persistent_absence": ("organisations_counted", "learners"),
        "rpt_school_network": ("organisations", "places"),
    }
    with duckdb.connect(str(changed.world.installation.warehouse), read_only=True) as con:
        for table, names in sums.items():
            levels = "'all'" if table in ("rpt_reporting_discipline", "rpt_data_quality") else "level"
            told = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
            totals = [
                con.execute(
                    f"select basis, {levels}, {told} from {table} where structure in ('both', ?) "
                    f"and {levels} in ('district', 'oblast', 'republic', 'all') group by all order by all",
                    [structure],
                ).fetchall()
                for structure in ("as_was", "as_is")
            ]
            assert totals[0] == totals[1], table


def test_a_reader_of_a_territory_sees_what_is_its_own_in_each_structure(
    changed: Changed, tmp_path: Path
) -> None:
    """As was what lay there then, as is what lies there now, and of others nothing."""
    files = write_reading_files(changed.world.installation.warehouse, tmp_path / "reading", {"dim_structure"})
    expected: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in shown_of(changed.world, where="level = 'organisation'"):
        for file in {row["district_code"], row["oblast_code"]}:
            expected[file].add((row["structure"], *_place(row)))
    assert len(expected) > 10 and {f"{code}.duckdb" for code in expected} <= set(files)
    moved = 0
    for name in files:
        with duckdb.connect(str(tmp_path / "reading" / name), read_only=True) as con:
            rows = (
                con.execute("select * from rpt_attendance where level = 'organisation'")
                .to_arrow_table()
                .to_pylist()
            )
        code = name.removesuffix(".duckdb")
        assert {(row["structure"], *_place(row)) for row in rows} == expected[code]
        moved += sum(
            row["structure"] == "as_is" and changed.kinds.get(row["organisation_code"]) == "moved"
            for row in rows
            if row["district_code"] == code and row["period"] == "2026-W36"
        )
    assert moved, "nobody brought a past along"


def test_shares_of_a_figure_add_up_to_it_and_stay_whole(changed: Changed) -> None:
    """And what is part of a figure has no larger share: those who missed lessons are among those who had them."""
    for school in changed.follows:
        ways = list(changed.ways(school))
        for units in range(40):
            shares = [(units + first) // divisor for _, divisor, first in ways]
            assert sum(shares) == units
            fewer = [(max(units - 1, 0) + first) // divisor for _, divisor, first in ways]
            assert all(less <= share for less, share in zip(fewer, shares, strict=True))
    rows = _seen(shown_of(changed.world), "as_is")
    for row in rows:
        if row["learners"] is not None:
            assert row["learners"] % LEAST == 0 and row["learners"] <= row["learner_days"]
            reasons = ("ill", "excused", "unexcused", "unexplained")
            parts = [row[f"lessons_missed_{reason}"] for reason in reasons]
            assert min(parts) >= 0 and sum(parts) == row["lessons_missed"] <= row["lessons_scheduled"]
