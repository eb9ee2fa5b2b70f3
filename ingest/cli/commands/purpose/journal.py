"""The command that shows an auditor what was asked under written purposes.

In: a purpose, or none for all. Out: every question with account, purpose, time, SQL and how many rows were handed out;
whether the journal is as it was written, by itself and by what the ledger noted of it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.session import reads_ledger
from ingest.home import Home
from signin import asked

PurposeOption = Annotated[int | None, typer.Option("--purpose", min=1)]


@reads_ledger
def purpose_journal(
    purpose: PurposeOption = None, everything: Annotated[bool, typer.Option("--all")] = False
) -> Answer:
    """Show what was asked; `everything`: names of tables and columns that Superset looked up beside, too."""
    from ingest.ledger.persons.purposes import noted_lines

    home = Home.from_environment()
    read = asked.read(home.purposes)
    found = [
        each
        for each in read.questions
        if purpose in (None, each.purpose) and (everything or each.way != "structure")
    ]
    is_short = noted_lines() > read.lines
    facts = {
        "questions": [
            {
                "at": each.at, "account": each.account, "purpose": each.purpose, "way": each.way,
                "sql": each.sql, "rows": each.rows,
            }
            for each in found
        ],
        "lines": read.lines, "broken_line": read.broken, "cut_short": is_short,
    }  # fmt: skip
    heads = ("when_head", "user_head", "purpose_head", "way_head", "rows_head", "sql_head")
    rows = [
        (
            *(moment(each.at), each.account, each.purpose, phrase(f"purpose_way_{each.way}")),
            *("—" if each.rows is None else each.rows, each.sql),
        )
        for each in found
    ]
    parts: list[Part] = [Sheet("question", heads, rows, empty="nothing_asked", whole=("user_head",))]
    if read.broken:
        parts.append(Line(phrase("journal_broken", line=read.broken)))
    if is_short:
        parts.append(Line(phrase("journal_short", lines=read.lines, noted=noted_lines())))
    return Answer(facts, parts, exit_code=1 if read.broken or is_short else 0)
