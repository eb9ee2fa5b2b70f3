"""Whether a template made for one report is handed in as another.

In: the stamp a workbook carries and whose report on which period it is said to be. Out: findings; none where either
does not say. That the form and its version agree is the reader's to see.
"""

from __future__ import annotations

from expectations.judging.scope import Scope
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.texts.finding import Finding


def scope_findings(stamp: TemplateStamp | None, scope: Scope) -> list[Finding]:
    """What the stamp of a prefilled template says against the scope."""
    if stamp is None:
        return []
    findings = []
    if stamp.node and scope.node_code and stamp.node != scope.node_code:
        findings.append(Finding("node_mark_disagrees", value=stamp.node, params={"node": scope.node_code}))
    if stamp.period and scope.period and not scope.period.is_named(stamp.period):
        findings.append(
            Finding("period_mark_disagrees", value=stamp.period, params={"period": scope.period.text})
        )
    return findings
