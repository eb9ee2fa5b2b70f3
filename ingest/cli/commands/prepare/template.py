"""The command that gives an empty file of a form.

In: a form. Out: workbooks; nothing is handed in and nothing of the home changes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.answers.marking import must_be_named_workbook
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.language import language
from ingest.cli.frame.options import (
    FormArgument,
    OnlyNodeOption,
    OnlyPeriodOption,
    OutputOption,
)
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.output import write_private
from ingest.cli.session import addresses_in_words, known_form, reads_ledger
from ingest.home import Home
from ingest.schema.forms.contract import Contract

if TYPE_CHECKING:
    from ingest.emit.template import Prefill
    from ingest.schema.forms.register_layout import Register


class TemplateLayout(StrEnum):
    """How the rows of a template are arranged."""

    long = "long"
    register = "register"


def template(
    form: FormArgument,
    output: OutputOption,
    node: OnlyNodeOption = None,
    period: OnlyPeriodOption = None,
    layout: Annotated[TemplateLayout | None, typer.Option("--layout")] = None,
) -> Answer:
    """Write the workbook of a form to fill in; with --node and --period, with the rows known in advance.

    Where the form may come as a register and the learners are known, that is what is written unless asked otherwise.
    """
    from ingest.emit.register_template import register_template
    from ingest.emit.template import template as workbook_of

    contract = known_form(form)
    must_be_named_workbook(output)
    if (node is None) != (period is None):
        raise refuse("node_and_period")
    register = _register_of(contract, layout, is_prefilled=node is not None)
    known = _prefill(contract, node, period, register) if node and period else None
    if register and known and not known.rows and layout is None:
        register = None  # nobody is known to be named in it
    if register:
        write_private(output, register_template(contract, register, language(), known))
    else:
        write_private(output, workbook_of(contract, language(), prefill=known))
    lines = [Line(phrase("template_written", path=output))]
    if known and known.rows and register:
        learners = {row[person.name] for row in known.rows} if (person := contract.person_field) else ()
        lines.append(Line(phrase("template_learners", learners=len(learners))))
    elif known and known.rows:
        name = "template_rows" if contract.person_field else "template_rows_in_effect"
        lines.append(Line(phrase(name, rows=len(known.rows))))
    elif known:
        lines.append(Line(phrase("template_without_rows")))
    facts = {
        "form": form,
        "path": str(output),
        "layout": TemplateLayout.register if register else TemplateLayout.long,
        "rows": len(known.rows) if known else 0,
    }
    return Answer(facts, lines)


def _register_of(contract: Contract, layout: TemplateLayout | None, *, is_prefilled: bool) -> Register | None:
    """The register to write, None for a record a row. Raises RefusedError where one is asked for that there is not."""
    from ingest.schema.forms.layout import registers

    found = registers(contract)
    if layout is TemplateLayout.register and not found:
        raise refuse("no_register", form=contract.form)
    is_wanted = layout is TemplateLayout.register or (layout is None and is_prefilled)
    return found[0] if found and is_wanted else None


@reads_ledger
def _prefill(contract: Contract, node: str, period: str, register: Register | None = None) -> Prefill:
    """What is known of that report. Raises RefusedError where there is no such report."""
    from ingest.receive.address import identify
    from warehouse.services.submitters.prefill import prefill, prefill_register

    home = Home.from_environment()
    with addresses_in_words():
        _, _, known_period, _ = identify(contract.form, node, period, today=home.now().date())
    if register:
        return prefill_register(home, contract, register, node, known_period)
    return prefill(home, contract, node, known_period)
