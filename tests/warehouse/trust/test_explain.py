"""A published figure leads to exactly the reports, sheets and cells it was made of, whatever the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from tests.warehouse.country import PROJECT, SCHOOLS, learners_of
from tests.warehouse.trust.conftest import FEW_WEEK, Editions
from warehouse.services.trust.descent import carriers_of, forms_behind, tables
from warehouse.services.trust.explain import Explained, UnknownError, explain
from warehouse.services.trust.figures import made_of
from warehouse.services.trust.lineage import (
    BASIS,
    GROUPED,
    LEVEL,
    STRUCTURE,
    SUBMISSIONS,
    _named_beside,
    place_of,
)
from warehouse.services.trust.moved import grain_of
from warehouse.services.trust.opened import files_of, opened

ATTENDANCE = "rpt_attendance_by_territory"
REPORTS = sorted(name for name in tables() if name.startswith("rpt_"))


RECEIVED = (
    "dim_submission",
    "fct_submission_event",
    "fct_finding",
    "rpt_data_quality",
    "rpt_data_quality_by_cause",
)
"""Tables about whatever was received, counting or not."""


@pytest.fixture(autouse=True)
def ledger_of_editions(editions: Editions) -> Iterator[None]:
    from django.db import connections

    ingest.ledger.setup(editions.home)
    yield
    connections.close_all()


def of(editions: Editions, table: str, which: str = "1", **wanted: str) -> Explained:
    return explain(editions.home, table, wanted, which=which, most=None)


def test_a_figure_leads_to_its_reports_and_to_no_others(editions: Editions) -> None:
    found = of(editions, ATTENDANCE, basis="operational", period="2026-W37")
    numbers = editions.receipts
    assert found.rows == 1
    assert found.behind.rows == {numbers["37 16"]: 30, numbers["37 26"]: 30}
    assert found.behind.adds_up["lessons_scheduled"] and all(found.behind.adds_up.values())
    later = of(editions, ATTENDANCE, "2", basis="operational", period="2026-W37")
    assert later.behind.rows == {numbers["37 16"]: 30, numbers["37 26 corrected"]: 30}
    assert later.uncounted == {"accepted": 1}  # the one that was corrected


@pytest.mark.parametrize(
    ("table", "figure", "wanted", "form"),
    [
        ("rpt_key_figure", "attendance", {"period": "2026-W37"}, "attendance"),
        ("rpt_key_figure", "reports_on_time", {"period": "2026-W37"}, "attendance"),
        ("rpt_key_figure", "contingent", {}, "learner_roster"),
        ("rpt_distribution", "attendance", {"period": "2026-W37", "structure": "as_was"}, "attendance"),
    ],
)
def test_one_of_several_figures_leads_to_the_reports_of_its_own_form(
    editions: Editions, table: str, figure: str, wanted: dict[str, str], form: str
) -> None:
    found = of(editions, table, basis="operational", level="republic", figure=figure, **wanted)
    assert found.receipts and {each["form"] for each in found.receipts} == {form}
    assert "figure" not in found.behind.loose
    if form == "attendance":
        numbers = editions.receipts
        assert set(found.behind.rows) == {numbers["37 16"], numbers["37 26"]}
        assert found.behind.is_of_rows == (figure == "attendance")


@pytest.mark.parametrize("table", ["rpt_key_figure", "rpt_distribution"])
def test_every_figure_of_a_dictionary_is_made_of_a_fact_behind_its_table(table: str) -> None:
    told = made_of(tables()[table])
    assert told and {each.fact for each in told.values()} <= set(carriers_of(table))


def test_what_a_row_names_beside_its_reports_is_told_with_them() -> None:
    table = tables()["rpt_regional_indicator"]
    row = {"territory_code": "113800000", "target_submission_key": 7}
    assert list(_named_beside(table, [row, {**row, "target_submission_key": None}])) == [7]


def test_the_official_figure_leads_to_what_was_approved_and_by_whom(editions: Editions) -> None:
    found = of(editions, ATTENDANCE, "2", basis="official", period="2026-W37")
    [receipt] = found.receipts
    assert receipt["receipt"] == editions.receipts["37 16"]
    [approved] = receipt["approved"]
    assert (approved["actor"], approved["by"]) == ("cli:inspector", "113800000")
    assert receipt["rules_version"] and receipt["contract_version"] == 1
    with pytest.raises(UnknownError, match="explain_no"):
        of(editions, ATTENDANCE, "1", basis="official", period="2026-W37")


def test_who_has_nothing_to_report_stands_behind_the_number_of_those_who_reported(editions: Editions) -> None:
    found = of(editions, ATTENDANCE, basis="operational", period="2026-W38")
    assert found.figures[0]["organisations_reported"] == 2
    assert found.behind.rows == {editions.receipts["38 16"]: 30, editions.receipts["38 26"]: 0}


def test_the_place_in_a_workbook_is_named_by_sheet_rows_and_columns(editions: Editions) -> None:
    found = explain(
        editions.home,
        ATTENDANCE,
        {"basis": "operational", "period": "2026-W38"},
        which="1",
        figure="lessons_missed",
    )
    [sheet] = found.receipts[0]["places"].sheets
    assert (sheet.sheet, sheet.rows) == ("Қатысу", ((4, 33),))
    assert sheet.cells == {"lessons_missed": ("G4:G33",)}


def test_a_day_and_a_class_lead_to_their_own_rows(editions: Editions) -> None:
    found = of(editions, "fct_attendance", attendance_date="2026-09-08", grade="5")
    places = {each["receipt"]: each["places"] for each in found.receipts}
    assert set(places) == {editions.receipts["37 16"], editions.receipts["37 26"]}
    for each in places.values():
        assert each.is_exact
        assert [first for first, _ in each.sheets[0].rows] == [3, 8, 13, 18, 23, 28]
        assert each.sheets[0].cells["date"][0] == "C3"


def test_what_is_hidden_for_few_is_said_and_so_is_what_was_rejected(editions: Editions) -> None:
    found = of(editions, ATTENDANCE, basis="operational", period=FEW_WEEK)
    assert found.withheld >= 1 and found.figures[0]["learners"] is None
    assert found.behind.rows == {editions.receipts["39 16"]: 10}
    assert found.uncounted == {"rejected": 1}
    assert not found.behind.adds_up  # nothing is said of figures that are hidden


def test_a_report_that_was_due_leads_to_what_answered_it(editions: Editions) -> None:
    wanted = {"form": "attendance", "period": "2026-W37", "node_code": SCHOOLS[0]}
    first = of(editions, "rpt_reporting_discipline", "2", basis="official", **wanted)
    assert first.behind.rows == {editions.receipts["37 16"]: 1}
    [sheet] = first.receipts[0]["places"].sheets
    assert sheet.rows == ((2, 31),)  # the report as a whole


@pytest.mark.parametrize(
    ("table", "column", "value", "report", "row"),
    [
        ("dim_organisation", "organisation_code", SCHOOLS[1], "organisation_register", 3),
        ("dim_territory", "territory_code", "113800000", "territory_register", 3),
    ],
)
def test_a_place_and_a_school_lead_to_their_row_of_the_register(
    editions: Editions, table: str, column: str, value: str, report: str, row: int
) -> None:
    found = of(editions, table, **{column: value})
    [receipt] = found.receipts
    assert receipt["form"] == report
    assert receipt["places"].sheets[0].rows == ((row, row),)


@pytest.mark.parametrize(
    "name", sorted(name for name in tables() if name.startswith(("rpt_", "fct_", "dim_", "brg_")))
)
def test_every_table_can_be_explained_whatever_it_is_made_of(editions: Editions, name: str) -> None:
    with opened(files_of(editions.home, "2")) as publication:
        assert name in publication.tables
        counting = publication.manifest().submissions
        [(rows,)] = publication.con.execute(f"SELECT count(*) FROM {publication.tables[name]}").fetchall()
    if not rows:
        return
    found = explain(editions.home, name, {}, which="2", most=1)
    assert set(found.behind.rows) <= counting or name in RECEIVED
    # A table says where it is from: reports, a dictionary, or the ledger itself.
    assert found.behind.rows or found.dictionaries or found.extracts or forms_behind(name), name


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_can_be_narrowed_by_all_that_its_rows_are_about(editions: Editions, name: str) -> None:
    """What a new model lacks, so that its figures lead to their own reports: a reference or a column of that name."""
    table = tables()[name]
    facts = [each for each in carriers_of(name) if each != SUBMISSIONS] or carriers_of(name)
    assert facts, f"{name} is made of no fact whose rows name their submission"
    with opened(files_of(editions.home, "2")) as publication:
        grain = grain_of(table, publication.columns[name])
        assert grain, f"{name} states no grain: unique_grain"
        lost = {
            f"{fact}: {column}"
            for fact in facts
            if forms_behind(fact) & (table.named or forms_behind(fact)) or not forms_behind(fact)
            for column in grain
            # Which of several figures is no column of facts; `explain` says that it cannot narrow by it.
            if column not in (BASIS, LEVEL, STRUCTURE, "figure", *GROUPED)
            and not place_of(publication, tables()[fact], table, column)
        }
    assert not lost, f"{name}: no way from these facts to these columns by `relationships`"


def test_every_row_of_every_report_leads_to_reports_that_count_on_its_basis(editions: Editions) -> None:
    with opened(files_of(editions.home, "2")) as publication:
        manifest = publication.manifest().table.to_pylist()
        counting = {
            basis: {each["submission_id"] for each in manifest if each[f"is_{basis}"]}
            for basis in ("operational", "official")
        }
        asked = []
        for name in REPORTS:
            grain = [column for column in tables()[name].grain if column in publication.columns[name]]
            rows = publication.con.execute(
                f"SELECT {', '.join(grain)} FROM {publication.tables[name]} USING SAMPLE 4 ROWS (reservoir, 7)"
            ).fetchall()
            asked += [(name, dict(zip(grain, map(str, row), strict=True))) for row in rows]
    for name, wanted in asked:
        found = explain(editions.home, name, wanted, which="2", most=0)
        assert name in RECEIVED or set(found.behind.rows) <= counting[wanted["basis"]], (name, wanted)


def ran(editions: Editions, *words: str) -> Any:
    return CliRunner().invoke(app, ["explain", *words], env={"BBAJ_HOME": str(editions.home.root)})


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_row_is_found_by_the_words_of_the_dashboard(editions: Editions, language: str) -> None:
    said = ran(
        editions, "Посещаемость по территориям", "Неделя=37-я неделя (07.09–13.09.2026)", "basis=operational",
        "--figure", "Сабаққа қатысу", "--publication", "1", "--lang", language,
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert "2–31" in said.stdout and " F, G" in said.stdout


def test_no_person_appears_but_by_a_place(editions: Editions) -> None:
    names = {
        text
        for school in SCHOOLS
        for person in learners_of(school)
        for text in (person.iin, person.last_name, person.first_name)
    }
    with duckdb.connect(str(files_of(editions.home, "2").persons), read_only=True) as con:
        keys = {
            str(key)
            for (key,) in con.execute("SELECT learner_key FROM dim_learner WHERE learner_key > 0").fetchall()
        }
    for table in (*REPORTS, *(name for name, each in tables().items() if each.is_about_persons)):
        said = ran(editions, table, "--json", "--all").output
        assert not [each for each in names | keys if each in said], table


@pytest.mark.parametrize(
    ("words", "code", "offered"),
    [
        (["rpt_attendance_by_teritory"], "explain_no_table", ATTENDANCE),
        ([ATTENDANCE, "perod=2026-W37"], "explain_no_column", "period"),
        ([ATTENDANCE, "period=2026-W99"], "explain_no_value", "2026-W37"),
        ([ATTENDANCE, "period"], "explain_not_a_pair", "="),
        ([ATTENDANCE, "--publication", "99"], "publication_not_kept", "99"),
        ([ATTENDANCE, "--publication", "last"], "no_such_version", "current"),
        (["fct_attendance", "learner_key=7"], "explain_no_value", "7"),
        (["'; drop table x --", "a=b"], "explain_no_table", ATTENDANCE),
    ],
)
def test_what_cannot_be_explained_is_answered_with_what_can(
    editions: Editions, words: list[str], code: str, offered: str
) -> None:
    said = ran(editions, *words, "--json", "--lang", "en")
    assert said.exit_code == 64
    error = json.loads(said.stdout)["error"]
    assert error["code"] == code and offered in error["message"]


def test_a_model_reads_what_its_macros_read_and_keeps_apart_what_it_is_joined_with() -> None:
    assert carriers_of(ATTENDANCE) == [SUBMISSIONS, "fct_attendance"]
    assert forms_behind("fct_attendance") == {"attendance"}
    assert set(tables()) == {file.stem for file in Path(PROJECT / "dbt_project/models").rglob("*.sql")}
