"""The second look at odd texts: whatever is written, the answer is a value or a finding with its words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.arrow import pa
from ingest.read.cells.odd_cell import Odd
from ingest.read.cells.second_look import looked_at_again, with_values
from ingest.schema.catalogue import catalogue
from ingest.schema.contract import FormField
from ingest.schema.load import contract as contract_of

COLUMNS = [
    contract_of("attendance").field("date"),
    contract_of("learner_roster").field("birth_date"),
    contract_of("attendance").field("lessons_missed"),
    contract_of("staff_roster").field("weekly_hours"),
    contract_of("attendance").field("is_late"),
    contract_of("attendance").field("absence_reason"),
]
KINDS = {"date": date, "integer": int, "number": Decimal, "boolean": bool, "string": str}
NEAR_DATES = st.from_regex(r"[0-9]{0,4}[ .\-/][0-9а-яіңқ]{1,9}[ .\-/][0-9]{1,5}( [гж]\.)?", fullmatch=True)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.name}-{column.type}")
@given(text=st.text(max_size=70) | NEAR_DATES)
def test_every_text_has_an_answer(column: FormField, text: str) -> None:
    (found,) = looked_at_again({7: text}, column).values()
    assert (found.value is None) == (found.code is not None)
    if found.value is None:
        assert catalogue()[str(found.code)].emitter == "reader"
    else:
        assert type(found.value) is KINDS[column.type]


@pytest.mark.parametrize("column", COLUMNS[:4], ids=lambda column: f"{column.name}-{column.type}")
@given(text=st.text("0123456789.,-/ %мгOож ", max_size=12) | NEAR_DATES)
def test_what_is_suggested_is_accepted(column: FormField, text: str) -> None:
    """A submitter who follows a suggestion is never sent back again: it is plain, or read on a second look."""
    (found,) = looked_at_again({0: text}, column).values()
    if found.suggestion is not None:
        (again,) = looked_at_again({0: found.suggestion}, column).values()
        assert again.value is not None


def test_a_long_text_is_a_remark() -> None:
    (found,) = looked_at_again({0: "1 сентября 2026" + "." * 60}, COLUMNS[0]).values()
    assert found.code == "not_a_date"


def test_values_take_their_places() -> None:
    values = pa.array([None, date(2026, 9, 2), None, None])
    found = {3: Odd(value=date(2026, 9, 4)), 0: Odd(value=date(2026, 9, 1)), 2: Odd(code="not_a_date")}
    assert with_values(values, found).to_pylist() == [
        date(2026, 9, 1),
        date(2026, 9, 2),
        None,
        date(2026, 9, 4),
    ]
