"""Which sheets a form reads: by name however it is written, by place, by pattern."""

from __future__ import annotations

import pytest

from ingest.read.form.header.sheet_choice import sheets_to_read
from ingest.schema.forms.contract import Layout
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.sheets import SheetChoice

NAMES = ["Нұсқаулық", "ҚАТЫСУ", "Қатысу 2", " қатысу", "Катысу", "5 А"]


def _layout(*choices: SheetChoice) -> Layout:
    return contract_of("attendance").layout.model_copy(update={"sheets": choices})


@pytest.mark.parametrize(
    ("choice", "read"),
    [
        (SheetChoice(name="Қатысу"), ["ҚАТЫСУ", " қатысу"]),
        (SheetChoice(name="қатысу 2"), ["Қатысу 2"]),
        (SheetChoice(position=1), NAMES[:1]),
        (SheetChoice(position=-1), NAMES[-1:]),
        (SheetChoice(position=7), []),
    ],
)
def test_a_sheet_is_chosen_by_name_however_it_is_written_or_by_place(
    choice: SheetChoice, read: list[str]
) -> None:
    assert sheets_to_read(NAMES, _layout(choice)) == read
    assert sheets_to_read(NAMES, _layout()) == NAMES
