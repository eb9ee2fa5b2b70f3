"""The command that says what is wrong with files before anybody is told of them.

In: files and the form they claim to be, with whatever else is known. Out: verdicts, workbooks with their cells marked;
nothing is handed in and nothing of the home changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.marking import (
    Target,
    must_be_writable,
    targets_of,
    write_findings_list,
    written_lines,
)
from ingest.cli.answers.verdicts import verdict_lines
from ingest.cli.frame.answer import Answer, Line, Part
from ingest.cli.frame.language import language
from ingest.cli.frame.options import (
    FilesArgument,
    FormOption,
    OnlyNodeOption,
    OnlyPeriodOption,
    VerboseOption,
)
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.output import EXIT_CODES, must_exist, write_private
from ingest.cli.session import known_form, require_node
from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from ingest.schema.forms.contract import Contract
from ingest.schema.values.period import PeriodError

if TYPE_CHECKING:
    from expectations.checked import Checked
    from expectations.pack import Pack
    from expectations.verdict import Verdict


@dataclass(frozen=True)
class _Result:
    """One file's verdict, and where it was written marked. `lacks`: what nobody said that would let more be checked."""

    file: Path
    verdict: Verdict
    facts: dict[str, Any]
    lacks: frozenset[str]
    target: Target | None = None


@dataclass(frozen=True)
class _Asked:
    """What every file is checked as and against."""

    contract: Contract
    node: str | None
    period: str | None
    pack: Pack | None


def check(
    files: FilesArgument,
    form: FormOption,
    node: OnlyNodeOption = None,
    period: OnlyPeriodOption = None,
    marked: Annotated[Path | None, typer.Option("--marked")] = None,
    reference: Annotated[Path | None, typer.Option("--reference")] = None,
    verbose: VerboseOption = False,
) -> Answer:
    """Say what is wrong with files without handing them in. Ends with 0 accepted, 1 rejected, 2 unreadable."""
    contract = known_form(form)
    for file in files:
        must_exist(file, only_files=True)
    targets = targets_of(marked, files)
    must_be_writable(targets, files)
    from warehouse.services.apart.parent import warm
    from warehouse.services.submitters.checking import AHEAD

    warm(AHEAD)  # its libraries are loaded while this process loads its own
    if node and reference is None:
        require_node(node)
    asked = _Asked(contract, node, period, _pack(reference, node) if reference else None)
    results = []
    with working("work_checking", file=files[0].name) as work:
        for number, (file, target) in enumerate(zip(files, targets, strict=True)):
            if len(files) > 1:
                work.step(number, len(files), phrase("work_checking", file=file.name))
            results.append(_result(file, asked, target, work.tell if len(files) == 1 else tell_nobody))
    return _answer(results, contract)


def _answer(results: Sequence[_Result], contract: Contract) -> Answer:
    """One file's facts are its verdict; of several, each verdict with the name of its file, the worst first."""
    worst_first = sorted(results, key=lambda result: -EXIT_CODES[result.verdict.outcome])
    documents = [{"file": str(result.file), **result.facts} for result in worst_first]
    facts = worst_first[0].facts if len(documents) == 1 else {"files": documents}
    worst = EXIT_CODES[worst_first[0].verdict.outcome]
    return Answer(facts, list(_lines(worst_first, contract)), worst)


def _lines(results: Sequence[_Result], contract: Contract) -> Iterator[Part]:
    for result in results:
        if len(results) > 1:
            yield Line(f"\n{result.file}", style="bold underline")
        rest = phrase("rest_in_list" if result.target and result.target.listing else "rest_in_book")
        if result.target is None:
            rest = phrase("rest_with_marked")
        facts, findings = result.verdict.to_json(), result.verdict.findings
        yield from verdict_lines(facts, findings, contract, rest, is_handed_in=False)
    lacks = frozenset[str]().union(*(result.lacks for result in results if result.verdict.not_checked))
    if lacks:
        named = ", ".join(phrase(f"say_{name}") for name in ("node", "period", "reference") if name in lacks)
        yield Line()
        yield Line(phrase("to_check_more", named=named))
    if any(result.target for result in results):
        yield Line()
    yield from written_lines([result.target for result in results if result.target])


def _result(file: Path, asked: _Asked, target: Target | None, tell: Tell) -> _Result:
    """Check one file and write it back marked, if that is wanted."""
    with TemporaryDirectory() as folder:
        places = Path(folder) / "places.csv" if target else None
        checked = _checked(file, asked, tell, places)
        verdict, scope = checked.verdict, checked.scope
        if target:
            _write_marked(file, target, verdict, asked.contract)
            if places and checked.has_more_places:
                target = write_findings_list(target, verdict.findings, places, asked.contract)
    known = {"node": scope.node_code, "period": scope.period.text if scope.period else None}
    written = {
        "marked": str(target.book) if target else None,
        "list": str(target.listing) if target and target.listing else None,
    }
    lacks = {name for name, said in known.items() if not said}
    if asked.pack is None and not Home.from_environment().ledger.exists():
        lacks.add("reference")
    return _Result(file, verdict, {**verdict.to_json(), **known, **written}, frozenset(lacks), target)


def _checked(file: Path, asked: _Asked, tell: Tell, places: Path | None) -> Checked:
    from warehouse.services.submitters.checking import NoNodeError, check_apart

    home = Home.from_environment()
    try:
        return check_apart(
            home, file, asked.contract, asked.node, asked.period, asked.pack, tell=tell, places=places
        )
    except PeriodError as error:
        raise refuse("bad_period", period=error.text, example=error.example) from None
    except NoNodeError:
        raise refuse("no_node", node=asked.node, perhaps="") from None


def _write_marked(file: Path, target: Target, verdict: Verdict, contract: Contract) -> None:
    from expectations.marked import asked_in
    from warehouse.services.submitters.checking import mark_apart

    workbook = mark_apart(file, verdict.findings, contract, language(), asked_in(verdict))
    write_private(target.book, workbook)


def _pack(path: Path, node: str | None) -> Pack:
    """The reference pack a person named. Raises RefusedError where it is of no use."""
    from expectations.pack import PackError, read_pack

    try:
        pack = read_pack(path)
    except PackError as error:
        raise refuse(error.fault, file=path) from None
    if node and node != pack.facts.node:
        raise refuse("pack_of_another", node=node, owner=pack.facts.node)
    return pack
