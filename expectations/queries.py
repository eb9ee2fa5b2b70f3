"""Queries: what was asked of a submitter, recognised again when the same thing is asked of the next file.

In: a finding of severity query, a secret. Out: its mark: the same for the same question about the same subject
and value, whatever row or cell it stands in, and silent about all of these. So an explanation given once holds
for the corrected file too, until the value changes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from ingest.schema.finding import Finding

_LENGTH = 32
"""Hexadecimal digits kept of the 64: nobody meets two questions of one mark by chance."""


def mark_of(finding: Finding, secret: bytes) -> str:
    """The mark of one question."""
    subject = finding.subject or (finding.sheet or "",)
    said = json.dumps([finding.code, finding.column, list(subject), (finding.value or "").strip()])
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def marks_of(findings: Iterable[Finding], secret: bytes) -> list[str | None]:
    """A mark for each query, None for every other finding, in their order."""
    return [mark_of(finding, secret) if finding.severity == "query" else None for finding in findings]
