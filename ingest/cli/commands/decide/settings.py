"""The command that shows what this installation decided, and what follows from it for each form.

In: nothing. Out: directives in force, or all there ever were; first day and deadline of each form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.directives import saying
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.session import form_and_code, reads_ledger
from ingest.home import SETTINGS_FILE, Home

if TYPE_CHECKING:
    from ingest.ledger.records import Directive


@reads_ledger
def settings(history: Annotated[bool, typer.Option("--history")] = False) -> Answer:
    """What this installation decided: scope, start, deadlines, holidays, exemptions, closures."""
    from ingest.ledger.records import Directive

    related = ("node", "actor", "on_behalf_of", "taken_back_by", "takes_back__node")
    found = Directive.objects.select_related(*related).order_by("pk")
    listed = [each for each in found if history or (each.takes_back is None and not _is_gone(each))]
    forms = _forms(Home.from_environment())
    facts = {"directives": [_facts(each) for each in listed], "forms": forms}
    return Answer(facts, [_directives_sheet(listed), _forms_sheet(forms), *_file_lines()])


def _is_gone(directive: Directive) -> bool:
    return hasattr(directive, "taken_back_by")


def _facts(directive: Directive) -> dict[str, Any]:
    return {
        "number": directive.pk,
        "kind": directive.kind,
        "form": directive.form or None,
        "node": directive.node.code if directive.node else None,
        "from": directive.first_day,
        "to": directive.last_day,
        "terms": directive.terms,
        "reason": directive.reason,
        "actor": directive.actor.username,
        "by": directive.on_behalf_of.code if directive.on_behalf_of else None,
        "at": directive.at,
        "takes_back": directive.takes_back.pk if directive.takes_back else None,
        "taken_back_by": directive.taken_back_by.pk if _is_gone(directive) else None,
    }


def _directives_sheet(found: list[Directive]) -> Sheet:
    rows = []
    for each in found:
        by = each.on_behalf_of.code if each.on_behalf_of else each.actor.username
        gone = phrase("gone_by", number=each.taken_back_by.pk) if _is_gone(each) else ""
        why = each.reason or phrase("first_day_by_itself")
        rows.append((each.pk, saying(each) + gone, why, by, moment(each.at)))
    headings = ("number", "decision_head", "reason_head", "who_acted", "when_head")
    return Sheet("directive", headings, rows, title="directives", empty="no_directives", whole=("who_acted",))


def _forms(home: Home) -> list[dict[str, Any]]:
    """Every form that is due: from when it is asked of most, and by when as a rule of its contract."""
    from ingest.ledger.directives.in_force import InForce, first_day_of
    from ingest.schema.forms.load import contracts

    in_force, told = InForce.read(), home.settings
    found = []
    for name, form in contracts().items():
        if form.due is None:
            continue
        first = first_day_of(in_force, name, (), told.collect_from, told.collected)
        due = {"after": form.due.after, "days": form.due.days}
        found.append({"form": name, "from": first, "due": due})
    return found


def _forms_sheet(forms: list[dict[str, Any]]) -> Sheet:
    from ingest.emit.wording import due_words
    from ingest.schema.forms.load import contracts

    # Before anybody counted for the first time no day is written down; that day will be the first.
    nothing_yet = "not_asked" if _has_beginning() else "asked_from_first_day"
    rows = [
        (
            form_and_code(each["form"]),
            each["form"],
            f"{each['from']:%d.%m.%Y}" if each["from"] else phrase(nothing_yet),
            due_words(contracts()[each["form"]], language()),
        )
        for each in forms
    ]
    headings = ("form", "form_code", "asked_from", "usual_deadline")
    return Sheet("form", headings, rows, title="asked_forms", whole=("form_code", "asked_from"))


def _has_beginning() -> bool:
    from ingest.ledger.records import Directive

    told = Home.from_environment().settings
    is_told = told.collect_from is not None or told.collected is not None
    return is_told or Directive.objects.filter(kind="start").exists()


def _file_lines() -> list[Part]:
    told = Home.from_environment().settings
    if told.collect_from is None and told.collected is None:
        return []
    return [Line(phrase("settings_of_file", file=SETTINGS_FILE))]
