"""Judging a micro-batch: right file and cell, each cell once, rows that add up, nothing silently unchecked."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import xlsxwriter

import expectations.judging.judge as judging
from expectations.check import check
from expectations.findings.findings_file import read_findings, write_findings
from expectations.judging.as_written import InvariantError
from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.judging.rule_result import RuleResult
from expectations.judging.tracing import trace
from expectations.reference import Reference
from expectations.rules.rule import Rule
from expectations.suite import rules_for
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests import walks
from tests.expectations.case_folders import cases, reference

ATTENDANCE = contracts()["attendance"]
ORGANISATION = "650940000016"
OF_THE_CALENDAR = ("date_not_in_break", "week_incomplete")
OF_THE_ROSTER = (
    "attendance_after_leaving",
    "attendance_before_enrolment",
    "class_differs_from_roster",
    "class_not_reported",
    "learner_on_roster",
    "learners_not_reported",
)
OF_ALL_AROUND = (
    *OF_THE_ROSTER,
    *OF_THE_CALENDAR,
    *("organisation_in_register", "absence_jump", "week_copied", "saturday_in_five_day_week"),
)
# As every report is received: by somebody, for a period, on a day.
WEEK = Scope(ORGANISATION, "organisation", Period.parse("week", "2026-W37"), received_on=date(2026, 9, 14))
# A reference → the needs of rules that it meets.
NEEDS = {
    name: frozenset({name}) for name in ("territory", "calendar", "organisation", "passport", "elsewhere")
} | {
    "learner": frozenset({"learner", "previous_list"}),
    "earlier": frozenset({"previous"}),
}
BOY, GIRL, STRANGER = "150310700010", "150310800017", "150310700020"


def _row(**cells: str) -> dict[str, str]:
    return {field.name: field.example or "" for field in ATTENDANCE.fields} | cells


def _csv(path: Path, rows: Iterable[dict[str, str]], without: str = "") -> Path:
    fields = [field for field in ATTENDANCE.fields if field.name != without]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(field.labels.ru for field in fields)
        writer.writerows([row[field.name] for field in fields] for row in rows)
    return path


def _xlsx(path: Path, rows: Iterable[dict[str, str]], above: int) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Сабаққа қатысу")
        for line in range(above):
            sheet.write(line, 0, "Мектептің есебі")
        fields = list(reversed(ATTENDANCE.fields))
        sheet.write_row(above, 1, [field.labels.kk for field in fields])
        for place, row in enumerate(rows, start=above + 1):
            sheet.write_row(place, 1, [row[field.name] for field in fields])
    return path


def _places(verdict: judging.Verdict) -> list[tuple[str, str | None, str | None]]:
    return [(finding.code, finding.sheet, finding.cell) for finding in verdict.findings]


def test_findings_reach_the_right_cell_of_the_right_file(tmp_path: Path) -> None:
    good = _csv(tmp_path / "good.csv", [_row(iin=BOY), _row(iin=GIRL)])
    late = _csv(tmp_path / "late.csv", [_row(iin=BOY), _row(iin=GIRL, date="2026-09-14")])
    book = _xlsx(tmp_path / "book.xlsx", [_row(iin=BOY), _row(iin=GIRL, lessons_scheduled="13")], above=2)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing of use")
    files = [JudgeFile(no, path, path.name, WEEK) for no, path in enumerate((late, good, broken, book), 40)]

    with judge(files, ATTENDANCE, reference(), demo=True) as judged:
        verdicts = judged.verdicts
        landed = judged.con.execute("SELECT _file, count(*) FROM batch GROUP BY 1 ORDER BY 1").fetchall()

    assert _places(verdicts[40]) == [("date_in_period", None, "C3")]
    assert _places(verdicts[41]) == []
    assert verdicts[42].outcome == "unreadable"
    assert _places(verdicts[43]) == [("out_of_range", "Сабаққа қатысу", "G5")]
    assert [verdicts[no].outcome for no in (40, 41, 43)] == ["rejected", "accepted", "rejected"]
    assert landed == [(40, 2), (41, 2), (43, 2)]


def test_rows_always_add_up(tmp_path: Path) -> None:
    book = _xlsx(tmp_path / "book.xlsx", [_row(iin=BOY), _row(iin="1")], above=3)

    with judge([JudgeFile(1, book, "book.xlsx", WEEK)], ATTENDANCE, reference(), demo=True) as judged:
        verdict = judged.verdicts[1]

    assert (verdict.rows_accepted, verdict.rows_rejected) == (0, 2)
    assert verdict.rows_in == verdict.rows_accepted + verdict.rows_rejected + verdict.rows_not_data


def test_what_the_reader_reported_is_not_reported_again(tmp_path: Path) -> None:
    words = _csv(tmp_path / "words.csv", [_row(iin=BOY, lessons_scheduled="алты", date="ертең")])
    lacking = _csv(tmp_path / "lacking.csv", [_row(iin=BOY), _row(iin=GIRL)], without="lessons_scheduled")
    files = [JudgeFile(no, path, path.name, WEEK) for no, path in enumerate((words, lacking))]

    with judge(files, ATTENDANCE, reference(), demo=True) as judged:
        found = {
            no: [(each.code, each.column) for each in verdict.findings]
            for no, verdict in judged.verdicts.items()
        }

    assert found[0] == [("not_a_date", "date"), ("not_an_integer", "lessons_scheduled")]
    assert found[1] == [("missing_column", "lessons_scheduled")]


def test_a_missing_reference_is_told_and_its_checks_are_named(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY)])

    with judge([JudgeFile(1, path, "a.csv", WEEK)], ATTENDANCE, Reference(), demo=True) as judged:
        verdict = judged.verdicts[1]

    assert verdict.outcome == "accepted"
    assert [(finding.code, finding.severity) for finding in verdict.findings] == [
        ("reference_missing", "note")
    ] * 3
    assert verdict.open_queries == 0
    assert verdict.not_checked == tuple(sorted(OF_ALL_AROUND))


def _needing(form: str, lacking: Iterable[str]) -> set[str]:
    """The rules of a form that need what is lacking."""
    needs = {need for name in lacking for need in NEEDS[name]}
    return {rule.code for rule in rules_for(contracts()[form]) if needs & {*rule.needs, *rule.wants}}


LACKING = [
    *(({name}, True) for name in ("territory", "calendar", "organisation", "learner")),
    ({"passport", "elsewhere", "earlier"}, False),
]
EACH = [(form, *lacking) for form in contracts() for lacking in LACKING]


@pytest.mark.parametrize(
    ("form", "lacking", "is_asked_about"),
    [
        *(each for each in EACH if _needing(*each[:2])),
        *walks.some_of([each for each in EACH if not _needing(*each[:2])], 8),
    ],
)
def test_only_what_every_report_needs_is_asked_about(
    form: str, lacking: set[str], is_asked_about: bool
) -> None:
    """Nobody is told of a reference that may well not be there; what was not checked for want of it is listed."""
    case = next(case for case in cases() if case.form == form and case.surroundings is None)
    around = replace(reference(), **dict.fromkeys(lacking))
    with judge([case.file(1)], case.contract, around, demo=True, engine=run_rules) as judged:
        verdict = judged.verdicts[1]

    needing = _needing(form, lacking)
    asked = [each for each in verdict.findings if each.code == "reference_missing"]
    assert needing <= set(verdict.not_checked)
    assert bool(asked) <= is_asked_about
    assert needing or not asked


def test_a_roster_of_another_school_is_no_roster(tmp_path: Path) -> None:
    other = replace(WEEK, node_code="650940000026")
    own = _csv(tmp_path / "own.csv", [_row(iin=BOY)])
    theirs = _csv(tmp_path / "theirs.csv", [_row(iin=BOY, bin="650940000026")])
    files = [JudgeFile(1, own, own.name, WEEK), JudgeFile(2, theirs, theirs.name, other)]

    with judge(files, ATTENDANCE, reference(), demo=True) as judged:
        assert judged.verdicts[1].not_checked == ()
        assert judged.verdicts[2].not_checked == OF_THE_ROSTER
        assert [finding.code for finding in judged.verdicts[2].findings] == ["reference_missing"]


def test_a_learner_may_stand_on_the_roster_of_either_month_of_a_week(tmp_path: Path) -> None:
    week = Scope(ORGANISATION, "organisation", Period.parse("week", "2026-W40"))
    path = _csv(
        tmp_path / "a.csv",
        [_row(iin=iin, date="2026-09-30") for iin in (BOY, GIRL, STRANGER)],
    )
    months = (("2026-09", BOY), ("2026-10", GIRL), ("2026-11", STRANGER))
    learner = pa.Table.from_pylist(
        [{"bin": ORGANISATION, "iin": iin, "period": month} for month, iin in months]
    )

    with judge(
        [JudgeFile(1, path, "a.csv", week)], ATTENDANCE, Reference(learner=learner), demo=True
    ) as judged:
        found = [
            finding.value for finding in judged.verdicts[1].findings if finding.code == "learner_on_roster"
        ]

    assert found == [STRANGER]


def test_a_break_for_one_grade_concerns_that_grade_alone(tmp_path: Path) -> None:
    week = Scope(ORGANISATION, "organisation", Period.parse("week", "2026-W39"))
    given = reference()
    with duckdb.connect(":memory:") as con:
        con.register("given", given.calendar)
        calendar = con.execute(
            "SELECT * FROM given UNION ALL SELECT 'break', 3, DATE '2026-09-21', DATE '2026-09-27', 1, 1"
        ).to_arrow_table()
    path = _csv(
        tmp_path / "a.csv",
        [_row(iin=BOY, date="2026-09-22", grade="1"), _row(iin=GIRL, date="2026-09-22", grade="2")],
    )
    own = replace(given, calendar=calendar)

    with judge([JudgeFile(1, path, "a.csv", week)], ATTENDANCE, own, demo=True) as judged:
        # The roster knows the learner in another grade than the one the break is for.
        assert _places(judged.verdicts[1]) == [
            ("date_not_in_break", None, "C2"),
            ("class_differs_from_roster", None, "D2"),
        ]


def test_demo_identifiers_are_wrong_outside_a_demo(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY)])

    with judge([JudgeFile(1, path, "a.csv", WEEK)], ATTENDANCE, reference()) as judged:
        assert [finding.code for finding in judged.verdicts[1].findings] == ["iin_century"]


def test_the_verdict_names_the_versions_it_was_given_under(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY)])

    with judge([JudgeFile(1, path, "a.csv", WEEK)], ATTENDANCE, reference(), demo=True) as judged:
        versions = judged.verdicts[1].versions

    assert versions["contract"] == ATTENDANCE.version
    assert len(versions["rules"]) == 12
    assert versions["reference"] == {"learner_roster": [7]}


def test_a_rule_that_breaks_down_on_one_file_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        JudgeFile(no, _csv(tmp_path / f"{no}.csv", [_row(iin=iin)]), f"{no}.csv", WEEK)
        for no, iin in ((1, BOY), (2, GIRL))
    ]
    real = judging.usual_engine()

    def breaking(con: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
        if con.execute("SELECT count(*) FROM batch WHERE iin = ?", [GIRL]).fetchone() != (0,):
            raise duckdb.OutOfRangeException("overflow")
        return real(con, table, rules)

    monkeypatch.setattr(judging, "usual_engine", lambda: breaking)
    with judge(files, ATTENDANCE, reference(), demo=True) as judged:
        assert judged.verdicts[1].outcome == "accepted"
        assert judged.failed == {2: "OutOfRangeException"}
        assert 2 not in judged.verdicts
        assert judged.con.execute("SELECT count(*) FROM batch").fetchone() == (2,)


def test_a_check_that_cannot_run_is_listed_as_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY)])
    real = judging.usual_engine()

    def failing(con: duckdb.DuckDBPyConnection, table: str, rules: Sequence[Rule]) -> list[RuleResult]:
        con.execute("DROP TABLE IF EXISTS enrolled; DROP TABLE IF EXISTS not_enrolled")
        return real(con, table, rules)

    monkeypatch.setattr(judging, "usual_engine", lambda: failing)
    with judge([JudgeFile(1, path, "a.csv", WEEK)], ATTENDANCE, reference(), demo=True) as judged:
        # This one reads the roster where there is one and runs without.
        assert judged.verdicts[1].not_checked == (*OF_THE_ROSTER, "two_classes_in_week")


def test_the_count_of_the_suite_and_the_traced_rows_must_agree(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY, lessons_scheduled="13")])

    with judge([JudgeFile(1, path, "a.csv", WEEK)], ATTENDANCE, reference(), demo=True) as judged:
        (rule,) = [
            each
            for each in rules_for(ATTENDANCE)
            if (each.code, each.column) == ("out_of_range", "lessons_scheduled")
        ]
        with pytest.raises(InvariantError, match="counted 2 rows, 1 were traced"):
            trace(judged.con, ATTENDANCE, rule, 2, {}, judged.further)


def test_one_file_checked_alone_gives_the_published_shape(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY, lessons_scheduled="13")])

    found = check(path, "attendance", demo=True).to_json()

    assert list(found) == [
        "verdict",
        "rows_in",
        "rows_accepted",
        "rows_rejected",
        "rows_not_data",
        "open_queries",
        "not_checked",
        "findings",
    ]
    assert (found["verdict"], found["rows_in"], found["rows_rejected"]) == ("rejected", 1, 1)
    assert {"date_in_period", "organisation_is_submitter", "learner_on_roster"} <= set(found["not_checked"])
    (finding,) = [each for each in found["findings"] if each["code"] != "reference_missing"]
    assert finding["message"]["ru"].startswith("Значение 13 в столбце «Уроков по расписанию»")


def test_findings_on_disk_are_complete_and_private(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", [_row(iin=BOY, lessons_scheduled="13")])
    verdict = check(path, "attendance", demo=True)

    file = write_findings(tmp_path / "findings", 17, verdict)

    assert file.stat().st_mode & 0o777 == 0o600
    assert read_findings(tmp_path / "findings", 17)["findings"] == verdict.to_json()["findings"]
    assert sorted(each.name for each in file.parent.iterdir()) == ["17.json", "17.json.digest"]
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in file.parent.iterdir())
