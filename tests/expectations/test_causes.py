"""Findings grouped by cause."""

from hypothesis import given
from hypothesis import strategies as st

from expectations.findings.causes import WORST_FIRST, RecordedFinding, causes
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.forms.load import contract
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.finding import Finding

FINDINGS = st.lists(
    st.builds(
        Finding,
        code=st.sampled_from(sorted(catalogue())),
        column=st.sampled_from(["iin", "date", None]),
        row=st.integers(1, 9),
        severity_override=st.sampled_from([None, "error", "query", "note"]),
    )
)


@given(FINDINGS)
def test_every_finding_is_in_one_cause_and_the_worst_and_most_frequent_come_first(
    findings: list[Finding],
) -> None:
    found = causes(findings)

    assert sorted(map(id, (each for cause in found for each in cause.findings))) == sorted(map(id, findings))
    assert len({(cause.code, cause.column, cause.severity) for cause in found}) == len(found)
    order = [(WORST_FIRST.index(cause.severity), -cause.count) for cause in found]
    assert order == sorted(order)
    places = {id(finding): place for place, finding in enumerate(findings)}
    for cause in found:
        order_in_file = [places[id(each)] for each in cause.findings]
        assert order_in_file == sorted(order_in_file)


def test_a_cause_says_what_and_where_in_words() -> None:
    (cause,) = causes([Finding("required", column="date", row=4)])
    form = contract("attendance")

    assert (cause.title("ru"), cause.column_label(form, "ru")) == ("Нет обязательного значения", "Дата")
    assert cause.to_json()["title"].keys() == set(LANGUAGES)
    # A column or a rule of an earlier version is still told of, by its name.
    gone = Finding("required", column="no_longer_there", row=4)
    assert causes([gone])[0].column_label(form, "kk") == "no_longer_there"
    recorded = RecordedFinding.from_json({**gone.to_json(), "code": "a_rule_of_old"})
    assert causes([recorded])[0].title("kk") == "a_rule_of_old"


def test_a_recorded_finding_says_what_it_said_when_it_was_made() -> None:
    finding = Finding(
        "out_of_range", "S", "C5", 5, "grade", "13", "12", {"column": "Сынып", "allowed": "0–12"}
    )
    recorded = RecordedFinding.from_json(finding.to_json())

    for language in LANGUAGES:
        assert recorded.text(language) == finding.text(language)
    assert (recorded.cell, recorded.severity, recorded.suggestion) == ("C5", "error", "12")
