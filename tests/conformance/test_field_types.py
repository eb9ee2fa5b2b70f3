"""Every type a contract can give: from csv, xlsx, ods and xls to typed cells, the lake, the staging model, and back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import duckdb
import openpyxl
import pytest
import xlwt
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from expectations.suite import emit_suite, rules_for
from ingest.authored import AuthorError
from ingest.emit.contract_page import contract_page
from ingest.emit.staging import staging_sql, staging_yml
from ingest.emit.table_schema import table_schema
from ingest.emit.template import HEADER_ROW, template
from ingest.emit.wording import allowed_words, example_of
from ingest.home import Home
from ingest.read import read, type_batch
from ingest.schema.forms.contract import Contract, FieldType
from ingest.schema.forms.load import contracts
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.values.period import Period
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.land import Accepted, Destination, land

FOLDER = Path(__file__).parent / "field_types"
BELLS = contracts(FOLDER)["lesson_bells"]
NAMES = [field.name for field in BELLS.fields]
MONTH = Period.parse("month", "2026-09")
Row = dict[str, Any]

_times = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 15, 59]))
_moments = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31, 23, 59)).map(
    lambda moment: moment.replace(microsecond=0)
)
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "shift": st.integers(0, 9999),
            "begins": _times,
            "ends": st.none() | _times,
            "ordered_at": st.none()
            | _moments
            | _moments.map(lambda moment: datetime(*moment.timetuple()[:3])),
            "from_day": st.none() | st.dates(date(1990, 1, 1), date(2099, 12, 31)),
            "minutes": st.none() | st.decimals(-999, 999, places=2).map(lambda number: number + 0),
            "is_short": st.none() | st.booleans(),
            "remark": st.none() | st.text("абвАӘ", min_size=1, max_size=5),
        }
    ),
    min_size=1,
    max_size=6,
)


def test_it_has_a_column_of_every_type() -> None:
    assert {field.type for field in BELLS.fields} == set(get_args(FieldType))


def _written(value: Any) -> str:
    """A value as a person of the country types it."""
    if isinstance(value, bool):
        return "иә" if value else "жоқ"
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value.hour}:{value:%M:%S}" if value.second else f"{value.hour}:{value:%M}"
    return "" if value is None else str(value).replace(".", ",")


def _csv(rows: list[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [NAMES, *([_written(row[name]) for name in NAMES] for row in rows)]
        )


def _typed_cell(value: Any) -> Any:
    """A value as a workbook keeps it."""
    return "иә" if value is True else "жоқ" if value is False else value


def _xlsx(rows: list[Row], path: Path) -> None:
    book = openpyxl.Workbook()
    for values in [NAMES, *([_typed_cell(row[name]) for name in NAMES] for row in rows)]:
        book.worksheets[0].append(values)
    book.save(path)


def _xls(rows: list[Row], path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    looks: dict[type, Any] = {
        datetime: xlwt.easyxf(num_format_str="DD.MM.YYYY HH:MM:SS"),
        date: xlwt.easyxf(num_format_str="DD.MM.YYYY"),
        time: xlwt.easyxf(num_format_str="HH:MM:SS"),
    }
    for row, values in enumerate([NAMES, *([_typed_cell(each[name]) for name in NAMES] for each in rows)]):
        for column, value in enumerate(values):
            if value is not None:
                sheet.write(row, column, value, looks.get(type(value), xlwt.Style.default_style))
    book.save(str(path))


def _ods_cell(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, time):
        return TableCell(valuetype="time", timevalue=f"PT{value:%HH%MM%SS}")
    if isinstance(value, int | Decimal):
        return TableCell(valuetype="float", value=str(value))
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def _ods(rows: list[Row], path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="s")
    for values in [NAMES, *([_typed_cell(row[name]) for name in NAMES] for row in rows)]:
        line = TableRow()
        for value in values:
            line.addElement(TableCell() if value is None else _ods_cell(value))
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


WRITERS: dict[str, Callable[[list[Row], Path], None]] = {
    "csv": _csv, "xlsx": _xlsx, "ods": _ods, "xls": _xls,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("installation") / "home")
    home.create()
    return home


@pytest.fixture(scope="module")
def vault(home: Home) -> Iterator[Vault]:
    with Vault(home) as opened:
        yield opened


@pytest.mark.parametrize("kind", sorted(WRITERS))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows)
def test_values_go_from_a_file_to_the_lake_and_the_staging_model_and_back(
    kind: str, rows: list[Row], tmp_path: Path, home: Home, vault: Vault
) -> None:
    path = tmp_path / f"file.{kind}"
    WRITERS[kind](rows, path)

    with duckdb.connect(":memory:") as con:
        findings = type_batch(con, BELLS, [(7, read(path, BELLS))])
        typed = con.execute(f"SELECT {', '.join(NAMES)} FROM batch ORDER BY _row").to_arrow_table()
        land(con, BELLS, [Accepted(7, MONTH, len(rows))], "b1", Destination.of(home), vault)

    assert findings == {7: []}
    assert typed.to_pylist() == rows
    staged = _staged(home.lake / "lesson_bells" / "*" / "*.parquet")
    assert [[str(cell) for cell in row] for row in staged] == [
        [str(row[name]) if not isinstance(row[name], Decimal) else f"{row[name]:.4f}" for name in NAMES]
        for row in rows
    ]


def _staged(lake: Path) -> list[tuple[Any, ...]]:
    """The rows that the staging model gives, its source read where it lies."""
    source = f"read_parquet('{lake}', hive_partitioning = true, hive_types_autocast = false)"
    model = staging_sql(BELLS).replace("{{ source('lake', 'lesson_bells') }}", source)
    with duckdb.connect(":memory:") as con:
        return con.execute(f"SELECT {', '.join(NAMES)} FROM ({model}) ORDER BY source_row").fetchall()


def test_both_engines_know_the_types_of_the_lake() -> None:
    columns = {
        column["name"]: column["data_type"]
        for column in yaml.safe_load(staging_yml(BELLS))["models"][0]["columns"]
    }
    assert (columns["begins"], columns["ordered_at"]) == ("string", "timestamp")


# --- judging ----------------------------------------------------------------------------------------------

SOUND: Row = {
    "shift": 1, "begins": time(8, 30), "ends": time(9, 15), "ordered_at": datetime(2026, 8, 25, 17, 40),
    "from_day": date(2026, 9, 1), "minutes": Decimal("45.5"), "is_short": False, "remark": "үзіліссіз",
}  # fmt: skip


def _found(path: Path, engine: Any, *rows: Row) -> list[tuple[str, str | None, int | None, str]]:
    _csv([{**SOUND, **row} for row in rows], path)
    scope = Scope("650940000016", "organisation", MONTH)
    with judge([JudgeFile(1, path, path.name, scope)], BELLS, Reference(), engine=engine) as judged:
        found = judged.verdicts[1].findings
    return [(each.code, each.column, each.row, each.message["en"]) for each in found]


@pytest.mark.parametrize("engine", [None, run_rules], ids=["usual", "direct"])
def test_bounds_and_comparisons_of_times_and_moments(tmp_path: Path, engine: Any) -> None:
    found = _found(
        tmp_path / "file.csv",
        engine,
        {},
        {"begins": time(7, 29)},
        {"begins": time(20, 1), "ends": None},
        {"ends": time(8, 29), "begins": time(8, 31)},
        {"begins": time(8, 32), "ends": time(21, 45), "shift": 2},
        {"begins": time(8, 33), "ordered_at": datetime(2019, 12, 31, 23, 59)},
        {"begins": time(8, 34), "ordered_at": datetime(2026, 9, 30, 23, 59)},
        {"begins": time(8, 35), "ordered_at": datetime(2026, 10, 1, 0, 1)},
        {"begins": time(7, 30), "remark": None},
        {"begins": time(8, 36), "ends": time(8, 30), "is_short": True},
    )

    assert [each[:3] for each in found] == [
        ("out_of_range", "begins", 3),
        ("out_of_range", "begins", 4),
        ("must_be", "begins", 5),
        ("must_be", "ends", 6),
        ("out_of_range", "ordered_at", 7),
        ("date_after_period", "ordered_at", 9),
        ("required_when", "remark", 10),
        ("must_be", "begins", 11),
    ]
    said = [each[3] for each in found]
    assert "07:30–20:00" in said[0] and " 7:29 " in said[0]
    assert "< «Ends»" in said[2] and "≤ 21:30" in said[3]
    assert "01.01.2020 00:00–31.12.2030 23:59" in said[4] and "31.12.2019 23:59" in said[4]


@pytest.mark.parametrize(
    ("column", "written", "code", "suggestion"),
    [
        ("begins", "24:61", "time_impossible", None),
        ("begins", "25:00", "time_impossible", None),
        ("begins", "24:00", "time_impossible", "00:00"),
        ("begins", "13:00 PM", "time_impossible", "13:00"),
        ("begins", "8", "time_as_number", "08:00"),
        ("begins", "8,3", "time_as_number", None),
        ("begins", "0,5", "time_as_number", None),
        ("begins", "830", "time_as_number", "08:30"),
        ("begins", "О8:3О", "letters_for_digits", "08:30"),
        ("begins", "таңертең", "not_a_time", None),
        ("begins", "08:00-12:30", "not_a_time", None),
        ("begins", "07.09.2026 08:30", "not_a_time", None),
        ("ordered_at", "25.08.2026", "date_without_time", None),
        ("ordered_at", "25.08.2026 24:61", "time_impossible", None),
        ("ordered_at", "25.08.2026 24:00", "time_impossible", "25.08.2026 00:00"),
        ("ordered_at", "31.02.2026 08:30", "not_a_datetime", None),
        ("ordered_at", "25.08.26 08:30", "year_of_two_digits", "25.08.2026 08:30"),
        ("ordered_at", "8/25/2026 08:30", "day_and_month_swapped", "25.08.2026 08:30"),
        ("ordered_at", "8/5/2026 8:30 AM", "not_a_datetime", None),
        ("ordered_at", "2026-08-25T19:00:00Z", "time_of_another_zone", "26.08.2026 00:00"),
        ("ordered_at", "46259,354166667", "date_as_serial_number", "25.08.2026 08:30"),
        ("ordered_at", "кеше", "not_a_datetime", None),
    ],
)
def test_what_is_no_time_is_said_with_a_remedy(
    tmp_path: Path, column: str, written: str, code: str, suggestion: str | None
) -> None:
    path = tmp_path / "file.csv"
    _csv([SOUND], path)
    text = path.read_text(encoding="utf-8")
    right = _written(SOUND[column])
    with path.open("a", encoding="utf-8") as file:
        file.write(text.splitlines()[1].replace(right, written) + "\n")
    with duckdb.connect(":memory:") as con:
        found = type_batch(con, BELLS, [(1, read(path, BELLS))])[1]

    assert [(each.code, each.row, each.suggestion) for each in found] == [(code, 3, suggestion)]
    assert all("…" not in each.message[language] for each in found for language in ("kk", "ru", "en"))
    assert catalogue()[code].remedy is not None


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("begins", "8.30", time(8, 30)), ("begins", "08-30", time(8, 30)), ("begins", "8:30:15", time(8, 30, 15)),
        ("begins", "8 ч 30 мин", time(8, 30)), ("begins", "8 сағ. 30 мин.", time(8, 30)),
        ("begins", "2:15 PM", time(14, 15)), ("begins", "12:05 a.m.", time(0, 5)), ("begins", "٠٨:٣٠", time(8, 30)),
        ("begins", "0,354166666666667", time(8, 30)), ("begins", "3.54166666666667E-1", time(8, 30)),
        ("begins", "08:29:59.999999", time(8, 30)), ("begins", "1899-12-30 08:30:00", time(8, 30)),
        ("begins", " 08:30\u00a0", time(8, 30)), ("begins", "'08:30", time(8, 30)), ("begins", "00.25", time(0, 25)),
        ("ordered_at", "2026-08-25T08:30", datetime(2026, 8, 25, 8, 30)),
        ("ordered_at", "25 тамыз 2026 8:30", datetime(2026, 8, 25, 8, 30)),
        ("ordered_at", "08:30 25.08.2026", datetime(2026, 8, 25, 8, 30)),
        ("ordered_at", "25.08.2026, 08.30", datetime(2026, 8, 25, 8, 30)),
        ("ordered_at", "2026-08-25T08:30:00+05:00", datetime(2026, 8, 25, 8, 30)),
        ("ordered_at", "2026-08-25 8:30 PM", datetime(2026, 8, 25, 20, 30)),
        ("ordered_at", "25.08.2026 0:00", datetime(2026, 8, 25)),
    ],
)  # fmt: skip
def test_ways_to_write_a_time(tmp_path: Path, column: str, written: str, value: object) -> None:
    path = tmp_path / "file.csv"
    row = [written if name == column else _written(SOUND[name]) for name in NAMES]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([NAMES, row])
    with duckdb.connect(":memory:") as con:
        found = type_batch(con, BELLS, [(1, read(path, BELLS))])
        (typed,) = con.execute(f"SELECT {column} FROM batch").fetchone() or ()
    assert (typed, found) == (value, {1: []})


# --- what follows from the contract -----------------------------------------------------------------------


def test_the_suite_and_the_contract_come_back_from_their_text() -> None:
    again = Contract.model_validate_json(BELLS.model_dump_json(by_alias=True))
    assert again == BELLS
    assert emit_suite(again) == emit_suite(BELLS)
    assert BELLS.field("begins").constraints.maximum == time(20)
    assert BELLS.field("ordered_at").constraints.minimum == datetime(2020, 1, 1)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_its_template_takes_times_and_says_what_may_be_typed(language: Any, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template(BELLS, language)))
    sheet = book.worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    begins, ordered_at = (rules[f"{letter}{HEADER_ROW + 1}"] for letter in ("B", "D"))
    assert (begins.type, float(begins.formula1), float(begins.formula2)) == (
        "time",
        0.3125,
        pytest.approx(20 / 24),
    )
    assert ordered_at.type == "date"
    for column, name in enumerate(NAMES, start=1):
        sheet.cell(HEADER_ROW + 1, column, _typed_cell(SOUND[name]))
    sheet.cell(HEADER_ROW + 1, 2).number_format = "hh:mm"
    book.save(tmp_path / "filled.xlsx")
    with duckdb.connect(":memory:") as con:
        assert type_batch(con, BELLS, [(1, read(tmp_path / "filled.xlsx", BELLS))]) == {1: []}
        typed = con.execute(f"SELECT {', '.join(NAMES)} FROM batch").to_arrow_table().to_pylist()
    assert typed == [SOUND]
    assert allowed_words(BELLS.field("begins"), language) != ""
    assert "07:30" in allowed_words(BELLS.field("begins"), language)
    assert example_of(BELLS.field("ordered_at"), language) == "25.08.2026 17:40"


def test_its_table_schema_and_the_guide_name_the_types() -> None:
    described = {field["name"]: field for field in table_schema(BELLS)["fields"]}
    assert described["begins"]["type"] == "time"
    assert described["begins"]["constraints"]["minimum"] == "07:30"
    assert described["ordered_at"]["constraints"]["maximum"] == "2030-12-31T23:59:00"
    assert "`time` or `datetime`" in contract_page()


@pytest.mark.parametrize(
    "checks",
    [
        [{"rule": "must_be", "field": "begins", "must": {"<": "2026-09-01"}}],
        [{"rule": "must_be", "field": "begins", "must": {"<": "25:00"}}],
        [{"rule": "must_be", "field": "begins", "must": {"<": {"column": "ordered_at"}}}],
        [{"rule": "must_be", "field": "ordered_at", "must": {"<": "2026-09-01"}}],
        [{"rule": "date_in_period", "field": "begins"}],
        [{"rule": "date_after_period", "field": "shift"}],
    ],
    ids=str,
)
def test_a_comparison_of_different_kinds_is_the_authors_error(checks: list[dict[str, Any]]) -> None:
    wrong = Contract.model_validate(BELLS.model_dump(by_alias=True) | {"checks": checks})
    with pytest.raises(AuthorError):
        rules_for(wrong)


@pytest.mark.parametrize(
    ("column", "bounds"),
    [
        ("begins", "minimum: 2026-09-01"), ("begins", "minimum: 510"), ("begins", "minimum: 08:30, maximum: 08:00"),
        ("ordered_at", "minimum: 2026-09-01"), ("from_day", "minimum: 2026-09-01T08:00"), ("shift", "minimum: 10:30"),
    ],
)  # fmt: skip
def test_a_bound_of_another_kind_is_the_authors_error(tmp_path: Path, column: str, bounds: str) -> None:
    content = yaml.safe_load((FOLDER / "lesson_bells.yml").read_text(encoding="utf-8").replace("07:30,", '"07:30",')
                             .replace("20:00}", '"20:00"}').replace("21:30}", '"21:30"}'))  # fmt: skip
    for field in content["fields"]:
        if field["name"] == column:
            field["constraints"] = "BOUNDS"
    text = yaml.safe_dump(content, allow_unicode=True).replace(
        "constraints: BOUNDS", f"constraints: {{{bounds}}}"
    )
    (tmp_path / "lesson_bells.yml").write_text(text, encoding="utf-8")
    with pytest.raises(AuthorError, match=r"lesson_bells\.yml"):
        contracts(tmp_path)


def test_a_time_of_yaml_is_no_number() -> None:
    """To plain YAML `20:00` is 1200."""
    limits = BELLS.field("begins").constraints
    assert (limits.minimum, limits.maximum) == (time(7, 30), time(20))
