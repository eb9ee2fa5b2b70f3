"""What a contract says by itself: conditions, sums, tables to look into, dependencies; and what it cannot say."""

import operator
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.dry_run import require_runnable
from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.rules.parameters import require_same_kinds
from expectations.rules.rows.general import SumOf
from expectations.rules.rule import compared
from expectations.suite import rules_for
from ingest.authored import AuthorError
from ingest.schema.forms.field import FieldType
from ingest.schema.forms.load import contracts
from tests.expectations.case_folders import CASES, reference
from tests.expectations.typed_rows import unexpected

TOY = CASES / "contracts" / "canteen_day.yml"
CANTEEN = contracts(TOY.parent)["canteen_day"]
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "in": lambda one, many: one in many, "not in": lambda one, many: one not in many,
}  # fmt: skip
_TEXTS = st.text(alphabet="аб'{}\"\\ %:", max_size=4)
_NUMBERS = st.integers(-9, 9)


@pytest.fixture(scope="module")
def con() -> Any:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@settings(max_examples=200, deadline=None)
@given(data=st.data(), sign=st.sampled_from(sorted(SIGNS)), values=st.sampled_from([_TEXTS, _NUMBERS]))
def test_a_comparison_means_what_its_sign_says(
    con: duckdb.DuckDBPyConnection, data: st.DataObject, sign: str, values: Any
) -> None:
    left = data.draw(values)
    right = data.draw(st.lists(values, min_size=1, max_size=3) if sign.endswith("in") else values)
    kind = "VARCHAR" if isinstance(left, str) else "INTEGER"
    query = f"SELECT {compared('b.x', sign, right)} FROM (SELECT CAST(? AS {kind}) AS x) AS b"

    # As a rule's SQL, it goes through a format in which braces are placeholders.
    (found,) = con.execute(query.format(), [left]).fetchone() or ()

    assert found is SIGNS[sign](left, right)


@pytest.mark.parametrize(
    ("state", "of_nothing", "of_something"), [("empty", True, False), ("filled", False, True)]
)
@pytest.mark.parametrize("value", ["x", "", "'{}"])
def test_a_cell_is_empty_or_filled(
    con: duckdb.DuckDBPyConnection, state: str, of_nothing: bool, of_something: bool, value: str
) -> None:
    query = f"SELECT {compared('b.x', 'is', state)} FROM (SELECT CAST(? AS VARCHAR) AS x) AS b".format()

    assert con.execute(query, [None]).fetchone() == (of_nothing,)
    assert con.execute(query, [value]).fetchone() == (of_something,)


@settings(max_examples=100, deadline=None)
@given(
    total=st.integers(-20, 20),
    parts=st.tuples(st.none() | _NUMBERS, st.none() | _NUMBERS, st.none() | _NUMBERS),
    tolerance=st.integers(0, 3),
    empty=st.none() | st.just(0),
)
def test_a_total_is_the_sum_of_its_parts(
    con: duckdb.DuckDBPyConnection,
    total: int,
    parts: tuple[int | None, ...],
    tolerance: int,
    empty: int | None,
) -> None:
    rule = SumOf(severity="error", column="t", columns=["a", "b", "c"], tolerance=tolerance, empty=empty)
    columns = ", ".join(f"CAST(? AS INTEGER) AS {name}" for name in "tabc")
    query = f"SELECT {rule.fault()} FROM (SELECT {columns}) AS b"

    (found,) = con.execute(query, [total, *parts]).fetchone() or ()

    known = [part for part in parts if part is not None]
    is_asked = bool(known) if empty == 0 else len(known) == len(parts)
    assert bool(found) == (is_asked and abs(total - sum(known)) > tolerance)


def _rows(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    sound = {
        "served_date": "2026-09-03", "shift": 1, "breakfasts": 2, "lunches": 3, "total": 5, "place": "113220100",
        "subject": "physics", "first_grade": 7,
    }  # fmt: skip
    return [{**sound, "served_date": f"2026-09-{day:02}", **row} for day, row in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("rule", "rows", "at_fault"),
    [
        (
            "must_be",
            [{}, {"breakfasts": 4}, {"breakfasts": -1}, {"breakfasts": None}, {"lunches": None}],
            [2, 3],
        ),
        # In the third shift nothing is asked, nor before the year the condition names.
        ("must_be", [{"breakfasts": 9, "shift": 3}, {"breakfasts": 9, "served_date": "2025-12-31"}], []),
        (
            "sum_of",
            [{}, {"total": 5.5}, {"total": 5.6}, {"total": 4.4}, {"lunches": None, "total": 9}],
            [3, 4],
        ),
        ("found_in", [{}, {"place": "999999999"}, {"place": None}, {"place": "11322010"}], [2, 4]),
        (
            "agrees_with",
            [{}, {"first_grade": 8}, {"first_grade": None}, {"subject": None, "first_grade": 9}],
            [2],
        ),
        (
            "agrees_with",
            [{"subject": "alchemy", "first_grade": 1}, {"subject": "music", "first_grade": 7}],
            [2],
        ),
        ("several_values", [{}, {}, {"place": "1"}, {"shift": 2, "place": "2"}], [3]),
    ],
)
def test_a_rule_of_a_contract_finds_what_it_says(
    rule: str, rows: list[dict[str, Any]], at_fault: list[int]
) -> None:
    found = unexpected(CANTEEN, [(_rows(*rows), Scope())], reference(), frozenset({rule}))

    assert sorted(row["_row"] for row in found) == at_fault


def test_a_table_that_is_not_there_leaves_the_rule_unasked() -> None:
    (rule,) = [rule for rule in rules_for(CANTEEN) if rule.code == "found_in"]

    assert rule.needs == ("territory",)
    assert unexpected(CANTEEN, [(_rows({"place": "9"}), Scope())], Reference(), frozenset({"found_in"})) == []


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({"rule": "must_be", "field": "total", "must": {"<=": [1, 2]}}, "<= does not compare with that"),
        ({"rule": "must_be", "field": "total", "must": {"is": "blank"}}, "blank cannot follow is"),
        ({"rule": "must_be", "field": "total", "must": {"in": 5}}, "in does not compare with that"),
        ({"rule": "must_be", "field": "total", "must": {"<=": {"column": "lunch"}}}, "lunch"),
        ({"rule": "must_be", "field": "total", "must": {"=<": 5}}, "=<"),
        ({"rule": "must_be", "field": "total", "must": {"<=": "many"}}, "must_be"),
        ({"rule": "must_be", "field": "served_date", "must": {"<=": "2026-02-30"}}, "served_date (date) <="),
        (
            {"rule": "must_be", "field": "place", "must": {"==": {"column": "total"}}},
            "place (string) == 'total'",
        ),
        ({"rule": "must_be", "field": "total"}, "must"),
        ({"rule": "sum_of", "field": "total", "columns": ["place"]}, "sum_of"),
        (
            {"rule": "sum_of", "field": "total", "columns": ["lunches"], "limits": {"tolerance": "x"}},
            "tolerance",
        ),
        (
            {"rule": "found_in", "field": "place", "lookup": {"table": "learner", "key": {"iin": "place"}}},
            "learner",
        ),
        (
            {
                "rule": "found_in",
                "field": "place",
                "lookup": {"table": "territory", "key": {"code": "place"}},
            },
            "code",
        ),
        (
            {
                "rule": "found_in",
                "field": "place",
                "lookup": {"table": "territory", "key": {"kato": "plaec"}},
            },
            "plaec",
        ),
        ({"rule": "sum_of", "field": "total", "columns": ["lunches"], "when": {"shift": {"<": [1]}}}, "<"),
        ({"rule": "sum_of", "field": "lunches", "columns": ["place"]}, "(lunches: number, place: string)"),
    ],
)
def test_what_a_contract_cannot_say_is_said_in_one_line(
    check: dict[str, Any], said: str, tmp_path: Path
) -> None:
    written = yaml.safe_load(TOY.read_text(encoding="utf-8"))
    written["checks"].append(check)
    file = tmp_path / TOY.name
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")

    with pytest.raises(AuthorError) as refused:
        require_runnable(contracts(tmp_path)["canteen_day"])

    line = refused.value.text("en")
    assert refused.value.kind != "rule_refuses", "its own words say more"
    assert "\n" not in line
    assert line.startswith(f"{file}: checks") or TOY.name in line
    assert said in line


def test_a_dependency_on_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    written = yaml.safe_load(TOY.read_text(encoding="utf-8"))
    written["determines"] = [{"columns": ["shfit"], "fields": ["place"]}]
    (tmp_path / TOY.name).write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")

    with pytest.raises(AuthorError, match=r"determines\.columns: .*shfit.*shift"):
        contracts(tmp_path)


_OF_TYPES: list[tuple[Any, tuple[str, ...]]] = [
    (True, ("boolean",)),
    (5, ("integer", "number")),
    (2.5, ("integer", "number")),
    ("5 «А»", ("string",)),
    ("2026-09-01", ("string", "date")),
    ("08:00", ("string", "time")),
    ("2026-09-01T08:00", ("string", "datetime")),
]


@pytest.mark.parametrize("kind", get_args(FieldType))
@pytest.mark.parametrize(("operand", "kinds"), _OF_TYPES, ids=str)
def test_a_column_is_compared_with_what_is_of_its_type(
    kind: str, operand: Any, kinds: tuple[str, ...]
) -> None:
    contract: Any = SimpleNamespace(field=lambda name: SimpleNamespace(name=name, type=kind))
    if kind in kinds:
        require_same_kinds({"column": {"==": operand}}, contract)
    else:
        with pytest.raises(ValueError, match="column"):
            require_same_kinds({"column": {"==": operand}}, contract)


@pytest.mark.parametrize("place", ["when", "must"])
def test_what_a_check_compares_with_is_of_the_columns_type(place: str, tmp_path: Path) -> None:
    """In its conditions, and in what must be."""
    written = yaml.safe_load(TOY.read_text(encoding="utf-8"))
    field = next(each for each in written["fields"] if each.get("type") == "integer")["name"]
    fits, wrong = {">": 5}, {">": "five"}
    compared = {"must": fits, "when": {field: wrong}} if place == "when" else {"must": wrong}
    written["checks"].append({"rule": "must_be", "field": field, **compared})
    (tmp_path / TOY.name).write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    with pytest.raises(AuthorError) as refused:
        require_runnable(contracts(tmp_path)["canteen_day"])
    assert "five" in refused.value.text("en") and field in refused.value.text("en")
