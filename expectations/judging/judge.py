"""Judging a micro-batch: all waiting files of one form, one suite run, a verdict on each file.

In: the files with their scopes, the contract, the reference data. Out: `Judged`, whose verdicts say what
became of each file and whose DuckDB keeps the typed rows (table `batch`) for landing.

A bad file is an outcome: it gets findings and never disturbs the others. When a rule fails on a batch (a
fault of ours that one file may have set off), the files are judged one by one, so that the rest go on.
"""

from __future__ import annotations

import logging
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations.findings.different_rows import different_row
from expectations.findings.explained import matched
from expectations.judging.as_written import InvariantError
from expectations.judging.bench import Bench, usual_engine
from expectations.judging.judged import Judged, JudgeFile
from expectations.judging.prepare import prepare
from expectations.judging.rounds import find
from expectations.judging.rule_result import Engine
from expectations.judging.scope import Scope
from expectations.judging.scopes import covered
from expectations.judging.scratch import SCRATCH
from expectations.judging.suggested import with_sound_suggestions
from expectations.judging.template_stamp import scope_findings
from expectations.reference import Reference
from expectations.rules.rule import Rule
from expectations.suite import bad_bits, rules_for, rules_version
from expectations.verdict import Verdict, in_order
from ingest.authored import AuthorError
from ingest.blame import lacked_memory
from ingest.progress import Step, Tell, tell_nobody
from ingest.read.cells.batch.further_places import FurtherPlaces
from ingest.read.reading import Reading
from ingest.read.reports import read_report, type_reports
from ingest.read.sandbox.parent import ReadError
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import corrections as corrections_of
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.means import means_of
from ingest.schema.texts.finding import Finding
from ingest.settings.databases import Room

__all__ = ["InvariantError", "JudgeFile", "Judged", "Scope", "judge", "usual_engine"]

log = logging.getLogger(__name__)
# What a missing reference is called in front of a submitter: by the form that would supply it.
_SUPPLIED_BY: Mapping[str, str] = {
    "territory": "territory_register",
    "calendar": "school_calendar",
    "organisation": "organisation_register",
    "learner": "learner_roster",
    "staff": "staff_roster",
}


@dataclass
class _Answer:
    """What the types of its columns and the rules say about one file."""

    findings: list[Finding] = field(default_factory=list)
    not_checked: set[str] = field(default_factory=set)


def judge(
    batch: Sequence[JudgeFile],
    contract: Contract,
    reference: Reference,
    *,
    demo: bool = False,
    scratch: Path | None = None,
    room: Room | None = None,
    engine: Engine | None = None,
    tell: Tell = tell_nobody,
) -> Judged:
    """Read, type and judge the files together.

    `scratch`: a folder for what does not fit into memory. `room`: what the database may take, as much as it likes
    without. `engine`: who runs the rules; Great Expectations where it
    is installed, DuckDB alone where it is not. `tell`: hears of each file read and of each round of rules.
    """
    folder = tempfile.TemporaryDirectory(dir=scratch, prefix=SCRATCH, ignore_cleanup_errors=True)
    own = Path(folder.name)
    bench = Bench(
        means_of(contract), reference, demo, own, room, engine or usual_engine(), FurtherPlaces(own), tell
    )
    try:
        readings, unread = _read(batch, bench)
        scopes = {file.file_no: file.scope for file in batch if file.file_no in readings}
        con = bench.open(sum(reading.rows_data for reading in readings.values()))
        try:
            typed = _typed(con, bench, readings)
            answers, failed = _answers(con, bench, readings, scopes, typed)
        except BaseException:
            bench.further.close()
            con.close()
            raise
    except BaseException:
        folder.cleanup()
        raise
    versions = {
        "contract": contract.version,
        "rules": rules_version(contract),
        "reference": dict(reference.versions),
    }
    parts = {number: reading for number, reading in readings.items() if not scopes[number].is_whole}
    judged = Judged(
        con, bench.means, parts=parts, failed=unread | failed, further=bench.further, folder=folder
    )
    for file_no, reading in readings.items():
        if file_no not in failed:
            said = [*reading.findings, *answers[file_no].findings]
            given, unmatched = matched(reading.explanations, said)
            judged.verdicts[file_no] = Verdict.on(
                in_order([*said, *unmatched], contract),
                rows_in=reading.rows_in,
                rows_not_data=reading.rows_not_data,
                unreadable=reading.unreadable,
                not_checked=answers[file_no].not_checked,
                versions=versions,
                corrections=reading.corrections,
                explanations=given.items(),
            )
    return judged


def _read(batch: Sequence[JudgeFile], bench: Bench) -> tuple[dict[int, Reading], dict[int, str]]:
    """The readings, and the files that could not be read through a fault of ours."""
    readings: dict[int, Reading] = {}
    unread: dict[int, str] = {}
    corrections = corrections_of(bench.contract)
    for number, file in enumerate(batch):
        bench.tell(Step("reading", number, len(batch), bench.contract.form))
        try:
            scope = file.scope
            reading = read_report(
                file.path,
                bench.means,
                corrections,
                scope.node_code,
                scope.period,
                bench.scratch,
                file.reading,
            )
        except (OSError, ReadError) as error:
            if len(batch) == 1:
                raise
            unread[file.file_no] = type(error).__name__
            log.error("%s: a file could not be read (%s)", bench.contract.form, error)
        else:
            said = (*file.said, *scope_findings(reading.stamp, file.scope))
            readings[file.file_no] = reading.with_findings(*said)
    return readings, unread


def _typed(
    con: duckdb.DuckDBPyConnection, bench: Bench, readings: Mapping[int, Reading]
) -> dict[int, list[Finding]]:
    """Make `batch`. Columns a file lacks altogether count as bad cells: the reader has said so once."""
    contract = bench.contract
    findings = type_reports(con, bench.means, readings, bench.further)
    for file_no, reading in readings.items():
        for table_no, table in enumerate(reading.tables):
            absent = [field.name for field in contract.fields if field.name not in table.columns]
            counted = contract.counted_when_empty
            if needed := [name for name in absent if contract.needs(contract.field(name)) or name in counted]:
                for name in ("batch", *different_row(con)):
                    con.execute(
                        f"UPDATE {name} SET _bad = _bad | ? WHERE _file = ? AND _table = ?",
                        [bad_bits(contract, *needed), file_no, table_no],
                    )
    return findings


def _answers(
    con: duckdb.DuckDBPyConnection,
    bench: Bench,
    readings: Mapping[int, Reading],
    scopes: Mapping[int, Scope],
    typed: Mapping[int, Sequence[Finding]],
) -> tuple[dict[int, _Answer], dict[int, str]]:
    """What is to say of the cells of each file, and the files about which nothing could be said. `typed`: what was
    found when their cells were typed."""
    try:
        answers, broken = _run(con, bench, readings, scopes, typed)
        if not broken or len(readings) == 1:
            return answers, {}
    except (InvariantError, AuthorError):
        raise
    except Exception as error:
        # Where the batch is too much, who asked cuts it: nothing is to be had by trying on with less memory.
        if len(readings) == 1 or lacked_memory(error):
            raise
        log.warning("%s: the batch could not be judged (%s)", bench.contract.form, type(error).__name__)
    return _one_by_one(bench, readings, scopes)


def _one_by_one(
    bench: Bench, readings: Mapping[int, Reading], scopes: Mapping[int, Scope]
) -> tuple[dict[int, _Answer], dict[int, str]]:
    answers: dict[int, _Answer] = {}
    failed: dict[int, str] = {}
    bench.further.close()  # each file says all of it once more
    for file_no, reading in readings.items():
        with bench.open(reading.rows_data) as con:
            try:
                typed = _typed(con, bench, {file_no: reading})
                alone, _ = _run(con, bench, {file_no: reading}, {file_no: scopes[file_no]}, typed)
                answers |= alone
            except (InvariantError, AuthorError):
                raise
            except Exception as error:
                if lacked_memory(error):
                    raise
                failed[file_no] = type(error).__name__
                log.error("%s: a file could not be judged (%s)", bench.contract.form, type(error).__name__)
    return answers, failed


def _run(
    con: duckdb.DuckDBPyConnection,
    bench: Bench,
    readings: Mapping[int, Reading],
    scopes: Mapping[int, Scope],
    typed: Mapping[int, Sequence[Finding]],
) -> tuple[dict[int, _Answer], list[str]]:
    """One run of the suite over the table `batch`: answers by file, and the rules that broke down."""
    contract = bench.contract
    bench.reference.load(con, contract)
    prepare(con, contract, scopes.items(), demo=bench.demo)
    known = covered(con)
    rules = rules_for(contract)
    answers: dict[int, _Answer] = defaultdict(_Answer)
    for file_no, reading in readings.items():
        answers[file_no] = _Answer()
        if reading.tables:
            answers[file_no] = _surroundings(rules, known[file_no], bench.reference.is_complete_on)
        answers[file_no].findings += typed.get(file_no, ())
    if all(not reading.tables for reading in readings.values()):
        return answers, []
    able = [
        (nth, rule)
        for nth, rule in enumerate(rules)
        if any(set(rule.needs) <= known[file_no] for file_no in readings)
    ]
    found, broken = find(
        con,
        contract,
        able,
        readings,
        engine=bench.engine,
        demo=bench.demo,
        further=bench.further,
        tell=bench.tell,
    )
    for each in found:
        answers[each.file].findings.append(each.finding)
    said = {file_no: answer.findings for file_no, answer in answers.items()}
    for file_no, findings in with_sound_suggestions(con, contract, readings, said, demo=bench.demo).items():
        answers[file_no].findings = findings
    for result in broken:
        if result.lacked_memory:
            raise MemoryError(result.rule.code)
        log.warning("%s: the rule %s broke down (%s)", contract.form, result.rule.code, result.failure)
        for answer in answers.values():
            answer.not_checked.add(result.rule.code)
    return answers, [result.rule.code for result in broken]


def _surroundings(rules: Sequence[Rule], known: frozenset[str], complete: frozenset[str]) -> _Answer:
    """What cannot be checked of a file because something around it is not known.

    `complete`: where nothing was found there is nothing, and nothing to check against.
    """
    answer = _Answer()
    missing: set[str] = set()
    for rule in rules:
        unmet = frozenset[str](rule.needs) - known
        if unmet - complete or frozenset[str](rule.wants) - known:
            answer.not_checked.add(rule.code)
        if unmet and not unmet & {"node", "period"}:
            missing |= unmet
    answer.findings = [
        Finding("reference_missing", params={"reference": contract_of(_SUPPLIED_BY[need]).labels})
        for need in _SUPPLIED_BY
        if need in missing
    ]
    return answer
