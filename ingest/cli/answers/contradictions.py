"""What counts of one report and contradicts itself, in words: which receipts, and how one of them is taken back.

In: a query of submissions. Out: lines of an answer, facts for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.cli.frame.answer import Line
from ingest.cli.frame.speech import phrase
from ingest.cli.session import form_label

if TYPE_CHECKING:
    from django.db.models import Q


def contradiction_facts(which: Q) -> list[dict[str, Any]]:
    """Code, whose report it is, the receipts and the names of their parts."""
    from ingest.ledger.decisions.contradictions import contradictions

    return [
        {
            "code": found.code,
            "form": found.submissions[0].scope.form,
            "node": found.submissions[0].scope.node.code,
            "period": found.submissions[0].scope.period,
            "receipts": [each.pk for each in found.submissions],
            "parts": [each.scope.part for each in found.submissions],
        }
        for found in contradictions(which)
    ]


def contradiction_lines(facts: list[dict[str, Any]]) -> list[Line]:
    """One line for each, with the command that ends it."""
    return [Line(_said(each), name="contradiction") for each in facts]


def _said(facts: dict[str, Any]) -> str:
    first, *others = facts["receipts"]
    return phrase(
        f"contradiction_{facts['code']}",
        form=form_label(facts["form"]),
        node=facts["node"],
        period=facts["period"],
        receipt=first,
        others=", ".join(f"№ {each}" for each in others),
        parts=", ".join(f"«{part}»" for part in facts["parts"]),
    )
