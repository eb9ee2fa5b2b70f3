"""The address of a submission: which form, whose, for which period, which part.

In: the texts a folder path, a command or a request names. Out: the ledger's scope, or a `cannot_identify`
finding that says in three languages what is wrong with the address.
"""

from __future__ import annotations

import re
from datetime import date

from ingest.ledger.decisions import winners
from ingest.ledger.receipts.submissions import scope_of
from ingest.ledger.records import Node, Scope
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.texts.closed import Labels
from ingest.schema.texts.finding import Finding
from ingest.schema.texts.language import LANGUAGES
from ingest.schema.texts.words import Words
from ingest.schema.values.letters import folded_part, seen_name
from ingest.schema.values.period import EXAMPLES, Period, PeriodError

CODE = "cannot_identify"
_REASONS = Words("address")
# Periods whose reports tell what happened in them.
_HAPPENS = ("week", "month", "quarter", "term")
_PART = re.compile(r"[\w.,\- ‐-―−«»“”„‘’ʼ\"'()№#]{1,64}")


class CannotIdentifyError(Exception):
    """An address nobody has. Carries `reason` (a key of words/address.yml), what is `said` of it, and the `finding` for
    whoever left a file."""

    def __init__(self, reason: str, address: str, **facts: object) -> None:
        super().__init__(f"{address}: {reason}")
        self.reason = reason
        self.said = _REASONS.filled(reason, address=address, **facts)
        self.finding = Finding(CODE, value=address, params={"address": address, "reason": self.said})


def resolve(form: str, node: str, period: str, part: str = Scope.WHOLE, today: date | None = None) -> Scope:
    """The scope that these texts name, made at its first use. Raises CannotIdentifyError. See `identify`."""
    return scope_of(*identify(form, node, period, part, today))


def identify(
    form: str, node: str, period: str, part: str = Scope.WHOLE, today: date | None = None
) -> tuple[str, Node, Period, str]:
    """What these texts name: form, node, period and part. Writes nothing. Raises CannotIdentifyError.

    `today`: no week or month that begins later can be reported on; registers and calendars may be ahead of it.
    """
    address = f"{node}/{form}/{period}" + ("" if part == Scope.WHOLE else f"~{part}")
    found_form = contracts().get(form)
    if found_form is None:
        raise CannotIdentifyError("unknown_form", address, form=form, known=_forms())
    found_period = _period(found_form, period, address)
    if today and found_period.kind in _HAPPENS and found_period.start > today:
        raise CannotIdentifyError("not_begun", address, period=period, first_day=found_period.start)
    named = seen_name(part)
    if not _PART.fullmatch(named) or not folded_part(named):
        raise CannotIdentifyError("bad_part", address, part=part)
    return form, _node(found_form, node, found_period, address), found_period, named


def require_no_parts(scope: Scope, address: str) -> None:
    """That no part of a report holds rows whose whole is said to be nothing: which of the two holds is not known.

    Raises CannotIdentifyError.
    """
    if scope.part != Scope.WHOLE:
        return
    counting = winners.operational(scope.form, nodes={scope.node.code}, periods={scope.period})
    parts = [each for each in counting if each.scope_id != scope.pk and each.rows_standing]
    if parts:
        receipts = ", ".join(f"№ {each.pk}" for each in parts)
        raise CannotIdentifyError("nil_beside_parts", address, receipts=receipts)


def _period(form: Contract, text: str, address: str) -> Period:
    try:
        return Period.parse(form.period, text)
    except PeriodError as error:
        example = EXAMPLES[form.period]
        raise CannotIdentifyError("bad_period", address, period=text, example=example) from error


def _forms() -> Labels:
    """Every form: the name that commands take, and what it is called."""
    said = {
        language: ", ".join(
            f"{name} ({form.labels.in_language(language)})" for name, form in contracts().items()
        )
        for language in LANGUAGES
    }
    return Labels.model_validate(said)


def _node(form: Contract, code: str, period: Period, address: str) -> Node:
    node = Node.objects.filter(code=code).first()
    if node is None:
        raise CannotIdentifyError("unknown_node", address, node=code)
    if node.kind not in form.submitted_by:
        raise CannotIdentifyError("not_the_submitter", address, node=code, form=form.form)
    if node.valid_to is not None and node.valid_to < period.start:
        raise CannotIdentifyError("closed_node", address, node=code, last_day=node.valid_to)
    return node
