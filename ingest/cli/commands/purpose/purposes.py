"""The commands by which an officer gives an analyst rows of persons for a written purpose, and takes them back.

In: an account of the dashboards, tables and columns, a territory, the last day, the order and the reason. Out: acts in
the ledger, the file that the analyst opens, all purposes there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import DAY_FORMATS, AgreedOption, OnlyNodeOption, ReasonOption
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import (
    OF_TERMINAL,
    name_of,
    node_named,
    open_existing,
    operator,
    operator_name,
    reads_ledger,
)
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.persons.purposes import Purpose

AnalystArgument = Annotated[str, typer.Argument(show_default=False)]
PurposeArgument = Annotated[int, typer.Argument(min=1, show_default=False)]


def purpose_grant(
    analyst: AnalystArgument,
    table: Annotated[list[str], typer.Option("--table")],
    until: Annotated[datetime, typer.Option("--until", formats=DAY_FORMATS)],
    order: Annotated[str, typer.Option("--order")],
    reason: ReasonOption,
    node: OnlyNodeOption = None,
) -> Answer:
    """Give an analyst rows of persons for a written purpose, until a day."""
    from ingest.ledger.persons.purposes import Wanted, grant

    if re.search(r"\d{12}", f"{order} {reason}"):
        raise refuse("reason_names_person")
    home = open_existing()
    _require_officer(home, reason.strip())
    tables = _tables_named(home, table)
    place = node_named(node) if node else None
    wanted = Wanted(analyst, tables, place, until.date(), order, reason)
    with _refusals_in_words():
        own = operator_name().removeprefix(OF_TERMINAL)
        granted = grant(wanted, home.settings.purpose_days, operator(), own, home.now())
    has_file = _bring_in_line(home, granted.number)
    lines = [Line(phrase("purpose_granted", **_said(granted)))]
    lines.append(Line(phrase("purpose_how" if has_file else "purpose_no_file", number=granted.number)))
    return Answer({"purpose": purpose_facts(granted, home), "file": has_file}, lines)


def purpose_end(purpose: PurposeArgument, reason: ReasonOption, agreed: AgreedOption = False) -> Answer:
    """End a purpose before its last day: its rows are gone at this moment."""
    from ingest.ledger.persons.purposes import end, require_in_force
    from warehouse.storage.shown.purposes import asked_so_far

    if not reason.strip():
        raise refuse("person_no_reason")
    home = open_existing()
    with _refusals_in_words():
        require_in_force(purpose, home.now())
    confirm(phrase("will_end_purpose", number=purpose), agreed)
    with _refusals_in_words():
        ended = end(purpose, reason, operator(), home.now(), asked_so_far(home))
    _bring_in_line(home, purpose)
    said = phrase("purpose_ended", number=purpose, user=ended.account)
    return Answer({"purpose": purpose_facts(ended, home)}, [Line(said)])


@reads_ledger
def purpose_list(everything: Annotated[bool, typer.Option("--all")] = False) -> Answer:
    """List the purposes that are in force; `everything`: those that are over, too."""
    from ingest.ledger.persons.purposes import purposes

    home = Home.from_environment()
    found = [each for each in purposes() if everything or each.is_in_force(home.now())]
    heads = (
        *("number", "user_head", "purpose_rows_head", "territory_head", "purpose_ends_head", "state"),
        *("order_head", "reason_head", "who_acted"),
    )
    rows = [
        (
            *(each.number, each.account, tables_said(each), _place(each), moment(each.ends_at)),
            *(phrase("purpose_is_on" if each.is_in_force(home.now()) else "purpose_is_over"), each.order),
            *(each.reason, each.by.removeprefix(OF_TERMINAL)),
        )
        for each in found
    ]
    facts = {"purposes": [purpose_facts(each, home) for each in found]}
    return Answer(facts, [Sheet("purpose", heads, rows, empty="no_purposes", whole=("number", "user_head"))])


def purpose_facts(purpose: Purpose, home: Home) -> dict[str, Any]:
    """A purpose, for programs."""
    return {
        "number": purpose.number,
        "account": purpose.account,
        "tables": {table: list(columns) for table, columns in purpose.tables.items()},
        "node": purpose.node,
        "until": purpose.until,
        "ends_at": purpose.ends_at,
        "in_force": purpose.is_in_force(home.now()),
        "order": purpose.order,
        "reason": purpose.reason,
        "by": purpose.by,
        "at": purpose.granted_at,
        "ended_by": purpose.cut_by,
    }


def tables_said(purpose: Purpose) -> str:
    """Its tables and columns in one line, as they were named."""
    return "; ".join(
        f"{table}: {', '.join(columns)}" if columns else table for table, columns in purpose.tables.items()
    )


def _require_officer(home: Home, reason: str) -> None:
    """Only who answers for personal data gives any; who does not and tried is written down. Raises RefusedError."""
    from ingest.ledger.persons.officers import is_officer, record_refusal

    if not is_officer(operator_name()):
        record_refusal(operator(), reason, home.now())
        raise refuse("purpose_not_entitled", account=operator_name().removeprefix(OF_TERMINAL))


def _tables_named(home: Home, named: list[str]) -> dict[str, list[str]]:
    """`table` or `table:column,column` → name and columns, none for all of them; what is named twice adds up.

    Raises RefusedError with what there is, also where a colon names no column: that would give the whole table.
    """
    from warehouse.storage.shown.narrowed import tables_of_persons
    from warehouse.storage.shown.publish import persons_shown

    shown = persons_shown(home)
    if shown is None:
        raise refuse("purpose_nothing_shown")
    known = tables_of_persons(shown)
    found: dict[str, list[str]] = {}
    for each in named:
        table, colon, columns = (part.strip() for part in each.partition(":"))
        if table not in known:
            raise refuse("purpose_no_table", table=table, known=", ".join(known))
        wanted = [column.strip() for column in columns.split(",") if column.strip()]
        strangers = [column for column in wanted if column not in known[table]]
        if strangers or (colon and not wanted):
            facts = {"table": table, "columns": ", ".join(strangers) or "—", "known": ", ".join(known[table])}
            raise refuse("purpose_no_column", **facts)
        is_whole = not wanted or found.get(table) == []
        found[table] = [] if is_whole else [*found.get(table, []), *wanted]
    return found


def _bring_in_line(home: Home, number: int) -> bool:
    """Tell the dashboards, make and remove files; whether the purpose has its file."""
    from ingest.serve import tell_purposes
    from warehouse.storage.shown.publish import shown_number
    from warehouse.storage.shown.purposes import file_of, keep_purposes

    shown = shown_number(home)
    tell_purposes(home)
    with working("work_purposes"):
        keep_purposes(home, shown)
    return shown is not None and file_of(home, number, shown).is_file()


def _said(purpose: Purpose) -> dict[str, Any]:
    return {
        "number": purpose.number, "user": purpose.account, "rows": tables_said(purpose),
        "place": _place(purpose), "until": f"{purpose.until:%d.%m.%Y}",
    }  # fmt: skip


def _place(purpose: Purpose) -> str:
    if purpose.node is None:
        return phrase("purpose_everywhere")
    return f"{name_of(node_named(purpose.node))} ({purpose.node})"


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Turns what the ledger refuses about a purpose into a RefusedError."""
    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except RefusalError as refusal:
        facts: dict[str, Any] = dict(refusal.facts)
        if "role" in facts:
            facts["role"] = phrase(f"role_{facts['role']}")
        days = {name: f"{facts[name]:%d.%m.%Y}" for name in ("until", "today", "last") if name in facts}
        raise refuse(f"refused_{refusal.code}", **facts | days) from None
