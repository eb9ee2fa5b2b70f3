"""`bbaj report` and `bbaj reports`: files of an edition, the list, and why there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from ingest.cli import app
from tests.warehouse.country import DISTRICT, SCHOOLS, Country
from tests.warehouse.services.summaries.conftest import WEEK


def call(country: Country, *words: object, **environment: str) -> Result:
    told = {"BBAJ_HOME": str(country.home.root), "BBAJ_LANG": "ru", **environment}
    return CliRunner().invoke(app, [str(word) for word in words], env=told)


def facts(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_files_of_the_language_asked_are_written_and_an_edition_can_be_had_again(
    week: Country, tmp_path: Path
) -> None:
    first = call(
        week, "report", "weekly", "-o", tmp_path / "a", "--node", DISTRICT, "--period", WEEK, "--json"
    )
    assert first.exit_code == 0, first.stderr
    told = facts(first)
    assert (told["edition"], told["outcome"], told["status"]) == (1, "made", "provisional")
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == [f"weekly-{WEEK}-{DISTRICT}-1-ru.pdf", f"weekly-{WEEK}-{DISTRICT}-1-ru.xlsx"]
    again = call(
        week, "report", "weekly", "-o", tmp_path / "b", "--node", DISTRICT, "--period", WEEK, "--edition", 1
    )
    assert again.exit_code == 0
    for name in names:
        assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    both = call(
        week, "report", "weekly", "-o", tmp_path / "c", "--node", DISTRICT, "--period", WEEK, BBAJ_LANG="en"
    )
    assert both.exit_code == 0
    assert len(list((tmp_path / "c").iterdir())) == 4
    listed = facts(call(week, "reports", "--json", "--period", WEEK))
    assert [(each["node"], each["edition"]) for each in listed["editions"]] == [(DISTRICT, 1)]
    shown = call(week, "reports")
    assert "предварительный" in shown.stdout


WRONG: list[tuple[tuple[str, ...], int, str]] = [
    (("weakly", "--node", DISTRICT), 64, "weekly"),
    (("weekly", "--node", SCHOOLS[0]), 64, "организация"),
    (("weekly", "--node", "999"), 64, "999"),
    (("weekly", "--period", "сентябрь"), 64, "сентябрь"),
    (("weekly", "--period", WEEK, "--edition", "7"), 64, "7"),
    (("weekly", "--period", "2026-W20"), 1, "задержана"),
]


def test_what_cannot_be_is_said_with_what_to_do(week: Country, tmp_path: Path) -> None:
    for words, code, said in WRONG:
        refused = call(week, "report", *words, "-o", tmp_path / "a")
        assert refused.exit_code == code, words
        assert said in refused.stderr, words
        assert "Traceback" not in refused.stderr


def test_the_last_week_that_was_due_is_meant_where_none_is_named_and_who_waits_is_told(
    week: Country, tmp_path: Path
) -> None:
    refused = call(week, "report", "weekly", "-o", tmp_path)
    assert refused.exit_code == 1
    assert "2026-W39" in refused.stderr and "ни одного показателя" in refused.stderr
    [held] = facts(call(week, "reports", "--json"))["editions"]
    assert (held["state"], held["edition"], held["reasons"]) == ("held", None, [{"code": "empty"}])
