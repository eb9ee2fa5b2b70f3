"""Texts as near to a fault of writing as can be: the last that may be, the first that may not, what is suggested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from expectations.rules.rule import CellRule
from expectations.rules.values import spelling
from expectations.rules.values.constraints import CodeNotValid, OutOfRange, TextLength
from ingest.schema.forms.codelist import codelist

NAMES: Mapping[type[CellRule], tuple[list[str], list[str]]] = {
    spelling.MixedAlphabets: (["Асқарова", "Smith", "Асқарова Smith", "5А", "А-B"], ["Aсқарова", "АskarB", "xАx"]),
    spelling.DigitsInName: (["Асқар", ""], ["Асқар2", "0"]),
    spelling.SignsInName: (["Ә. О'Нил-Ұлы", "d’Ar`cʼ"], ["Асқар!", "А_Б", "(А)", "А,Б"]),
    spelling.NameIsInitial: (["Ан", "Ан.", "А.Нур", "Аб. Вг"], ["А", "А.", "А.Б.", "А. Б.", "Асқар А.Б."]),
    spelling.NameInCapitals: (["АНА", "Асқар", "1234", "АСҚАр"], ["АСҚА", "АСҚАР"]),
    spelling.NameInSmallLetters: (["Асқар", "1асқар", ""], ["асқар", "ә"]),
    spelling.FillerText: (["тесто", "аа", "ааб", "Нетова", "ab"], ["тест", "Тест", "ААа", "aaaa", "...", "жоқ"]),
    spelling.QuotesInPairs: (["«а»", "(а) (б)", "", "“а”"], ["«а", "а)", "«а»»", "“а", "((а)"]),
    spelling.KazakhLettersInRussian: (["Школа", "Hello"], ["Шқола", "Iколә", "Ұ", "і"]),
    spelling.PhoneDigits: (
        ["7172123456", "+7 7172 123456", "87172123456", "7172123456, 7172123457", "7172123456; 1", "1234567/1234567"],
        ["717212345", "", "7172123456 717", "71721234567172"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
def test_the_nearest_that_may_be_and_the_nearest_that_may_not(kind: type[CellRule]) -> None:
    rule = kind(column="x", severity="query")
    good, bad = NAMES[kind]
    with duckdb.connect(config={"threads": 1}) as con:
        found = {
            value: con.execute(
                f"SELECT {rule.fault().format()} FROM (SELECT ? AS x) AS b", [value]
            ).fetchone()
            for value in [*good, *bad]
        }
    assert [value for value in good if found[value] != (False,)] == []
    assert [value for value in bad if found[value] != (True,)] == []


@pytest.mark.parametrize(
    ("kind", "written", "suggested"),
    [
        (spelling.MixedAlphabets, "Aсқaров", "Асқаров"),
        (spelling.MixedAlphabets, "Smithовa", "Smithовa"),  # in neither alphabet
        (spelling.MixedAlphabets, "Aсқaров CAP", "Асқаров CAP"),  # in Latin letters alone
        (spelling.MixedAlphabets, "Рaris 5В", "Paris 5В"),  # Latin, since it can be no Cyrillic
        (spelling.MixedAlphabets, "Aсқaр Smith", "Асқар Smith"),
        (spelling.NameInCapitals, "АСҚАР-ҰЛЫ", "Асқар-Ұлы"),
        (spelling.NameInSmallLetters, "асқар ұлы", "Асқар ұлы"),
        (spelling.NameInSmallLetters, "асҚар", "АсҚар"),
    ],
)
def test_what_it_should_probably_be(kind: type[CellRule], written: str, suggested: str) -> None:
    assert kind(column="x", severity="query").suggestion(written) == suggested


def test_two_columns_hold_the_same_text_whatever_the_capitals() -> None:
    rule = spelling.SameText(column="x", other="y", severity="query")
    with duckdb.connect(config={"threads": 1}) as con:
        query = f"SELECT {rule.fault()} FROM (SELECT ? AS x, ? AS y) AS b"
        found = [con.execute(query, pair).fetchone() for pair in (["Ән", "әН"], ["Ән", "Ан"], ["Ән", None])]
    assert found == [(True,), (False,), (None,)]


@pytest.mark.parametrize(
    ("minimum", "maximum", "wrong"),
    [(1, 3, {0, 4}), (1, None, {0}), (None, 3, {4}), (2, 2, {0, 1, 3, 4}), (0, 4, set())],
)
def test_both_bounds_belong_to_what_may_be(minimum: int | None, maximum: int | None, wrong: set[int]) -> None:
    number = OutOfRange(column="x", minimum=minimum, maximum=maximum, severity="error").fault().format()
    length = TextLength(column="x", minimum=minimum, maximum=maximum, severity="error").fault().format()
    with duckdb.connect(config={"threads": 1}) as con:
        numbers = con.execute(f"SELECT x FROM range(5) AS b(x) WHERE {number}").fetchall()
        texts = con.execute(
            f"SELECT length(x) FROM (SELECT repeat('ә', n) AS x FROM range(5) AS r(n)) AS b WHERE {length}"
        ).fetchall()
    assert {value for (value,) in numbers} == {value for (value,) in texts} == wrong


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2022-05-01", "2022-06-10", True),
        ("2022-05-01", "2022-06-11", False),
        ("2022-06-11", "2022-06-11", False),
        ("2022-06-10", "2022-06-10", True),
        ("2026-09-01", "2027-08-31", False),
    ],
)
def test_a_code_that_begins_to_hold_within_the_period_holds(first: str, last: str, found: bool) -> None:
    """Departmental affiliation 11 holds from 11.06.2022."""
    rule = CodeNotValid(column="x", severity="query", codelist="departmental_affiliation")
    scope = f"(SELECT DATE '{first}' AS period_start, DATE '{last}' AS period_end) AS s"
    with duckdb.connect(config={"threads": 1}) as con:
        said = con.execute(f"SELECT {rule.fault()} FROM (SELECT '11' AS x) AS b, {scope}").fetchone()
    assert said == (found,)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-09-30", "2026-10-31", False),
        ("2026-10-01", "2026-10-31", True),
        ("2026-03-01", "2026-03-01", False),
        ("2026-02-01", "2026-02-28", True),
    ],
)
def test_a_code_that_ceases_to_hold_within_the_period_holds(
    first: str, last: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = replace(codelist("sex").codes[0], valid_from=date(2026, 3, 1), valid_to=date(2026, 9, 30))
    listed = replace(codelist("sex"), codes=(entry,))
    monkeypatch.setattr("expectations.rules.values.constraints.codelist", {"sex": listed}.__getitem__)
    rule = CodeNotValid(column="x", severity="query", codelist="sex")
    scope = f"(SELECT DATE '{first}' AS period_start, DATE '{last}' AS period_end) AS s"
    with duckdb.connect(config={"threads": 1}) as con:
        said = con.execute(
            f"SELECT {rule.fault()} FROM (SELECT '{entry.code}' AS x) AS b, {scope}"
        ).fetchone()
    assert said == (found,)
