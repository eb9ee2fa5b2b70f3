"""Queries: what was asked of a submitter, recognised again when the same thing is asked of the next file.

In: a finding of severity query, a secret. Out: its key: the same for the same question about the same subject
and value, whatever row or cell it stands in, and silent about all of these. So an explanation given once holds
for the corrected file too, until the value changes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from ingest.schema.texts.finding import Finding

_TOKEN_LENGTH = 24
_LENGTH = 32
"""Hexadecimal digits kept of the 64: nobody meets two questions of one key by chance."""


def key_of(finding: Finding, secret: bytes) -> str:
    """The key of one question."""
    return hmac.new(secret, _said(finding), hashlib.sha256).hexdigest()[:_LENGTH]


def token_of(finding: Finding) -> str:
    """What tells the question in the submitter's own workbook, which holds subject and value anyway."""
    return hashlib.sha256(_said(finding)).hexdigest()[:_TOKEN_LENGTH]


def tokens_of(findings: Iterable[Finding]) -> list[str | None]:
    """A token for each query, None for every other finding, in their order."""
    return [token_of(finding) if finding.severity == "query" else None for finding in findings]


def _said(finding: Finding) -> bytes:
    subject = finding.subject or (finding.sheet or "",)
    said = json.dumps([finding.code, finding.column, list(subject), (finding.value or "").strip()])
    return said.encode()


def keys_of(findings: Iterable[Finding], secret: bytes) -> list[str | None]:
    """A key for each query, None for every other finding, in their order."""
    return [key_of(finding, secret) if finding.severity == "query" else None for finding in findings]
