"""Explanations that came with a file, each brought to the query it answers.

In: what was written on the sheet of findings, the findings of the file now. Out: token of a query → explanation, and
a finding for each explanation that answers none of its queries: nothing somebody wrote is passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from expectations.findings.queries import token_of
from expectations.marked.findings_sheet import place_words
from ingest.schema.findings_sheet import Explanation, row_digest
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.texts.finding import Finding

_MOST_QUOTED = 60
_PARTED = "\n"
"""Between explanations of one query."""


def matched(
    explanations: Sequence[Explanation], findings: Iterable[Finding]
) -> tuple[dict[str, str], list[Finding]]:
    """By the token of a query what is said to it; and what answers no query of this file.

    A token counts most, then what the row says, then what it says without its place: a corrected file may have its rows
    elsewhere. What would fit several queries fits none.
    """
    if not explanations:
        return {}, []
    asked = {token_of(finding): finding for finding in findings if finding.severity == "query"}
    by_row, by_words = _digests(asked)
    given: dict[str, str] = {}
    unmatched: list[Finding] = []
    for said in explanations:
        token = said.query if said.query in asked else by_row.get(said.digest) or by_words.get(said.loose)
        if token:
            # A query may stand in several rows, and each may have been answered in its own words.
            lines = [*given.get(token, "").split(_PARTED), *said.text.split(_PARTED)]
            given[token] = _PARTED.join(dict.fromkeys(filter(None, lines)))
        else:
            unmatched.append(_unmatched(said))
    return given, unmatched


def _digests(asked: Mapping[str, Finding]) -> tuple[dict[str, str], dict[str, str]]:
    """Digest → token, of rows with their place and without it, in whichever language the sheet was written."""
    by_row: dict[str, set[str]] = defaultdict(set)
    by_words: dict[str, set[str]] = defaultdict(set)
    for token, finding in asked.items():
        for language in LANGUAGES:
            value, text = finding.value or "", finding.text(language)
            # What was a csv has a sheet only since it came back as a workbook: its list named none.
            for each in (finding, replace(finding, sheet=None)):
                by_row[row_digest(place_words(each, language), value, text)].add(token)
            by_words[row_digest("", value, text)].add(token)
    return _single(by_row), _single(by_words)


def _single(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {digest: next(iter(tokens)) for digest, tokens in found.items() if len(tokens) == 1}


def _unmatched(said: Explanation) -> Finding:
    quoted = said.text if len(said.text) <= _MOST_QUOTED else said.text[:_MOST_QUOTED].rstrip() + " …"
    return Finding(
        "explanation_not_matched",
        params={"sheet": said.sheet, "row": said.row, "explanation": " ".join(quoted.split())},
    )
