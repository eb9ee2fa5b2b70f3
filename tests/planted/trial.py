"""Planted errors judged: how many were found, at the right cell with the right cause, and what innocents drew.

In: how many schools. Out: `Score`s, of our judge and of anybody else's findings on the same files.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expectations.judging.judge import JudgeFile, judge
from expectations.judging.rule_result import Engine
from ingest.schema.forms.load import contracts
from tests.planted.clean import Rows, School, reference
from tests.planted.kinds import KINDS, Kind, planted

FORMS = tuple(dict.fromkeys(kind.form for kind in KINDS))


@dataclass(frozen=True)
class Said:
    """What a judge said: row of the file's data (from 0), column, code; None where it names none."""

    row: int | None
    column: str | None
    code: str | None


@dataclass
class Report:
    """One file: its rows, and which kind stands in which row (from 0)."""

    school: School
    form: str
    rows: Rows
    faults: dict[int, Kind] = field(default_factory=dict)

    def write(self, path: Path, *, by_name: bool = False) -> Path:
        """The file as csv, headed by the labels, or the names, of the columns."""
        fields = contracts()[self.form].fields
        with path.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(each.name if by_name else each.labels.kk for each in fields)
            rows.writerows([row[each.name] for each in fields] for row in self.rows)
        return path


@dataclass
class Score:
    """Counts of one trial, and what was missed or said beside it, in words."""

    planted: int = 0
    found: int = 0
    right: int = 0
    innocent: int = 0
    accused: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, report: Report, said: Sequence[Said]) -> None:
        """Count what was said about one report."""
        self.planted += len(report.faults)
        self.innocent += len(report.rows) - len(report.faults)
        accused = {each.row for each in said if each.row is not None} - set(report.faults)
        self.accused += len(accused)
        for row, kind in report.faults.items():
            own = [each for each in said if each.row == row]
            self.found += bool(own)
            right = any(
                each.column in kind.columns and (each.code is None or each.code in kind.codes) for each in own
            )
            self.right += right
            if not right:
                self.misses.append(
                    f"{report.form} {row}: {kind.name}: {[(each.code, each.column) for each in own]}"
                )
        self.misses += [
            f"{report.form} {each.row}: innocent: {each.code} {each.column}"
            for each in said
            if each.row in accused
        ]

    @property
    def shares(self) -> tuple[float, float, float]:
        """Found, right cell and cause, accused innocents."""
        return self.found / self.planted, self.right / self.planted, self.accused / self.innocent


def reports(schools: int, seed: int = 0) -> list[Report]:
    """The reports of so many schools with every kind planted once a school.

    A passport is one row: it comes once for each of its kinds, and once without any.
    """
    made: list[Report] = []
    for number in range(schools):
        school = School(seed, number)
        chance = random.Random(f"{seed} {number}")
        for form in FORMS:
            kinds = [kind for kind in KINDS if kind.form == form]
            alone = len(school.rows(form)) == 1
            for group in [[kind] for kind in kinds] + [[]] if alone else [kinds]:
                report = Report(school, form, [dict(row) for row in school.rows(form)])
                taken: set[int] = set()
                report.faults = {planted(report.rows, kind, taken, chance): kind for kind in group}
                made.append(report)
    return made


def clean(schools: int, seed: int = 0) -> list[Report]:
    """The same reports without a fault."""
    made = [School(seed, number) for number in range(schools)]
    return [Report(school, form, school.rows(form)) for school in made for form in FORMS]


def judged(reports: Iterable[Report], folder: Path, engine: Engine | None = None) -> Score:
    """Our verdict on the reports, errors and questions alike."""
    score, listed = Score(), list(reports)
    known = reference(list({report.school.bin: report.school for report in listed}.values()))
    for form in FORMS:
        own = [report for report in listed if report.form == form]
        files = [
            JudgeFile(
                place,
                report.write(folder / f"{form}-{place}.csv"),
                f"{form}-{place}.csv",
                report.school.scope(form),
            )
            for place, report in enumerate(own)
        ]
        with judge(files, contracts()[form], known, demo=True, engine=engine) as done:
            for place, report in enumerate(own):
                said = [
                    Said(finding.row - 2 if finding.row else None, finding.column, finding.code)
                    for finding in done.verdicts[place].findings
                    if finding.severity != "note"
                ]
                score.add(report, said)
    return score
