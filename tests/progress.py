"""What every watched work must tell."""

from collections.abc import Sequence
from itertools import groupby

from ingest.progress import Step


def assert_told_of(steps: Sequence[Step], kinds: Sequence[str]) -> None:
    """Each kind of work in its order; within one the count never falls, the whole stays, and names are said."""
    assert [kind for kind, _ in groupby(steps, key=lambda step: step.kind)] == list(kinds)
    for kind in kinds:
        told = [step for step in steps if step.kind == kind]
        counts = [step.done for step in told]
        assert counts == sorted(counts)
        assert {step.total for step in told} == {told[-1].total}
        assert 0 <= counts[0] <= counts[-1] <= told[-1].total
        assert told[-1].total > 1
        assert all(step.what for step in told)
