"""For every contract: two of its tables side by side on a sheet are both read, whatever the form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.read.form.read import read
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.ingest.read.writers import WRITERS

CONTRACTS = contracts()


@pytest.mark.parametrize("form", CONTRACTS)
def test_two_tables_of_a_form_beside_each_other_are_read(tmp_path: Path, form: str) -> None:
    contract: Contract = CONTRACTS[form]
    row: list[Any] = [field.example or "" for field in contract.fields]
    write: Callable[..., Path] = WRITERS["openpyxl"]
    for language in ("kk", "ru"):
        labels = [field.labels.in_language(language) for field in contract.fields]
        path = write(
            tmp_path / language, [[*labels, "", *labels], [*row, "", *row], ["", *row[1:], "", *row]], ()
        )
        reading = read(path, contract)
        assert [(table.header_row, table.text.num_rows) for table in reading.tables] == [(1, 2), (1, 2)]
        left, right = (min(table.columns.values()) for table in reading.tables)
        assert (left, right) == (1, len(labels) + 2)
        assert "duplicate_column" not in {finding.code for finding in reading.findings}
