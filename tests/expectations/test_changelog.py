"""The changelog speaks of every rule and of no other; the pages for everybody hold them all."""

from pathlib import Path

import pytest

from expectations.pages.rules_page import rules_pages
from expectations.rules import RULES, changelog
from ingest.authored import AuthorError
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts

ENTRY = "- {{since: 2026-01-01, change: {change}, codes: [required], reason: {{kk: а, ru: б, en: c}}}}\n"


def test_every_rule_has_an_entry_and_every_entry_a_rule() -> None:
    assert sorted(changelog.standing()) == sorted(RULES)


def test_entries_are_in_the_order_of_their_days() -> None:
    days = [entry.since for entry in changelog.changelog()]
    assert days == sorted(days)


@pytest.mark.parametrize(
    "changes", [("added", "added"), ("removed",), ("changed",), ("added", "removed", "changed")]
)
def test_a_history_that_cannot_be_is_refused(
    changes: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "changelog.yml"
    file.write_text("".join(ENTRY.format(change=change) for change in changes), encoding="utf-8")
    monkeypatch.setattr(changelog, "CHANGELOG", file)
    with pytest.raises(AuthorError, match="required: the rule cannot be"):
        changelog.changelog.__wrapped__()


def test_each_page_shows_each_rule_once_with_the_forms_it_judges() -> None:
    forms: dict[str, Contract] = contracts()
    pages = list(rules_pages(forms))
    assert [page.path.name for page in pages] == ["rules.kk.md", "rules.ru.md"]
    for page, language in zip(pages, ("kk", "ru"), strict=True):
        rows = [line for line in page.content.decode().splitlines() if line.startswith("| **")]
        assert len(rows) == len(RULES)
        (row,) = [line for line in rows if "`learner_on_roster`" in line]
        assert forms["attendance"].labels.in_language(language) in row
