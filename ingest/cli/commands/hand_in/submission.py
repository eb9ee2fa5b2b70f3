"""Commands of whoever reports: hand in, say that there is nothing to report, get files back marked, take them back.

In: files or receipts. Out: receipts, states, marked workbooks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.cli.answers.confirmations import confirmations
from ingest.cli.answers.marking import Target, must_be_named_workbook, write_findings_list, written_lines
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.language import language
from ingest.cli.frame.options import (
    ByOption,
    FilesArgument,
    FormOption,
    NodeOption,
    OutputOption,
    PartOption,
    PeriodOption,
    ReasonOption,
    ReceiptArgument,
    ReplaceOption,
)
from ingest.cli.frame.speech import moment, phrase, refuse, word
from ingest.cli.frame.working import working
from ingest.cli.output import must_exist, write_private
from ingest.cli.session import (
    addresses_in_words,
    node_named,
    open_existing,
    open_ledger,
    operator,
    reads_ledger,
    refusals_in_words,
    scope_named,
)
from ingest.home import Home
from ingest.schema.values.letters import folded_part

if TYPE_CHECKING:
    from warehouse.services.submitters.marked import Marked


def submit(
    files: FilesArgument,
    form: FormOption,
    node: NodeOption,
    period: PeriodOption,
    part: PartOption = "whole",
    replace: ReplaceOption = False,
) -> Answer:
    """Hand files in. A receipt is durable when it is shown; the verdict follows when it is judged."""
    from ingest.ledger.receipts.submissions import Handover
    from ingest.receive.receipt import receive

    for file in files:
        must_exist(file, only_files=True)
    home = open_ledger()
    receipts: list[dict[str, Any]] = []
    lines = []
    for file, own_part in zip(files, _parts_of(files, part), strict=True):
        scope = scope_named(home, form, node, period, own_part)
        handover = Handover(
            home.now(), "cli", operator(), file_name=file.name, on_behalf_of=scope.node, may_replace=replace
        )
        receipt = receive(home, file, scope, handover)
        facts = {"receipt": receipt.submission_id, "sha256": receipt.sha256, "part": own_part}
        more = {"received_at": receipt.received_at, "duplicate": receipt.is_duplicate}
        receipts.append({"file": str(file), **facts, **more})
        name = "duplicate" if receipt.is_duplicate else "receipt"
        said = phrase(
            name,
            submission_id=receipt.submission_id,
            sha256=receipt.sha256,
            received_at=moment(receipt.received_at),
        )
        lines.append(Line(said if len(files) == 1 else f"{file}: {said}"))
    return Answer({"receipts": receipts}, lines)


def _parts_of(files: list[Path], part: str) -> list[str]:
    """Several files of one report are its parts, each named as its file is: else each would replace the last."""
    if len(files) == 1:
        return [part]
    parts = [file.stem for file in files]
    if part != "whole" or len({folded_part(name) for name in parts}) < len(parts):
        raise refuse("files_are_parts")
    return parts


def nil(
    form: FormOption,
    node: NodeOption,
    period: PeriodOption,
    part: PartOption = "whole",
    replace: ReplaceOption = False,
) -> Answer:
    """Say that there is nothing to report for a period: an answer, not silence."""
    from ingest.ledger.receipts.submissions import Handover
    from ingest.receive.address import require_no_parts
    from ingest.receive.receipt import receive_nil

    home = open_ledger()
    scope = scope_named(home, form, node, period, part)
    with addresses_in_words():
        require_no_parts(scope, str(scope))
    receipt = receive_nil(scope, Handover(home.now(), "cli", operator(), may_replace=replace))
    name = "nil_duplicate" if receipt.is_duplicate else "nil_receipt"
    asked = confirmations([receipt.submission_id])
    facts = {"receipt": receipt.submission_id, "duplicate": receipt.is_duplicate}
    if asked:
        facts["waits_for_confirmation"] = True
    return Answer(facts, [Line(phrase(name, submission_id=receipt.submission_id)), *asked])


def confirm(submission: ReceiptArgument, by: ByOption) -> Answer:
    """Let a submission count that would remove rows which count now."""
    from warehouse.services.verdicts import once

    home = open_existing()
    with refusals_in_words(submission):
        decided = once.confirm(home, submission, operator(), node_named(by))
    said = phrase("decided", submission=decided.pk, state=word("submission_state", decided.state))
    return Answer({"receipt": decided.pk, "state": decided.state}, [Line(said)])


@reads_ledger
def _marked(submission: int) -> Marked:
    from django.core.exceptions import ObjectDoesNotExist

    from warehouse.services.submitters.marked import NotMarkableError, mark_submission

    try:
        with working("work_marking", submission=submission):
            return mark_submission(Home.from_environment(), submission, language())
    except ObjectDoesNotExist:
        raise refuse("no_submission", submission=submission) from None
    except NotMarkableError as error:
        raise refuse(f"not_markable_{error.code}", submission=submission) from None


def marked(submission: ReceiptArgument, output: OutputOption) -> Answer:
    """Write a submitted file back with what was found marked on its cells. It holds personal data."""
    must_be_named_workbook(output)
    made, target = _marked(submission), Target(output)
    write_private(target.book, made.workbook)
    if made.places:
        target = write_findings_list(target, made.findings, made.places, made.contract)
    listing = str(target.listing) if target.listing else None
    facts = {"receipt": submission, "path": str(output), "list": listing}
    return Answer(facts, list(written_lines([target])))


def withdraw(
    submission: ReceiptArgument, by: ByOption, reason: ReasonOption, replace: ReplaceOption = False
) -> Answer:
    """Take one's own submission back."""
    from warehouse.services.verdicts import once

    home = open_existing()
    with refusals_in_words(submission):
        decided = once.withdraw(
            home, submission, operator(), node_named(by), reason=reason, confirmed=replace
        )
    said = phrase("decided", submission=decided.pk, state=word("submission_state", decided.state))
    return Answer({"receipt": decided.pk, "state": decided.state}, [Line(said)])
