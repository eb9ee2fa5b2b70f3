"""What the different rows of a batch answer, all its rows answer: for every rule of every form, over random cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from expectations.findings.different_rows import (
    Source,
    can_be_shown,
    different_row,
    in_batch,
    once_each,
    source_of,
)
from expectations.judging.direct import run_rules
from expectations.judging.identifiers import identifiers
from expectations.judging.prepare import prepare, prepare_further
from expectations.judging.rule_result import Engine, RuleResult
from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.rules.attendance.class_day import CLASS_DAY_READS
from expectations.rules.rule import Rule
from expectations.suite import rules_for
from ingest.read.arrow import pa
from ingest.read.cells.batch import different_rows
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.cells.columns.repeated_texts import with_repeated_once
from ingest.read.reading import LocatedTable, Reading
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import EXAMPLES, Period
from tests import walks

CONTRACTS = contracts()
ODD = (
    "",
    "-",
    "1",
    "2",
    "7",
    "12",
    "-3",
    "999",
    "2026-09-07",
    "2026-09-06",
    "1900-01-01",
    "да",
    "нет",
    "көп",
    "А",
    "аб",
)


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done for large batches, done for any."""
    monkeypatch.setattr(different_rows, "_LARGE", 1)
    monkeypatch.setattr(different_rows, "_SMALL_SHARE", 0)
    monkeypatch.setattr(different_rows, "_WAYS_A_ROW", 1 << 24)


def _cell(field: FormField) -> st.SearchStrategy[str]:
    listed = field.constraints.codelist
    codes = [entry.code for entry in codelist(listed).codes[:4]] if listed else []
    return st.sampled_from([*ODD, *codes, *([field.example] if field.example else [])])


@st.composite
def _readings(draw: st.DrawFn, contract: Contract) -> list[tuple[int, Reading]]:
    """Files whose tables lack some columns and say the same again and again."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        names = [field.name for field in contract.fields if draw(st.integers(0, 9))]
        few = draw(
            st.lists(st.tuples(*[_cell(contract.field(name)) for name in names]), min_size=1, max_size=4)
        )
        rows = draw(st.lists(st.sampled_from(few), min_size=1, max_size=12))
        columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)}
        text = with_repeated_once(
            pa.table({**columns, "_row": pa.array(range(2, len(rows) + 2), pa.int32())})
        )
        found.append(
            (number, Reading((LocatedTable(None, dict(zip(names, range(1, 99), strict=False)), 1, text),)))
        )
    return found


@contextmanager
def _typed(contract: Contract, readings: list[tuple[int, Reading]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """With different rows: a batch without a column of few values has none."""
    with duckdb.connect(config={"threads": 1}) as con:
        type_batch(con, contract, readings)
        assume(different_row(con))
        yield con


@contextmanager
def _prepared(contract: Contract, readings: list[tuple[int, Reading]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Also with all that rules read besides."""
    with _typed(contract, readings) as con:
        Reference().load(con, contract)
        scope = Scope(
            "650140000007", "organisation", Period.parse(contract.period, EXAMPLES[contract.period])
        )
        prepare(con, contract, [(number, scope) for number, _ in readings], demo=True)
        prepare_further(con, contract)
        yield con


def _known(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns of the different rows."""
    return [column[0] for column in con.execute("SELECT * FROM main.different_row LIMIT 0").description or ()]


def _asking_once() -> Engine:
    """An engine that knows what it was told: tables do not change while it is asked."""
    told: dict[tuple[str, int], RuleResult] = {}

    def run(con: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
        new = [rule for rule in rules if (table, id(rule)) not in told]
        for rule, result in zip(new, run_rules(con, table, new), strict=True):
            told[table, id(rule)] = result
        return [told[table, id(rule)] for rule in rules]

    return run


@pytest.mark.parametrize("form", sorted(CONTRACTS))
@settings(max_examples=walks.examples(3, 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_they_break_the_rules_that_the_batch_breaks(form: str, data: st.DataObject) -> None:
    contract = CONTRACTS[form]
    rules = rules_for(contract)
    engine = _asking_once()
    with _prepared(contract, data.draw(_readings(contract))) as con:
        able = [rule for rule in rules if can_be_shown(rule, frozenset(_known(con)), contract)]
        whole, shown = (engine(con, table, able) for table in ("batch", "different_row"))
        assert [bool(each.unexpected) for each in shown] == [bool(each.unexpected) for each in whole]
        assert not any(each.failure for each in shown)
        assert once_each(engine, contract)(con, "batch", rules) == engine(con, "batch", rules)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_counted_from_them_is_what_the_batch_counts(data: st.DataObject) -> None:
    contract = CONTRACTS["attendance"]
    with _prepared(contract, data.draw(_readings(contract))) as con:
        assume(source_of(con)("bin", *CLASS_DAY_READS).table == "different_row")
        counted = [_made(con, contract, source) for source in (in_batch, source_of(con))]
        assert counted[0] == counted[1]


def _made(
    con: duckdb.DuckDBPyConnection, contract: Contract, source: Source
) -> list[list[tuple[object, ...]]]:
    con.execute("DROP TABLE class_day")
    identifiers(con, contract, demo=True, source=source)
    for name in ("enrolled", "earlier", "period_day"):
        con.execute(f"DROP TABLE {name}")
    prepare_further(con, contract, source=source)
    tables = ("class_day", "distinct_bin", "distinct_iin")
    return [con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in tables]


@settings(max_examples=walks.examples(12, 25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), form=st.sampled_from(sorted(CONTRACTS)))
def test_they_are_the_rows_of_the_batch_each_once(data: st.DataObject, form: str) -> None:
    contract = CONTRACTS[form]
    with _typed(contract, data.draw(_readings(contract))) as con:
        names = [name for name in _known(con) if name not in ("_row", "_rows")]
        alike = con.execute(
            f"SELECT {', '.join(names)}, min(_row) AS _row, count(*) AS _rows FROM batch GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        # Texts that mean the same are different rows here.
        told = con.execute(
            f"SELECT {', '.join(names)}, min(_row), sum(_rows) FROM different_row GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        if len(names) == len(contract.fields) + 3:
            assert told == alike
        assert sum(row[-1] for row in told) == sum(row[-1] for row in alike)


def test_rules_of_every_form_are_shown_so() -> None:
    """A rule on cells of codes and numbers is not asked of every row without need."""
    for form, contract in CONTRACTS.items():
        known = frozenset(field.name for field in contract.fields) | {"_file", "_table", "_row", "_bad"}
        shown = {rule.code for rule in rules_for(contract) if can_be_shown(rule, known, contract)}
        assert {"required"} <= shown, form
        assert not shown & {"not_unique", "same_person_twice", "several_values", "class_day_missing"}, form


@pytest.mark.parametrize(("different", "few"), [(2, True), (40_000, False)])
def test_a_batch_whose_rows_all_differ_has_none(
    monkeypatch: pytest.MonkeyPatch, different: int, few: bool
) -> None:
    monkeypatch.undo()
    contract = CONTRACTS["attendance"]
    numbers = pa.array([str(number % different) for number in range(120_000)])
    text = pa.table({"lessons_missed": numbers, "_row": pa.array(range(2, 120_002), pa.int32())})
    table = LocatedTable(None, {"lessons_missed": 1}, 1, text)
    with duckdb.connect() as con:
        type_batch(con, contract, [(1, Reading((table,)))])
        made = con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'different_row'"
        ).fetchone()
    assert made == (int(few),)
