"""Current marks of a term added up by SQL give what a plain reckoning gives, and nothing where they are not whole."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import duckdb
import pytest

from expectations.term.marks import term_mark
from ingest.schema.forms.codelist import codelist

SCHOOL = "650940000016"
TERMS = {
    # First and last month of the report, then the days of the term by the calendar.
    "2026-2027-T1": (date(2026, 9, 1), date(2026, 10, 31), date(2026, 9, 1), date(2026, 10, 25)),
    "2026-2027-T4": (date(2027, 4, 1), date(2027, 5, 31), date(2027, 3, 29), date(2027, 5, 25)),
}


class Mark(NamedTuple):
    iin: str
    letter: str | None
    subject: str
    day: date
    kind: str
    points: int
    most: int | None


def made_up_marks(chance: random.Random, first: date, last: date) -> Iterator[Mark]:
    """A class or two of a term in which now and then something lacks: a month, a section, the term assessment."""
    middle = first + (last - first) // 2
    for letter in chance.sample(["А", "а", "Б", None], chance.randint(1, 3)):
        for subject in ("algebra", "physics")[: chance.randint(1, 2)]:
            has_term = chance.random() < 0.7
            for number in range(chance.randint(1, 6)):
                iin = f"{number}{letter or '-'}".casefold() if chance.random() < 0.95 else "stranger"
                yield from _of_learner(chance, iin, letter, subject, has_term, (first, middle, last))


def _of_learner(
    chance: random.Random, iin: str, letter: str | None, subject: str, has_term: bool, days: tuple[date, ...]
) -> Iterator[Mark]:
    first, middle, last = days
    for start in (first, middle):
        if chance.random() < 0.08:
            continue
        for number in range(chance.randint(1, 3)):
            most = chance.choice([None, 5, 10])
            yield Mark(
                iin,
                letter,
                subject,
                start + timedelta(number),
                "formative",
                chance.randint(0, most or 10),
                most,
            )
        if chance.random() < 0.95:
            yield Mark(iin, letter, subject, start + timedelta(5), "section", chance.randint(0, 12), 12)
    if has_term and chance.random() < 0.9:
        yield Mark(iin, letter, subject, last - timedelta(3), "term", chance.randint(0, 25), 25)
    # Days beside the term belong to another.
    for beside in (first - timedelta(1), last + timedelta(1)):
        if chance.random() < 0.2:
            yield Mark(iin, letter, subject, beside, "section", 0, 12)


Own = dict[tuple[str, str, str], list[Mark]]


def reckoned(
    marks: list[Mark], months: set[str], first: date, last: date
) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Learner and subject → lowest and highest percentage, as somebody with paper would find them."""
    shares = {
        code.code: {k: int(v) for k, v in code.extra.items()} for code in codelist("assessment_weight").codes
    }
    own: Own = defaultdict(list)
    for mark in marks:
        if first <= mark.day <= last:
            own[mark.iin, (mark.letter or "").lower(), mark.subject].append(mark)
    found: dict[tuple[str, str], list[tuple[Any, Any]]] = defaultdict(list)
    for (iin, letter, subject), each in own.items():
        peers = [marks for (_, other, of), marks in own.items() if (other, of) == (letter, subject)]
        counts = {kind: max(_count(peer, kind) for peer in peers) for kind in ("section", "term")}
        is_whole = {f"{mark.day:%Y-%m}" for mark in each} >= months and all(
            _count(each, kind) == most for kind, most in counts.items()
        )
        if not is_whole or not counts["section"] or counts["term"] > 1 or not _count(each, "formative"):
            continue
        weight = shares["with_term" if counts["term"] else "without_term"]
        formative = [mark for mark in each if mark.kind == "formative"]
        mean = sum(Fraction(mark.points, mark.most or 10) for mark in formative) / len(formative)
        rest = weight["section_share"] * _share(each, "section")
        rest += weight["term_share"] * _share(each, "term") if counts["term"] else 0
        ends = sorted((mean, _share(each, "formative")))
        found[iin, subject].append(tuple(float(rest + weight["formative_share"] * end) for end in ends))  # type: ignore[arg-type]
    return {key: values[0] for key, values in found.items() if len(values) == 1}


def _count(marks: list[Mark], kind: str) -> int:
    return sum(mark.kind == kind for mark in marks)


def _share(marks: list[Mark], kind: str) -> Fraction:
    own = [mark for mark in marks if mark.kind == kind]
    return Fraction(sum(mark.points for mark in own), sum(mark.most or 10 for mark in own))


def _by_sql(
    marks: list[Mark], term: str, *, has_marks: bool = True
) -> dict[tuple[str, str], tuple[Any, Any]]:
    start, end, first, last = TERMS[term]
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute(
            "CREATE TABLE scope AS SELECT 1 AS _file, ? AS node_code, ?::DATE AS period_start, ?::DATE AS period_end,"
            " ? AS has_marks",
            [SCHOOL, start, end, has_marks],
        )
        con.execute("CREATE TABLE reference_calendar (segment TEXT, start_date DATE, end_date DATE)")
        con.executemany(
            "INSERT INTO reference_calendar VALUES ('term', ?, ?)",
            [(first, last), (last + timedelta(1), date(2099, 1, 1))],
        )
        con.execute(
            "CREATE TABLE reference_marks (node_code TEXT, iin TEXT, grade INT, letter TEXT, subject TEXT, date DATE,"
            " kind TEXT, points INT, points_max INT)"
        )
        if marks:
            rows = [(SCHOOL, m.iin, 7, m.letter, m.subject, m.day, m.kind, m.points, m.most) for m in marks]
            con.executemany("INSERT INTO reference_marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        con.execute(term_mark())
        rows = con.execute("SELECT iin, subject, lowest, highest FROM term_mark").fetchall()
    return {(iin, subject): (lowest, highest) for iin, subject, lowest, highest in rows}


@pytest.mark.parametrize("term", TERMS)
def test_sql_reckons_as_paper_does(term: str) -> None:
    start, end, first, last = TERMS[term]
    months = {f"{day:%Y-%m}" for day in (start, end)}
    compared = left_out = 0
    for seed in range(40):
        chance = random.Random(f"{term} {seed}")
        marks = list(made_up_marks(chance, max(first, start), last))
        expected = reckoned(marks, months, first, last)
        found = _by_sql(marks, term)
        assert found.keys() == expected.keys(), seed
        for key, ends in expected.items():
            assert found[key] == pytest.approx(ends), (seed, key)
        compared += len(expected)
        left_out += len({(mark.iin, mark.subject) for mark in marks}) - len(expected)
    assert compared > 50
    assert left_out > 50


def test_where_a_month_is_missing_nothing_is_added_up() -> None:
    _, _, first, last = TERMS["2026-2027-T1"]
    marks = list(made_up_marks(random.Random(3), first, last))
    assert _by_sql(marks, "2026-2027-T1", has_marks=False) == {}
    assert _by_sql([], "2026-2027-T1") == {}


def test_the_weights_in_force_make_a_hundred_for_every_day_a_form_may_be_of() -> None:
    listed = codelist("assessment_weight").codes
    for code in ("with_term", "without_term"):
        own = sorted(
            (entry for entry in listed if entry.code == code), key=lambda entry: entry.valid_from or date.min
        )
        assert own[0].valid_from is None or own[0].valid_from <= date(2026, 1, 1)
        assert own[-1].valid_to is None
        assert all(sum(int(value) for value in entry.extra.values()) == 100 for entry in own)
