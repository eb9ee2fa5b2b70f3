"""The suite of a form is what its contract says: the committed file is that text, and no run gives another."""

from pathlib import Path

import pytest

import expectations.suite
from expectations.gx.suite import suite_of
from expectations.suite import emit_suite, rules_for
from ingest.schema.forms.load import contracts


@pytest.mark.parametrize("form", contracts())
def test_a_contract_always_gives_the_same_suite(form: str) -> None:
    contract = contracts()[form]
    committed = Path(expectations.suite.__file__).parent / "suites" / f"{form}.json"

    assert emit_suite(contract) == emit_suite(contract) == committed.read_text(encoding="utf-8")
    assert len(suite_of(form, rules_for(contract)).expectations) == len(rules_for(contract))
