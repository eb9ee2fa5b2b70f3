"""Writing a country into a home, wave after wave: registers first, then schools, then corrections.

In: a home and a country. Out: files in the drop folder whose times of change are the moments of receipt,
and the plan of what must become of them. Files appear in the drop folder complete and in the order of those
moments, so that a running collection may look at any time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ingest.demo.reports.defects import DEFECTS, Edits
from ingest.demo.reports.files import Style, WrittenFile, table_of, write
from ingest.demo.reports.histories import Histories, demo_now
from ingest.demo.reports.plan import WAVES, Plan, PlannedFinding, PlannedSubmission, Wave
from ingest.demo.reports.stories import Report
from ingest.demo.world import estimates
from ingest.demo.world.country import Country
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import SCHOOL_YEAR, SEGMENTS, SEGMENTS_BEFORE
from ingest.demo.world.territory import territories
from ingest.home import SETTINGS_FILE, Home
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

# Forms with a due date that the schools of the country hand in.
PLAYED_FORMS = ("learner_roster", "attendance", "organisation_passport")
# What there is of a workbook whose transfer broke off: the magic number of a zip and nothing it announces.
_BROKEN = b"PK\x03\x04" + bytes(2000)


def write_settings(home: Home, country: Country) -> None:
    """Make the home a demo home whose clock stands still after the last week was due.

    It asks for the forms the country plays and for no other: reports nobody could have handed in would all be
    missing.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    now = demo_now(country.weeks).isoformat()
    text = (
        f'demo = true\ncollect_from = 2026-09-01\nnow = "{now}"\n'
        + "\n[collected]\n"
        + "".join(f"{form} = 2026-09-01\n" for form in PLAYED_FORMS)
    )
    (home.root / SETTINGS_FILE).write_text(text, encoding="utf-8")


def stage(home: Home, country: Country, wave: Wave) -> tuple[PlannedSubmission, ...]:
    """Write the files of one wave beside the drop folder, the earliest first."""
    folder = _staged(home, wave)
    shutil.rmtree(folder, ignore_errors=True)
    return _Writer(country, folder).write(wave)


def hand_over(home: Home, country: Country, staged: Sequence[PlannedSubmission]) -> Plan:
    """Move a staged wave into the drop folder and add it to the plan of the home."""
    for one in staged:
        target = home.drop / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        (_staged(home, one.wave) / one.path).rename(target)
    wave = staged[0].wave if staged else WAVES[-1]
    before = _no_plan(country) if wave == WAVES[0] else Plan.load(home)
    plan = before.plus(staged)
    plan.save(home)
    return plan


def write_wave(home: Home, country: Country, wave: Wave) -> Plan:
    """Stage one wave and hand it over."""
    return hand_over(home, country, stage(home, country, wave))


def _staged(home: Home, wave: Wave) -> Path:
    return home.root / "demo" / "staged" / wave


def _no_plan(country: Country) -> Plan:
    learners = country.roster.num_rows
    return Plan(country.seed, country.size, country.learners_per_organisation, learners, country.weeks)


def write_registers(home: Home, country: Country) -> Plan:
    """Territories, calendar and schools. Departments' nodes come of the territories: to hand the rest in, a
    collection must have been judged between the waves `republic` and `districts`."""
    write_settings(home, country)
    write_wave(home, country, "republic")
    return write_wave(home, country, "districts")


def write_schools(home: Home, country: Country) -> Plan:
    """Rosters and attendance of every school, and the events of the month."""
    return write_wave(home, country, "schools")


def write_corrections(home: Home, country: Country) -> Plan:
    """What schools send again after a rejection, an approval or a return."""
    return write_wave(home, country, "corrections")


def write_country(
    home: Home,
    organisations: int = 80,
    weeks: int = 4,
    seed: int = 503,
    learners_per_organisation: int = estimates.LEARNERS_PER_ORGANISATION,
) -> Plan:
    """The whole country at once, for those who judge the waves in their order themselves."""
    country = Country(seed, organisations, learners_per_organisation, weeks)
    write_registers(home, country)
    write_schools(home, country)
    return write_corrections(home, country)


@dataclass(frozen=True)
class _Writer:
    country: Country
    folder: Path

    @cached_property
    def histories(self) -> Histories:
        return Histories(self.country)

    @cached_property
    def _largest_workbook(self) -> int:
        sizes = sorted(school.size for school in self.country.organisations)
        return sizes[round(len(sizes) * estimates.WORKBOOK_SHARE)]

    def write(self, wave: Wave) -> tuple[PlannedSubmission, ...]:
        """Write every report of a wave below the folder, as it is to lie in the drop folder."""
        return tuple(self._handed_in(report) for report in self.histories.reports(wave))

    def _handed_in(self, report: Report) -> PlannedSubmission:
        style = self._style(report)
        place = Path(report.node) / report.form / _folder(report) / _file_name(report, style)
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        rows, findings = self._content(report, style, path)
        moment = report.sent_at.timestamp()
        os.utime(path, (moment, moment))
        return PlannedSubmission(
            wave=report.wave,
            path=place.as_posix(),
            form=report.form,
            node=report.node,
            period=report.period,
            part=report.part,
            sent_at=report.sent_at.isoformat(),
            rows=rows,
            outcome=report.outcome,
            decision=report.decision,
            decided_by=report.decided_by,
            story=report.story,
            findings=findings,
        )

    def _content(self, report: Report, style: Style, path: Path) -> tuple[int, tuple[PlannedFinding, ...]]:
        """Write the file; its rows of data and the findings it must cause."""
        if report.content == "nil":
            path.touch()
            return 0, ()
        if report.content == "broken":
            path.write_bytes(_BROKEN)
            return 0, (PlannedFinding("damaged_file"),)
        form = contract(report.form)
        rows = self._rows(report, form)
        rng = np.random.default_rng([self.country.seed, 10, report.author.index if report.author else 0])
        edits = DEFECTS[report.edits](rows, rng) if report.edits else Edits()
        written = write(path, form, rows, style, edits.cells)
        if report.content == "copy":
            return rows.num_rows, ()
        return rows.num_rows, tuple(_expected(edits, rows, written))

    def _rows(self, report: Report, form: Contract) -> pa.Table:
        if report.form == "territory_register":
            return table_of(form, [asdict(one) for one in territories()])
        if report.form == "school_calendar":
            segments = SEGMENTS if report.period == SCHOOL_YEAR else SEGMENTS_BEFORE
            return table_of(form, [asdict(one) for one in segments])
        if report.author is None:
            return table_of(form, report.events)
        return self._of_school(report, report.author, form)

    def _of_school(self, report: Report, school: Organisation, form: Contract) -> pa.Table:
        country = self.country
        if report.story == "year_before":
            return self._of_year_before(report, school, form)
        if report.form == "attendance":
            week = Period.parse("week", report.period)
            return _of_part(country.attendance_of(school).week(country.days_of(week)), report)
        made: Mapping[str, Callable[[], pa.Table]] = {
            "learner_roster": lambda: country.roster_of(school).drop_columns(["_organisation"]),
            "organisation_passport": lambda: table_of(form, [country.passport_of(school)]),
            "staff_roster": lambda: table_of(form, country.staff.posts[school.index]),
            "staff_training": lambda: table_of(form, country.staff.courses[school.index]),
            "current_marks": lambda: country.term_marks_of(school).current(form, report.period),
            "term_results": lambda: country.term_marks_of(school).results(form),
        }
        return made[report.form]()

    def _of_year_before(self, report: Report, school: Organisation, form: Contract) -> pa.Table:
        country = self.country
        made: Mapping[str, Callable[[], pa.Table]] = {
            "learner_roster": lambda: country.roster_before_of(school).drop_columns(["_organisation"]),
            "attendance": lambda: country.attendance_before(school).week(
                country.days_of(Period.parse("week", report.period))
            ),
            "staff_roster": lambda: table_of(form, country.staff.posts_before(school.index)),
            "term_results": lambda: country.term_marks_before(school).results(form),
            "organisation_passport": lambda: table_of(form, [country.passport_before(school)]),
        }
        return made[report.form]()

    def _style(self, report: Report) -> Style:
        if report.form == "territory_register":
            return Style(field_names=True)
        if report.author is None:
            rng = np.random.default_rng([self.country.seed, 11, int(report.node.replace("KZ", "0"))])
            return Style("xlsx", _one_of(rng, "kk", "ru"), words=True)
        return self._style_of_school(report.author, report)

    def _style_of_school(self, school: Organisation, report: Report) -> Style:
        """A school writes all its files alike."""
        rng = np.random.default_rng([self.country.seed, 11, school.index])
        language: Language = "ru" if school.site.language == "ru" or rng.uniform() < 0.25 else "kk"
        is_workbook = school.size < self._largest_workbook
        has_notes, is_shuffled = rng.uniform() < (0.7 if is_workbook else 0.1), rng.uniform() < 0.25
        title = contract(report.form).labels.in_language(language)
        name = school.name_kk if language == "kk" else school.name_ru
        return Style(
            kind="xlsx" if is_workbook else "csv",
            language=language,
            words=bool(rng.uniform() < (0.6 if is_workbook else 0.15)),
            notes=(title, f"{name}, {report.period}", "") if has_notes else (),
            delimiter=_one_of(rng, ",", ";"),
            bom=bool(rng.uniform() < 0.5),
            shuffle=school.index if is_shuffled else None,
        )


def _one_of(rng: np.random.Generator, first: Any, second: Any) -> Any:
    return first if rng.uniform() < 0.5 else second


def _of_part(rows: pa.Table, report: Report) -> pa.Table:
    """All rows, or those of the lower or the upper half of a school's grades."""
    if report.part == "whole" or report.author is None:
        return rows
    middle = sum(report.author.grades) // 2
    lower = rows["grade"].to_numpy() <= middle
    return rows.filter(pa.array(lower if report.part == "junior" else ~lower))


def _folder(report: Report) -> str:
    return report.period if report.part == "whole" else f"{report.period}~{report.part}"


# What people add to the name of a file, by wave and content.
_SUFFIX: Mapping[str, Mapping[str, str]] = {
    "kk": {"copy": " (1)", "corrections": " түзетілген"},
    "ru": {"copy": " (1)", "corrections": " исправлено"},
}


def _file_name(report: Report, style: Style) -> str:
    if report.content == "nil":
        return "nil.txt"
    sheet = contract(report.form).layout.sheet.in_language(style.language)
    words = _SUFFIX[style.language]
    suffix = words.get(report.content) or words.get(report.wave, "")
    kind = "xlsx" if report.content == "broken" else style.kind
    return f"{sheet} {report.period}{suffix}.{kind}"


def _expected(edits: Edits, rows: pa.Table, written: WrittenFile) -> tuple[PlannedFinding, ...]:
    found = []
    for (row, name), code in edits.faults.items():
        value = edits.cells.get((row, name)) or str(rows[name][row].as_py())
        place = written.row_of(row)
        found.append(PlannedFinding(code, written.sheet, written.cell_of(row, name), place, name, value))
    return tuple(found)
