"""The catalogue of findings: one emitter a code, the same facts in every language."""

from string import Formatter

from ingest.schema.forms.contract import LANGUAGES, Labels
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.finding import Finding
from tests.each import each

CODES = sorted(catalogue())


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@each("code", CODES)
def test_every_language_tells_the_same_facts(code: str) -> None:
    kind = catalogue()[code]
    for labels in (kind.title, kind.message):
        facts = {language: _placeholders(labels.in_language(language)) for language in LANGUAGES}
        assert facts["kk"] == facts["ru"] == facts["en"]


@each("code", CODES)
def test_a_title_needs_no_facts(code: str) -> None:
    assert not _placeholders(catalogue()[code].title.kk)


def test_a_label_among_the_facts_is_said_in_the_language_of_the_message() -> None:
    label = Labels(kk="Күні", ru="Дата", en="Date")
    finding = Finding("required", cell="C7", row=7, column="date", params={"column": label})

    assert "«Күні»" in finding.text("kk")
    assert "«Дата»" in finding.text("ru")
    assert finding.severity == "error"
    assert Finding("required", severity_override="query").severity == "query"


def test_a_missing_fact_never_stops_a_message() -> None:
    assert "…" in Finding("required").text("en")
