"""The mark of a query: the same for the same question about the same subject and value, and telling nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from expectations.check import check
from expectations.findings.explained import matched
from expectations.findings.queries import key_of, keys_of, token_of
from ingest.schema.findings_sheet import Explanation
from ingest.schema.texts.finding import Finding

SECRET = b"s" * 32
ASKED = Finding(
    "required_when",
    sheet="1",
    cell="C5",
    row=5,
    column="absence_reason",
    value=None,
    subject=("1", "2026-09-07"),
)


def _moved(**changed: object) -> Finding:
    facts = {
        name: getattr(ASKED, name) for name in ("code", "sheet", "cell", "row", "column", "value", "subject")
    }
    return Finding(**{**facts, **changed})  # type: ignore[arg-type]


def test_a_query_is_known_again_in_another_row() -> None:
    assert key_of(_moved(sheet="2", cell="C9", row=9), SECRET) == key_of(ASKED, SECRET)


def test_another_subject_value_or_question_is_another_query() -> None:
    others = [
        _moved(subject=("2", "2026-09-07")),
        _moved(value="ILL"),
        _moved(column="lessons_missed"),
        _moved(code="required"),
    ]
    keys = {key_of(finding, SECRET) for finding in (ASKED, *others)}
    assert len(keys) == 5
    assert key_of(ASKED, b"t" * 32) not in keys


def test_only_queries_have_a_mark_and_rules_say_what_they_are_about(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "bin,iin,date,grade,lessons_scheduled,lessons_missed,lessons_missed_valid,absence_reason\n"
        "650940000016,150310700010,2026-09-07,5,6,2,0,\n"
        "650940000016,150310700010,2026-09-08,5,60,0,0,\n",
        encoding="utf-8",
    )
    findings = check(file, "attendance", demo=True).findings
    keys = dict(zip([(f.code, f.row) for f in findings], keys_of(findings, SECRET), strict=True))
    asked = next(finding for finding in findings if finding.code == "required_when")
    assert asked.subject == ("150310700010", "2026-09-07")
    assert keys["required_when", 2] and not keys["out_of_range", 3]
    assert not any("150310700010" in (key or "") for key in keys.values())


@pytest.mark.parametrize(
    "texts", [("карантин", "олимпиада"), ("карантин", "карантин"), ("а\nб", "б", "а\nб")]
)
def test_of_several_answers_to_one_query_none_is_lost(texts: tuple[str, ...]) -> None:
    asked = replace(ASKED, severity_override="query")
    said = [Explanation(text, "Findings", row, token_of(asked)) for row, text in enumerate(texts, 9)]
    given, unmatched = matched(said, [asked, replace(asked, row=7, cell="C7")])
    lines = [line for text in texts for line in text.split("\n")]
    assert (given[token_of(asked)].split("\n"), unmatched) == ([*dict.fromkeys(lines)], [])
    # Given back in each of its rows and handed in once more, it stays what it was.
    again, _ = matched([replace(each, text=given[token_of(asked)]) for each in said], [asked])
    assert again == given
