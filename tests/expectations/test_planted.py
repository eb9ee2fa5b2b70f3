"""Errors planted into clean reports are found, at the right cell and with their cause; innocents are left alone."""

from pathlib import Path

from ingest.schema.texts.catalogue import catalogue
from tests.planted.kinds import KINDS
from tests.planted.trial import clean, judged, reports

SEED = 7


def test_reports_without_a_fault_draw_no_finding(tmp_path: Path) -> None:
    score = judged(clean(2, SEED), tmp_path)

    assert score.innocent > 2_000
    assert score.misses == []


def test_planted_errors_are_found_where_they_are_with_their_cause(tmp_path: Path) -> None:
    assert len({kind.name for kind in KINDS}) >= 40
    assert all(kind.codes <= set(catalogue()) for kind in KINDS)

    score = judged(reports(2, SEED), tmp_path)

    found, right, accused = score.shares
    assert score.planted == 2 * len(KINDS)
    assert found >= 0.99, score.misses
    assert right >= 0.97, score.misses
    assert accused <= 0.01, score.misses
