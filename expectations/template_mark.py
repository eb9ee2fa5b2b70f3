"""Whether a template made for one report is handed in as another.

In: the mark a workbook carries and whose report on which period it is said to be. Out: findings; none where either
does not say. That the form and its version agree is the reader's to see.
"""

from __future__ import annotations

from expectations.prepare import Scope
from ingest.schema.finding import Finding
from ingest.schema.mark import TemplateMark


def scope_findings(mark: TemplateMark | None, scope: Scope) -> list[Finding]:
    """What the mark of a prefilled template says against the scope."""
    if mark is None:
        return []
    findings = []
    if mark.node and scope.node_code and mark.node != scope.node_code:
        findings.append(Finding("node_mark_disagrees", value=mark.node, params={"node": scope.node_code}))
    if mark.period and scope.period and mark.period != scope.period.text:
        findings.append(
            Finding("period_mark_disagrees", value=mark.period, params={"period": scope.period.text})
        )
    return findings
