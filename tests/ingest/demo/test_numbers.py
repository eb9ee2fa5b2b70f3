"""Demo identifiers are sound, different, and nobody's."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.demo.world.numbers import demo_bins, demo_iins
from ingest.schema.values.identifier import bin_faults, birth_date_of, check_digit, iin_faults


def test_iins_are_sound_in_a_demo_and_refused_anywhere_else() -> None:
    born = np.repeat(np.array(["2015-03-10", "2012-02-29"], dtype="datetime64[D]"), 3000)
    is_male = np.arange(len(born)) % 2 == 0
    found = demo_iins(born, is_male)
    assert len(set(found)) == len(found)
    for iin, day, male in zip(found.tolist(), born.tolist(), is_male.tolist(), strict=True):
        assert iin_faults(iin, demo=True) == []
        assert iin_faults(iin, demo=False) == ["century"]
        assert birth_date_of(iin) == day
        assert iin[6] == ("7" if male else "8")


def test_stems_that_have_no_check_digit_are_left_out() -> None:
    unissuable = [serial for serial in range(3000) if check_digit(f"1503107{serial:04d}") is None]
    found = demo_iins(np.full(3000, "2015-03-10", dtype="datetime64[D]"), np.ones(3000, dtype=bool))
    assert unissuable
    assert len(set(found)) == 3000
    assert not {int(iin[7:11]) for iin in found.tolist()} & set(unissuable)


def test_too_many_persons_of_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="one day"):
        demo_iins(np.full(9001, "2015-03-10", dtype="datetime64[D]"), np.ones(9001, dtype=bool))


def test_bins_are_sound_different_and_of_an_impossible_year() -> None:
    found = demo_bins(3000)
    assert len(set(found)) == 3000
    assert all(bin_faults(one) == [] and one.startswith("65") for one in found)
