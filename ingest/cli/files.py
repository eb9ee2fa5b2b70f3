"""Commands about one file: check it, get its template, hand it in, get it back with its cells marked."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ingest.cli.speech import Tongue, moment, out, phrase, refuse, working
from ingest.cli.verdicts import show_verdict
from ingest.home import Home
from ingest.schema.contract import Contract, Language
from ingest.schema.load import contracts
from ingest.schema.period import Period, PeriodError

if TYPE_CHECKING:
    from expectations.pack import Pack
    from ingest.emit.template import Prefill

# Windows has no modes, and translates line ends of what is not opened as binary.
_HAS_MODES, _BINARY = hasattr(os, "fchmod"), getattr(os, "O_BINARY", 0)
EXIT_CODES = {"accepted": 0, "rejected": 1, "unreadable": 2}

FormOption = Annotated[str, typer.Option("--form", help="Which form it is, e.g. attendance.")]
NodeOption = Annotated[
    str, typer.Option("--node", help="Who reports: KZ, a department's KATO code, an organisation's BIN.")
]
PeriodOption = Annotated[str, typer.Option("--period", help="For which period, e.g. 2026-W36.")]
PartOption = Annotated[str, typer.Option("--part", help="A part of the report, e.g. one class.")]
LanguageOption = Annotated[Tongue, typer.Option("--lang", envvar="BBAJ_LANG", help="In which language.")]


def known_form(form: str, language: Language) -> Contract:
    """The contract of a form a person named; complains and ends where there is none."""
    known = contracts()
    if form not in known:
        raise refuse("no_form", language, form=form, known=", ".join(known))
    return known[form]


def check(
    file: Annotated[Path, typer.Argument(help="The spreadsheet or csv file.")],
    form: FormOption,
    node: Annotated[str | None, typer.Option("--node", help="Who would hand it in.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="For which period.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON.")] = False,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="Where to write the file back with its cells marked.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option("--reference", help="A reference pack (zip or folder) to check against.")
    ] = None,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Say what is wrong with a file without handing it in. Ends with 0 accepted, 1 rejected, 2 unreadable."""
    contract = known_form(form, lang.language)
    if not file.is_file():
        raise refuse("no_file", lang.language, file=file)
    if marked and marked.exists() and marked.samefile(file):
        raise refuse("over_itself", lang.language, file=marked)
    from ingest.read.sandbox.parent import warm

    warm()  # its libraries are imported while this process imports its own
    from warehouse.services.check import NoNodeError, check_file

    pack = _pack(reference, node, lang.language) if reference else None
    try:
        with working(f"{file.name}"):
            verdict = check_file(Home.from_environment(), file, contract, node, period, pack)
    except PeriodError as error:
        raise refuse("bad_period", lang.language, period=error.text, example=error.example) from None
    except NoNodeError:
        raise refuse("no_node", lang.language, node=node) from None
    if marked:
        from expectations.marked import marked_workbook

        _write_private(
            marked, marked_workbook(file, verdict.findings, contract, lang.language), lang.language
        )
    if as_json:
        typer.echo(json.dumps(verdict.to_json(), ensure_ascii=False))
    else:
        show_verdict(verdict, contract, lang.language)
        if verdict.not_checked:
            out.print("\n" + escape(phrase("to_check_more", lang.language)))
        if marked:
            out.print("\n" + phrase("marked_written", lang.language, path=marked))
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _pack(path: Path, node: str | None, language: Language) -> Pack:
    """The reference pack a person named; says why it is of no use, and ends."""
    from expectations.pack import PackError, read_pack

    try:
        pack = read_pack(path)
    except PackError as error:
        raise refuse(error.fault, language, file=path) from None
    if node and node != pack.facts.node:
        raise refuse("pack_of_another", language, node=node, owner=pack.facts.node)
    return pack


def reference_pack(
    node: NodeOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the pack (zip).")],
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Write what files are checked against for `check --reference` elsewhere. It may name learners."""
    from ingest.cli.session import node_named, open_ledger
    from warehouse.services.pack import make_pack

    home = open_ledger()
    owner = node_named(node, lang.language)
    _write_private(output, b"", lang.language)
    forms = make_pack(home, owner, output)
    out.print(phrase("pack_written", lang.language, path=output, node=node))
    for form in forms:
        out.print(f"  · {contracts()[form].labels.in_language(lang.language)}")


def template(
    form: Annotated[str, typer.Argument(help="Which form, e.g. attendance.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the workbook.")],
    node: Annotated[str | None, typer.Option("--node", help="Whose report it is for.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="For which period.")] = None,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Write the workbook of a form to fill in; with --node and --period, with the rows known in advance."""
    from ingest.emit.template import template as workbook_of

    contract = known_form(form, lang.language)
    if (node is None) != (period is None):
        raise refuse("node_and_period", lang.language)
    known = _prefill(contract, node, period, lang.language) if node and period else None
    content = workbook_of(contract, lang.language, prefill=known)
    _write_private(output, content, lang.language)
    out.print(phrase("template_written", lang.language, path=output))
    if known and known.rows:
        out.print(phrase("template_rows", lang.language, rows=len(known.rows)))
    elif known:
        out.print(phrase("template_without_rows", lang.language))


def _prefill(contract: Contract, node: str, period: str, language: Language) -> Prefill:
    """What is known of that report; says why there is no such report, and ends."""
    from ingest.cli.session import open_ledger, scope_named
    from warehouse.services.prefill import prefill

    home = open_ledger()
    scope_named(home, contract.form, node, period, "whole", language)
    return prefill(home, contract, node, Period.parse(contract.period, period))


def _write_private(output: Path, content: bytes, language: Language) -> None:
    """Write a workbook that may name persons, readable by its owner alone."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if _HAS_MODES and stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.fchmod(descriptor, 0o600)  # also where a file of that name was there before
            file.write(content)
    except OSError as error:
        raise refuse("not_written", language, file=output, why=error.strerror) from None


def marked(
    submission: Annotated[int, typer.Argument(help="The number of the submission's receipt.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the workbook.")],
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Write a submitted file back with what was found marked on its cells. It holds personal data."""
    from django.core.exceptions import ObjectDoesNotExist

    from ingest.cli.session import open_ledger
    from warehouse.services.marked import NotMarkableError, marked_submission

    home = open_ledger()
    try:
        with working(f"{submission}"):
            made = marked_submission(home, submission, lang.language)
    except ObjectDoesNotExist:
        raise refuse("no_submission", lang.language, submission=submission) from None
    except NotMarkableError as error:
        raise refuse(f"not_markable_{error.code}", lang.language, submission=submission) from None
    _write_private(output, made.read_bytes(), lang.language)
    out.print(phrase("marked_written", lang.language, path=output))


def submit(
    file: Annotated[Path, typer.Argument(help="The spreadsheet or csv file.")],
    form: FormOption,
    node: NodeOption,
    period: PeriodOption,
    part: PartOption = "whole",
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Hand a file in. The receipt is durable when it is shown; the verdict follows when it is judged."""
    from ingest.cli.session import open_ledger, operator, scope_named
    from ingest.ledger.submissions import Handover
    from ingest.receive.receipt import receive

    if not file.is_file():
        raise refuse("no_file", lang.language, file=file)
    home = open_ledger()
    scope = scope_named(home, form, node, period, part, lang.language)
    receipt = receive(home, file, scope, Handover(home.now(), "cli", operator(), file_name=file.name))
    out.print(
        phrase(
            "duplicate" if receipt.is_duplicate else "receipt",
            lang.language,
            submission_id=receipt.submission_id,
            sha256=receipt.sha256,
            received_at=moment(receipt.received_at),
        )
    )


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    for command in (check, template, marked, submit, reference_pack):
        app.command()(command)
