"""The command that walks a published figure back to what it was made of.

In: a table, what its rows must say, a publication. Out: one page, or one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.versions import refused_publication, version_named, version_said
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.speech import RefusedError, moment, phrase, refuse, word
from ingest.cli.frame.usage import nearest
from ingest.cli.frame.working import working
from ingest.cli.session import existing_home, form_and_code, name_of_facts, reads_ledger

if TYPE_CHECKING:
    from warehouse.services.trust.explain import Explained, UnknownError
    from warehouse.services.trust.places import Places

_FIRST = 5
_RUNS_SHOWN = 4
_OFFERED = 12
# Of a document whether or not a table was named: programs find the same keys.
_KEYS = (
    "table", "publication", "build", "data_as_of", "rows", "figures", "about_persons", "submissions", "rows_behind",
    "without_report", "receipts", "adds_up", "rounded_to", "not_narrowed_by", "withheld", "hidden_rows", "not_counted",
    "held_back", "forms", "dictionaries", "extracts", "tables",
)  # fmt: skip


@reads_ledger
def explain(
    table: Annotated[str | None, typer.Argument()] = None,
    where: Annotated[list[str] | None, typer.Argument()] = None,
    which: Annotated[str, typer.Option("--publication")] = "current",
    figure: Annotated[str | None, typer.Option("--figure")] = None,
    first: Annotated[int, typer.Option("--first", min=1)] = _FIRST,
    every: Annotated[bool, typer.Option("--all")] = False,
) -> Answer:
    """Walk a published figure back to submissions, files, sheets and cells; without a table, list what there is."""
    from warehouse.services.trust.explain import UnknownError
    from warehouse.services.trust.explain import explain as work
    from warehouse.storage.shown.publish import PublicationError

    if table is None:
        return _tables()
    wanted = dict(_pair(said) for said in where or ())
    version = version_named(which)
    try:
        with working("work_explaining") as shown:
            home, most = existing_home(), None if every else first
            found = work(home, table, wanted, which=version, figure=figure, most=most, tell=shown.tell)
    except PublicationError as error:
        raise refused_publication(error) from None
    except UnknownError as error:
        raise _unknown(error) from None
    return Answer(_facts(found), list(_parts(found)))


def _pair(said: str) -> tuple[str, str]:
    """A column and what it says. Raises RefusedError."""
    key, sign, value = said.partition("=")
    if not sign or not key.strip():
        raise refuse("explain_not_a_pair", said=said)
    return key.strip(), value.strip()


def _unknown(error: UnknownError) -> RefusedError:
    near = nearest(error.named, error.known) if error.named else []
    perhaps = " " + phrase("usage_perhaps", names=", ".join(near)) if near else ""
    listed = ", ".join(error.known[:_OFFERED]) + (" …" if len(error.known) > _OFFERED else "")
    return refuse(error.code, named=error.named, known=listed, perhaps=perhaps, **error.facts)


def _tables() -> Answer:
    """What may be asked for."""
    from warehouse.services.trust.descent import tables

    listed = [
        each for name, each in sorted(tables().items()) if name.startswith(("rpt_", "dim_", "fct_", "brg_"))
    ]
    facts = [
        {"table": each.name, "known_by": list(each.grain), "about_persons": each.is_about_persons}
        for each in listed
    ]
    rows = [(each.name, ", ".join(each.grain)) for each in listed]
    return Answer(
        {**dict.fromkeys(_KEYS), "tables": facts}, [Sheet("table", ("table_head", "known_by_head"), rows)]
    )


def _facts(found: Explained) -> dict[str, Any]:
    behind = found.behind
    told = {
        "table": found.table,
        "publication": found.publication,
        "build": found.build or None,
        "data_as_of": found.data_as_of,
        "rows": found.rows,
        "figures": found.figures,
        "about_persons": found.is_about_persons,
        "submissions": len(behind.rows),
        "rows_behind": sum(behind.rows.values()) if behind.is_of_rows else None,
        "without_report": behind.unasked,
        "receipts": [{**each, "places": _places_facts(each["places"])} for each in found.receipts],
        "adds_up": behind.adds_up,
        "rounded_to": found.rounded_to,
        "not_narrowed_by": sorted(behind.loose),
        "withheld": found.withheld,
        "hidden_rows": behind.hides,
        "not_counted": found.uncounted,
        "held_back": found.held_back,
        "forms": found.forms,
        "dictionaries": found.dictionaries,
        "extracts": found.extracts,
    }
    return {key: told.get(key) for key in _KEYS}


def _places_facts(places: Places) -> dict[str, Any]:
    return {
        "exact": places.is_exact,
        "why_not": places.why_not,
        "sheets": [{"sheet": each.sheet, "rows": each.rows, "cells": each.cells} for each in places.sheets],
    }


def _parts(found: Explained) -> Iterator[Part]:
    yield Line(
        phrase(
            "explained_head",
            table=found.table,
            version=version_said(found.publication, found.build, found.label),
        ),
        "bold",
    )
    yield Line(phrase("explained_as_of", at=moment(found.data_as_of)))
    if found.is_about_persons:
        yield Line(phrase("explained_persons", rows=found.rows))
    elif found.rows > 1:
        yield Line(phrase("explained_rows", rows=found.rows))
    else:
        figures = [(name, "—" if value is None else str(value)) for name, value in found.figures[0].items()]
        yield Sheet("figure", ("field_head", "value"), figures)
    yield from _behind(found)
    if found.receipts:
        yield Sheet(
            "behind", _HEADINGS, [_receipt_row(each) for each in found.receipts], title="explained_receipts"
        )
        yield Sheet("file", _OF_FILES, [_file_row(each) for each in found.receipts], title="explained_files")
    if len(found.behind.rows) > len(found.receipts):
        yield Line(phrase("explained_more", shown=len(found.receipts), all=len(found.behind.rows)))
    yield from _left_out(found)


def _behind(found: Explained) -> Iterator[Line]:
    behind = found.behind
    if not behind.rows:
        made_of = ", ".join([*found.dictionaries, *found.extracts]) or "—"
        yield Line(phrase("explained_no_reports", made_of=made_of))
    elif behind.is_of_rows:
        yield Line(phrase("explained_behind", reports=len(behind.rows), rows=sum(behind.rows.values())))
    else:
        yield Line(phrase("explained_behind_reports", reports=len(behind.rows)))
    if behind.unasked:
        yield Line(phrase("explained_without", rows=behind.unasked))
    agree = sorted(name for name, does in behind.adds_up.items() if does)
    if agree:
        yield Line(phrase("explained_adds_up", names=", ".join(agree)))
    if apart := sorted(set(behind.adds_up) - set(agree)):
        yield Line(phrase("explained_not_sums", names=", ".join(apart)))
    if found.rounded_to:
        units = ", ".join(f"{name} {unit}" for name, unit in sorted(found.rounded_to.items()))
        yield Line(phrase("explained_rounded", units=units))
    if behind.loose:
        yield Line(phrase("explained_loose", names=", ".join(sorted(behind.loose))))


_HEADINGS = (
    "receipt_no",
    "form",
    "who",
    "period",
    "explained_rows_head",
    "place",
    "approved_head",
    "queries_head",
)


def _receipt_row(each: dict[str, Any]) -> tuple[str | int, ...]:
    approved = "; ".join(
        " · ".join(filter(None, (moment(act["at"]), act["by"], act["actor"].removeprefix("cli:"))))
        for act in each["approved"][-1:]
    )
    return (
        each["receipt"],
        form_and_code(each["form"]),
        f"{name_of_facts(each)} ({each['node']})",
        each["period"] + ("" if each["part"] == "whole" else f" · {each['part']}"),
        each["rows_behind"],
        _place(each),
        approved or word("submission_state", each["state"]),
        each["open_queries"],
    )


_WHY_NOT = {
    "lake_gone": "explained_lake_gone",
    "original_gone": "explained_original_gone",
    "unreadable": "explained_unreadable",
}


def _place(each: dict[str, Any]) -> str:
    """Sheets, rows and columns in words: the first few of each."""
    places: Places = each["places"]
    if each["nil_return"]:
        return phrase("explained_nil")
    said = []
    for sheet in places.sheets:
        listed = [str(first) if first == last else f"{first}–{last}" for first, last in sheet.rows]
        rows = ", ".join(listed[:_RUNS_SHOWN]) + (" …" if len(listed) > _RUNS_SHOWN else "")
        columns = ", ".join(
            dict.fromkeys(
                cells[0].rstrip("0123456789:").partition(":")[0].rstrip("0123456789")
                for cells in sheet.cells.values()
                if cells
            )
        )
        facts = {"rows": rows, "columns": columns}
        where = phrase("explained_place" if columns else "explained_place_rows", **facts)
        said.append(f"{sheet.sheet} · {where}" if sheet.sheet else where)
    if places.sheets and not places.is_exact:
        said.append(phrase("explained_among"))
    if places.why_not:
        said.append(phrase(_WHY_NOT[places.why_not]))
    return "; ".join(said) or "—"


_OF_FILES = (
    "receipt_no",
    "file_head",
    "received_head",
    "who_acted",
    "contract_head",
    "rules_version_head",
    "corrections_head",
)


def _file_row(each: dict[str, Any]) -> tuple[str | int, ...]:
    name = each["file_name"] or "—"
    if each["sha256"]:
        name += f" · {each['sha256'][:12]}"
    if each["file_state"] == "redacted":
        name += " · " + phrase("explained_redacted", rows=each["rows_erased"])
    return (
        each["receipt"],
        name,
        moment(each["received_at"]),
        f"{each['actor'].removeprefix('cli:')} · {each['on_behalf_of']}",
        "" if each["contract_version"] is None else each["contract_version"],
        each["rules_version"] or "—",
        ", ".join(str(correction.get("id", "")) for correction in each["corrections"]) or "—",
    )


def _left_out(found: Explained) -> Iterator[Line]:
    if found.withheld:
        yield Line(phrase("explained_withheld", rows=found.withheld), "yellow")
    if found.behind.hides:
        yield Line(phrase("explained_hides", rows=found.behind.hides), "yellow")
    for each in found.held_back:
        yield Line(phrase("explained_held_back", receipt=each["submission"], why=each["reason"]), "yellow")
    if found.uncounted:
        listed = ", ".join(
            f"{word('submission_state', state)} {count}" for state, count in found.uncounted.items()
        )
        yield Line(phrase("explained_not_counted", listed=listed))
    if found.dictionaries and found.behind.rows:
        yield Line(phrase("explained_dictionaries", names=", ".join(found.dictionaries)))
