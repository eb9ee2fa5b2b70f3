"""The documentation page of a form."""

import re
from pathlib import Path
from typing import Any

import pytest

from expectations.suite import checks_of, rules_for
from ingest.emit.form_page import form_page
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts

CONTRACTS = contracts()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_looks_as_agreed(school_meals: Contract, golden: Path, language: Any) -> None:
    page = form_page(school_meals, language, checks_of(school_meals), {"school_meals": school_meals})

    assert page == (golden / f"school_meals.{language}.md").read_text()


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("form", CONTRACTS)
def test_it_names_every_column_and_every_check(form: str, language: Any) -> None:
    contract = CONTRACTS[form]
    page = form_page(contract, language, checks_of(contract), CONTRACTS)

    assert all(f"| `{field.name}` |" in page for field in contract.fields)
    assert all(f"<br>`{rule.code}` |" in page for rule in rules_for(contract))
    # A word in another language or a hole in a sentence is a defect in front of a submitter.
    prose = re.sub(r"`[^`]*`|<[^>]*>|\]\([^)]*\)|csv.*|xlsx", "", page)
    assert "{" not in prose
    assert not re.search(r"[a-z]{4,}", prose.split("## ")[0])
    assert ("бағандары" in page.casefold()) is (language == "kk")
