"""Patterns of authors: what Python and the engine that runs them read alike, and nothing else."""

from __future__ import annotations

import time

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pydantic import ValidationError

from ingest.schema.forms.contract import Constraints
from ingest.schema.forms.layout import Rearranged, rearranged
from ingest.schema.forms.load import contracts
from ingest.schema.forms.split import Split

PATTERNS = sorted(
    {
        field.constraints.pattern
        for form in contracts().values()
        for field in form.fields
        if field.constraints.pattern
    }
    | {
        split.pattern
        for form in contracts().values()
        for layout in rearranged(form)
        if isinstance(layout, Rearranged)
        for split in layout.splits
    }
)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)b",
        r"(?<!a)b",
        r"(a)\1",
        r"(?>a)b",
        r"((?:a*+)b)",
        r"a{2000}",
        r"(?:x|(?!y))",
        r"(a",
        r"[z-a]",
        r"\w+",
        r"[\w-]",
        r"\bа",
    ],
)
def test_what_cannot_be_run_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        Constraints(pattern=pattern)
    with pytest.raises(ValidationError, match="pattern"):
        Split(headers=("x",), pattern=pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_of_an_author_runs_in_linear_time(pattern: str) -> None:
    """Also `(a+)+$` would: the engine keeps no way back."""
    assert Constraints(pattern=pattern).pattern == pattern
    texts = [mark * 200_000 + "!" for mark in ("а", "1", " ", "-", "а ", "1.", "@a.")]
    begun = time.process_time()
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.execute("SELECT regexp_full_match(unnest(?), ?)", [texts, pattern]).fetchall()
    pc.match_substring_regex(pa.array(texts), pattern)
    assert time.process_time() - begun < 5
