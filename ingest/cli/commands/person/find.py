"""Commands of whoever is entitled to answer a person about the data held: what is held of one.

In: an identifier, from the command line, from stdin or typed unseen; or a name and a birth date; and why it is asked.
Out: what is held, as tables, as a document, or as a letter to the person. Who asked, and why, is in the ledger.
"""

from __future__ import annotations

import getpass
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.reports import period_and_part
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import DAY_FORMATS, ReasonOption
from ingest.cli.frame.speech import phrase, refuse, word
from ingest.cli.frame.working import working
from ingest.cli.output import write_private
from ingest.cli.session import (
    OF_TERMINAL,
    form_label,
    name_of,
    open_existing,
    operator,
    operator_name,
)
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.records import InstallationEvent
    from warehouse.services.persons.told import Asked, Told

IinArgument = Annotated[str | None, typer.Argument(show_default=False)]
NameOption = Annotated[str, typer.Option("--name")]
BornOption = Annotated[datetime | None, typer.Option("--born", formats=DAY_FORMATS)]
_STDIN = "-"


class LetterTongue(StrEnum):
    """The languages of official letters."""

    kk = "kk"
    ru = "ru"


def person_find(
    iin: IinArgument = None,
    reason: ReasonOption = "",
    name: NameOption = "",
    born: BornOption = None,
    letter: Annotated[LetterTongue | None, typer.Option("--letter")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None,
) -> Answer:
    """Tell everything that is held of one person, and write down that it was told."""
    if letter is not None and output is None:
        raise refuse("letter_needs_place")
    home, asked, told, act = found_person(iin, name, born, reason, "find")
    facts = {"act": act.pk, "letter": str(output) if letter and output else None, **told_facts(told)}
    noted = Line(phrase("person_noted", act=act.pk, actor=act.actor.username))
    if letter is not None and output is not None:
        from ingest.cli.commands.person.letter import letter_of

        write_private(output, letter_of(home, asked, told, letter.value).encode("utf-8"))
        return Answer(facts, [Line(phrase("letter_written", path=output)), noted])
    return Answer(facts, [*told_parts(told), noted])


def found_person(
    iin: str | None, name: str, born: datetime | None, reason: str, purpose: str
) -> tuple[Home, Asked, Told, InstallationEvent]:
    """What is held of whom the words name, for whoever is entitled to know it, and the act by which it is written down
    that it was told. Raises RefusedError."""
    from warehouse.services.persons.told import SeveralPersonsError, find, record_answer

    if not reason.strip():
        raise refuse("person_no_reason")
    asked = _asked(iin, name, born)
    if asked.person_is_named_in(reason):
        raise refuse("reason_names_person")
    home = open_existing()
    _require_officer(home, reason.strip())
    try:
        with working("work_looking_for_person") as progress:
            told = find(home, asked, progress.tell)
    except SeveralPersonsError as several:
        record_answer(home, asked, None, operator(), reason.strip(), purpose)
        raise refuse("several_persons", **several.details) from None
    return home, asked, told, record_answer(home, asked, told, operator(), reason.strip(), purpose)


def _require_officer(home: Home, reason: str) -> None:
    """Only who was named by an act goes on; who was not is written down too. Raises RefusedError."""
    from ingest.ledger.persons.officers import is_officer, record_refusal

    if not is_officer(operator_name()):
        record_refusal(operator(), reason, home.now())
        raise refuse("person_not_entitled", account=operator_name().removeprefix(OF_TERMINAL))


def _asked(iin: str | None, name: str, born: datetime | None) -> Asked:
    from warehouse.services.persons.told import Asked

    if name or born:
        parts = name.split()
        if iin is not None or born is None or len(parts) < 2:
            raise refuse("name_and_birth")
        return Asked(last=parts[0], first=parts[1], born=born.date())
    return Asked(iin=_identifier(iin))


def _identifier(given: str | None) -> str:
    """Twelve digits. What was given is never said back: it would stand in a log."""
    if given is None and sys.stdin.isatty():
        given = getpass.getpass(phrase("iin_prompt") + " ")
    elif given in (None, _STDIN):
        given = sys.stdin.readline()
    bare = "".join((given or "").split()).replace("-", "")
    if len(bare) != 12 or not (bare.isascii() and bare.isdigit()):
        raise refuse("not_an_iin")
    return bare


def told_facts(told: Told) -> dict[str, Any]:
    """What is held, for programs."""
    holdings = told.holdings
    return {
        "reports": [_report_facts(held, submission) for held, submission in _reports(told)],
        "lake": [
            {"form": each.form, "period": each.period, "receipt": each.receipt, "rows": each.rows}
            for each in told.lake
        ],
        "publications": [
            {"number": number, "rows": rows} for number, rows in sorted(told.publications.items())
        ],
        "findings": [{"receipt": receipt, **entry} for receipt, entry in told.findings],
        "dropped": told.dropped,
        "pseudonyms": len(told.keys),
        "similar": sorted(holdings.similar),
        "closed": holdings.closed,
    }


def _reports(told: Told) -> list[tuple[Any, Any]]:
    found = [(held, each) for held in told.holdings.held.values() for each in held.submissions]
    return sorted(found, key=lambda pair: int(pair[1].pk))


def _report_facts(held: Any, submission: Any) -> dict[str, Any]:
    scope = submission.scope
    return {
        "receipt": submission.pk,
        "form": scope.form,
        "node": scope.node.code,
        "period": scope.period,
        "part": scope.part,
        "state": submission.state,
        "sha256": held.sha256,
        "rows": [{"row": row.number, "values": _plain(row.values)} for row in held.rows],
        "cells": [{"row": cell.number, "field": cell.field, "value": cell.text} for cell in held.cells],
        "elsewhere": held.is_elsewhere,
    }


def _plain(values: Any) -> dict[str, Any]:
    return {
        name: value if isinstance(value, (str, int, bool, date, type(None))) else str(value)
        for name, value in values.items()
    }


def told_parts(told: Told) -> list[Part]:
    """The same for people."""
    if told.is_nothing:
        return [Line(phrase("person_unknown")), *doubts(told)]
    reports, values = [], []
    for held, submission in _reports(told):
        scope = submission.scope
        where = (
            phrase("person_elsewhere")
            if held.is_elsewhere
            else ", ".join(
                str(each) for each in sorted({entry.number for entry in (*held.rows, *held.cells)})
            )
        )
        reports.append(
            (
                submission.pk,
                form_label(scope.form),
                name_of(scope.node),
                period_and_part(scope),
                word("submission_state", submission.state),
                where,
            )
        )
        values += [
            (submission.pk, row.number, label, said)
            for row in held.rows
            for label, said in labelled(held.contract, row.values, language())
        ]
        values += [
            (submission.pk, cell.number, label_of(held.contract, cell.field, language()), cell.text)
            for cell in held.cells
        ]
    heads = ("receipt_no", "form", "who", "period", "state", "rows_of_person")
    findings = [
        (receipt, entry["row"] or "", entry["value"] or "", entry["message"][language()])
        for receipt, entry in told.findings
    ]
    kept = [(each.receipt, form_label(each.form), each.period, each.rows) for each in told.lake]
    return [
        Sheet("report", heads, reports, title="person_reports"),
        Sheet("value", ("receipt_no", "row_head", "field_head", "value"), values, title="person_values"),
        Sheet("lake", ("receipt_no", "form", "period", "rows_head"), kept, title="person_lake"),
        Sheet("finding", ("receipt_no", "row_head", "value", "what"), findings, title="person_findings"),
        Sheet(
            "publication",
            ("number", "rows_head"),
            sorted(told.publications.items()),
            title="person_publications",
        ),
        Sheet("dropped", ("file_head",), [(place,) for place in told.dropped], title="person_dropped"),
        *doubts(told),
    ]


def doubts(told: Told) -> list[Line]:
    """What a person has to decide, or nobody can know."""
    lines = []
    if told.holdings.similar:
        lines.append(Line(phrase("person_similar", listed=", ".join(sorted(told.holdings.similar)))))
    if told.holdings.closed:
        lines.append(Line(phrase("person_closed", listed=", ".join(map(str, told.holdings.closed)))))
    return lines


def labelled(contract: Any, values: Any, tongue: Any) -> list[tuple[str, str]]:
    """Label and value of every filled cell of a row, codes by their words."""
    found = []
    for name, value in values.items():
        if value is not None and value != "":
            found.append((label_of(contract, name, tongue), _said(contract.field(name), value, tongue)))
    return found


def label_of(contract: Any, name: str, tongue: Any) -> str:
    """What the form calls a field."""
    return str(contract.field(name).labels.in_language(tongue))


def _said(field: Any, value: Any, tongue: Any) -> str:
    from ingest.schema.forms.codelist import YES_NO, codelist

    name = field.constraints.codelist or (YES_NO if field.type == "boolean" else None)
    if name:
        code = {True: "yes", False: "no"}.get(value, value) if field.type == "boolean" else value
        entry = codelist(name).by_code.get(str(code))
        return str(entry.labels.in_language(tongue)) if entry else str(value)
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
